"""One palette for each look, one set of widths, dashes and symbols: for the map, the timeline, tables and exports.

Colour says the theme, the line's pattern says the status, a hollow line says that its course is schematic:
never colour alone. Colours keep apart for the three kinds of colour blindness and are dark enough
(at least 3:1) on the base map's land and water. Symbols are SVG paths on a grid of 16 units around 0, 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, get_args

from dashboard.words import N_
from geodata.model import Drawn, Kind, StatusName

Look = Literal["light", "dark", "projector"]
"""For a desk, for a dark room, and for a projector that washes colours out."""
LOOKS: tuple[Look, ...] = get_args(Look)


@dataclass(frozen=True, kw_only=True)
class Palette:
    """The colours of one look, each a CSS property of the same name in the browser (``on_accent``: ``--on-accent``)."""

    land: str
    water: str
    edge: str
    """Coasts, and the stronger rules in tables."""
    border: str
    ground: str
    """The page."""
    paper: str
    """What is read: panel, tables, fields; on the map the casing of lines."""
    tint: str
    """Boxes on paper."""
    cool: str
    """What the pointer is on."""
    band: str
    """Heads of tables."""
    line: str
    hair: str
    field: str
    """Frames of what can be typed into or pressed."""
    ink: str
    soft: str
    quiet: str
    accent: str
    on_accent: str
    link: str
    promise: str
    warn: str
    warn_ground: str
    hot: str
    mark: str
    """What is chosen on the map."""
    own: str
    """Everything that a viewer has laid over the atlas; its symbols tell one layer from another."""
    target: str
    """The line of a list that a link leads to."""
    future: str
    sea_name: str
    land_name: str
    town_name: str
    met: str
    late: str
    ahead: str
    themes: Mapping[str, str]
    """Colour of each theme; a theme of somebody's own atlas takes the next of ``others``."""
    others: tuple[str, ...]
    scale: float = 1.0
    """How much wider lines and larger letters are on the map."""

    def theme(self, layer: str, layers: Sequence[str]) -> str:
        """The colour of a layer, the same wherever it is drawn."""
        if layer in self.themes:
            return self.themes[layer]
        strange = [id for id in layers if id not in self.themes]
        return self.others[strange.index(layer) % len(self.others)]


PALETTES: dict[Look, Palette] = {
    "light": Palette(
        land="#f1eee8", water="#d6e4ea", edge="#c9c3b8", border="#a89f92", ground="#fbfaf7", paper="#ffffff",
        tint="#f6f4ef", cool="#e7eef2", band="#f1eee8", line="#ddd8ce", hair="#ece8e0", field="#7f8b95",
        ink="#22303c", soft="#3e4a55", quiet="#5c6670", accent="#0b3c5d", on_accent="#ffffff", link="#0b4f7d",
        promise="#a03d12", warn="#8a3410", warn_ground="#fbe6da", hot="#c8501e", mark="#ffb000", target="#fff2cc",
        own="#4d2be0",
        future="#f6f1e6", sea_name="#37657c", land_name="#716a5d", town_name="#56606a", met="#1c7c54", late="#8f5d00",
        ahead="#1a6aa0",
        themes={
            "ports": "#083a4f", "ferries": "#1f78b4", "zangezur": "#c65018", "rail": "#583b2a", "fibre": "#872a8c",
            "oil-gas": "#5c5921", "power": "#547d4a", "politics": "#495964",
        },
        others=("#4b5fb5", "#99413d", "#5a7d2a", "#7b4fa0", "#2b7f8c"),
    ),
    "dark": Palette(
        land="#2a3036", water="#141d25", edge="#49525a", border="#707a82", ground="#14181c", paper="#1d2328",
        tint="#272e34", cool="#33404a", band="#2a3137", line="#3a434b", hair="#323a41", field="#7d8a94",
        ink="#ece9e2", soft="#cfd3d4", quiet="#a9b3ba", accent="#8cc4ea", on_accent="#0e1a24", link="#8fc9f2",
        promise="#ffab80", warn="#ffb590", warn_ground="#4a2a1c", hot="#f4814a", mark="#ffc53d", target="#4b421c",
        own="#8a63ff",
        future="#22282a", sea_name="#84b4cc", land_name="#a8a294", town_name="#b4bcc2", met="#5ccb9b", late="#e3b24f",
        ahead="#62b3f0",
        themes={
            "ports": "#a4e3f6", "ferries": "#1ca4fc", "zangezur": "#f86123", "rail": "#d6c2ac", "fibre": "#e98ce1",
            "oil-gas": "#dcbc41", "power": "#2fa482", "politics": "#b0b6ba",
        },
        others=("#9aaaf0", "#e88f8a", "#a5cc6a", "#c49be6", "#6cc6d4"),
    ),
    "projector": Palette(
        land="#f3efe4", water="#b5d3e2", edge="#8f8778", border="#6d6456", ground="#ffffff", paper="#ffffff",
        tint="#f1ede2", cool="#d8e6ee", band="#e9e4d8", line="#b5ad9e", hair="#d0c9bb", field="#4a5560",
        ink="#000000", soft="#1c252d", quiet="#39434c", accent="#06304d", on_accent="#ffffff", link="#063f68",
        promise="#86300a", warn="#6f2606", warn_ground="#fbd9c6", hot="#b23f0e", mark="#ff9d00", target="#ffe79a",
        own="#4412d8",
        future="#f3ead4", sea_name="#134a66", land_name="#4c4639", town_name="#2d363e", met="#0b5f3c", late="#6e4600",
        ahead="#0b5a94",
        themes={
            "ports": "#053255", "ferries": "#0b5fa6", "zangezur": "#b23f0e", "rail": "#2c2c27", "fibre": "#8c1577",
            "oil-gas": "#553b01", "power": "#145e43", "politics": "#524857",
        },
        others=("#2f429b", "#7f2823", "#3f6112", "#5f3388", "#0f626f"),
        scale=1.35,
    ),
}  # fmt: skip


