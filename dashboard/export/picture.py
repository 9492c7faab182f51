"""Scene -> a picture of the map as SVG: the one renderer that picture files, paper and slides share.

It draws from the same data in the same colours, dashes and symbols as the browser (see dashboard/map/client/paint.js).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil, cos, radians
from typing import Any

import numpy as np
from shapely import LineString, MultiLineString
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard.export.courses import Course, separate
from dashboard.export.frame import Box, Frame, Position, frame, mercator
from dashboard.export.names import Name, Room, around, base_names, feature_names
from dashboard.html import render
from dashboard.scene import Scene
from dashboard.style import LINE_WIDTHS, PALETTES, STATUS_LINES, STATUS_WORDS, SYMBOLS, Palette, legend_symbol
from geodata.model import Feature, Id, StatusName

WIDTH, HEIGHT = 1280, 800
BETWEEN_LINES = 2.2
"""CSS pixels between lines that are drawn side by side; their casings fill them."""
EARTH_M = 40_075_016.686
"""The equator's length in metres, WGS 84."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the map: its ``path``, and the same as positions in the picture."""

    path: str
    course: MultiLineString = field(repr=False)
    width: float
    colour: str
    dash: str
    opacity: float
    round: bool
    hollow: bool


@dataclass(frozen=True, kw_only=True)
class Place:
    """A symbol of the map; ``factor`` scales its grid of 16 units."""

    x: float
    y: float
    factor: float
    body: str
    glyph: str | None
    fill: str
    stroke: str
    dash: str


@dataclass(frozen=True, kw_only=True)
class Key:
    """An entry of the legend."""

    text: str
    colour: str
    line: bool
    symbol: str | None
    glyph: str | None
    dash: str = ""


@dataclass(frozen=True, kw_only=True)
class Picture:
    """picture.svg.j2: everything in it, in the order in which it is drawn."""

    title: str
    width: int
    height: int
    map_height: int
    colours: Palette
    known: Box
    countries: tuple[str, ...]
    lakes: tuple[str, ...]
    borders: tuple[tuple[str, bool], ...]
    marks: tuple[tuple[str, float], ...]
    rings: tuple[tuple[float, float, float], ...]
    lines: tuple[Line, ...]
    places: tuple[Place, ...]
    names: tuple[Name, ...]
    keys: tuple[Key, ...]
    scale_width: float
    scale_text: str
    date: str
    ahead: bool
    note: str
    credit: str


def svg(scene: Scene, width: int = WIDTH, height: int = HEIGHT, *, bare: bool = False) -> str:
    """A picture of what a view shows, as SVG. ``bare`` leaves out legend, date and notes, which paper sets itself."""
    return render("picture.svg.j2", picture(scene, width, height, bare=bare), scene.words)


def picture(scene: Scene, width: int, height: int, *, bare: bool = False) -> Picture:
    """Everything that a picture of ``width`` by ``height`` CSS pixels shows."""
    palette = PALETTES[scene.view.look]
    keys = () if bare else tuple(_keys(scene, palette))
    legend = 0 if bare else 34 + 26 * ceil(len(keys) / 5) + 34
    seen = frame(scene, width, height - legend)
    shown = [feature for feature in scene.atlas.features.values() if _is_drawn(scene, feature)]
    order = [layer.id for layer in scene.atlas.description.layers]
    shown.sort(key=lambda feature: -order.index(feature.layer))
    lit = [feature for feature in shown if feature.id in scene.lit]
    lines = _lines(scene, palette, seen, shown)
    places, symbols = _places(scene, palette, seen, shown)
    metres = EARTH_M / seen.scale * cos(radians(seen.latitude))
    most = metres * 130 / 1000
    round_km = (
        next(step for step in (2000, 1000, 500, 300, 200, 100, 50, 30, 20, 10, 5, 3, 2, 1, 0) if step <= most) or most
    )
    scale_width = round_km * 1000 / metres
    room = Room(
        seen.width,
        seen.height,
        taken=[symbol for _, _, symbol in symbols] + [_scale_bar(seen, scale_width)],
        dots=[around((place.x, place.y), 3) for place in places if not place.glyph],
        lines=[line.course for line in lines.values()],
    )
    names = [
        *feature_names(scene, palette, seen, room, symbols),
        *base_names(scene, palette, seen, room, [(place.x, place.y) for place in places]),
    ]
    kinds: dict[str, list[str]] = {"country": [], "lake": []}
    borders: list[tuple[str, bool]] = []
    for item in scene.atlas.base.get("features", ()):
        kind = item["properties"]["kind"]
        if kind in kinds and (path := _path(item["geometry"], seen)):
            kinds[kind].append(path)
        elif kind == "border" and (path := _path(item["geometry"], seen)):
            borders.append((path, bool(item["properties"].get("disputed"))))
    known = scene.atlas.description.frame
    (left, top), (right, bottom) = seen.at((known.west, known.north)), seen.at((known.east, known.south))
    words = scene.words
    return Picture(
        title=words.name(scene.atlas.description.title),
        width=width,
        height=height,
        map_height=height - legend,
        colours=palette,
        known=(left, top, right - left, bottom - top),
        countries=tuple(kinds["country"]),
        lakes=tuple(kinds["lake"]),
        borders=tuple(borders),
        marks=tuple((lines[feature.id].path, lines[feature.id].width) for feature in lit if feature.id in lines),
        rings=tuple(
            (*seen.at(_point(feature)), SYMBOLS[feature.kind].size * palette.scale / 2)
            for feature in lit
            if _is_point(feature)
        ),
        lines=tuple(lines.values()),
        places=tuple(places),
        names=tuple(names),
        keys=keys,
        scale_width=scale_width,
        scale_text=f"{words.number(round_km)} km",
        date=words.date(scene.view.date) if scene.view.date else words.day(scene.today),
        ahead=scene.day > scene.today,
        note=scene.said(scene.atlas.description.border_note).text,
        credit=words("Release {release}. Sources of every figure: in the atlas.", release=scene.atlas.release),
    )


