"""One palette, one set of widths, dashes and symbols: for the map, the timeline, tables and exports.

Colour says the theme, the line's pattern says the status, a hollow line says that its course is schematic:
never colour alone. Colours keep apart for the three kinds of colour blindness and are dark enough
(at least 3:1) on the base map's land and water. Symbols are SVG paths on a grid of 16 units around 0, 0.
"""

from dataclasses import asdict, dataclass
from typing import Any

from dashboard.words import N_
from geodata.model import Drawn, Kind, StatusName

LAND, LAND_EDGE, WATER, BORDER, INK, PAPER, MARK = (
    "#f1eee8", "#c9c3b8", "#d6e4ea", "#a89f92", "#22303c", "#ffffff", "#ffb000",
)  # fmt: skip

THEMES: dict[str, str] = {
    "ports": "#0b3c5d",
    "ferries": "#1f78b4",
    "zangezur": "#c8501e",
    "rail": "#54433a",
    "fibre": "#a0308c",
    "oil-gas": "#7a6400",
    "power": "#1c7c54",
    "politics": "#5c6670",
}
"""Colour of each theme; a theme of somebody's own atlas takes the next of OTHER_THEMES."""

OTHER_THEMES = ("#4b5fb5", "#99413d", "#5a7d2a", "#7b4fa0", "#2b7f8c")


@dataclass(frozen=True)
class LineStyle:
    """Dash pattern in CSS pixels (empty: solid) and opacity of a line in one status."""

    dash: tuple[float, ...]
    opacity: float = 1.0


STATUS_LINES: dict[StatusName, LineStyle] = {
    "operating": LineStyle(()),
    "under_construction": LineStyle((11, 5)),
    "planned": LineStyle((5, 5)),
    "proposed": LineStyle((0.5, 6)),
    "idle": LineStyle((13, 4, 2, 4), 0.75),
    "shelved": LineStyle((3, 9), 0.6),
    "cancelled": LineStyle((1, 10), 0.55),
    "retired": LineStyle((2, 8, 2, 3), 0.55),
}

LINE_WIDTHS: dict[Kind, float] = {
    "railway": 2.8,
    "road": 2.2,
    "ferry": 2.4,
    "tanker_lane": 2.4,
    "submarine_fibre": 2.4,
    "terrestrial_fibre": 2.2,
    "oil_pipeline": 2.8,
    "gas_pipeline": 2.8,
    "power_cable": 2.6,
    "corridor": 2.0,
}
"""CSS pixels at zoom 6."""


@dataclass(frozen=True)
class Symbol:
    """A point symbol: ``body`` filled in the theme's colour, ``glyph`` stroked in white on it.

    ``size`` is its height in CSS pixels; ``zoom`` the level from which it is drawn in full, a dot before.
    """

    body: str
    glyph: str
    size: float
    zoom: float


_DISC = "M-8 0A8 8 0 1 0 8 0A8 8 0 1 0 -8 0Z"
_SQUARE = "M-7 -7H7V7H-7Z"
_DIAMOND = "M0 -8L8 0L0 8L-8 0Z"
_DROP = "M0 -8.5C3.5 -3.5 6 -0.5 6 2.6A6 6 0 0 1 -6 2.6C-6 -0.5 -3.5 -3.5 0 -8.5Z"
_HOUSE = "M-7.5 7V-2.5L0 -8L7.5 -2.5V7Z"

