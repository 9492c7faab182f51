"""A layer as columns says the same as its GeoJSON (row 47; the browser reads nothing else)."""

import json
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.export.frame import mercator as exact
from dashboard.map.columns import UNITS, by_layer, columns, mercator, names, polyline
from geodata import Atlas
from geodata.model import LANGUAGES
from geodata.status import changes

METRES = 40_075_017 / UNITS


def value(found: dict[str, Any], name: str, number: int) -> Any:
    values, places = found[name]
    return values[places[number]]


def numbers(text: str) -> list[int]:
    """What an encoded polyline says, read letter by letter."""
    read, bits, shift = [], 0, 0
    for letter in text.encode("ascii"):
        bits |= (letter - 63 & 31) << shift
        shift += 5
        if letter - 63 < 32:
            read.append(bits >> 1 if bits % 2 == 0 else ~(bits >> 1))
            bits = shift = 0
    assert shift == 0
    return read


def parts(found: dict[str, Any]) -> list[list[list[tuple[int, int]]]]:
    """The positions of each part of each feature, in steps of 1/UNITS of the world."""
    steps = np.array(numbers(found["positions"]), dtype=np.int64).reshape(-1, 2).cumsum(axis=0).tolist()
    lengths, start, read = iter(found["lengths"]), 0, []
    for kind in found["geometries"]:
        shapes = []
        for _ in range(next(lengths) if kind else 0):
            length = next(lengths)
            shapes.append([tuple(at) for at in steps[start : start + length]])
            start += length
        read.append(shapes)
    assert start == len(steps)
    assert next(lengths, None) is None
    return read


def test_mercator_is_that_of_the_pictures():
    places = np.array([(0, 0), (51.2, 43.6), (-180, 85), (180, -85), (49, 90)], dtype=float)
    assert mercator(places) == pytest.approx(np.array([exact(at) for at in places.tolist()]), abs=1e-12)


def test_columns_say_what_the_atlas_says(atlas: Atlas):
    for features in by_layer(atlas).values():
        found = columns(features, atlas)
        assert json.loads(json.dumps(found))["ids"] == [feature.id for feature in features]
        for number, (feature, shapes) in enumerate(zip(features, parts(found), strict=True)):
            assert value(found, "kinds", number) == feature.kind
            assert value(found, "drawn", number) == feature.drawn
            assert tuple(value(found, "countries", number)) == feature.countries
            assert tuple(value(found, "owners", number)) == feature.owners
            steps = [found["steps"][step] for step in value(found, "changes", number)]
            assert steps == [tuple(change.values()) for change in changes(feature)]
            assert tuple(found["parts"].get(number, ())) == feature.parts
            assert (number in found["off_map"]) == feature.off_map
            if feature.geometry is None:
                assert shapes == []
            elif isinstance(feature.geometry, Point | LineString):
                expected = [exact(at[:2]) for at in feature.geometry.coords]
                got = np.array(shapes[0]) / UNITS
                assert np.abs(got - np.array(expected)).max() * 40_075_017 <= METRES


def test_names_stand_in_the_order_of_the_columns(atlas: Atlas):
    for features in by_layer(atlas).values():
        for language in LANGUAGES:
            assert names(features, language) == [feature.names.of(language) for feature in features]


RING = [(50, 40), (51, 40), (51, 41), (50, 40)]
HOLE = [(50.4, 40.2), (50.6, 40.2), (50.6, 40.4), (50.4, 40.2)]


@pytest.mark.parametrize(
    ("shape", "lengths"),
    [
        (Point(50, 40), [1, 1]),
        (LineString(RING), [1, 4]),
        (MultiLineString([RING, RING[:2]]), [2, 4, 2]),
        (Polygon(RING, [HOLE]), [2, 4, 4]),
        (None, []),
    ],
)
def test_every_kind_of_geometry_is_told_by_its_parts(atlas: Atlas, shape: BaseGeometry | None, lengths: list[int]):
    pattern = atlas.features["rail-btk"]
    feature = pattern.model_copy(update={"geometry": shape})
    found = columns([feature, feature], atlas)
    assert found["lengths"] == lengths * 2
    first, second = parts(found)
    assert first == second


def test_neighbours_are_told_by_small_numbers(atlas: Atlas):
    """Small whole numbers are what makes the file short."""
    line = LineString([(49 + step / 100, 41) for step in range(50)])
    feature = atlas.features["rail-btk"].model_copy(update={"geometry": line})
    positions = numbers(columns([feature], atlas)["positions"])
    assert all(abs(x) < 1000 and y == 0 for x, y in zip(positions[2::2], positions[3::2], strict=True))
    assert all(abs(a - b) <= 1 for a, b in pairwise(positions[2::2]))


def test_a_polyline_is_that_of_its_inventor():
    """The example of the format's own description: three places, as differences in 1/100 000 degree."""
    steps = [3850000, -12020000, 220000, -75000, 255200, -550300]
    assert polyline(np.array(steps)) == "_p~iF~ps|U_ulLnnqC_mqNvxq`@"


def test_the_browser_reads_the_positions_that_were_written(in_client: Callable[[str, str, Any], Any]):
    """Also the largest that there are: from one edge of the world to the other."""
    steps = [5, -3, 0, 0, UNITS, -UNITS, -UNITS, UNITS, 31, -32, 1, 2**30 - UNITS, -(2**30), 7]
    text = polyline(np.array(steps))
    script = """const ORIGIN = { x: 0, y: 0 };
        const found = [...readPositions(given.text, given.units)];"""
    expected = np.array(steps).reshape(-1, 2).cumsum(axis=0) / UNITS
    assert in_client("features.js", script, {"text": text, "units": UNITS}) == expected.ravel().tolist()