def _has_place(feature: Feature) -> bool:
    """Whether a feature can be drawn by itself; a whole is drawn by its parts."""
    return feature.geometry is not None and not feature.off_map and not feature.parts


def _is_drawn(scene: Scene, feature: Feature) -> bool:
    if not _has_place(feature):
        return False
    return feature.id in scene.lit or scene.shows(feature)


def _is_point(feature: Feature) -> bool:
    return feature.geometry is not None and feature.geometry.geom_type == "Point"


def _is_line(feature: Feature) -> bool:
    return feature.geometry is not None and feature.geometry.geom_type != "Point"


def _shape(feature: Feature) -> dict[str, Any]:
    return dict(mapping(feature.geometry)) if feature.geometry is not None else {}


def _point(feature: Feature) -> Position:
    x, y = _shape(feature)["coordinates"][:2]
    return x, y


def _rings(geometry: dict[str, Any]) -> Iterator[tuple[Iterable[Sequence[float]], bool]]:
    kind, coordinates = geometry["type"], geometry["coordinates"]
    if kind == "LineString":
        yield coordinates, False
    elif kind == "MultiLineString":
        yield from ((part, False) for part in coordinates)
    elif kind == "Polygon":
        yield from ((ring, True) for ring in coordinates)
    elif kind == "MultiPolygon":
        yield from ((ring, True) for polygon in coordinates for ring in polygon)


def _path(geometry: dict[str, Any], seen: Frame) -> str:
    """A geometry as SVG path data; "" where nothing of it can be seen."""
    return _trace(((map(seen.at, ring), closed) for ring, closed in _rings(geometry)), seen)


def _trace(rings: Iterable[tuple[Iterable[Sequence[float]], bool]], seen: Frame) -> str:
    """Positions in the picture as SVG path data; "" where nothing of them can be seen."""
    parts = []
    for ring, closed in rings:
        kept: list[Position] = []
        for x, y in ring:
            if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) > 0.6:  # noqa: PLR2004 - half a pixel
                kept.append((x, y))
        xs, ys = [x for x, _ in kept], [y for _, y in kept]
        if len(kept) < 2 or max(xs) < 0 or max(ys) < 0 or min(xs) > seen.width or min(ys) > seen.height:  # noqa: PLR2004
            continue
        parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in kept) + ("Z" if closed else ""))
    return "".join(parts)


def _courses(scene: Scene) -> dict[Id, tuple[Course, ...]]:
    """The courses of the lines that are drawn beside others; all lines count, so that none moves with what is shown."""
    layers = [layer.id for layer in scene.atlas.description.layers]
    lines = {
        feature.id: feature.geometry
        for layer in reversed(layers)
        for feature in scene.atlas.features.values()
        if feature.layer == layer and _has_place(feature) and _is_line(feature)
    }
    return dict(zip(lines, _separated(tuple(lines.values())), strict=True))


@lru_cache(maxsize=4)
def _separated(geometries: tuple[BaseGeometry, ...]) -> tuple[tuple[Course, ...], ...]:
    """The courses of each line; they are the same in every picture of an atlas, and a handout has many."""
    lines = (_rings(dict(mapping(geometry))) for geometry in geometries)
    return tuple(separate([[np.array([mercator(at) for at in ring]) for ring, _ in line] for line in lines]))


def _course(feature: Feature, courses: Sequence[Course], width: float, seen: Frame) -> MultiLineString:
    """A line of ``width`` CSS pixels as it is drawn: beside the lines with which it shares its course."""
    if not courses:
        return MultiLineString([[seen.at(at) for at in ring] for ring, _ in _rings(_shape(feature))])
    gap = (width + BETWEEN_LINES) / seen.scale
    shown = [(course.beside(gap) - (seen.left, seen.top)) * seen.scale for course in courses]
    # of the even steps only those that make a bend need to be written
    return MultiLineString([LineString(positions).simplify(0.1).coords for positions in shown])


