"""Features -> columns, the form in which the map client reads a layer.

One list for each property instead of one object for each feature, and positions as small whole numbers in one text: a
browser reads a hundred thousand features of it several times as fast as the same GeoJSON. Names are in files of their
own, one for each language.
"""

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from shapely import Point, Polygon, get_coordinates, get_num_points, get_parts
from shapely.geometry.base import BaseGeometry

from geodata import Atlas
from geodata.model import Feature, Id, Language
from geodata.status import changes
from geodata.tiled import mercator

UNITS = 2**24
"""Positions are counted in steps of the world's width divided by this: at most 2.4 m, which no zoom shows."""


def columns(features: Sequence[Feature], atlas: Atlas) -> dict[str, Any]:
    """The features of one layer.

    ``ids``; ``kinds``, ``countries`` and so on as pairs of the values that occur and, for each feature, the place of
    its value among them. ``steps`` are the changes of status that occur (from which day, which status, whether it is a
    promise), and a value of ``changes`` is a list of their numbers, because most histories differ and few of their
    steps do. ``parts`` and ``off_map`` by feature number, because few have them. ``geometries`` holds for
    each feature 0 (none), 1 (place), 2 (line) or 3 (area); ``lengths`` the number of positions of each of its
    parts, with the number of parts before them; ``positions`` the differences from one position to the next, x and y
    in turn, in steps of 1/UNITS of the Mercator world, as :func:`polyline` writes them.
    """
    said = {feature.id: atlas.statements_about(feature.id) for feature in features}
    shapes = [feature.geometry for feature in features]
    steps: dict[tuple[object, ...], int] = {}
    histories = [
        tuple(steps.setdefault(tuple(change.values()), len(steps)) for change in changes(feature))
        for feature in features
    ]
    return {
        "units": UNITS,
        "ids": [feature.id for feature in features],
        "kinds": _coded(feature.kind for feature in features),
        "countries": _coded(feature.countries for feature in features),
        "drawn": _coded(feature.drawn for feature in features),
        "owners": _coded(feature.owners for feature in features),
        "stances": _coded(tuple(sorted({statement.stance for statement in said[one.id]})) for one in features),
        "topics": _coded(
            tuple(sorted({topic for statement in said[one.id] for topic in statement.topics})) for one in features
        ),
        "steps": list(steps),
        "changes": _coded(histories),
        "parts": {number: feature.parts for number, feature in enumerate(features) if feature.parts},
        "off_map": [number for number, feature in enumerate(features) if feature.off_map],
        **geometries(shapes),
    }


def names(features: Iterable[Feature], language: Language) -> list[str]:
    """The names of the features of a layer in one language, in the order of its columns."""
    return [feature.names.of(language) for feature in features]


def _coded(values: Iterable[Hashable]) -> tuple[list[Any], list[int]]:
    known: dict[Hashable, int] = {}
    places = [known.setdefault(value, len(known)) for value in values]
    return list(known), places


def geometries(shapes: Sequence[BaseGeometry | None]) -> dict[str, Any]:
    """The columns that say where features lie (WGS 84): ``geometries``, ``lengths`` and ``positions``."""
    kinds, lengths, parts = [], [], []
    for shape in shapes:
        if shape is None:
            kinds.append(0)
            continue
        kinds.append(_GEOMETRIES.get(shape.geom_type, _LINE))
        found = _parts(shape)
        lengths += [len(found), *(1 if isinstance(part, Point) else get_num_points(part) for part in found)]
        parts += found
    steps = np.empty((0, 2), dtype=np.int64)
    if parts:
        places = np.rint(mercator(get_coordinates(parts)) * UNITS).astype(np.int64)
        steps = np.diff(places, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    return {"geometries": kinds, "lengths": [int(length) for length in lengths], "positions": polyline(steps.ravel())}


def polyline(numbers: NDArray[np.int64]) -> str:
    """Whole numbers as text, small ones as one or two letters: Google's encoded polyline algorithm, for any numbers.

    A browser reads such a text ten times as fast as the same numbers in JSON. Each number must fit into 31 bits.
    """
    # the sign goes last, then five bits a letter, the lowest first, each with a mark if more follow
    left = (numbers << 1) ^ (numbers >> 63)
    letters = np.zeros((len(left), _MOST_LETTERS), dtype=np.uint8)
    for column in range(_MOST_LETTERS):
        more = left > _FIVE_BITS
        letters[:, column] = np.where(more, (left & _FIVE_BITS) | _MORE, left) + _FIRST_LETTER
        left = np.where(more, left >> 5, -1)
    # what has ended before this letter has none: -1 became the letter before the first
    return letters[letters >= _FIRST_LETTER].tobytes().decode("ascii")


_LINE = 2
_GEOMETRIES = {"Point": 1, "Polygon": 3, "MultiPolygon": 3}
_FIVE_BITS, _MORE, _FIRST_LETTER, _MOST_LETTERS = 31, 32, 63, 7


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """The points, lines and rings of a geometry."""
    found: list[BaseGeometry] = []
    for part in get_parts(shape):
        found += (part.exterior, *part.interiors) if isinstance(part, Polygon) else (part,)
    return found


def by_layer(atlas: Atlas) -> dict[Id, list[Feature]]:
    """The features of each layer, in the atlas's order."""
    found: dict[Id, list[Feature]] = {layer.id: [] for layer in atlas.description.layers}
    for feature in atlas.features.values():
        found[feature.layer].append(feature)
    return found
