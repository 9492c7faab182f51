"""A layer as columns says the same as its GeoJSON (row 47; the browser reads nothing else)."""

import json
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from shapely import LineString, MultiLineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

from dashboard.export.picture import mercator as exact
from dashboard.map.columns import UNITS, by_layer, columns, mercator, names
from geodata import Atlas
from geodata.model import LANGUAGES

METRES = 40_075_017 / UNITS


def value(found: dict[str, Any], name: str, number: int) -> Any:
    values, places = found[name]
    return values[places[number]]


def parts(found: dict[str, Any]) -> list[list[list[tuple[int, int]]]]:
    """The positions of each part of each feature, in steps of 1/UNITS of the world."""
    steps = np.array(found["positions"], dtype=np.int64).reshape(-1, 2).cumsum(axis=0).tolist()
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
            assert len(json.loads(value(found, "changes", number))) == len(feature.history)
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
    positions = columns([feature], atlas)["positions"]
    assert all(abs(x) < 1000 and y == 0 for x, y in zip(positions[2::2], positions[3::2], strict=True))
    assert all(abs(a - b) <= 1 for a, b in pairwise(positions[2::2]))