def _width(feature: Feature, seen: Frame, palette: Palette) -> float:
    wide = LINE_WIDTHS.get(feature.kind, 2.2) + (0.8 if feature.drawn == "endpoints" else 0)
    return wide * max(0.75, min(1.5, 1 + (seen.zoom - 6) * 0.12)) * palette.scale


def _lines(scene: Scene, palette: Palette, seen: Frame, shown: Iterable[Feature]) -> dict[Id, Line]:
    """The lines that can be seen, in the order in which they are drawn."""
    lines: dict[Id, Line] = {}
    layers = [layer.id for layer in scene.atlas.description.layers]
    courses = _courses(scene)
    for feature in shown:
        width = _width(feature, seen, palette)
        if not _is_line(feature):
            continue
        course = _course(feature, courses.get(feature.id, ()), width, seen)
        if not (path := _trace(((part.coords, False) for part in course.geoms), seen)):
            continue
        status = scene.status(feature)
        name: StatusName = status.name if status else "operating"
        line = STATUS_LINES[name]
        lines[feature.id] = Line(
            path=path,
            course=course,
            width=width,
            colour=palette.theme(feature.layer, layers),
            dash=" ".join(f"{length * palette.scale:g}" for length in line.dash),
            opacity=line.opacity * (0.7 if status and status.promised else 1),
            round=not line.dash or line.dash[0] <= 1,
            hollow=feature.drawn == "endpoints",
        )
    return lines


def _places(
    scene: Scene, palette: Palette, seen: Frame, shown: Iterable[Feature]
) -> tuple[list[Place], list[tuple[Feature, Position, Box]]]:
    """Symbols, the most prominent last, on top; and the features that have their full one, each with its room."""
    layers = [layer.id for layer in scene.atlas.description.layers]
    lit = set(scene.lit)
    points = [(feature, *seen.at(_point(feature))) for feature in shown if _is_point(feature)]
    points = [one for one in points if -20 < one[1] < seen.width + 20 and -20 < one[2] < seen.height + 20]  # noqa: PLR2004
    points.sort(key=lambda one: (-1.0 if one[0].id in lit else SYMBOLS[one[0].kind].zoom, layers.index(one[0].layer)))
    places: list[Place] = []
    full: list[tuple[Feature, float, float]] = []
    for feature, x, y in points:
        symbol = SYMBOLS[feature.kind]
        half = symbol.size * palette.scale / 2
        near = any(
            (x - other_x) ** 2 + (y - other_y) ** 2 < ((half + SYMBOLS[other.kind].size * palette.scale / 2) * 0.7) ** 2
            for other, other_x, other_y in full
        )
        whole = (feature.id in lit or symbol.zoom <= seen.zoom) and not near
        if whole:
            full.append((feature, x, y))
        status = scene.status(feature)
        built = status is None or status.name in ("operating", "idle")
        colour = palette.theme(feature.layer, layers)
        dash = () if built or status is None else STATUS_LINES[status.name].dash
        places.append(
            Place(
                x=x,
                y=y,
                factor=(symbol.size / 16 if whole else 0.3) * palette.scale,
                body=symbol.body,
                glyph=symbol.glyph if whole else None,
                fill=colour if built else palette.paper,
                stroke=palette.paper if built else colour,
                dash=" ".join(f"{length * 0.35:g}" for length in dash),
            )
        )
    symbols = [
        (feature, (x, y), around((x, y), SYMBOLS[feature.kind].size * palette.scale / 2)) for feature, x, y in full
    ]
    return places[::-1], symbols


def _scale_bar(seen: Frame, width: float) -> Box:
    """Where the scale bar is."""
    return seen.width - 24 - width, seen.height - 42, seen.width - 16, seen.height - 18


def _keys(scene: Scene, palette: Palette) -> Iterator[Key]:
    """The legend: the themes that are on, then the status patterns that occur."""
    words, layers = scene.words, [layer.id for layer in scene.atlas.description.layers]
    features = scene.atlas.features.values()
    shown = [feature for feature in features if _is_drawn(scene, feature)]
    on = {feature.layer for feature in shown}
    for layer in scene.atlas.description.layers:
        if layer.id not in on:
            continue
        members = [feature for feature in features if feature.layer == layer.id]
        line = any(_is_line(feature) for feature in members)
        kind = legend_symbol((feature.kind for feature in members if _is_point(feature)), line=line)
        symbol = SYMBOLS[kind] if kind else None
        yield Key(
            text=words.name(layer.names),
            colour=palette.theme(layer.id, layers),
            line=line,
            symbol=symbol.body if symbol else None,
            glyph=symbol.glyph if symbol else None,
        )
    used = {status.name for feature in shown if _is_line(feature) and (status := scene.status(feature))}
    for status, line in STATUS_LINES.items():
        if status in used:
            dash = " ".join(f"{length:g}" for length in line.dash)
            yield Key(
                text=words(STATUS_WORDS[status]), colour=palette.soft, line=True, symbol=None, glyph=None, dash=dash
            )
