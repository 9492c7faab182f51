"""Names on a picture of the map, where there is room: the rule of the browser (dashboard/map/client/labels.js).

A name stands beside what it names, else around it, and as far as it can neither on lines nor on dots. Where there is
no room there is no name.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from shapely import STRtree, box
from shapely.geometry.base import BaseGeometry

from dashboard.export.frame import Box, Frame, Position
from dashboard.scene import Scene
from dashboard.style import SYMBOLS, Palette
from geodata.model import Feature

LETTER_WIDTH = 0.54
"""Mean width of a letter of Source Sans in units of its size; decides which names have room."""
LINE_HEIGHT = 1.15
"""In units of the size of the letters."""
BESIDE, BESIDE_MARK, BESIDE_DOT = 4.0, 10.0, 5.0
"""CSS pixels between a name and a symbol, a symbol with a mark around it, and a town's dot."""
NEAR_SYMBOL = 9.0
"""CSS pixels around a symbol that make a town's name needless."""
ACROSS = 0.8
"""Where a name stands above or below: how much of the way beside is left, at an angle."""
CROSSED = 5
"""What one line or dot under a name costs, counted in places further down the list."""
MOST_CROSSED = 3
"""Lines that may go through the name of a country or sea, which stands upon it and nowhere else."""


@dataclass(frozen=True, kw_only=True)
class Name:
    """A name on the map; ``dot`` is where a town is."""

    x: float
    y: float
    text: str
    size: float
    weight: int
    italic: bool
    colour: str
    halo: bool
    anchor: str
    spacing: float = 0
    dot: Position | None = None


@dataclass(frozen=True)
class Spot:
    """Where a name may stand, seen from what it names: its left end and its middle, in CSS pixels."""

    left: float
    middle: float
    anchor: str

    def box(self, at: Position, width: float, height: float) -> Box:
        """The room that a name takes there."""
        left, middle = at[0] + self.left, at[1] + self.middle
        return left - 2, middle - height / 2 - 1, left + width + 2, middle + height / 2 + 1


@dataclass
class Room:
    """What is on a picture of ``width`` by ``height`` CSS pixels before there are names, and then with them.

    ``taken`` is what no name may cover, ``dots`` and ``lines`` what it would do well not to.
    """

    width: float
    height: float
    taken: list[Box] = field(default_factory=list)
    dots: Sequence[Box] = ()
    lines: Sequence[BaseGeometry] = ()

    def __post_init__(self) -> None:
        self._lines = STRtree(self.lines)

    def take(
        self, spots: Sequence[Spot], at: Iterable[Position], width: float, height: float, symbol: Box | None
    ) -> tuple[Spot, Position] | None:
        """The spot that covers the fewest lines and dots, and of those the first; it is taken then.

        ``at`` is where what is named can be, ``symbol`` what the name belongs to, and may touch.
        """
        best: tuple[int, Spot, Position, Box] | None = None
        for position, (index, spot) in product(at, enumerate(spots)):
            if best and best[0] <= index:
                continue
            place = spot.box(position, width, height)
            if place[0] < 0 or place[1] < 0 or place[2] > self.width or place[3] > self.height:
                continue
            if any(other is not symbol and _overlap(place, other) for other in self.taken):
                continue
            dots = sum(_overlap(place, dot) for dot in self.dots)
            crossed = len(self._lines.query(box(*place), predicate="intersects"))
            if len(spots) == 1 and (dots or crossed > MOST_CROSSED):
                continue
            cost = index + CROSSED * (dots + crossed)
            if best is None or cost < best[0]:
                best = cost, spot, position, place
        if best is None:
            return None
        self.taken.append(best[3])
        return best[1], best[2]


def spots(width: float, letters: float, beside: float | None) -> list[Spot]:
    """Where a name of ``width`` may stand, the better places first; upon what it names where nothing is ``beside``."""
    if beside is None:
        return [Spot(-width / 2, 0, "middle")]
    across = beside * ACROSS
    up, over = across + letters * 0.3, beside + letters * 0.5 - 2
    return [
        Spot(beside, 0, "start"),
        Spot(-beside - width, 0, "end"),
        Spot(across, -up, "start"),
        Spot(across, up, "start"),
        Spot(-across - width, -up, "end"),
        Spot(-across - width, up, "end"),
        Spot(-width / 2, -over, "middle"),
        Spot(-width / 2, over, "middle"),
    ]


def around(at: Position, half: float) -> Box:
    """A square of twice ``half`` CSS pixels around a position."""
    return at[0] - half, at[1] - half, at[0] + half, at[1] + half