SYMBOLS: dict[Kind, Symbol] = {
    "port": Symbol(_DISC, "M0 -4.6V4.4M-2.4 -2.2H2.4M-4.2 0.8C-4 3.2 -2 4.6 0 4.6C2 4.6 4 3.2 4.2 0.8", 22, 0),
    "ferry_terminal": Symbol(_DISC, "M-4.6 1.4H4.6L3.2 4.4H-3.2ZM-2.6 1.2V-2.2H2.6V1.2M0 -2.4V-4.6", 22, 0),
    "free_zone": Symbol(_SQUARE, "M-4 4V-0.5L-0.5 2V-0.5L4 2V4Z", 16, 6.5),
    "rail_station": Symbol(_SQUARE, "M-3.5 -3.5H3.5V3.5H-3.5Z", 10, 6.5),
    "border_crossing": Symbol(_SQUARE, "M-4.5 0H4.5M0 -4.5V4.5", 11, 6.5),
    "cable_landing": Symbol(_DIAMOND, "M0 -3V3M-3 0H3", 14, 5.5),
    "data_centre": Symbol(_SQUARE, "M-4.5 -3.5H4.5M-4.5 0H4.5M-4.5 3.5H4.5", 14, 5.5),
    "oil_terminal": Symbol(_DROP, "M-2.8 2.8A2.9 2.9 0 0 0 0 5.4", 18, 5),
    "substation": Symbol(_DISC, "M1.6 -5L-2.6 0.8H2.4L-1.6 5", 18, 4.5),
    "city": Symbol(_DISC, "M-3 0A3 3 0 1 0 3 0A3 3 0 1 0 -3 0Z", 10, 6),
    "capital": Symbol(
        _DISC, "M0 -4.6L1.2 -1.5L4.5 -1.4L1.9 0.7L2.8 3.9L0 2L-2.8 3.9L-1.9 0.7L-4.5 -1.4L-1.2 -1.5Z", 16, 0
    ),
    "topic": Symbol(_HOUSE, "M-3 3H3", 14, 0),
}

STATUS_WORDS: dict[StatusName, str] = {
    "proposed": N_("proposed"),
    "planned": N_("planned"),
    "under_construction": N_("under construction"),
    "operating": N_("operating"),
    "idle": N_("on stand-by"),
    "shelved": N_("shelved"),
    "cancelled": N_("cancelled"),
    "retired": N_("closed"),
}

DRAWN_WORDS: dict[Drawn, str] = {
    "surveyed": N_("surveyed course"),
    "stations": N_("drawn through named towns or stations"),
    "endpoints": N_("schematic: only the ends are known"),
}

KIND_WORDS: dict[Kind, str] = {
    "port": N_("Port"),
    "ferry_terminal": N_("Ferry terminal"),
    "free_zone": N_("Free economic zone"),
    "rail_station": N_("Railway station"),
    "border_crossing": N_("Border crossing"),
    "cable_landing": N_("Cable landing"),
    "data_centre": N_("Data centre"),
    "oil_terminal": N_("Oil terminal"),
    "substation": N_("Substation"),
    "city": N_("City"),
    "capital": N_("Capital"),
    "railway": N_("Railway"),
    "road": N_("Road"),
    "ferry": N_("Ferry line"),
    "tanker_lane": N_("Tanker lane"),
    "submarine_fibre": N_("Submarine fibre cable"),
    "terrestrial_fibre": N_("Terrestrial fibre line"),
    "oil_pipeline": N_("Oil pipeline"),
    "gas_pipeline": N_("Gas pipeline"),
    "power_cable": N_("Power cable"),
    "corridor": N_("Corridor"),
    "topic": N_("Subject"),
}


def theme_colour(layer: str, layers: tuple[str, ...]) -> str:
    """The colour of a layer, the same wherever it is drawn."""
    if layer in THEMES:
        return THEMES[layer]
    others = [id for id in layers if id not in THEMES]
    return OTHER_THEMES[others.index(layer) % len(OTHER_THEMES)]


def for_browser(layers: tuple[str, ...]) -> dict[str, Any]:
    """The same style as data, for the map client."""
    return {
        "base": {
            "land": LAND, "edge": LAND_EDGE, "water": WATER, "border": BORDER, "ink": INK, "paper": PAPER, "mark": MARK,
        },
        "themes": {layer: theme_colour(layer, layers) for layer in layers},
        "statuses": {status: asdict(line) for status, line in STATUS_LINES.items()},
        "widths": LINE_WIDTHS,
        "symbols": {kind: asdict(symbol) for kind, symbol in SYMBOLS.items()},
    }  # fmt: skip
