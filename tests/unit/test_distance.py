"""Lengths and distances (rows 1 and 8 rest on them)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiLineString, Point

from geodata.distance import EARTH_RADIUS_KM, distance_km, flat_km, length_km

Position = tuple[float, float]
POSITIONS = st.tuples(st.floats(-180, 180), st.floats(-90, 90))


@given(st.lists(POSITIONS, min_size=2, max_size=12))
def test_a_length_does_not_depend_on_direction(positions: list[tuple[float, float]]):
    line = LineString(positions)
    assert length_km(line) == pytest.approx(length_km(line.reverse()))


@given(POSITIONS, POSITIONS, POSITIONS)
def test_a_detour_is_never_shorter(start: Position, between: Position, end: Position):
    direct = distance_km(*start, *end)
    assert direct <= distance_km(*start, *between) + distance_km(*between, *end) + 1e-6
    assert 0 <= direct <= 3.1416 * EARTH_RADIUS_KM


def test_known_lengths():
    """One minute of latitude is a nautical mile, 1.852 km; Aktau to Baku is about 360 km as the crow flies."""
    assert length_km(LineString([(50, 40), (50, 40 + 1 / 60)])) == pytest.approx(1.852, rel=0.002)
    assert distance_km(51.15, 43.6, 49.87, 40.37) == pytest.approx(374, rel=0.01)
    assert length_km(Point(50, 40)) == 0


def test_the_parts_of_a_line_are_added_up():
    parts = [LineString([(50, 40), (51, 40)]), LineString([(52, 41), (53, 42)])]
    assert length_km(MultiLineString(parts)) == pytest.approx(sum(map(length_km, parts)))


@given(st.floats(35, 50), st.floats(45, 60), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3))
def test_the_flat_picture_is_true_to_scale_nearby(latitude: float, longitude: float, east: float, north: float):
    here, there = Point(longitude, latitude), Point(longitude + east, latitude + north)
    flat = flat_km(here, latitude).distance(flat_km(there, latitude))
    assert flat == pytest.approx(distance_km(here.x, here.y, there.x, there.y), rel=0.01, abs=0.001)