def theme_property(layer: str) -> str:
    """The colour of a layer in styles of the page, whatever the look."""
    return f"var(--theme-{layer})"


def properties(look: Look, layers: Sequence[str]) -> dict[str, str]:
    """The CSS properties of a look, without their dashes: every colour by its name, and each theme's."""
    palette = PALETTES[look]
    colours = {
        field.name.replace("_", "-"): value
        for field in fields(palette)
        if isinstance(value := getattr(palette, field.name), str)
    }
    return colours | {f"theme-{layer}": palette.theme(layer, layers) for layer in layers}


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
    ``beside_line``: whether it stands beside the line in the legend of a layer that has both; what lines merely
    pass does not.
    """

    body: str
    glyph: str
    size: float
    zoom: float
    beside_line: bool = True


_DISC = "M-8 0A8 8 0 1 0 8 0A8 8 0 1 0 -8 0Z"
_SQUARE = "M-7 -7H7V7H-7Z"
_DIAMOND = "M0 -8L8 0L0 8L-8 0Z"
_DROP = "M0 -8.5C3.5 -3.5 6 -0.5 6 2.6A6 6 0 0 1 -6 2.6C-6 -0.5 -3.5 -3.5 0 -8.5Z"
_HOUSE = "M-7.5 7V-2.5L0 -8L7.5 -2.5V7Z"

SYMBOLS: dict[Kind, Symbol] = {
    "port": Symbol(_DISC, "M0 -4.6V4.4M-2.4 -2.2H2.4M-4.2 0.8C-4 3.2 -2 4.6 0 4.6C2 4.6 4 3.2 4.2 0.8", 22, 0),
    "ferry_terminal": Symbol(_DISC, "M-4.6 1.4H4.6L3.2 4.4H-3.2ZM-2.6 1.2V-2.2H2.6V1.2M0 -2.4V-4.6", 22, 0),
    "free_zone": Symbol(_SQUARE, "M-4 4V-0.5L-0.5 2V-0.5L4 2V4Z", 16, 6.5),
    "rail_station": Symbol(_SQUARE, "M-3.5 -3.5H3.5V3.5H-3.5Z", 10, 6.5, beside_line=False),
    "border_crossing": Symbol(_SQUARE, "M-4.5 0H4.5M0 -4.5V4.5", 11, 6.5, beside_line=False),
    "cable_landing": Symbol(_DIAMOND, "M0 -3V3M-3 0H3", 14, 5.5),
    "data_centre": Symbol(_SQUARE, "M-4.5 -3.5H4.5M-4.5 0H4.5M-4.5 3.5H4.5", 14, 5.5),
    "oil_terminal": Symbol(_DROP, "M-2.8 2.8A2.9 2.9 0 0 0 0 5.4", 18, 5),
    "substation": Symbol(_DISC, "M1.6 -5L-2.6 0.8H2.4L-1.6 5", 18, 4.5),
    "city": Symbol(_DISC, "M-3 0A3 3 0 1 0 3 0A3 3 0 1 0 -3 0Z", 10, 6, beside_line=False),
    "capital": Symbol(
        _DISC, "M0 -4.6L1.2 -1.5L4.5 -1.4L1.9 0.7L2.8 3.9L0 2L-2.8 3.9L-1.9 0.7L-4.5 -1.4L-1.2 -1.5Z", 16, 0
    ),
    "topic": Symbol(_HOUSE, "M-3 3H3", 14, 0),
}


OWN_SYMBOLS: dict[str, Symbol] = {
    "own-1": Symbol("M0 -8.5L8 6H-8Z", "", 13, 0),
    "own-2": Symbol("M0 8.5L-8 -6H8Z", "", 13, 0),
    "own-3": Symbol("M-4 -7H4L8 0L4 7H-4L-8 0Z", "", 12, 0),
    "own-4": Symbol("M-2.6 -8H2.6V-2.6H8V2.6H2.6V8H-2.6V2.6H-8V-2.6H-2.6Z", "", 13, 0),
    "own-5": Symbol("M0 -8.5L2.4 -2.8L8.4 -2.6L3.8 1.2L5.2 7.2L0 4L-5.2 7.2L-3.8 1.2L-8.4 -2.6L-2.4 -2.8Z", "", 15, 0),
}
"""Of places in viewers' own layers, which have no kind: the first layer's, the second's, and so on."""
OWN_KINDS = tuple(OWN_SYMBOLS)


def legend_symbol(places: Iterable[Kind], *, line: bool) -> Kind | None:
    """The kind of place whose symbol stands for a layer in the legend; None where its line stands for it alone.

    ``places`` are the kinds of the layer's places in their order, ``line`` is whether the layer has lines too.
    The browser chooses by the same rule (dashboard/map/client/legend.js).
    """
    return next((kind for kind in places if not line or SYMBOLS[kind].beside_line), None)


LOOK_WORDS: dict[Look, str] = {
    "light": N_("Light"),
    "dark": N_("Dark"),
    "projector": N_("Projector"),
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
    "endpoints": N_("schematic: only the ends and a few places are known"),
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


def for_browser(layers: tuple[str, ...]) -> dict[str, Any]:
    """The same style as data, for the map client."""
    return {
        "looks": {look: properties(look, layers) | {"scale": PALETTES[look].scale} for look in LOOKS},
        "statuses": {status: asdict(line) for status, line in STATUS_LINES.items()},
        "widths": LINE_WIDTHS,
        "symbols": {kind: asdict(symbol) for kind, symbol in (*SYMBOLS.items(), *OWN_SYMBOLS.items())},
    }
