"""Layers too large for memory: read one feature at a time, checked like all others (row 66)."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.cli import main
from dashboard.scene import scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, AtlasError, open_atlas
from geodata.check import check_tiled
from geodata.files import read
from geodata.model import Features
from geodata.tiled import LAST_ZOOM, MOST_IN_TILE, attributes, least_zooms, mercator
from tests.bench.layers import features
from tests.large import SIZE, write_large


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_large(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def large(folder: Path) -> Atlas:
    return open_atlas(folder)


@pytest.fixture
def copy(folder: Path, tmp_path: Path) -> Path:
    return shutil.copytree(folder, tmp_path / "copy")


def change(folder: Path, layer: str, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "layers" / f"{layer}.gpkg")) as database:
        # the index of positions is kept by functions of GDAL, which is not here
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'features'"
        for (name,) in database.execute(triggers).fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute(statement, values)
        database.commit()


def corrupt(folder: Path, **properties: object) -> None:
    """Write other properties into line-34."""
    said = next(feature["properties"] for _, feature in features(SIZE) if feature["id"] == "line-34") | properties
    change(folder, "rail", "UPDATE features SET properties = ? WHERE id = 'line-34'", json.dumps(said))


def refused(folder: Path) -> list[str]:
    with pytest.raises(AtlasError) as error:
        open_atlas(folder)
    return [str(problem) for problem in error.value.problems]


def doubtful(folder: Path) -> Iterator[str]:
    atlas, origins, *_ = read(folder)
    assert atlas
    return map(str, check_tiled(atlas, origins, at_once=100))


def test_nothing_of_it_is_held_but_everything_is_found(large: Atlas) -> None:
    assert isinstance(large.features, Features)
    assert len(large.features) == 0
    assert large.tiled
    assert sum(large.tiled.counts.values()) == SIZE
    written = {feature["id"]: feature for _, feature in features(SIZE)}
    for feature in large.tiled.features():
        expected = written.pop(feature.id)
        assert feature == large.features[feature.id]
        assert feature.names.en == expected["properties"]["names"]["en"]
        assert feature.geometry is not None
        assert json.loads(json.dumps(feature.geometry.__geo_interface__)) == expected["geometry"]
    assert not written
    assert "no-such-line" not in large.features
    with pytest.raises(KeyError):
        large.features["no-such-line"]


def test_one_of_them_can_be_chosen_and_is_described(large: Atlas) -> None:
    view = View.from_query({"select": "line-34", "lang": "en"}, large)
    shown = scene(large, view, Words("en"), date(2026, 1, 1))
    assert view.selected == "line-34"
    assert shown.lit == ("line-34",)
    assert {row.id: row.count for row in shown.theme_rows()} == large.tiled.counts  # pyright: ignore[reportOptionalMemberAccess]


def test_the_release_follows_a_change(copy: Path, large: Atlas) -> None:
    change(copy, "rail", "DELETE FROM features WHERE id = 'line-34'")
    (copy / "atlas.yaml").write_text(
        (copy / "atlas.yaml").read_text(encoding="utf-8").replace(f"features: {SIZE}", f"features: {SIZE - 1}"),
        encoding="utf-8",
    )
    assert open_atlas(copy).release != large.release


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("DROP INDEX features_id", "has no unique index"),
        ("ALTER TABLE features RENAME COLUMN properties TO attributes", "has no properties"),
        ("UPDATE gpkg_geometry_columns SET srs_id = 3857", "is not in WGS 84"),
    ],
)
def test_a_package_of_another_form_is_refused(copy: Path, statement: str, told: str) -> None:
    if "3857" in statement:
        change(copy, "rail", "INSERT OR IGNORE INTO gpkg_spatial_ref_sys VALUES ('m', 3857, 'EPSG', 3857, 'm', '')")
    change(copy, "rail", statement)
    (problem,) = refused(copy)
    assert problem.startswith("layers/rail.gpkg:")
    assert told in problem


def test_what_is_no_package_is_refused(copy: Path) -> None:
    (copy / "layers" / "rail.gpkg").write_text("not a database, but long enough to be looked at " * 50)
    (problem,) = refused(copy)
    assert problem.startswith("layers/rail.gpkg:-:-: cannot be read as a GeoPackage")


def test_a_missing_or_needless_package_is_told(copy: Path) -> None:
    (copy / "layers" / "rail.gpkg").rename(copy / "layers" / "rails.gpkg")
    told = refused(copy)
    assert "layers/rails.gpkg:-:-: belongs to no tiled layer of atlas.yaml (did you mean layers/rail.gpkg?)" in told
    assert any("the tiled layer rail has no file" in problem for problem in told)


def test_an_id_that_another_layer_has_is_told(copy: Path) -> None:
    text = (copy / "atlas.yaml").read_text(encoding="utf-8")
    (copy / "atlas.yaml").write_text(text.replace("tiled: true", "tiled: false", 1), encoding="utf-8")
    (copy / "layers" / "ports.gpkg").unlink()
    place = next(feature for layer, feature in features(SIZE) if layer == "ports")
    collection = {"type": "FeatureCollection", "features": [place | {"id": "line-34"}]}
    (copy / "layers" / "ports.geojson").write_text(json.dumps(collection), encoding="utf-8")
    assert any("line-34 is already taken" in problem for problem in refused(copy))


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ("{", "layers/rail:line-34:properties: is not JSON"),
        ("[]", "layers/rail:line-34:properties: is not a JSON object"),
        ("[" * 100_000, "layers/rail:line-34:properties: nests too deep"),
        ("9" * 5000, "layers/rail:line-34:properties: has a number of thousands of digits"),
        ('{"kind": "railway"}', "layers/rail:line-34:names: is missing"),
    ],
)
def test_a_feature_that_cannot_be_read_is_told_and_harms_no_other(copy: Path, properties: str, told: str) -> None:
    change(copy, "rail", "UPDATE features SET properties = ? WHERE id = 'line-34'", properties)
    atlas = open_atlas(copy)
    assert "line-34" not in atlas.features
    assert "line-35" in atlas.features
    with pytest.raises(AtlasError, match="line-34") as error:
        list(doubtful(copy))
    assert told in str(error.value)


@pytest.mark.parametrize("geometry", [b"x", b"GP\x00", b"GP\x00\x01\xe6\x10\x00\x00\x01", b"\xff" * 40])
def test_a_geometry_that_is_cut_off_is_told(copy: Path, geometry: bytes) -> None:
    change(copy, "rail", "UPDATE features SET geom = ? WHERE id = 'line-34'", geometry)
    assert "line-34" not in open_atlas(copy).features
    with pytest.raises(AtlasError, match="layers/rail:line-34:geometry: is not a geometry"):
        list(doubtful(copy))


@pytest.mark.parametrize(
    ("change_of", "told"),
    [
        ("properties = x'7b7d'", "layers/rail:line-34:properties: is no text"),
        ("properties = CAST(x'7bff7d' AS TEXT)", "layers/rail:line-34:properties: is no text (write a JSON object"),
        ("geom = 'POINT (51 43)'", "layers/rail:line-34:geometry: is not a geometry"),
        ("id = CAST(x'ff' AS TEXT)", "layers/rail:-:id: is no text in one of the features (give each a text"),
        ("id = NULL", "layers/rail:-:id: is no text in one of the features"),
    ],
)
def test_a_column_may_hold_anything(copy: Path, change_of: str, told: str) -> None:
    """SQLite keeps no column to its type, nor a text to UTF-8."""
    change(copy, "rail", f"UPDATE features SET {change_of} WHERE id = 'line-34'")  # noqa: S608 - from above
    assert "line-34" not in open_atlas(copy).features
    with pytest.raises(AtlasError) as error:
        list(doubtful(copy))
    assert str(error.value).startswith(told)


def test_a_damaged_disk_is_told(copy: Path, caplog: pytest.LogCaptureFixture) -> None:
    package = copy / "layers" / "rail.gpkg"
    content = package.read_bytes()
    start = content.index(b'"Railway 34"') // 4096 * 4096
    package.write_bytes(content[:start] + bytes(4096) + content[start + 4096 :])
    atlas = open_atlas(copy)
    assert "line-34" not in atlas.features
    assert "layers/rail.gpkg:-:-: cannot be read as a GeoPackage" in caplog.text
    with pytest.raises(AtlasError, match=r"layers/rail\.gpkg:-:-: cannot be read as a GeoPackage"):
        list(doubtful(copy))


def test_each_feature_is_checked_like_those_in_memory(copy: Path) -> None:
    corrupt(copy, sources=["nobody"], drawn=None)
    told = list(doubtful(copy))
    assert "layers/rail:line-34:sources: there is no source nobody (add it to sources/)" in told
    assert any(problem.startswith("layers/rail:line-34:drawn:") for problem in told)
    assert len(told) == 3
    assert told[-1].startswith("tiles.pmtiles:")


def test_a_sound_atlas_has_nothing_to_tell(folder: Path) -> None:
    assert list(doubtful(folder)) == []


def test_tiles_must_be_made_of_what_the_layers_hold(copy: Path) -> None:
    corrupt(copy, countries=["KZ"])
    (told,) = doubtful(copy)
    assert told.startswith("tiles.pmtiles:-:-: was made of other features than the layers have now (make it again")
    (copy / "tiles.pmtiles").write_bytes(b"PMTiles\x03")
    assert next(doubtful(copy)).startswith("tiles.pmtiles:-:-: is no archive of ours")
    (copy / "tiles.pmtiles").unlink()
    assert next(doubtful(copy)).startswith("tiles.pmtiles:-:-: is missing, so that the tiled layers are not drawn")


def test_the_command_checks_all_of_it(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(copy)]) == 0
    change(copy, "rail", "UPDATE features SET properties = 'x' WHERE id = 'line-34'")
    assert main(["check", str(copy)]) == 1
    assert "layers/rail:line-34:properties: is not JSON" in capsys.readouterr().out


def test_a_tile_says_what_is_needed_to_draw_and_name(large: Atlas) -> None:
    said = attributes(large.features["line-34"])
    assert (said["id"], said["layer"], said["kind"], said["drawn"]) == ("line-34", "rail", "railway", "surveyed")
    assert (said["name"], said["name_tr"]) == ("Railway 34", "Demiryolu 34")
    assert json.loads(said["changes"] or "")[0]["status"] == "planned"


@given(st.lists(st.tuples(st.floats(-179, 179), st.floats(-80, 80)), min_size=1, max_size=200), st.integers(1, 9))
def test_no_tile_has_too_many_and_what_was_seen_stays(places: list[tuple[float, float]], most: int) -> None:
    ids = [f"place-{number}" for number in range(len(places))]
    starts = np.array(places)
    with pytest.MonkeyPatch.context() as few:
        few.setattr("geodata.tiled.MOST_IN_TILE", most)
        least = least_zooms(ids, starts)
    assert most < MOST_IN_TILE
    at = mercator(starts)
    for zoom in range(LAST_ZOOM):
        cells = [tuple(cell) for cell in np.floor(at[least <= zoom] * 2**zoom).astype(int).tolist()]
        assert max(map(cells.count, cells), default=0) <= most
        # a tile is as full as it can be
        everywhere = [tuple(cell) for cell in np.floor(at * 2**zoom).astype(int).tolist()]
        for cell in set(everywhere):
            assert cells.count(cell) == min(most, everywhere.count(cell))
    assert least.max() <= LAST_ZOOM
