"""Lines that share a course are drawn side by side, in pictures as on the screen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from shapely import LineString

from dashboard.export.courses import SHARED, STEP, Floats, separate
from dashboard.export.frame import frame, mercator
from dashboard.export.picture import BETWEEN_LINES, Line, Picture, _separated, picture
from dashboard.scene import Scene, scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas

GAP = 5 / (256 * 2**8)
"""Five CSS pixels at zoom 8."""
PLACES = """
const lines = given.map((parts) => ({ parts: parts.map((part) => part.flat()) }));
separate(lines);
const plain = ({ x, y, dx, dy, slot }) => [x, y, -dy * slot, dx * slot];
const found = lines.map(({ shares, courses }) => (shares ? courses.map((course) => course.map(plain)) : []));
"""


def look(atlas: Atlas, **query: str) -> Scene:
    view = View.from_query({"lang": "en", **query}, atlas)
    return scene(atlas, view, Words(view.language), date(2026, 11, 23))


def with_lines(atlas: Atlas, **lines: Sequence[tuple[float, float]]) -> Atlas:
    """The atlas with nothing in it but railways along these positions."""
    pattern = atlas.features["rail-btk"].model_copy(update={"history": (), "drawn": "surveyed"})
    return replace(
        atlas,
        features={
            id: pattern.model_copy(update={"id": id, "geometry": LineString(positions)})
            for id, positions in lines.items()
        },
    )


def drawn(atlas: Atlas, at: str = "8/41/47") -> tuple[Picture, list[Floats]]:
    """A picture, and the positions (n by 2, CSS pixels) of each of its lines."""
    found = picture(look(atlas, at=at), 1000, 800)
    return found, [path(line) for line in found.lines]


def path(line: Line) -> Floats:
    return np.array([[float(value) for value in at.split()] for at in line.path.removeprefix("M").split("L")])


def parts_of(atlas: Atlas) -> list[list[Floats]]:
    """The lines of an atlas (positions n by 2, the world is 1), in the order in which they are drawn."""
    layers = [layer.id for layer in atlas.description.layers]
    lines = [one for one in atlas.features.values() if isinstance(one.geometry, LineString) and not one.parts]
    lines.sort(key=lambda one: -layers.index(one.layer))
    return [[np.array([mercator(at) for at in one.geometry.coords])] for one in lines if one.geometry is not None]


def test_the_browser_puts_them_in_the_same_places(atlas: Atlas, in_client: Callable[[str, str, Any], Any]):
    lines = parts_of(atlas)
    found = in_client("courses.js", PLACES, [[part.tolist() for part in line] for line in lines])
    pairs = list(zip(separate(lines), found, strict=True))
    assert sum(bool(ours) for ours, _ in pairs) > 20
    for ours, theirs in pairs:
        assert len(ours) == len(theirs)
        for course, there in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(np.hstack((course.positions, course.shifts)), there, atol=1e-9)


def test_parallel_lines_are_a_line_and_a_gap_apart(atlas: Atlas):
    course = [(46.0, 41.0), (48.0, 41.0)]
    shown, (first, second) = drawn(with_lines(atlas, one=course, other=course))
    middle = 500
    apart = abs(np.interp(middle, *first.T) - np.interp(middle, *second.T))
    assert apart == pytest.approx(shown.lines[0].width + BETWEEN_LINES, abs=0.2)


def test_three_lines_stand_evenly_around_their_course():
    part = np.array([(0.6, 0.4), (0.61, 0.4)])
    (upper,), middle, (lower,) = separate([[part], [part], [part]])
    assert middle == ()
    aside = [line.beside(GAP)[40, 1] - 0.4 for line in (upper, lower)]
    assert sorted(aside) == pytest.approx([-GAP, GAP], abs=1e-12)


def test_a_line_alone_stays_where_it_is(atlas: Atlas):
    positions = [(46.0, 41.0), (46.7, 41.3), (48.0, 41.1)]
    alone = with_lines(atlas, one=positions)
    _, (only,) = drawn(alone)
    seen = frame(look(alone, at="8/41/47"), 1000, 800)
    assert len(only) == len(positions)
    assert np.diff(only, axis=0) == pytest.approx(np.diff([seen.at(at) for at in positions], axis=0), abs=0.11)


def test_lines_that_cross_stay_where_they_are():
    across, along = np.array([(0.6, 0.4), (0.62, 0.4)]), np.array([(0.61, 0.39), (0.613, 0.41)])
    assert separate([[across], [along]]) == [(), ()]


def test_lines_stay_where_they_are_beyond_what_they_share():
    shared, far = np.array([(0.6, 0.4), (0.61, 0.4)]), np.array([(0.6, 0.4), (0.61, 0.4), (0.61, 0.41)])
    _, (course,) = separate([[shared], [far]])
    assert np.abs(course.shifts[:60]).max() > 0.4
    assert np.abs(course.shifts[-60:]).max() == 0


@pytest.mark.parametrize("way", [1, -1])
@pytest.mark.parametrize("first", ["north", "south"])
def test_lines_move_away_from_each_other(first: str, way: int):
    """Each to the side on which it runs, so that they do not cross without need; they are some 2 km apart."""
    lines = [[np.array([(0.6, 0.4), (0.62, 0.39)])], [np.array([(0.6, 0.4001), (0.62, 0.3901)])[::way]]]
    if first == "north":
        (north,), (south,) = separate(lines)
    else:
        (south,), (north,) = separate(lines[::-1])
    assert north.beside(GAP)[100, 1] < north.positions[100, 1]
    assert south.beside(GAP)[100, 1] > south.positions[100, 1]


@pytest.mark.parametrize("way", [1, -1])
def test_lines_keep_their_sides_in_every_bend(way: int):
    """Round three quarters of a circle, whichever way each of them was digitised."""
    centre, radius, angles = np.array((0.62, 0.38)), 0.01, np.linspace(0, 1.5 * np.pi, 60)
    part = centre + radius * np.column_stack((np.cos(angles), np.sin(angles)))
    courses = [line[0] for line in separate([[part], [part[::way]]])]
    # at their ends the shorter means let them come a little nearer
    radii = [np.hypot(*(course.beside(GAP) - centre).T)[20:-20] for course in courses]
    inner, outer = sorted(radii, key=lambda distances: distances[0])
    assert inner == pytest.approx(radius - GAP / 2, abs=GAP / 5)
    assert outer == pytest.approx(radius + GAP / 2, abs=GAP / 5)


def test_a_line_goes_over_to_its_place_gently(atlas: Atlas):
    """No step of a line, at zoom 8, is drawn more than two pixels aside of the one before."""
    for course in (course for line in separate(parts_of(atlas)) for course in line):
        steps = np.hypot(*np.diff(course.shifts, axis=0).T)
        assert steps.max() * 5 < 2


def test_what_is_hidden_moves_nothing(atlas: Atlas):
    """Nor are the lines compared again for it."""
    everything = picture(look(atlas, at="8/41/47"), 1000, 800, bare=True)
    compared = _separated.cache_info().misses
    railways = picture(look(atlas, at="8/41/47", layers="rail"), 1000, 800, bare=True)
    assert railways.lines
    assert set(railways.lines) < set(everything.lines)
    assert _separated.cache_info().misses == compared


def test_what_is_chosen_is_marked_where_it_is_drawn(atlas: Atlas):
    course = [(46.0, 41.0), (48.0, 41.0)]
    shown = picture(look(with_lines(atlas, one=course, other=course), select="other"), 1000, 800)
    one, other = shown.lines
    assert one.path != other.path
    assert shown.marks == ((other.path, other.width),)


def test_steps_are_shorter_than_what_counts_as_near():
    """Otherwise lines would lose each other between two steps."""
    assert STEP < SHARED
    part = np.array([(0.6, 0.4), (0.61, 0.404)])
    ((course,), _) = separate([[part], [part]])
    assert all(np.hypot(*(after - before)) <= STEP + 1e-12 for before, after in pairwise(course.positions))


def test_an_atlas_without_lines_has_nothing_to_separate():
    assert separate([]) == []
    assert separate([[]]) == [()]
    assert separate([[np.array([(0.6, 0.4)])], [np.array([(0.6, 0.4), (0.6, 0.4)])]]) == [(), ()]
