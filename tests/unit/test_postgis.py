"""An atlas in PostgreSQL with PostGIS is the same atlas as in files (row 66)."""

import gzip
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
import pytest
from geopandas import GeoDataFrame
from pyogrio import read_dataframe

from dashboard.cli import main
from dashboard.export.tiles import pmtiles
from geodata import Atlas, AtlasError, check_atlas, open_atlas, postgis
from geodata.check import check_tiled
from geodata.files import files_of
from geodata.postgis import plainly
from geodata.tiled import mercator
from tests.large import SIZE, write_large
from tests.postgres import HOST, Postgres, missing

pytestmark = [pytest.mark.skipif(bool(missing()), reason=missing()), pytest.mark.allow_hosts([HOST])]
TODAY = date(2026, 1, 1)


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    server = Postgres()
    yield server
    postgis._pool.cache_clear()
    server.stop()


@pytest.fixture
def database(postgres: Postgres, small_atlas: Path) -> str:
    """A database with the small atlas, for one test."""
    return filled(postgres, small_atlas)


def filled(postgres: Postgres, folder: Path) -> str:
    address = postgres.new()
    assert main(["import", str(folder), address]) == 0
    return address


def change(address: str, statement: str, *values: object) -> None:
    with psycopg.connect(address) as connection:
        connection.execute(statement.encode(), values)


def differences(one: Atlas, other: Atlas) -> list[str]:
    """The fields in which two atlases differ, or have another order."""
    found = []
    for field in fields(Atlas):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if field.name == "features":
            left, right = dict(left), dict(right)
        if field.name not in ("release", "tiled") and (left != right or ordered(left) != ordered(right)):
            found.append(field.name)
    return found


def ordered(value: Any) -> list[Any]:
    return list(value) if isinstance(value, dict) else []


def refused(address: str) -> list[str]:
    with pytest.raises(AtlasError) as error:
        open_atlas(address)
    return [str(problem) for problem in error.value.problems]


