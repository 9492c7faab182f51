"""Names stand where there is room, in pictures as on the screen (rows 40, 51)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pytest
from shapely import LineString, box

from dashboard.export.names import Room, Spot, around, spots
from dashboard.export.picture import Picture, picture
from dashboard.scene import scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Language

WIDTH, HEIGHT = 300, 200
PLACED = """
const found = given.map(({ taken, dots, lines, names }) => {
    const labels = new Labels(null);
    const span = (line, at) => [Math.min(...line.map((one) => one[at])), Math.max(...line.map((one) => one[at]))];
    const read = (line) => {
        const [[west, east], [north, south]] = [span(line, 0), span(line, 1)];
        return { box: [west, north, east, south], parts: [line.flat()], scale: 1, offset: { x: 0, y: 0 } };
    };
    Object.assign(labels, { view: [0, 0, 300, 200], controls: [], taken, dots, lines: lines.map(read) });
    return names.map(({ at, width, letters, beside }, index) => {
        const positions = labels._positions(width, letters, beside);
        const best = labels._best(positions, at, width, letters * 1.15, taken[index]);
        if (best) taken.push(best.box);
        return best ? [best.x, best.y] : null;
    });
});
"""


def look(atlas: Atlas, **query: str) -> Picture:
    view = View.from_query({"lang": "en", **query}, atlas)
    return picture(scene(atlas, view, Words(view.language), date(2026, 11, 23)), 1280, 800)


def crowded(seed: int) -> dict[str, Any]:
    """Symbols, dots, lines and names at random."""
    random = np.random.default_rng(seed)

    def at() -> tuple[float, float]:
        x, y = random.uniform((5, 5), (WIDTH - 5, HEIGHT - 5)).tolist()
        return x, y

    places = [at() for _ in range(8)]
    names = [
        {
            "at": [place, at()],
            "width": random.uniform(20, 90),
            "letters": 13.5,
            "beside": (None, 15.0, 21.0)[random.integers(3)],
        }
        for place in places
    ]
    return {
        "taken": [list(around(place, 11)) for place in places],
        "dots": [list(around(at(), 3)) for _ in range(6)],
        "lines": [[at() for _ in range(4)] for _ in range(5)],
        "names": names,
    }


def placed(given: dict[str, Any]) -> list[tuple[Spot, tuple[float, float]] | None]:
    """Where the names of a picture come to stand."""
    taken = [tuple(one) for one in given["taken"]]
    symbols = list(taken)
    room = Room(WIDTH, HEIGHT, taken, [tuple(one) for one in given["dots"]], list(map(LineString, given["lines"])))
    return [
        room.take(spots(one["width"], 13.5, one["beside"]), one["at"], one["width"], 13.5 * 1.15, symbol)
        for one, symbol in zip(given["names"], symbols, strict=True)
    ]


def test_the_browser_puts_them_in_the_same_places(in_client: Callable[[str, str, Any], Any]):
    given = [crowded(seed) for seed in range(200)]
    ours = [found for one in given for found in placed(one)]
    theirs = [found for one in in_client("labels.js", PLACED, given) for found in one]
    assert [bool(found) for found in theirs] == [bool(found) for found in ours]
    used = [found for found in ours if found]
    positions = [(x + spot.left, y + spot.middle) for spot, (x, y) in used]
    np.testing.assert_allclose([found for found in theirs if found], positions)
    assert len(used) < len(ours), "none had no room"
    sides = {(spot.anchor, spot.middle > 0, spot.middle < 0) for spot, _ in used}
    assert len(sides) == 9, "not every side was used, or the middle"


def test_a_name_goes_where_no_line_is():
    room = Room(WIDTH, HEIGHT, lines=[LineString([(100, 100), (300, 100)])])
    assert room.take(spots(40, 12, 15), [(100, 100)], 40, 14, None) == (Spot(-55, 0, "end"), (100, 100))


def test_a_sea_is_named_where_fewest_lines_are():
    room = Room(WIDTH, HEIGHT, lines=[LineString([(100, 0), (100, HEIGHT)])])
    assert room.take(spots(40, 12, None), [(100, 100), (200, 100)], 40, 14, None) == (
        Spot(-20, 0, "middle"),
        (200, 100),
    )


def test_a_name_without_room_is_left_out():
    room = Room(WIDTH, HEIGHT, taken=[(0, 0, WIDTH, HEIGHT)])
    assert room.take(spots(40, 12, 15), [(100, 100)], 40, 14, None) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_ports_of_the_caspian_have_their_names(atlas: Atlas, language: Language):
    """Row 1."""
    said = [name.text for name in look(atlas, lang=language).names]
    for port in ("port-aktau", "port-kuryk", "port-baku-old", "port-alat"):
        assert atlas.features[port].names.of(language) in said, port


@pytest.mark.parametrize("query", [{}, {"look": "projector"}, {"select": "port-alat", "lang": "kk"}, {"at": "7/40/49"}])
def test_no_name_is_cut_off_or_lies_on_the_scale_bar(atlas: Atlas, query: dict[str, str]):
    shown = look(atlas, **query)
    bar = box(shown.width - 20 - shown.scale_width, shown.map_height - 40, shown.width - 20, shown.map_height - 20)
    frame = box(0, 0, shown.width, shown.map_height)
    assert len(shown.names) > 5
    for name in shown.names:
        # as narrow as letters get, so that the estimate cannot hide a mistake
        width = len(name.text) * (name.size * 0.45 + name.spacing)
        left = name.x - width * {"start": 0, "middle": 0.5, "end": 1}[name.anchor]
        there = box(left, name.y - name.size * 0.4, left + width, name.y + name.size * 0.4)
        assert frame.contains(there), name.text
        assert not bar.intersects(there), name.text
