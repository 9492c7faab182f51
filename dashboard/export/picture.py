"""Scene -> a picture of the map as SVG: the one renderer that picture files, paper and slides share.

It draws from the same data in the same colours, dashes and symbols as the browser (see dashboard/map/client/paint.js).
Positions are spherical Mercator (EPSG:3857) scaled to CSS pixels, as Leaflet's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import atan, ceil, cos, exp, log, log2, pi, radians, sin
from typing import Any

import numpy as np
from shapely import LineString
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from dashboard.export.courses import Course, separate
from dashboard.html import render
from dashboard.scene import Scene
from dashboard.style import LINE_WIDTHS, PALETTES, STATUS_LINES, STATUS_WORDS, SYMBOLS, Palette, legend_symbol
from geodata.model import Feature, Id, StatusName

WIDTH, HEIGHT = 1280, 800
MARGIN = 40
CLOSEST_ZOOM = 7.5
"""As near as a picture goes by itself, when it frames what is chosen."""
LETTER_WIDTH = 0.54
"""Mean width of a letter of Source Sans in units of its size; decides which names have room."""
BESIDE_DOT = 5.0
NEAR_SYMBOL = 9.0
"""CSS pixels between a town's dot and its name, and around a symbol that makes a town's name needless."""
BETWEEN_LINES = 2.2
"""CSS pixels between lines that are drawn side by side; their casings fill them."""
EARTH_M = 40_075_016.686
"""The equator's length in metres, WGS 84."""
Position = tuple[float, float]
Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a picture shows: its size in CSS pixels, and the world in Mercator (the whole world is 1) behind it."""

    width: int
    height: int
    zoom: float
    left: float
    top: float

    @property
    def scale(self) -> float:
        """CSS pixels for the whole world."""
        return 256 * 2**self.zoom

    def at(self, position: Sequence[float]) -> Position:
        """Where a position (longitude, latitude) is in the picture."""
        x, y = mercator(position)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the map."""

    path: str
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
class Name:
    """A name on the map."""

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
    dot: bool = False
    """A town: its dot is drawn before it."""


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


@dataclass
class _Room:
    """Where names already stand."""

    taken: list[Box] = field(default_factory=list)

    def take(self, box: Box) -> bool:
        """Whether there is room for a name, which then stands there."""
        if any(box[0] < b[2] and box[2] > b[0] and box[1] < b[3] and box[3] > b[1] for b in self.taken):
            return False
        self.taken.append(box)
        return True


@dataclass(frozen=True)
class _Sheet:
    """What names are placed on."""

    scene: Scene
    palette: Palette
    seen: Frame
    room: _Room


def mercator(position: Sequence[float]) -> Position:
    """Longitude and latitude (degrees) as x and y of a square world of side 1, y downwards."""
    sine = sin(radians(max(-85.0, min(85.0, position[1]))))
    return position[0] / 360 + 0.5, 0.5 - log((1 + sine) / (1 - sine)) / (4 * pi)


def frame(scene: Scene, width: int, height: int) -> Frame:
    """The part of the world that a view shows: its camera, else what is chosen, else the opening view."""
    view, opening = scene.view, scene.atlas.description.opening
    if view.camera:
        return _around((view.camera.longitude, view.camera.latitude), view.camera.zoom, width, height)
    found = [scene.atlas.features[id] for id in scene.lit]
    boxes = [feature.geometry.bounds for feature in found if feature.geometry is not None and not feature.off_map]
    if not boxes:
        return _around((opening.longitude, opening.latitude), opening.zoom, width, height)
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    (left, bottom), (right, top) = mercator((west, south)), mercator((east, north))
    room = ((width - 2 * MARGIN) / max(right - left, 1e-9), (height - 2 * MARGIN) / max(bottom - top, 1e-9))
    zoom = min(CLOSEST_ZOOM, log2(min(room) / 256))
    scale = 256 * 2**zoom
    x, y = (left + right) / 2, (top + bottom) / 2
    return Frame(width=width, height=height, zoom=zoom, left=x - width / 2 / scale, top=y - height / 2 / scale)


def _around(centre: Position, zoom: float, width: int, height: int) -> Frame:
    x, y = mercator(centre)
    scale = 256 * 2**zoom
    return Frame(width=width, height=height, zoom=zoom, left=x - width / 2 / scale, top=y - height / 2 / scale)


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
    places, full = _places(scene, palette, seen, shown)
    room = _Room([(place.x - 9, place.y - 9, place.x + 9, place.y + 9) for place in places])
    sheet = _Sheet(scene, palette, seen, room)
    names = [*_feature_names(sheet, full), *_base_names(sheet, [(place.x, place.y) for place in places])]
    metres = EARTH_M / seen.scale * cos(radians(_latitude(seen)))
    most = metres * 130 / 1000
    round_km = (
        next(step for step in (2000, 1000, 500, 300, 200, 100, 50, 30, 20, 10, 5, 3, 2, 1, 0) if step <= most) or most
    )
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
        scale_width=round_km * 1000 / metres,
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


def _latitude(seen: Frame) -> float:
    y = seen.top + seen.height / 2 / seen.scale
    return (2 * atan(exp((0.5 - y) * 2 * pi)) - pi / 2) * 180 / pi


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