@pytest.mark.parametrize("name", ["small_atlas", "shipped_atlas"])
def test_it_is_the_same_atlas_there_and_back(
    name: str, postgres: Postgres, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(name)
    address = filled(postgres, folder)
    from_files, from_database = open_atlas(folder), open_atlas(address)
    assert differences(from_files, from_database) == []
    assert check_atlas(address, today=TODAY).warnings == check_atlas(folder, today=TODAY).warnings
    assert main(["import", address, str(tmp_path / "back")]) == 0
    assert differences(from_files, open_atlas(tmp_path / "back")) == []
    written, read = ({name for name, _ in files_of(each)} for each in (tmp_path / "back", folder))
    assert written == read - {"base/places.csv"}  # from which the base map was derived


def test_the_release_is_of_the_content(database: str) -> None:
    before = open_atlas(database).release
    assert open_atlas(database).release == before
    change(database, "UPDATE atlas.sources SET content = jsonb_set(content, '{publisher}', '\"Another\"')")
    assert open_atlas(database).release != before


def test_a_record_of_a_release_is_kept_in_the_database_and_is_no_part_of_the_release(
    database: str, small_atlas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rows 28 and 66."""
    change(database, "UPDATE atlas.sources SET content = jsonb_set(content, '{publisher}', '\"Another\"')")
    before = open_atlas(database)
    assert main(["diff", str(small_atlas), database, "--record"]) == 0
    after = open_atlas(database)
    assert after.release == before.release
    assert after.changes.keys() == before.changes.keys() | {before.release}
    capsys.readouterr()
    assert main(["diff", str(small_atlas), database, "--record"]) == 1
    assert "is recorded already (a record stays as it was published; to write it anew, delete the row first)" in (
        capsys.readouterr().err
    )


def test_what_is_changed_by_sql_is_in_the_atlas(database: str) -> None:
    atlas = open_atlas(database)
    place = next(one for one in atlas.features.values() if one.geometry and one.geometry.geom_type == "Point")
    name = """UPDATE atlas.features SET properties = jsonb_set(properties, '{names,en}', '"Harbour"') WHERE id = %s"""
    change(database, name, place.id)
    change(database, "UPDATE atlas.features SET geometry = ST_Translate(geometry, 0.01, 0) WHERE id = %s", place.id)
    changed = open_atlas(database).features[place.id]
    assert changed.names.en == "Harbour"
    assert changed.geometry is not None
    assert place.geometry is not None
    assert changed.geometry.bounds[0] == pytest.approx(place.geometry.bounds[0] + 0.01)


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE atlas.sources SET content = content - 'title'", "sources/sources.yaml:{source}:title: is missing"),
        ("UPDATE atlas.sources SET content = content || '{\"tittle\": 1}'", ":tittle: unknown"),
        ("UPDATE atlas.features SET properties = properties - 'names'", "layers/transport.geojson:"),
        ("UPDATE atlas.features SET layer = 'transportt'", "layers/transportt.geojson:-:-: belongs to no layer"),
        ("UPDATE atlas.features SET geometry = ST_FlipCoordinates(geometry)", "are swapped"),
        ("DELETE FROM atlas.sources", "there is no source"),
        ("DELETE FROM atlas.description", "description:-:-: is missing"),
        ("UPDATE atlas.description SET content = '[]'", "atlas:"),
        ("DELETE FROM atlas.events", "events: expected"),
    ],
)
def test_what_is_broken_by_sql_is_told_as_in_files(database: str, statement: str, told: str) -> None:
    source = next(iter(open_atlas(database).sources))
    change(database, statement)
    assert any(told.replace("{source}", source) in problem for problem in refused(database))


SHAPED = "UPDATE atlas.features SET geometry = ST_GeomFromText('{}', 4326) WHERE id = 'port-east'"
DEEP = "(repeat('[', 3000) || repeat(']', 3000))::jsonb"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            SHAPED.format("CURVEPOLYGON(CIRCULARSTRING(0 0, 4 0, 4 4, 0 4, 0 0))"),
            "layers/transport.geojson:port-east:geometry: not a GeoJSON geometry",
        ),
        (
            SHAPED.format("TRIANGLE((0 0, 4 0, 4 4, 0 0))"),
            "layers/transport.geojson:port-east:geometry: not a GeoJSON geometry",
        ),
        (
            "UPDATE atlas.features SET properties = DEEP WHERE id = 'port-east'",
            "layers/transport.geojson:port-east:-: cannot be read",
        ),
        (
            "UPDATE atlas.people SET content = content || '{\"x\": 1e9000}'",
            "people/people.yaml:expert-test:-: cannot be",
        ),
        (
            "UPDATE atlas.people SET content = content || jsonb_build_object('x', DEEP)",
            "people/people.yaml:expert-test:",
        ),
        ("UPDATE atlas.description SET content = DEEP", "description:-:-: cannot be read"),
        ("UPDATE atlas.base SET content = DEEP", "base:-:-: cannot be read"),
        ("UPDATE atlas.base SET content = '[1]'", "base:-:-: is not a FeatureCollection"),
    ],
)
def test_a_row_that_nobody_could_read_is_the_only_one_told(database: str, statement: str, told: str) -> None:
    """What refers to it is left alone, and nothing ends in the middle."""
    change(database, statement.replace("DEEP", DEEP))
    (problem,) = refused(database)
    assert problem.startswith(told)


@pytest.mark.parametrize("change_id", ["content - 'id'", 'content || \'{"id": "nobody"}\'', "'null'", "'[]'"])
def test_no_row_says_another_id_than_its_entry(database: str, change_id: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        change(database, f"UPDATE atlas.people SET content = {change_id}")  # noqa: S608 - our own


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE atlas.people SET file = '../../out.yaml'", "people:-:file: '../../out.yaml' is no file for people"),
        ("UPDATE atlas.people SET file = 'people/deep/out.yaml'", "people:-:file: "),
        ("UPDATE atlas.people SET file = 'people/.out.yaml'", "people:-:file: "),
        ("UPDATE atlas.people SET file = 'people/out.txt'", "people:-:file: "),
        ("UPDATE atlas.people SET file = 'events/out.yaml'", "people:-:file: "),
        ("UPDATE atlas.units SET file = 'vocabulary/mine.yaml'", "units:-:file: 'vocabulary/mine.yaml' is no file"),
        ("INSERT INTO atlas.articles VALUES ('../../out.txt', 'x')", "articles:-:name: '../../out.txt' is no file"),
        ("INSERT INTO atlas.articles VALUES ('article/out.yaml', 'x')", "articles:-:name: "),
    ],
)
def test_nothing_is_written_where_it_would_not_be_read(
    database: str, tmp_path: Path, statement: str, told: str
) -> None:
    """Somebody else's database may name any file, also one outside of the folder."""
    change(database, statement)
    (problem,) = refused(database)
    assert problem.startswith(told)
    assert main(["import", database, str(tmp_path / "deep" / "back")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_system_of_line_ends_does_no_harm(database: str) -> None:
    before = open_atlas(database).articles
    change(database, "UPDATE atlas.articles SET content = replace(content, chr(10), chr(13) || chr(10))")
    assert open_atlas(database).articles == before


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "DROP SCHEMA atlas CASCADE",
            ["holds no atlas in the schema atlas (fill it: corridors import FOLDER postgres"],
        ),
        (
            "DROP EXTENSION postgis CASCADE",
            ["has no PostGIS (let an administrator run there: CREATE EXTENSION postgis"],
        ),
        (
            "DROP TABLE atlas.people, atlas.base",
            ["people:-:-: is not in the schema atlas (make", "base:-:-: is not in"],
        ),
        ("ALTER TABLE atlas.people DROP COLUMN content", ['is another than it should be: column "content"']),
    ],
)
def test_a_database_without_an_atlas_says_what_it_lacks(database: str, statement: str, told: list[str]) -> None:
    change(database, statement)
    for problem, words in zip(refused(database), told, strict=True):
        assert words in problem


def test_an_address_names_the_schema_as_it_does_for_others(
    postgres: Postgres, database: str, small_atlas: Path, shipped_atlas: Path
) -> None:
    """Two atlases in one database; also where PostGIS is not in public, and the name needs quotes."""
    other = f"{database}?options=-csearch_path%3D%22Caspian.now%22%2Cpg_catalog"
    assert main(["import", str(shipped_atlas), other]) == 0
    assert differences(open_atlas(shipped_atlas), open_atlas(other)) == []
    assert differences(open_atlas(small_atlas), open_atlas(database)) == []
    third = postgres.new()
    change(third, "CREATE SCHEMA gis")
    change(third, "CREATE EXTENSION postgis SCHEMA gis")
    assert main(["import", str(small_atlas), third]) == 0
    assert differences(open_atlas(small_atlas), open_atlas(third)) == []


def test_who_may_write_need_not_own_the_database(
    postgres: Postgres, small_atlas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = postgres.new()
    name = address.rpartition("/")[2]
    change(address, "CREATE ROLE writer LOGIN")
    writer = postgres.address(name, "writer")
    assert main(["import", str(small_atlas), writer]) == 1
    assert "has no PostGIS: permission denied to create" in capsys.readouterr().err
    change(address, "CREATE EXTENSION postgis")
    assert main(["import", str(small_atlas), writer]) == 1
    assert "may not be written: permission denied for database" in capsys.readouterr().err
    change(address, "CREATE SCHEMA atlas AUTHORIZATION writer")
    assert main(["import", str(small_atlas), writer]) == 0
    assert main(["import", str(small_atlas), writer, "--replace"]) == 0
    assert differences(open_atlas(small_atlas), open_atlas(address)) == []


def test_what_stands_beside_an_atlas_stays(
    postgres: Postgres, small_atlas: Path, shipped_atlas: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rights, views and other tables of the schema; and a table of the same name is not taken for ours."""
    address = postgres.new()
    change(address, "CREATE SCHEMA atlas CREATE TABLE mine (x integer)")
    change(address, "INSERT INTO atlas.mine VALUES (7)")
    assert main(["import", str(small_atlas), address]) == 0
    change(address, "CREATE VIEW atlas.ports AS SELECT * FROM atlas.features WHERE properties ->> 'kind' = 'port'")
    change(address, "CREATE ROLE guest LOGIN")
    change(address, "GRANT USAGE ON SCHEMA atlas TO guest")
    change(address, "GRANT SELECT ON ALL TABLES IN SCHEMA atlas TO guest")
    assert main(["import", str(shipped_atlas), address, "--replace"]) == 0
    guest = postgres.address(address.rpartition("/")[2], "guest")
    assert differences(open_atlas(shipped_atlas), open_atlas(guest)) == []
    with psycopg.connect(guest) as connection:
        assert connection.execute("SELECT x, count(*) > 5 FROM atlas.mine, atlas.ports GROUP BY x").fetchone() == (
            7,
            True,
        )
    taken = f"{address}?options=-csearch_path%3Dtaken"
    change(address, "CREATE SCHEMA taken CREATE TABLE events (x integer)")
    assert main(["import", str(small_atlas), taken, "--replace"]) == 1
    assert "has tables of its own in the schema taken: events (name another schema" in capsys.readouterr().err


def test_whoever_reads_goes_on_while_the_atlas_is_replaced(
    database: str, shipped_atlas: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=3s")
    with psycopg.connect(database) as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = reader.execute("SELECT count(*) FROM atlas.sources").fetchone()
        assert main(["import", str(shipped_atlas), database, "--replace"]) == 0
        assert reader.execute("SELECT count(*) FROM atlas.sources").fetchone() == before
    assert differences(open_atlas(shipped_atlas), open_atlas(database)) == []


def test_who_may_only_read_can_serve_and_who_may_not_is_told(postgres: Postgres, database: str) -> None:
    name = database.rpartition("/")[2]
    change(database, "CREATE ROLE reader LOGIN PASSWORD 'secret word'")
    reader = postgres.address(name, "reader", "secret%20word")
    (problem,) = refused(reader)
    assert "may not be read" in problem
    assert "grant USAGE on its schema and SELECT" in problem
    assert "secret" not in problem
    change(database, "GRANT USAGE ON SCHEMA atlas TO reader")
    change(database, "GRANT SELECT ON ALL TABLES IN SCHEMA atlas TO reader")
    assert open_atlas(reader).release == open_atlas(database).release


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://atlas:secret@127.0.0.1:1/atlas", "cannot be reached"),
        ("postgresql://atlas:se%63ret@127.0.0.1:1/atlas?password=secret", "cannot be reached"),
        ("postgresql://atlas:5@secret@127.0.0.1:1/atlas", "cannot be understood"),
        ("postgresql://atlas:5/secret@127.0.0.1:1/atlas", "cannot be understood"),
        ("postgresql://atlas:5?secret@127.0.0.1:1/atlas", "cannot be reached"),
        ("postgresql://atlas:%zzsecret@127.0.0.1:1/atlas", "cannot be understood"),
        ("postgresql://127.0.0.1:1/atlas?pass%77ord=%zzsecret", "cannot be understood"),
        ("postgresql://atlas:secret@[/atlas", "cannot be understood"),
        ("postgresql://:secret@/%zz", "cannot be understood"),
        (
            "postgresql://127.0.0.1:1/atlas?sllmode=require",
            'cannot be understood: invalid URI query parameter: "sllmode"',
        ),
    ],
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(address: str, told: str) -> None:
    """What libpq says of an address that it cannot understand may quote any part of it."""
    (problem,) = refused(address)
    assert told in problem
    assert "secret" not in problem


def test_a_password_is_never_shown() -> None:
    assert plainly("postgresql://me:secret@host:5432/atlas?a=b") == "postgresql://me:***@host:5432/atlas?a=b"
    assert plainly("postgresql://me:a@b/c?d@host/atlas") == "postgresql://me:***@host/atlas"
    assert plainly("postgresql://me@host/atlas?password=secret&a=b") == "postgresql://me@host/atlas?password=***&a=b"
    assert plainly("postgresql://host/atlas?pass%57ord=secret") == "postgresql://host/atlas?pass%57ord=***"
    assert plainly("postgresql://host/atlas?SslPassword=secret") == "postgresql://host/atlas?SslPassword=***"
    assert plainly("postgresql://host:5432/atlas") == "postgresql://host:5432/atlas"


def test_without_the_driver_it_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch, small_atlas: Path) -> None:
    monkeypatch.delattr("geodata.postgis")
    monkeypatch.delitem(sys.modules, "geodata.postgis")
    monkeypatch.setitem(sys.modules, "psycopg", None)
    (problem,) = refused("postgresql://atlas:secret@host/atlas")
    assert problem.startswith("database:-:-: cannot be opened: ")
    assert "(install what it needs: pip install 'psycopg[binary,pool]')" in problem
    assert main(["import", str(small_atlas), "postgresql://host/atlas"]) == 1


def test_an_atlas_with_errors_is_not_stored(
    postgres: Postgres, small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = shutil.copytree(small_atlas, tmp_path / "broken")
    for file in (broken / "sources").iterdir():
        file.unlink()
    address = postgres.new()
    assert main(["import", str(broken), address]) == 1
    assert "there is no source" in capsys.readouterr().err
    assert "holds no atlas" in refused(address)[0]


def test_what_is_there_goes_only_if_told_so(
    database: str, shipped_atlas: Path, small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = open_atlas(database).release
    assert main(["import", str(shipped_atlas), database]) == 1
    assert "holds an atlas already (say --replace" in capsys.readouterr().err
    assert open_atlas(database).release == before
    assert main(["import", str(shipped_atlas), database, "--replace"]) == 0
    assert open_atlas(database).description.id == open_atlas(shipped_atlas).description.id
    copy = shutil.copytree(small_atlas, tmp_path / "copy")
    assert main(["import", database, str(copy), "--replace"]) == 1
    assert open_atlas(copy).description.id == open_atlas(small_atlas).description.id


def test_commands_take_a_database(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", database]) == 0
    assert "0 problems" in capsys.readouterr().err
    assert main(["export", "geojson", database, "-o", str(tmp_path / "data.geojson")]) == 0


# --- layers too large for memory, whose tiles the database makes -------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_large(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def address(postgres: Postgres, folder: Path) -> str:
    with pytest.MonkeyPatch.context() as few:
        few.setattr("geodata.tiled.MOST_IN_TILE", 30)
        address = f"{postgres.new()}?options=-csearch_path%3D%22Large-Layers%22"
        assert main(["import", str(folder), address]) == 0
        return address


@pytest.fixture(scope="module")
def large(address: str) -> Atlas:
    return open_atlas(address)


def test_tiled_layers_stay_there_and_are_the_same(large: Atlas, folder: Path) -> None:
    files = open_atlas(folder)
    assert large.tiled
    assert files.tiled
    assert differences(files, large) == []
    assert large.tiled.counts == files.tiled.counts
    assert large.features["line-34"] == files.features["line-34"]
    assert "line-99999" not in large.features
    assert list(large.tiled.features()) == list(files.tiled.features())


def test_the_release_is_of_tiled_layers_too(postgres: Postgres, folder: Path) -> None:
    address = filled(postgres, folder)
    releases = [open_atlas(address).release]
    for column, value in (("geometry", "NULL"), ("properties", 'properties || \'{"note": {"en": "Gone"}}\'')):
        change(address, f"UPDATE atlas.features SET {column} = {value} WHERE id = 'line-34'")  # noqa: S608 - our own
        releases.append(open_atlas(address).release)
    assert len(set(releases)) == len(releases)


def said(tile: GeoDataFrame) -> dict[str, dict[str, str]]:
    """The attributes of each feature in a tile."""
    rows = tile.drop(columns=["geometry", "mvt_id"], errors="ignore").to_dict("records")
    return {row["id"]: {name: value for name, value in row.items() if isinstance(value, str)} for row in rows}


def test_tiles_show_what_the_archive_shows(large: Atlas, folder: Path, tmp_path: Path) -> None:
    assert large.tiled
    assert large.tiled.archive is None
    first = large.tiled.tile(0, 0, 0)
    (tmp_path / "0.mvt").write_bytes(gzip.decompress(first))
    of_database = read_dataframe(tmp_path / "0.mvt", layer="features")
    of_archive = read_dataframe(folder / "tiles.pmtiles", layer="features", ZOOM_LEVEL=0)
    assert said(of_database) == said(of_archive)
    assert len(of_database) < SIZE
    assert large.tiled.tile(5, 0, 0) == b""


def test_the_nearest_tiles_have_everything(large: Atlas, tmp_path: Path) -> None:
    feature = large.features["line-34"]
    assert feature.geometry is not None
    assert large.tiled
    column, row = (mercator(np.array(feature.geometry.coords)[:1])[0] * 2**12).astype(int).tolist()
    (tmp_path / "12.mvt").write_bytes(gzip.decompress(large.tiled.tile(12, column, row)))
    assert "line-34" in set(read_dataframe(tmp_path / "12.mvt", layer="features")["id"])


def test_tiled_layers_are_checked_and_tiles_must_follow(postgres: Postgres, folder: Path) -> None:
    address = filled(postgres, folder)
    assert main(["check", address]) == 0
    change(
        address,
        "UPDATE atlas.features SET properties = jsonb_set(properties, '{countries}', '[\"KZ\"]') WHERE id = 'line-34'",
    )
    atlas, origins, *_ = postgis.read(address)
    assert atlas
    (told,) = map(str, check_tiled(atlas, origins))
    assert told.startswith("features:-:tile: show something else than the features say")


def test_tiled_layers_come_back_as_files(address: str, folder: Path, tmp_path: Path) -> None:
    back = tmp_path / "back"
    assert main(["import", address, str(back)]) == 0
    atlas = open_atlas(back)
    assert atlas.tiled
    pmtiles(atlas.tiled.features(), back / "tiles.pmtiles")
    assert main(["check", str(back)]) == 0
    files = open_atlas(folder)
    assert files.tiled
    assert list(atlas.tiled.features()) == list(files.tiled.features())


def test_a_database_that_goes_away_is_told_and_comes_back(folder: Path) -> None:
    server = Postgres()
    try:
        atlas = open_atlas(filled(server, folder))
        assert atlas.tiled
        assert atlas.tiled.tile(0, 0, 0)
        server.kill()
        with pytest.MonkeyPatch.context() as quick:
            quick.setattr(postgis, "PATIENCE_S", 0.5)
            postgis._pool.cache_clear()
            with pytest.raises(AtlasError, match="cannot be reached"):
                atlas.tiled.tile(0, 0, 0)
            assert atlas.tiled.get("line-34") is None
            server.start()
            end = time.monotonic() + 30
            while not atlas.tiled.get("line-34"):
                assert time.monotonic() < end
            assert atlas.tiled.tile(0, 0, 0)
    finally:
        postgis._pool.cache_clear()
        server.stop()
