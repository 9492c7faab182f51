"""Scene -> what the map client is told: Leaflet's options once, then the view as plain data at each change.

``client/`` draws from data that the browser fetches once, by address; component.py places it in the app by Folium,
export/standalone.py in a page of its own.
"""

from collections.abc import Sequence
from typing import Any

from dashboard.scene import Scene
from dashboard.view import Camera
from geodata.model import Feature

OPTIONS: dict[str, Any] = {
    "zoomControl": False,
    "attributionControl": False,
    "preferCanvas": True,
    "zoomSnap": 0.25,
    "zoomDelta": 0.75,
    "wheelPxPerZoomLevel": 110,
}
"""Leaflet's options of the map, under its own names."""


def state(
    scene: Scene, reports: int = 0, own: Sequence[dict[str, Any]] = (), chosen: str | None = None
) -> dict[str, Any]:
    """The view as plain data, as the client's ``show`` takes it.

    ``own`` describes the layers of the viewer's own, ``chosen`` is the object of theirs that is selected, if one is.
    """
    view = scene.view
    return {
        "n": reports,
        "lang": view.language,
        "look": view.look,
        "today": scene.today.isoformat(),
        "date": _plain_date(scene),
        "layers": list(scene.layers),
        "filters": view.filters,
        "search": view.search,
        "selected": chosen or view.selected,
        "lit": [chosen] if chosen else list(scene.lit),
        "own": list(own),
        "at": _position(view.camera),
        "box": _box(scene),
    }


def _box(scene: Scene) -> list[float] | None:
    """Where the chosen feature is (degrees) if the client cannot know: it has those of tiled layers only in view."""
    chosen, tiled = scene.selected, scene.atlas.tiled
    if tiled is None or not isinstance(chosen, Feature) or chosen.layer not in tiled.counts or chosen.geometry is None:
        return None
    return list(chosen.geometry.bounds)


def _plain_date(scene: Scene) -> str | None:
    date = scene.view.date
    if date is None:
        return None
    return date.text if len(date.text) in (4, 7, 10) and "/" not in date.text else scene.day.isoformat()


def _position(camera: Camera | None) -> list[float] | None:
    return [camera.zoom, camera.latitude, camera.longitude] if camera else None
