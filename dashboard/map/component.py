"""Scene -> the Folium map, which never changes, and the small message that carries a change of view.

The map is byte-identical on every run, so that the component never mounts it again; what is seen is
drawn by ``client/`` from data that the browser fetches once, by address.
"""

import json
import re
from collections.abc import Sequence
from copy import copy
from functools import lru_cache
from typing import Any

import folium
from branca.element import MacroElement
from jinja2 import Template

from dashboard.map import OPTIONS, state
from dashboard.scene import Scene
from geodata import Atlas
from geodata.model import Id

# relative to the component's own page, /component/streamlit_folium.st_folium/index.html
PAGES = "../../"
DATA = PAGES + "atlas/{release}/"
OWN = PAGES + "own/"
SIDE = ".st-key-panel-side"
"""Where the page has its panel, as a CSS selector."""
ASKING = ".st-key-share button"
"""What the viewer presses to be answered for exactly what is seen."""
MAP_ID = "atlas"
UNSAFE = re.compile(rf"<|{{(?={{)|m(?=ap_{MAP_ID})")
"""Letters of JSON that would mean something else inside Folium's scripts, where ``map_atlas`` is the map."""


class _Client(MacroElement):
    """Starts the client on the map."""

    _template = Template("{% macro script(this, kwargs) %}startAtlas(map_div, {{ this.settings }});{% endmacro %}")

    def __init__(self, settings: dict[str, Any]) -> None:
        super().__init__()
        self._id = "client"
        self.settings = _script(settings)


class _Message(MacroElement):
    """Hands the client a change of view."""

    _template = Template("{% macro script(this, kwargs) %}atlasMap.show({{ this.message }});{% endmacro %}")

    def __init__(self, message: dict[str, Any]) -> None:
        super().__init__()
        self._id = "message"
        self.message = _script(message)


class _Map(folium.Map):
    """A map that is rendered once. Folium's rendering takes longer than all else that a click needs."""

    rendered = False

    def render(self, **kwargs: Any) -> None:
        """Render the first time."""
        if not self.rendered:
            super().render(**kwargs)
            self.rendered = True


class _Group(folium.FeatureGroup):
    """A group whose scripts streamlit-folium takes one by one, so that none is put into a page of Folium's."""

    def render(self, **_kwargs: Any) -> None:
        """Nothing."""


def folium_map(atlas: Atlas, version: str) -> folium.Map:
    """The constant map of an atlas: no tiles, assets from our own host, the same text every time.

    ``version`` is that of the files which the browser fetches, ``Served.version``.
    """
    description = atlas.description
    layers = tuple(layer.id for layer in description.layers)
    opening = description.opening
    made = copy(_made(atlas.release, version, (opening.zoom, opening.latitude, opening.longitude), layers))
    # streamlit-folium adds each message to the map that it is handed
    made._children = made._children.copy()  # noqa: SLF001
    return made


@lru_cache(maxsize=4)
def _made(release: str, version: str, opening: tuple[float, float, float], layers: tuple[Id, ...]) -> _Map:
    address = DATA.format(release=release)
    zoom, latitude, longitude = opening
    map_ = _Map(
        location=(latitude, longitude),
        zoom_start=round(zoom),
        tiles=None,
        # Folium's own arguments of these two, against its defaults
        zoom_control=False,
        attribution_control=False,
        **OPTIONS,
    )
    map_._id = MAP_ID  # noqa: SLF001 - a fixed id in place of Folium's random one, so that the text never changes
    # on the instance: the lists on the class are shared by every map of the process
    map_.default_js = [("map", f"{address}map.js?{version}")]
    map_.default_css = [("map", f"{address}map.css?{version}")]
    _Client(
        {
            "address": address,
            "own": OWN,
            "about": f"{PAGES}about?lang=",
            "side": SIDE,
            "asking": ASKING,
            "panel": f"{SIDE} .stHtml",
            "release": release,
            "version": version,
            "layers": layers,
        }
    ).add_to(map_)
    map_.get_root().render()
    return map_


def state_message(
    scene: Scene,
    reports: int,
    stage: dict[str, Any] | None = None,
    own: Sequence[dict[str, Any]] = (),
    chosen: str | None = None,
) -> folium.FeatureGroup:
    """The view as a message to the client.

    ``reports`` is the number of the client's report that it answers, ``stage`` the briefing to present, ``own`` and
    ``chosen`` as of :func:`dashboard.map.state`.
    """
    group = _Group(name="view", control=False)
    _Message(state(scene, reports, own, chosen) | ({"briefing": stage} if stage else {})).add_to(group)
    return group


def _script(value: dict[str, Any]) -> str:
    """JSON that is safe inside a script element, and says the same after what streamlit-folium does to scripts.

    It exchanges the map's id for its own, wherever that stands.
    """
    return UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(value, ensure_ascii=True))
