"""Where a picture of the map is: spherical Mercator (EPSG:3857), scaled to CSS pixels as Leaflet does."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, exp, log, log2, pi, radians, sin

from dashboard.scene import Scene

MARGIN = 40
CLOSEST_ZOOM = 7.5
"""As near as a picture goes by itself, when it frames what is chosen."""
Position = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, top, right and bottom in CSS pixels."""


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

    @property
    def latitude(self) -> float:
        """That of the middle, in degrees."""
        y = self.top + self.height / 2 / self.scale
        return (2 * atan(exp((0.5 - y) * 2 * pi)) - pi / 2) * 180 / pi

    def at(self, position: Sequence[float]) -> Position:
        """Where a position (longitude, latitude) is in the picture."""
        x, y = mercator(position)
        return (x - self.left) * self.scale, (y - self.top) * self.scale


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
