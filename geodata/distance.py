"""Lengths and distances on the Earth, in kilometres.

The haversine formula (R. W. Sinnott, "Virtues of the Haversine", Sky & Telescope 68, 1984) on a sphere with
the Earth's mean radius R1 = 6371.0088 km (H. Moritz, "Geodetic Reference System 1980", Journal of Geodesy 74,
2000). It differs from the ellipsoid by less than 0.6 %, where published lengths differ from each other by far more.
"""

from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from typing import TypeVar

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

_Shape = TypeVar("_Shape", bound=BaseGeometry)

EARTH_RADIUS_KM = 6371.0088
KM_PER_DEGREE = radians(1) * EARTH_RADIUS_KM
"""Length of a degree of latitude."""


def distance_km(longitude: float, latitude: float, other_longitude: float, other_latitude: float) -> float:
    """The great-circle distance of two positions (WGS 84 degrees), in kilometres."""
    south, north = radians(latitude), radians(other_latitude)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin(radians(other_longitude - longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half)))


def length_km(geometry: BaseGeometry) -> float:
    """The length of a line, or of all lines of a collection (WGS 84 degrees), in kilometres; 0 for a point."""
    total = 0.0
    for part in shapely.get_parts(geometry):
        positions = shapely.get_coordinates(part).tolist()
        total += sum(distance_km(*start, *end) for start, end in pairwise(positions))
    return total


def flat_km(geometry: _Shape, latitude: float) -> _Shape:
    """``geometry`` on a plane in kilometres, true to scale near ``latitude`` (equirectangular)."""
    scale = np.array([KM_PER_DEGREE * cos(radians(latitude)), KM_PER_DEGREE])
    return shapely.transform(geometry, lambda positions: positions * scale)
