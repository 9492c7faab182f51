"""A layer of somebody's own, to lay over the atlas for one viewer and one session; and what may be in it.

:mod:`geodata.formats` reads it from a file, :mod:`geodata.confined` does so in a process that can do no harm. Viewers
read what is wrong with it, so that it is kept as texts in English with their values, to be said in any language.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any, NamedTuple

import shapely
from shapely.geometry import LineString, MultiLineString, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata.problems import AtlasError, Problem

MOST_BYTES = 20_000_000
MOST_FEATURES = 20_000
MOST_POSITIONS = 500_000
MOST_LETTERS = 10_000_000
"""Of all attributes together."""
MOST_TOLD = 100
"""Faults that are named; those beyond are counted."""
LONGEST_NAME = 120
SHOWN = 40
"""Letters of a value that are enough to find it again."""

NAMES = ("name", "title", "label", "атауы", "название", "имя", "наименование", "adı", "ad")
"""The attributes, in any case, that are taken for a feature's name."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name; the viewer reads it in the language of the page
    """Mark a text for the catalogues of the dashboard."""
    return message


NO_PLACE = N_("has no geometry")
GIVE_PLACE = N_("give it a place, or take it out")
LESS = N_("leave out what need not be seen, or simplify its lines")
IN_DEGREES = N_("save the file in degrees (WGS 84, EPSG:4326)")
TURNED = N_("longitude comes first; the two are swapped")


class Said(NamedTuple):
    """A text in English with ``{names}`` for its values."""

    text: str
    values: tuple[tuple[str, str | int], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**dict(self.values)) if self.values else self.text


NOWHERE = Said("")


def say(text: str, /, **values: str | int) -> Said:
    """A text with its values."""
    return Said(text, tuple(values.items()))


class Fault(NamedTuple):
    """One thing that is wrong with a file: a :class:`~geodata.problems.Problem` that can be translated.

    ``object`` says which ("line 12"), ``field`` is a name from the file itself; both may be empty.
    """

    object: Said
    field: str
    problem: Said
    remedy: Said

    def of(self, file: str) -> Problem:
        """The same in English, with the name of the file."""
        return Problem(file, str(self.object), self.field, str(self.problem), str(self.remedy))


class OwnError(AtlasError):
    """A file that cannot be shown, with every fault that was found in it."""

    def __init__(self, file: str, faults: Sequence[Fault]) -> None:
        self.file = file
        self.faults = tuple(faults)
        super().__init__([fault.of(file) for fault in faults])


@dataclass(frozen=True, kw_only=True)
class OwnFeature:
    """One thing of the layer: its name, its place (WGS 84, two dimensions), and its attributes as texts."""

    name: str
    geometry: BaseGeometry
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class OwnLayer:
    """A layer of somebody's own. ``notes`` says what was taken on trust or left out."""

    name: str
    features: tuple[OwnFeature, ...]
    notes: tuple[Said, ...] = ()


class Box(NamedTuple):
    """What the map can show, in degrees."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a position lies in it."""
        return self.west <= x <= self.east and self.south <= y <= self.north

    def meets(self, geometry: BaseGeometry) -> bool:
        """Whether a part of a geometry may lie in it."""
        west, south, east, north = geometry.bounds
        return east >= self.west and west <= self.east and north >= self.south and south <= self.north


EARTH = Box(-180, -90, 180, 90)


class Raw(NamedTuple):
    """A feature as it stands in a file, with the words that faults call it by.

    ``geometry`` is None where it could not be read, which has been told then.
    """

    label: Said
    geometry: BaseGeometry | None
    attributes: Mapping[str, Any]


