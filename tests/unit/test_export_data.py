"""The data shown, as GeoJSON, GeoPackage and CSV (row 45)."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import geopandas
import pyogrio
import pytest

from dashboard.export import data
from dashboard.scene import Scene, scene
from dashboard.table import shown
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, open_atlas

TODAY = date(2026, 11, 23)
QUERIES: tuple[dict[str, str], ...] = ({}, {"country": "KZ"}, {"status": "operating", "date": "2026"}, {"q": "zzzz"})


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Atlas:
    return open_atlas(small_atlas)


def look(atlas: Atlas, query: dict[str, str]) -> Scene:
    return scene(atlas, View.from_query({"lang": "en", **query}, atlas), Words("en"), TODAY)


def rows(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf"), "Excel needs the mark"
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("query", QUERIES)
def test_each_file_holds_exactly_what_is_shown(small: Atlas, query: dict[str, str], tmp_path: Path):
    now = look(small, query)
    expected = [feature.id for feature in shown(now)]
    collection = json.loads(data.geojson(now))
    assert [feature["id"] for feature in collection["features"]] == expected
    assert [row["id"] for row in rows(data.objects_csv(now))] == expected
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(data.geopackage(now))
    layers = {name for name, _ in pyogrio.list_layers(path)} & {"places", "lines", "areas", "without_place"}
    found = [id for layer in layers for id in pyogrio.read_dataframe(path, layer=layer)["id"]]
    assert sorted(found) == sorted(expected)


def test_every_figure_about_them_is_there_with_its_sources(small: Atlas):
    now = look(small, {})
    found = rows(data.figures_csv(now))
    assert {row["id"] for row in found} == set(small.figures)
    assert all(row["sources"] for row in found)


def test_each_file_says_where_it_is_from(small: Atlas, tmp_path: Path):
    now = look(small, {})
    collection = json.loads(data.geojson(now))
    assert collection["release"] == small.release
    assert collection["licence"]
    assert collection["sources"]
    assert all(row["licence"] and row["release"] for row in rows(data.objects_csv(now)))
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(data.geopackage(now))
    assert pyogrio.read_dataframe(path, layer="about")["release"][0] == small.release


def test_a_geopackage_is_read_with_its_reference_system(small: Atlas, tmp_path: Path):
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(data.geopackage(look(small, {})))
    assert geopandas.read_file(path, layer="lines").crs == "EPSG:4326"


def test_geojson_is_longitude_before_latitude(atlas: Atlas):
    members = {one["id"]: one for one in json.loads(data.geojson(look(atlas, {})))["features"]}
    longitude, latitude = members["port-aktau"]["geometry"]["coordinates"]
    assert longitude > latitude


@pytest.mark.parametrize("dangerous", ["=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_a_formula(dangerous: str):
    """Row 45: a spreadsheet runs nothing."""
    text = data._csv([{"a": dangerous, "b": "fine"}]).decode("utf-8-sig")
    assert next(csv.DictReader(io.StringIO(text, newline="")))["a"] == f"'{dangerous}"


def test_negative_numbers_stay_numbers():
    assert b"\n-29.5," in data._csv([{"a": "-29.5", "b": ""}])
