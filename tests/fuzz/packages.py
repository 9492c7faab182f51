"""GeoPackages of tiled layers as a program, a bad disk or somebody of ill will would leave them."""

import json
import reprlib
import sqlite3
from contextlib import closing
from functools import cache
from math import inf, nan
from pathlib import Path
from struct import pack
from typing import Any

import shapely
from hypothesis import note, reject
from hypothesis import strategies as st

from geodata.tiled import ARCHIVE
from tests.fuzz.mutations import DATES, HOSTILE_TEXTS, MARK, PLAIN, RAW_JSON, Case

HEAD = b"GP\x00\x01\xe6\x10\x00\x00"
"""Of a geometry without an envelope, little-endian, in EPSG:4326."""
SHAPES: tuple[Any, ...] = (
    "POINT (51 43)", "POINT EMPTY", "POINT Z (51 43 7)", "POINT (1e300 -1e300)", "POINT (43 200)",
    "LINESTRING EMPTY", "LINESTRING (50 42, 50 42)", "LINESTRING (179 45, -179 45)",
    "POLYGON ((50 42, 51 43, 51 42, 50 43, 50 42))", "POLYGON EMPTY", "MULTIPOINT ((50 42), EMPTY)",
    "MULTILINESTRING ((50 42, 51 43), EMPTY)", "GEOMETRYCOLLECTION (POINT (50 42), LINESTRING (50 42, 51 43))",
    "GEOMETRYCOLLECTION EMPTY",
)  # fmt: skip
BLOBS: tuple[Any, ...] = (
    None, 0, 1.5, "", "POINT (51 43)", b"", b"GP", b"GP\x00", b"GP\x00\x01", HEAD, HEAD + b"\x01", HEAD + b"\x01" * 40,
    b"GP\x00\xff" + b"\x00" * 90, HEAD + b"\x01\x02\x00\x00\x00\xff\xff\xff\xff" + b"\x00" * 32,
    HEAD + b"\x01\x08\x00\x00\x00\x03\x00\x00\x00" + b"\x00" * 48,
    HEAD + b"\x01\x07\x00\x00\x00\x01\x00\x00\x00" * 4000,
    HEAD + b"\x01\x01\x00\x00\x00" + pack("<2d", nan, inf),
    HEAD + b"\x01\x02\x00\x00\x00\x02\x00\x00\x00" + pack("<4d", 50, 42, nan, 43),
    *(HEAD + shapely.to_wkb(shapely.from_wkt(shape)) for shape in SHAPES),
)  # fmt: skip
STATEMENTS = (
    "DROP TABLE features", "DELETE FROM features", "DROP INDEX features_id", "DROP TABLE gpkg_geometry_columns",
    "DELETE FROM gpkg_geometry_columns", "DROP TABLE gpkg_contents", "DROP TABLE gpkg_spatial_ref_sys",
    "ALTER TABLE features RENAME TO feature", "ALTER TABLE features RENAME COLUMN geom TO geometry",
    "ALTER TABLE features RENAME COLUMN id TO name", "ALTER TABLE features ADD COLUMN more",
    "UPDATE gpkg_geometry_columns SET srs_id = 0", "UPDATE gpkg_geometry_columns SET srs_id = 'EPSG:4326'",
    "UPDATE features SET geom = substr(geom, 1, 20)", "UPDATE features SET properties = substr(properties, 2)",
    "UPDATE features SET properties = CAST(properties AS BLOB)", "UPDATE features SET properties = x'ff' || properties",
    "UPDATE features SET id = upper(id)", "UPDATE features SET id = fid", "UPDATE features SET id = NULL",
    "UPDATE features SET id = CAST(x'ff41' AS TEXT) WHERE fid = 1",
    "UPDATE features SET properties = CAST(x'7bff7d' AS TEXT) WHERE fid = 1",
    "ALTER TABLE features RENAME TO kept; CREATE VIEW features AS SELECT * FROM kept",
    "DROP INDEX features_id; CREATE UNIQUE INDEX features_id ON features (id) WHERE fid < 3",
    "DROP INDEX features_id; CREATE UNIQUE INDEX features_id ON features (lower(id))",
    "PRAGMA user_version = 0; PRAGMA application_id = 0",
)  # fmt: skip