def _line_path(feature: Feature, courses: Sequence[Course], width: float, seen: Frame) -> str:
    """A line of ``width`` CSS pixels as SVG path data: beside the lines with which it shares its course."""
    if not courses:
        return _path(_shape(feature), seen)
    gap = (width + BETWEEN_LINES) / seen.scale
    shown = [(course.beside(gap) - (seen.left, seen.top)) * seen.scale for course in courses]
    # of the even steps only those that make a bend need to be written
    return _trace([(LineString(positions).simplify(0.1).coords, False) for positions in shown], seen)


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
        if not _is_line(feature) or not (path := _line_path(feature, courses.get(feature.id, ()), width, seen)):
            continue
        status = scene.status(feature)
        name: StatusName = status.name if status else "operating"
        line = STATUS_LINES[name]
        lines[feature.id] = Line(
            path=path,
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
) -> tuple[list[Place], list[tuple[Feature, float, float]]]:
    """Symbols, the most prominent last so that it lies on top, and the features that have their full symbol."""
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
    return places[::-1], full


def _feature_names(sheet: _Sheet, full: Iterable[tuple[Feature, float, float]]) -> Iterator[Name]:
    scene, palette, seen, room = sheet.scene, sheet.palette, sheet.seen, sheet.room
    lit = set(scene.lit)
    for feature, x, y in full:
        symbol = SYMBOLS[feature.kind]
        chosen = feature.id in lit
        if not chosen and symbol.zoom > seen.zoom - 0.8:
            continue
        size = (13.5 if chosen or symbol.zoom <= 0 else 12) * palette.scale
        text = scene.words.name(feature.names)
        wide, beside = len(text) * size * LETTER_WIDTH, symbol.size * palette.scale / 2 + 4
        for dx, anchor in ((beside, "start"), (-beside, "end")):
            left = x + dx if anchor == "start" else x + dx - wide
            if left < 0 or left + wide > seen.width:
                continue
            if room.take((left - 2, y - size * 0.6, left + wide + 2, y + size * 0.6)):
                weight = 700 if chosen else 600
                yield Name(
                    x=x + dx, y=y, text=text, size=size, weight=weight, italic=False, colour=palette.ink, halo=True,
                    anchor=anchor,
                )  # fmt: skip
                break


def _base_names(sheet: _Sheet, symbols: Sequence[Position]) -> Iterator[Name]:
    """Names of countries, seas, towns and lakes, the weightier first, each at the first of its places with room."""
    for kind, rank, properties, at in _base_candidates(sheet.scene):
        style = _base_style(kind, rank, sheet.seen.zoom, sheet.palette)
        if style is None:
            continue
        size, weight, italic, colour, spacing = style
        text = _base_text(sheet.scene, kind, properties)
        name = Name(
            x=0, y=0, text=text, size=size * sheet.palette.scale, weight=weight, italic=italic, colour=colour,
            halo=kind == "city", anchor="start" if kind == "city" else "middle", spacing=spacing, dot=kind == "city",
        )  # fmt: skip
        for position in at:
            x, y = sheet.seen.at(position)
            hidden = name.dot and any((x - a) ** 2 + (y - b) ** 2 < NEAR_SYMBOL**2 for a, b in symbols)
            if not hidden and (placed := _placed(sheet, name, x, y)):
                yield placed
                break


def _placed(sheet: _Sheet, name: Name, x: float, y: float) -> Name | None:
    """The name at a position, beside its dot or in its middle; None where it has no room."""
    seen = sheet.seen
    if not (0 < x < seen.width and 0 < y < seen.height):
        return None
    wide = len(name.text) * (name.size * LETTER_WIDTH + name.spacing)
    left = x + BESIDE_DOT if name.dot else x - wide / 2
    if left < 0 or left + wide > seen.width:
        return None
    if not sheet.room.take((left - 2, y - name.size * 0.6, left + wide + 2, y + name.size * 0.6)):
        return None
    return replace(name, x=x + (BESIDE_DOT if name.dot else 0), y=y)


def _base_candidates(scene: Scene) -> list[tuple[str, int, dict[str, Any], Sequence[Position]]]:
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


def _base_text(scene: Scene, kind: str, properties: dict[str, Any]) -> str:
    if kind != "country":
        return properties["names"][scene.words.language]
    name = scene.words.country(properties["iso"])
    # Azerbaijani and Turkish have two letters i
    return (name.replace("i", "İ") if scene.words.language in ("az", "tr") else name).upper()


def _base_style(kind: str, rank: int, zoom: float, palette: Palette) -> tuple[float, int, bool, str, float] | None:
    """Size, weight, italic, colour and letter spacing of a name of the base map; None while it is not shown."""
    if kind == "city":
        return None if zoom < (0, 3.5, 5, 6.2)[min(rank, 3)] else (12, 400, False, palette.town_name, 0)
    if kind == "sea":
        return None if zoom < 3 + rank * 0.6 else (17 if rank == 1 else 13, 400, True, palette.sea_name, 2)
    if kind == "lake":
        return None if zoom < 4.5 + rank * 0.6 else (11.5, 400, True, palette.sea_name, 0)
    return None if zoom < 2.5 + rank * 0.8 else (13 if rank == 1 else 11, 600, False, palette.land_name, 1.6)


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
