"""Layers too large for memory: their features in GeoPackages, the tiles that show them in a PMTiles archive.

    layers/<layer id>.gpkg    table ``features`` (fid, geom, id, properties): as a Feature of a GeoJSON layer, with
                              ``properties`` as JSON text, and a unique index on ``id``
    tiles.pmtiles             the vector tiles of all such layers, made by ``corridors export pmtiles``

A feature in a tile has the attributes of :func:`attributes` in the one vector layer ``VECTOR_LAYER``. From which zoom
on it is there says :func:`least_zooms`: a tile holds no more than ``MOST_IN_TILE`` features of a layer, which are
drawn by lot, the same for every zoom, so that nothing goes away when a reader comes closer. The last zoom has all.
"""

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import shapely
from numpy.typing import NDArray
from pmtiles.reader import MmapSource, Reader
from pydantic import ValidationError
from shapely.errors import ShapelyError
from shapely.geometry.base import BaseGeometry

from geodata.model import LANGUAGES, Feature, Id
from geodata.problems import AtlasError, Problem, refusals
from geodata.status import changes

ARCHIVE = "tiles.pmtiles"
VECTOR_LAYER = "features"
MOST_IN_TILE = 500
LAST_ZOOM = 12
"""The nearest zoom for which tiles are ever made; nearer ones show the same tiles larger."""
_LATITUDES = (-85.0, 85.0)
_ENVELOPES = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}
"""The kinds of envelope in a GeoPackage's geometry, and the bytes that each takes."""

log = logging.getLogger(__name__)