@cache
def _packages(atlas: Path) -> list[Path]:
    return sorted(atlas.glob("layers/*.gpkg"))


class Content(bytes):
    """Of a file; told by what was done to it, not by a hundred thousand zeros."""

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


def _edited(package: Path, statement: str, *values: object) -> bytes:
    """The package after a statement, or several without values; its triggers need functions of GDAL."""
    note(f"{package.name}: {statement} {reprlib.repr(values)}")
    with closing(sqlite3.connect(":memory:")) as database:
        database.deserialize(package.read_bytes())
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        try:
            database.execute(statement, values) if values else database.executescript(statement)
        except sqlite3.Error:
            reject()
        database.commit()
        return database.serialize()


def _rows(package: Path) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(package)) as database:
        return database.execute("SELECT fid, properties FROM features ORDER BY fid").fetchall()


@st.composite
def _properties(draw: st.DrawFn, kept: str) -> object:
    """What stands where the fields of a feature should."""
    if draw(st.integers(0, 4)) == 0:
        return draw(st.one_of(st.sampled_from((*RAW_JSON, *HOSTILE_TEXTS, None, 5, b"{}", b"\xff")), st.binary()))
    said = json.loads(kept)
    field = draw(st.sampled_from(sorted(said)))
    match draw(st.integers(0, 3)):
        case 0:
            del said[field]
        case 1:
            said[field + draw(st.sampled_from(("s", "_", "")))] = draw(st.sampled_from(PLAIN))
        case 2:
            said[field] = MARK
            return json.dumps(said).replace(f'"{MARK}"', draw(st.sampled_from(RAW_JSON)))
        case _:
            said[field] = draw(st.one_of(st.sampled_from((*PLAIN, *HOSTILE_TEXTS, *DATES)), st.text(max_size=12)))
    return json.dumps(said)


@st.composite
def packages(draw: st.DrawFn, atlas: Path) -> Case:
    """One change of a tiled layer's file, or of the archive of tiles."""
    package = draw(st.sampled_from(_packages(atlas)))
    match draw(st.integers(0, 5)):
        case 0:
            content = _edited(package, draw(st.sampled_from(STATEMENTS)))
        case 1:
            fid, _ = draw(st.sampled_from(_rows(package)))
            text = st.one_of(st.sampled_from((*HOSTILE_TEXTS, None, 5, 1.5, b"\xff", "line-14")), st.text(max_size=12))
            content = _edited(package, "UPDATE features SET id = ? WHERE fid = ?", draw(text), fid)
        case 2:
            fid, _ = draw(st.sampled_from(_rows(package)))
            blob = draw(st.one_of(st.sampled_from(BLOBS), st.binary(max_size=60).map(HEAD.__add__)))
            content = _edited(package, "UPDATE features SET geom = ? WHERE fid = ?", blob, fid)
        case 3:
            fid, kept = draw(st.sampled_from(_rows(package)))
            said = draw(_properties(kept))
            content = _edited(package, "UPDATE features SET properties = ? WHERE fid = ?", said, fid)
        case _:
            package = draw(st.sampled_from((*_packages(atlas), atlas / ARCHIVE)))
            content = _damaged(draw, package.read_bytes())
    return Case({package.relative_to(atlas).as_posix().encode(): Content(content)})


def _damaged(draw: st.DrawFn, content: bytes) -> bytes:
    start, length, how = draw(st.integers(0, len(content))), draw(st.integers(1, 5000)), draw(st.integers(0, 3))
    note(f"damaged at {start}, {length} bytes, in way {how}")
    match how:
        case 0:
            return content[:start]
        case 1:
            return content[:start] + bytes(length) + content[start + length :]
        case 2:
            return content[:start] + content[start + length :]
        case _:
            return content[:start] + draw(st.binary(min_size=1, max_size=40)) + content[start:]