def feature_names(
    scene: Scene, palette: Palette, seen: Frame, room: Room, symbols: Iterable[tuple[Feature, Position, Box]]
) -> Iterator[Name]:
    """Names of the features that have their full symbol, with its place and the room that it takes."""
    for feature, at, symbol in symbols:
        style, chosen = SYMBOLS[feature.kind], feature.id in scene.lit
        if not (chosen or style.zoom <= seen.zoom - 0.8) or not _inside(at, seen):
            continue
        size = (13.5 if chosen or style.zoom <= 0 else 12) * palette.scale
        text = scene.words.name(feature.names)
        width, beside = len(text) * size * LETTER_WIDTH, style.size * palette.scale / 2
        places = spots(width, size, beside + (BESIDE_MARK if chosen else BESIDE))
        if taken := room.take(places, [at], width, size * LINE_HEIGHT, symbol):
            spot, _ = taken
            x, y = _anchored(spot, at, width)
            weight = 700 if chosen else 600
            yield Name(
                x=x, y=y, text=text, size=size, weight=weight, italic=False, colour=palette.ink, halo=True,
                anchor=spot.anchor,
            )  # fmt: skip


def base_names(scene: Scene, palette: Palette, seen: Frame, room: Room, symbols: Sequence[Position]) -> Iterator[Name]:
    """Names of countries, seas, towns and lakes, the weightier first, each at the one of its places with most room."""
    for kind, rank, properties, positions in _candidates(scene):
        style = _style(kind, rank, seen.zoom, palette)
        if style is None:
            continue
        size, weight, italic, colour, spacing = style
        size *= palette.scale
        text, town = _text(scene, kind, properties), kind == "city"
        width = len(text) * (size * LETTER_WIDTH + spacing)
        there = [at for at in map(seen.at, positions) if _inside(at, seen) and not (town and _near(at, symbols))]
        places = spots(width, size, BESIDE_DOT if town else None)
        if taken := room.take(places, there, width, size * LINE_HEIGHT, None):
            spot, at = taken
            x, y = _anchored(spot, at, width)
            yield Name(
                x=x, y=y, text=text, size=size, weight=weight, italic=italic, colour=colour, halo=town,
                anchor=spot.anchor, spacing=spacing, dot=at if town else None,
            )  # fmt: skip


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and one[2] > other[0] and one[1] < other[3] and one[3] > other[1]


def _inside(at: Position, seen: Frame) -> bool:
    return 0 < at[0] < seen.width and 0 < at[1] < seen.height


def _near(at: Position, symbols: Iterable[Position]) -> bool:
    return any((at[0] - x) ** 2 + (at[1] - y) ** 2 < NEAR_SYMBOL**2 for x, y in symbols)


def _anchored(spot: Spot, at: Position, width: float) -> Position:
    """Where the text's anchor is."""
    return at[0] + spot.left + width * {"start": 0, "middle": 0.5, "end": 1}[spot.anchor], at[1] + spot.middle


def _candidates(scene: Scene) -> list[tuple[str, int, dict[str, Any], Sequence[Position]]]:
    order = {"country": 0, "sea": 0, "city": 1, "lake": 2}
    found = []
    for item in scene.atlas.base.get("features", ()):
        properties = item["properties"]
        kind = properties["kind"]
        if kind == "border" or (kind == "lake" and not properties.get("names")):
            continue
        at = properties.get("labels") or ([properties["label"]] if "label" in properties else None)
        if at is None and item["geometry"]["type"] == "Point":
            at = [item["geometry"]["coordinates"]]
        if at:
            found.append((kind, properties.get("rank") or 2, properties, at))
    return sorted(found, key=lambda one: one[1] + order[one[0]])


def _text(scene: Scene, kind: str, properties: dict[str, Any]) -> str:
    if kind != "country":
        return properties["names"][scene.words.language]
    name = scene.words.country(properties["iso"])
    # Azerbaijani and Turkish have two letters i
    return (name.replace("i", "İ") if scene.words.language in ("az", "tr") else name).upper()


def _style(kind: str, rank: int, zoom: float, palette: Palette) -> tuple[float, int, bool, str, float] | None:
    """Size, weight, italic, colour and letter spacing of a name of the base map; None while it is not shown."""
    if kind == "city":
        return None if zoom < (0, 3.5, 5, 6.2)[min(rank, 3)] else (12, 400, False, palette.town_name, 0)
    if kind == "sea":
        return None if zoom < 3 + rank * 0.6 else (17 if rank == 1 else 13, 400, True, palette.sea_name, 2)
    if kind == "lake":
        return None if zoom < 4.5 + rank * 0.6 else (11.5, 400, True, palette.sea_name, 0)
    return None if zoom < 2.5 + rank * 0.8 else (13 if rank == 1 else 11, 600, False, palette.land_name, 1.6)