def mercator(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Longitude and latitude (n by 2, degrees) as x and y of a square world of side 1, y downwards (EPSG:3857)."""
    longitude, latitude = positions.T
    sine = np.sin(np.radians(np.clip(latitude, *_LATITUDES)))
    return np.column_stack((longitude / 360 + 0.5, 0.5 - np.log((1 + sine) / (1 - sine)) / (4 * np.pi)))


def attributes(feature: Feature) -> dict[str, str | None]:
    """What a tile says of a feature: enough to draw it on any date, to filter it and to name it.

    ``name`` is English; the other languages are there where they differ. ``changes`` and ``owners`` are JSON,
    ``countries`` codes with spaces between them.
    """
    names = {language: feature.names.of(language) for language in LANGUAGES}
    return {
        "id": feature.id,
        "layer": feature.layer,
        "kind": feature.kind,
        "drawn": feature.drawn,
        "countries": " ".join(feature.countries) or None,
        "owners": json.dumps(feature.owners, ensure_ascii=False) if feature.owners else None,
        "changes": json.dumps(changes(feature), separators=(",", ":")),
        "name": names["en"],
        **{f"name_{each}": name if name != names["en"] else None for each, name in names.items() if each != "en"},
    }


class Fingerprint:
    """Tells features apart from others: what tiles were made of, and what there is now."""

    def __init__(self) -> None:
        self._digest = sha256()

    def add(self, feature: Feature) -> None:
        """Take one more feature in; the order counts."""
        self.add_stored(attributes(feature), feature.geometry.wkb if feature.geometry else None)

    def add_stored(self, said: Mapping[str, str | None] | None, geometry: bytes | None) -> None:
        """The same for a feature whose attributes and WKB are stored."""
        self._digest.update(json.dumps(said, sort_keys=True).encode() + b"\0" + (geometry or b"") + b"\0")

    def __str__(self) -> str:
        return self._digest.hexdigest()


def least_zooms(ids: Sequence[Id], starts: NDArray[np.float64]) -> NDArray[np.int64]:
    """The zoom from which on each feature of one layer is in its tile.

    Args:
        ids: of the features; the lot is drawn from them.
        starts: the first position of each (n by 2, degrees), which decides in whose tile it is counted.
    """
    at = mercator(starts)
    lots = np.array([crc32(id.encode()) for id in ids], dtype=np.int64)
    found = np.full(len(ids), LAST_ZOOM, dtype=np.int64)
    for zoom in reversed(range(LAST_ZOOM)):
        cells = np.floor(at * 2**zoom).astype(np.int64) @ np.array([1, 2**zoom])
        order = np.lexsort((lots, cells))
        places = np.arange(len(order))
        firsts = np.r_[True, np.diff(cells[order]) != 0]
        places -= np.maximum.accumulate(np.where(firsts, places, 0))
        found[order[places < MOST_IN_TILE]] = zoom
    return found


@dataclass(frozen=True)
class GeoPackages:
    """The tiled layers of a folder; ``paths`` has the file of each."""

    paths: Mapping[Id, Path]
    archive: Path | None

    @property
    def counts(self) -> Mapping[Id, int]:
        """How many features each layer has."""
        return self._counts

    @cached_property
    def _counts(self) -> Mapping[Id, int]:
        return {layer: self._one(path, "SELECT count(*) FROM features")[0] for layer, path in self.paths.items()}

    def get(self, id: Id) -> Feature | None:
        """One feature; None if no layer has it, or if it cannot be read, which is logged."""
        for layer, path in self.paths.items():
            try:
                row = self._one(path, "SELECT properties, geom FROM features WHERE id = ?", id)
            except sqlite3.DatabaseError as error:
                log.error("%s", _damaged(f"layers/{path.name}", error))  # noqa: TRY400 - the file's mistake, not ours
                continue
            if row:
                return shown_feature(layer, id, row[0], _wkb(row[1]))
        return None

    def rows(self) -> Iterator[tuple[Id, Id, str, bytes | None]]:
        """All features as they are stored, layer by layer, by their ids.

        Raises:
            AtlasError: a file is damaged.
        """
        every = "SELECT id, properties, geom FROM features ORDER BY id"
        for layer, path in self.paths.items():
            try:
                with closing(_open(path)) as database:
                    for id, properties, geometry in database.execute(every):
                        yield layer, id, properties, _wkb(geometry)
            except sqlite3.DatabaseError as error:
                raise AtlasError((_damaged(f"layers/{path.name}", error),)) from error

    def features(self) -> Iterator[Feature]:
        """All features, layer by layer, by their ids.

        Raises:
            AtlasError: one of them cannot be read.
        """
        return features_of(self.rows())

    def tile_problems(self, fingerprint: str) -> Iterator[Problem]:
        """Whether the archive was made of features of this fingerprint."""
        remedy = f"make it: corridors export pmtiles FOLDER -o FOLDER/{ARCHIVE}"
        if self.archive is None:
            yield Problem(ARCHIVE, "", "", "is missing, so that the tiled layers are not drawn", remedy)
            return
        try:
            with self.archive.open("rb") as file:
                made_of = Reader(MmapSource(file)).metadata()["made_of"]
        except Exception:  # noqa: BLE001 - the library raises whatever its parts raise
            yield Problem(ARCHIVE, "", "", "is no archive of ours", remedy.replace("make it", "make it again"))
            return
        if made_of != fingerprint:
            problem = "was made of other features than the layers have now"
            yield Problem(ARCHIVE, "", "", problem, remedy.replace("make it", "make it again"))

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """Nothing: a folder's tiles are in its archive."""
        raise NotImplementedError(f"tile {zoom}/{column}/{row} is in {self.archive}")

    def _one(self, path: Path, query: str, *values: str) -> tuple:
        with closing(_open(path)) as database:
            return database.execute(query, values).fetchone() or ()


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    # bytes that are no text do not end the reading: the feature says so
    database.text_factory = lambda data: data.decode("utf-8", "surrogateescape")
    return database


def _damaged(name: str, error: sqlite3.DatabaseError) -> Problem:
    return Problem(name, "", "", f"cannot be read as a GeoPackage: {error}", "save the layer as GeoPackage again")


def problems_of(name: str, path: Path) -> Iterator[Problem]:
    """What is wrong with the form of a layer's GeoPackage; ``name`` is its path within the atlas."""
    try:
        with closing(_open(path)) as database:
            columns = {row[1] for row in database.execute("PRAGMA table_info(features)")}
            if missing := [column for column in ("id", "properties", "geom") if column not in columns]:
                remedy = "the table features has the columns geom, id and properties, see docs/large-layers.md"
                yield Problem(name, "", "features", f"has no {' and no '.join(missing)}", remedy)
                return
            unique = [row[1] for row in database.execute("PRAGMA index_list(features)") if row[2]]
            if not any([row[2] for row in database.execute(f"PRAGMA index_info('{one}')")] == ["id"] for one in unique):
                remedy = "in the file: CREATE UNIQUE INDEX features_id ON features (id)"
                yield Problem(name, "", "id", "has no unique index, so that a feature is found slowly or twice", remedy)
            systems = {row[0] for row in database.execute("SELECT srs_id FROM gpkg_geometry_columns")}
            if systems != {4326}:
                yield Problem(name, "", "geom", "is not in WGS 84", "save it as EPSG:4326, longitude before latitude")
            database.execute("SELECT count(*) FROM features").fetchone()
    except sqlite3.DatabaseError as error:
        yield _damaged(name, error)


def write_package(path: Path, rows: Iterable[tuple[Id, str, bytes | None]]) -> None:
    """Write the GeoPackage of a tiled layer; a row is an id, properties (JSON) and a geometry (WKB)."""
    from pyogrio.raw import write  # noqa: PLC0415 - GDAL takes a third of a second, and reading does without it

    ids, properties, shapes = ([*column] for column in zip(*rows, strict=True))
    write(
        path,
        geometry=np.array(shapes, dtype=object),
        field_data=[np.array(ids, dtype=object), np.array(properties, dtype=object)],
        fields=["id", "properties"],
        layer="features",
        driver="GPKG",
        geometry_type="Unknown",
        crs="EPSG:4326",
        layer_options={"GEOMETRY_NAME": "geom"},
    )
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE UNIQUE INDEX features_id ON features (id)")
        database.commit()


def features_of(rows: Iterable[tuple[Id, Id, str, bytes | None]]) -> Iterator[Feature]:
    """The features of rows, as :meth:`~geodata.model.Tiled.rows` gives them.

    Raises:
        AtlasError: one of them cannot be read.
    """
    for row in rows:
        feature = _read(*row)
        if not isinstance(feature, Feature):
            raise AtlasError(feature)
        yield feature


def shown_feature(layer: Id, id: Id, properties: str, geometry: bytes | None) -> Feature | None:
    """The feature of a row; None if it cannot be read, which is logged, because somebody waits for it."""
    feature = _read(layer, id, properties, geometry)
    if isinstance(feature, Feature):
        return feature
    log.error("a feature of a tiled layer cannot be shown: %s", "; ".join(map(str, feature)))
    return None


def _read(layer: Id, id: Any, properties: Any, geometry: Any) -> Feature | tuple[Problem, ...]:
    """A feature from its row, or what is wrong with it; in SQLite anything may stand in any column."""
    file = f"layers/{layer}"
    if not _is_text(id):
        return (Problem(file, "", "id", "is no text in one of the features", "give each a text as its id, in UTF-8"),)
    try:
        said = _fields(properties) | {"id": id, "layer": layer, "geometry": _shape(geometry)}
    except _UnfitError as error:
        return (Problem(file, id, *error.args),)
    try:
        return Feature.model_validate(said)
    except ValidationError as error:
        return tuple(refusals(error, Feature, file, id))


class _UnfitError(ValueError):
    """Field, problem and remedy of a column that holds something else."""


def _fields(properties: Any) -> dict[str, Any]:
    """What a feature's properties say."""
    if not _is_text(properties):
        raise _UnfitError("properties", "is no text", "write a JSON object as text, in UTF-8")
    try:
        said = json.loads(properties)
    except json.JSONDecodeError as error:
        raise _UnfitError("properties", f"is not JSON: {error.msg}", "write a JSON object") from error
    except ValueError as error:
        # Python takes no number of more than some thousand digits
        remedy = "write the one that was meant"
        raise _UnfitError("properties", "has a number of thousands of digits", remedy) from error
    except RecursionError as error:
        raise _UnfitError("properties", "nests too deep", "write a JSON object of a feature's fields") from error
    if not isinstance(said, dict):
        raise _UnfitError("properties", "is not a JSON object", 'write {"names": …, "kind": …, …}')
    return said


def _shape(geometry: Any) -> BaseGeometry | None:
    if not isinstance(geometry, bytes | None):
        raise _UnfitError("geometry", "is not a geometry", "save the layer again")
    try:
        return None if geometry is None else shapely.from_wkb(geometry)
    except (ShapelyError, NotImplementedError) as error:  # the latter of curves
        raise _UnfitError("geometry", f"is not a geometry: {error}", "save the layer again") from error


def _is_text(value: object) -> bool:
    """Whether a value is a text, of letters only (see :func:`_open`)."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _wkb(blob: Any) -> Any:
    """The WKB in a geometry as GeoPackage stores it: after eight bytes and an envelope (OGC 12-128r19, 2.1.3)."""
    if not isinstance(blob, bytes):
        return blob
    return blob[8 + _ENVELOPES.get((blob[3] >> 1) & 7, 0) if len(blob) > len("GP??") else 0 :]
