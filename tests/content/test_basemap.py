"""The base map that ships: whose land is whose, what is water, and that it is drawn well."""

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from shapely import Point, box
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from geodata.basemap import text_of

FILE = Path(__file__).parents[2] / "geodata/caspian/base/base.geojson"
TEXT = FILE.read_text(encoding="utf-8")
BASE = json.loads(TEXT)
FEATURES: list[dict[str, Any]] = BASE["features"]
FRAME = box(20, 30, 95, 58)
DRAWN = box(19, 29, 96, 59)
LANGUAGES = ["kk", "en", "ru", "az", "tr"]


def of(kind: str) -> list[tuple[dict[str, Any], BaseGeometry]]:
    return [(item["properties"], shape(item["geometry"])) for item in FEATURES if item["properties"]["kind"] == kind]


def points(kind: str) -> list[tuple[dict[str, Any], Point]]:
    return [(properties, Point(shape.coords)) for properties, shape in of(kind)]


COUNTRIES = {properties["iso"]: area for properties, area in of("country")}
BORDERS = of("border")


def whose(longitude: float, latitude: float) -> list[str]:
    return [iso for iso, area in COUNTRIES.items() if area.intersects(Point(longitude, latitude))]


def lines(*countries: str, line: str | None = None) -> list[tuple[bool, BaseGeometry]]:
    return [
        (properties["disputed"], shape)
        for properties, shape in BORDERS
        if properties["countries"] == list(countries) and properties.get("line") == line
    ]


# ---- the borders that were mended


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(34.10, 44.95), (33.55, 44.58), (36.40, 45.35), (32.75, 45.40), (33.70, 46.05), (34.60, 45.70)],
    ids=["Simferopol", "Sevastopol", "Kerch", "Tarkhankut", "Krasnoperekopsk", "Dzhankoi"],
)
def test_crimea_belongs_to_ukraine(longitude: float, latitude: float):
    assert whose(longitude, latitude) == ["UA"]


def test_no_part_of_russia_lies_in_crimea():
    assert COUNTRIES["RU"].intersection(box(32, 44, 36.55, 46.5)).area == 0
    assert whose(37.39, 45.22) == ["RU"]  # Temryuk, across the strait


def test_crimea_hangs_together_with_the_mainland_of_ukraine():
    mainland = next(part for part in shapely.get_parts(COUNTRIES["UA"]) if part.contains(Point(30.52, 50.45)))
    assert mainland.contains(Point(34.10, 44.95))


def test_the_line_across_the_isthmus_of_crimea_is_dashed():
    [(disputed, line)] = lines("UA", line="crimea")
    assert disputed
    assert box(33.4, 45.6, 35.1, 46.3).contains(line)
    # not also a border of Russia
    assert all(border.distance(line) > 1 for _, border in lines("RU", "UA"))


@pytest.mark.parametrize(("longitude", "latitude"), [(63.3, 45.62), (63.3, 45.95), (63.32, 45.62), (62.9, 46.1)])
def test_the_baikonur_lease_is_kazakhstan_and_nothing_else(longitude: float, latitude: float):
    assert whose(longitude, latitude) == ["KZ"]


def test_nothing_is_to_be_seen_of_the_baikonur_lease():
    lease = box(61.5, 45, 65, 47)
    assert COUNTRIES["KZ"].contains(lease)
    assert not any(border.intersects(lease) for _, border in BORDERS)


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(41.02, 43.00), (40.27, 43.29), (41.73, 42.63), (43.97, 42.23), (43.65, 42.53), (44.48, 42.13)],
    ids=["Sukhumi", "Gagra", "Gali", "Tskhinvali", "Kvaisa", "Akhalgori"],
)
def test_abkhazia_and_south_ossetia_are_in_georgia(longitude: float, latitude: float):
    assert whose(longitude, latitude) == ["GE"]