@dataclass
class Collector:
    """Collects the features and the faults of one file."""

    file: str
    name: str
    """Of the layer; with its number, of a feature that has none."""
    faults: list[Fault] = field(default_factory=list)
    features: list[OwnFeature] = field(default_factory=list)
    _notes: dict[Said, None] = field(default_factory=dict)
    _untold: int = 0
    _read: int = 0
    _positions: int = 0
    _letters: int = 0

    def fault(self, problem: str, remedy: str, label: Said = NOWHERE, field: str = "", **values: str | int) -> None:
        """Note a mistake; ``values`` are those of problem and remedy."""
        if len(self.faults) < MOST_TOLD:
            self.faults.append(Fault(label, field, say(problem, **values), say(remedy, **values)))
        else:
            self._untold += 1

    def note(self, text: str, **values: str | int) -> None:
        """Note what was taken on trust or left out."""
        self._notes[say(text, **values)] = None

    def flat(self, geometry: BaseGeometry) -> BaseGeometry:
        """A geometry in two dimensions; what it has of more is noted."""
        if geometry.has_z or shapely.has_m(geometry):
            self.note(N_("Heights and measures are left out."))
            return shapely.force_2d(geometry)
        return geometry

    def add(self, raw: Raw) -> None:
        """Take one feature in.

        Raises:
            OwnError: there are more than may be.
        """
        # an empty geometry is false, and has to be told
        geometry = None if raw.geometry is None else self._placed(raw.geometry, raw.label)
        attributes = attributes_of(raw.attributes)
        self._read += 1
        self._letters += sum(len(key) + len(value) for key, value in attributes)
        self._positions += 0 if geometry is None else int(shapely.count_coordinates(geometry))
        self._count()
        if geometry is not None:
            self.features.append(
                OwnFeature(
                    name=_name(attributes) or f"{self.name} {self._read}", geometry=geometry, attributes=attributes
                )
            )

    def layer(self, frame: Box) -> OwnLayer:
        """All that was taken in.

        Raises:
            OwnError: something is wrong with it.
        """
        if not self._read and not self.faults:
            self.fault(N_("holds no objects"), N_("choose a file with at least one object"))
        if not self.faults:
            self._within(frame)
        if self.faults:
            raise self.error()
        return OwnLayer(name=self.name, features=tuple(self.features), notes=tuple(self._notes))

    def error(self) -> OwnError:
        """The faults, those beyond the first ones as a number."""
        if self._untold:
            more = say(N_("{n} more problems of this file are not listed"), n=self._untold)
            self.faults.append(Fault(NOWHERE, "", more, say(N_("mend those above and try again"))))
        return OwnError(self.file, self.faults)

    def _count(self) -> None:
        for found, most, text in (
            (self._read, MOST_FEATURES, N_("has more than {n} objects")),
            (self._positions, MOST_POSITIONS, N_("has more than {n} positions")),
            (self._letters, MOST_LETTERS, N_("has attributes of more than {n} letters")),
        ):
            if found > most:
                self.fault(text, LESS, n=most)
                raise self.error()

    def _placed(self, geometry: BaseGeometry, label: Said) -> BaseGeometry | None:
        """The geometry as it can be drawn; None where it cannot, which is told."""
        if geometry.is_empty:
            return self.fault(NO_PLACE, GIVE_PLACE, label)
        geometry = self.flat(geometry)
        corners = geometry.bounds
        if not all(map(isfinite, corners)):
            return self.fault(
                N_("has a position that is not a number"), N_("write longitude and latitude in degrees"), label
            )
        if EARTH.holds(*corners[:2]) and EARTH.holds(*corners[2:]):
            if _leaps(geometry):
                problem = N_("goes round the far side of the Earth, across 180° of longitude")
                return self.fault(problem, N_("cut it at 180°, so that each part stays on its side"), label)
            return geometry
        x, y = (max(corners[0::2], key=abs), max(corners[1::2], key=abs))
        problem = N_("is not on Earth: longitude {x}, latitude {y}")
        if EARTH.holds(y, x):
            remedy = TURNED
        elif EARTH.holds(x / 2, y):
            remedy = N_("longitudes run from -180 to 180; cut what crosses 180° there")
        else:
            remedy = IN_DEGREES
        return self.fault(problem, remedy, label, x=f"{x:.6g}", y=f"{y:.6g}")

    def _within(self, frame: Box) -> None:
        """Whether anything lies where the map can show it."""
        outside = sum(not frame.meets(feature.geometry) for feature in self.features)
        if not outside:
            return
        if outside < len(self.features):
            self.note(N_("Outside the map: {n} of {all} objects."), n=outside, all=len(self.features))
            return
        centres = [feature.geometry.centroid for feature in self.features]
        turned = all(frame.holds(at.y, at.x) for at in centres)
        problem = N_("lies outside the map, which shows longitudes {west} to {east} and latitudes {south} to {north}")
        sides = {name: f"{value:g}" for name, value in frame._asdict().items()}
        remedy = TURNED if turned else N_("choose a file about places that are on the map")
        self.faults.append(Fault(NOWHERE, "", say(problem, **sides), say(remedy)))


def pieces(geometry: BaseGeometry) -> list[BaseGeometry]:
    """What is drawn of a geometry: each place by itself, all its lines as one, and all its areas as one."""
    places: list[BaseGeometry] = []
    lines: list[LineString] = []
    areas: list[Polygon] = []
    waiting = [geometry]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Point):
            places += [] if part.is_empty else [part]
        elif isinstance(part, Polygon):
            areas += [] if part.is_empty else [part]
        elif isinstance(part, LineString):
            lines.append(LineString(part.coords))
        else:
            waiting += reversed(shapely.get_parts(part))
    return [*places, *([MultiLineString(lines)] if lines else []), *([MultiPolygon(areas)] if areas else [])]


def _leaps(geometry: BaseGeometry) -> bool:
    """Whether two neighbouring positions are more than half the Earth apart, which nobody means."""
    if geometry.bounds[2] - geometry.bounds[0] <= EARTH.east:
        return False
    parts = [part for piece in pieces(geometry) for part in shapely.get_parts(piece)]
    lines = [line for part in parts for line in (shapely.get_rings(part) if isinstance(part, Polygon) else (part,))]
    return any(
        abs(one[0] - other[0]) > EARTH.east
        for line in lines
        for one, other in zip(line.coords, line.coords[1:], strict=False)
    )


def clean(text: str, most: int | None = None) -> str:
    """A text in one line, without control characters and halves of letters, which no page can show."""
    whole = text.encode("utf-8", "replace").decode()
    shown = re.sub(r"[\x00-\x20\x7f]+", " ", whole).strip()
    return shown if most is None or len(shown) <= most else f"{shown[:most]}…"


def attributes_of(values: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Attributes as texts, without those that say nothing."""
    found = ((clean(str(key), LONGEST_NAME), clean(_text(value))) for key, value in values.items())
    return tuple((key, value) for key, value in found if value)


def _text(value: object) -> str:
    if value is None or value != value:  # noqa: PLR0124 - only NaN is not itself
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.0f}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    return str(value)


def _name(attributes: Sequence[tuple[str, str]]) -> str:
    """What a feature is called; empty where nothing says so."""
    by_key = {key.lower(): value for key, value in reversed(attributes)}
    known = (key for key in NAMES if key in by_key)
    similar = (key for key, _ in attributes if key.lower().startswith("name"))
    key = next(known, next(similar, "")).lower()
    return clean(by_key[key], LONGEST_NAME) if key else ""