@pytest.mark.parametrize(
    ("line", "inside", "outside"),
    [("abkhazia", (41.02, 43.00), (42.69, 42.27)), ("south-ossetia", (43.97, 42.23), (44.11, 41.98))],
)
def test_the_lines_around_abkhazia_and_south_ossetia_are_dashed_and_cut_through(
    line: str, inside: tuple[float, float], outside: tuple[float, float]
):
    [(disputed, boundary)] = lines("GE", line=line)
    assert disputed
    parts = shapely.get_parts(
        shapely.polygonize(list(shapely.get_parts(shapely.union_all([COUNTRIES["GE"].boundary, boundary]))))
    )
    [one] = [part for part in parts if part.contains(Point(inside))]
    assert not one.contains(Point(outside))


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(46.75, 39.82), (46.75, 39.76), (46.93, 40.00), (46.54, 39.64), (46.10, 40.05)],
    ids=["Khankendi", "Shusha", "Aghdam", "Lachin", "Kalbajar"],
)
def test_karabakh_is_in_azerbaijan(longitude: float, latitude: float):
    assert whose(longitude, latitude) == ["AZ"]


def test_no_line_runs_through_karabakh():
    assert not any(border.intersects(box(46.7, 39.3, 48, 40.4)) for _, border in lines("AM", "AZ"))
    assert not lines("AZ")
    assert not any(line for properties, line in BORDERS if properties["countries"] == ["AZ"])


def test_nakhchivan_is_an_exclave_of_azerbaijan():
    assert whose(45.41, 39.21) == ["AZ"]
    parts = shapely.get_parts(COUNTRIES["AZ"])
    [nakhchivan] = [part for part in parts if part.contains(Point(45.41, 39.21))]
    [main] = [part for part in parts if part.contains(Point(49.80, 40.42))]
    assert nakhchivan.disjoint(main)
    assert 0.3 < nakhchivan.area < 0.8
    # Syunik lies between them, and reaches the Aras
    assert whose(46.25, 38.95) == ["AM"]
    assert COUNTRIES["AM"].intersection(COUNTRIES["IR"]).length > 0.2


@pytest.mark.parametrize(
    ("longitude", "latitude", "country"),
    [
        (33.32, 35.34, "CY"),  # Kyrenia
        (35.80, 33.05, "SY"),  # Golan
        (35.57, 33.20, "IL"),  # Huleh valley, west of it
        (35.20, 31.90, "PS"),  # Ramallah
        (34.40, 31.42, "PS"),  # Gaza
        (21.16, 42.66, "RS"),  # Pristina
        (29.62, 46.84, "MD"),  # Tiraspol
        (77.10, 35.40, "IN"),  # Siachen
    ],
)
def test_other_land_that_the_source_shows_otherwise(longitude: float, latitude: float, country: str):
    assert whose(longitude, latitude) == [country]


@pytest.mark.parametrize(
    ("countries", "line", "near"),
    [
        (("CN", "IN"), None, (78.8, 34.0)),
        (("CY",), "northern-cyprus", (33.4, 35.18)),
        (("IL", "PS"), None, (35.05, 32.2)),
        (("IL", "SY"), None, (35.63, 33.1)),
        (("IN", "PK"), None, (74.0, 34.0)),
        (("MD",), "transnistria", (29.1, 47.4)),
        (("RS",), "kosovo", (21.2, 43.1)),
        (("SY",), "golan", (35.87, 33.1)),
    ],
)
def test_lines_that_are_disputed_on_the_ground_are_dashed(
    countries: tuple[str, ...], line: str | None, near: tuple[float, float]
):
    distances = {disputed: border.distance(Point(near)) for disputed, border in lines(*countries, line=line)}
    assert distances[True] < 0.3
    assert distances[True] < distances.get(False, 10)


@pytest.mark.parametrize(
    "countries", [("AM", "AZ"), ("AM", "TR"), ("AZ", "GE"), ("GE", "RU"), ("KZ", "RU"), ("RU", "UA")]
)
def test_borders_that_are_recognised_are_solid(countries: tuple[str, str]):
    [(disputed, _)] = lines(*countries)
    assert not disputed


# ---- water


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(51.0, 42.0), (50.5, 44.1), (51.5, 39.0), (48.9, 43.5), (51.0, 46.3), (50.4, 37.6), (53.4, 41.3)],
)
def test_the_caspian_is_water(longitude: float, latitude: float):
    assert whose(longitude, latitude) == []


def test_the_caspian_is_water_all_over():
    """The largest piece of water enclosed by land has the Caspian's size: 371 000 km² with its shallow north."""
    water = DRAWN.difference(shapely.union_all(list(COUNTRIES.values())))
    [caspian] = [part for part in shapely.get_parts(water) if part.contains(Point(51, 42))]
    south, north = caspian.bounds[1], caspian.bounds[3]
    assert 36.4 < south < 36.7
    assert 46.9 < north < 47.3
    assert not any(caspian.contains(Point(sea)) for sea in [(34, 43), (36.7, 46.0), (28.2, 40.7)])
    square_degree = 111.2**2 * 0.7447  # at 41.9° north
    assert caspian.area * square_degree == pytest.approx(371_000, rel=0.1)


def test_lakes_lie_on_land():
    for properties, lake in of("lake"):
        land = shapely.union_all([area for area in COUNTRIES.values() if area.intersects(lake)])
        assert lake.difference(land).area < 0.03 * lake.area, properties["id"]


def test_of_the_aral_sea_only_what_is_left_in_the_north_is_drawn():
    lakes = shapely.union_all([lake for _, lake in of("lake")])
    assert lakes.contains(Point(60.9, 46.4))
    assert not lakes.intersects(box(58, 43.5, 62, 45.9))


@pytest.mark.parametrize(
    ("lake", "longitude", "latitude"),
    [
        ("balkhash", 78.5, 46.6),
        ("issyk-kul", 77.3, 42.4),
        ("sevan", 45.4, 40.3),
        ("van", 43, 38.6),
        ("urmia", 45.4, 37.6),
    ],
)
def test_lakes_are_where_they_are(lake: str, longitude: float, latitude: float):
    [area] = [area for properties, area in of("lake") if properties["id"] == lake]
    assert area.contains(Point(longitude, latitude))


# ---- how it is drawn


def test_every_geometry_is_valid_and_inside_what_is_drawn():
    for item in FEATURES:
        geometry = shape(item["geometry"])
        assert geometry.is_valid, item["properties"]
        assert geometry.is_simple, item["properties"]
        assert not geometry.is_empty, item["properties"]
        assert DRAWN.covers(geometry), item["properties"]


def test_rings_are_wound_as_geojson_asks():
    for kind in ("country", "lake"):
        for properties, area in of(kind):
            for part in shapely.get_parts(area):
                assert part.exterior.is_ccw, properties
                assert not any(hole.is_ccw for hole in part.interiors), properties


def test_countries_do_not_overlap():
    assert shapely.coverage_is_valid(list(COUNTRIES.values()))


def test_there_is_no_sliver():
    for iso, area in COUNTRIES.items():
        for part in shapely.get_parts(area):
            assert part.area > 1e-4, iso
            assert part.buffer(-0.002).area > 0, iso


def test_there_is_no_gap_between_neighbours():
    """Water inside land is the Caspian with its lagoons and a few lagoons elsewhere, nothing that is long and thin."""
    land = shapely.union_all(list(COUNTRIES.values()))
    holes = [shapely.Polygon(hole) for part in shapely.get_parts(land) for hole in part.interiors]
    assert holes
    for hole in holes:
        touched = [iso for iso, area in COUNTRIES.items() if hole.exterior.intersection(area.boundary).length > 1e-9]
        assert len(touched) == 1 or hole.area > 20, (touched, hole.representative_point().wkt)


def test_borders_run_exactly_between_their_countries():
    for properties, border in BORDERS:
        if "line" not in properties:
            assert len(properties["countries"]) == 2
            for iso in properties["countries"]:
                assert border.difference(COUNTRIES[iso].boundary).length < 1e-9, properties


def test_every_border_of_two_countries_is_drawn():
    drawn: dict[tuple[str, ...], float] = {}
    for properties, border in BORDERS:
        key = tuple(properties["countries"])
        drawn[key] = drawn.get(key, 0) + border.length
    for one, area in COUNTRIES.items():
        for other, neighbour in COUNTRIES.items():
            if one < other and (common := area.boundary.intersection(neighbour.boundary)).length:
                assert drawn[one, other] == pytest.approx(common.length), (one, other)


def test_disputed_lines_inside_a_country_lie_in_it_and_end_at_its_edge_or_at_each_other():
    inner = [(properties, border) for properties, border in BORDERS if "line" in properties]
    assert {properties["line"] for properties, _ in inner} >= {"abkhazia", "south-ossetia", "crimea", "kosovo", "golan"}
    for properties, border in inner:
        [iso] = properties["countries"]
        assert properties["disputed"]
        assert COUNTRIES[iso].covers(border), properties
        edges = [COUNTRIES[iso].boundary, *(line for _, line in inner if line is not border)]
        for end in shapely.get_parts(border.boundary):
            assert any(edge.distance(end) < 1e-9 for edge in edges), properties


def test_there_is_more_detail_where_the_corridors_meet():
    """Points for each degree of coast or border: around the Caspian and in the South Caucasus, and elsewhere."""

    def density(*isos: str) -> float:
        areas = [COUNTRIES[iso] for iso in isos]
        return sum(shapely.get_num_coordinates(area) for area in areas) / sum(area.length for area in areas)

    assert density("AM", "AZ", "GE") > 2 * density("PL", "RO", "MN")


# ---- names and places


def test_names_are_given_in_five_languages():
    labelled = [item["properties"] for item in FEATURES if "names" in item["properties"]]
    assert {properties["kind"] for properties in labelled} == {"city", "lake", "sea"}
    for properties in labelled:
        assert list(properties["names"]) == LANGUAGES
        assert all(name and name == name.strip() for name in properties["names"].values()), properties
        assert properties["rank"] in (1, 2, 3)
    assert all("names" in properties for kind in ("city", "sea") for properties, _ in of(kind))
    assert all(("label" in properties) == ("names" in properties) for properties, _ in of("lake"))


@pytest.mark.parametrize(
    ("language", "letters"), [("kk", "Cyrillic"), ("ru", "Cyrillic"), ("en", "Latin"), ("az", "Latin"), ("tr", "Latin")]
)
def test_names_are_in_the_script_of_their_language(language: str, letters: str):
    for item in FEATURES:
        name = item["properties"].get("names", {}).get(language, "")
        scripts = {"Cyrillic" if "\u0400" <= letter <= "\u04ff" else "Latin" for letter in name if letter.isalpha()}
        assert scripts <= {letters}, name


def test_russian_names_have_no_kazakh_letters_and_turkish_ones_no_azerbaijani():
    for item in FEATURES:
        names = item["properties"].get("names", {"ru": "", "tr": ""})
        assert not set(names["ru"].lower()) & set("әғқңөұүһі"), names
        assert not set(names["tr"].lower()) & set("əxqw"), names


def test_every_city_lies_in_its_country():
    for properties, point in points("city"):
        assert whose(point.x, point.y) == [properties["iso"]], properties["names"]["en"]


def test_cities_are_told_apart_and_inside_the_frame():
    cities = points("city")
    assert len({properties["names"]["en"] for properties, _ in cities}) == len(cities) >= 60
    assert all(FRAME.contains(point) for _, point in cities)


def test_the_corridors_countries_show_their_capital():
    capitals = [properties["iso"] for properties, _ in of("city") if properties["rank"] == 1]
    assert len(set(capitals)) == len(capitals)
    assert set(capitals) >= {"AM", "AZ", "GE", "IR", "KG", "KZ", "RU", "TJ", "TM", "TR", "UA", "UZ"}


def test_countries_are_labelled_on_their_own_land_inside_the_frame():
    labelled = {properties["iso"]: properties for properties, _ in of("country") if "labels" in properties}
    assert labelled.keys() >= {"AM", "AZ", "CN", "GE", "IR", "KG", "KZ", "RU", "TJ", "TM", "TR", "UA", "UZ"}
    for iso, properties in labelled.items():
        assert properties["rank"] in (1, 2, 3)
        for label in properties["labels"]:
            assert COUNTRIES[iso].contains(Point(label)), (iso, label)
            assert FRAME.contains(Point(label)), (iso, label)


def test_seas_are_labelled_on_water_and_lakes_on_themselves():
    seas = {properties["id"]: point for properties, point in points("sea")}
    assert seas.keys() >= {"caspian", "black", "azov", "mediterranean", "persian-gulf"}
    assert {sea: whose(point.x, point.y) for sea, point in seas.items()} == {sea: [] for sea in seas}
    for properties, lake in of("lake"):
        if "label" in properties:
            assert lake.contains(Point(properties["label"])), properties["id"]


def test_country_names_are_not_kept_here():
    assert not any("names" in properties or "name" in properties for properties, _ in of("country"))


# ---- the file


def test_the_file_is_small():
    assert len(TEXT.encode()) <= 450_000


def test_the_file_is_as_the_script_writes_it():
    assert text_of(BASE) == TEXT


def test_sources_are_named_with_their_licence():
    assert {source["licence"] for source in BASE["sources"]} == {"public domain", "LGPL-3.0-or-later", "CC BY 4.0"}
    assert all(source["what"] and source["source"] for source in BASE["sources"])
