"""Pictures of the map, drawn from the data as the browser draws them (rows 40, 51, 59)."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from math import log, pi, radians, tan
from typing import Any

import pytest

from dashboard.export.frame import frame, mercator
from dashboard.export.picture import picture, svg
from dashboard.export.typeset import png
from dashboard.scene import Scene, scene
from dashboard.style import LOOKS, PALETTES, STATUS_LINES, SYMBOLS, for_browser
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Feature, Kind, Language

TODAY = date(2026, 11, 23)
SVG = "{http://www.w3.org/2000/svg}"


def look(atlas: Atlas, **query: str) -> Scene:
    view = View.from_query({"lang": "en", **query}, atlas)
    return scene(atlas, view, Words(view.language), TODAY)


def texts(picture: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(picture).iter(f"{SVG}text")]  # noqa: S314 - our own


def test_mercator_is_that_of_the_web():
    """EPSG:3857, by its other formula."""
    assert mercator((0, 0)) == (0.5, 0.5)
    x, y = mercator((51.2, 43.6))
    assert x == pytest.approx(0.5 + 51.2 / 360)
    assert y == pytest.approx(0.5 - log(tan(pi / 4 + radians(43.6) / 2)) / (2 * pi))


def test_the_camera_decides_what_is_seen(atlas: Atlas):
    seen = frame(look(atlas, at="7/42/50"), 800, 600)
    assert seen.zoom == 7
    assert seen.at((50, 42)) == (pytest.approx(400), pytest.approx(300))


def test_what_is_chosen_is_framed_whole(atlas: Atlas):
    now = look(atlas, select="zangezur-corridor")
    seen = frame(now, 800, 600)
    for id in now.lit:
        geometry = atlas.features[id].geometry
        if geometry is not None:
            west, south, east, north = geometry.bounds
            for position in ((west, south), (east, north)):
                x, y = seen.at(position)
                assert 0 <= x <= 800
                assert 0 <= y <= 600


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_date_and_legend_are_in_the_language(atlas: Atlas, language: Language):
    """Rows 2, 51."""
    said = texts(svg(look(atlas, lang=language, date="2028")))
    words = Words(language)
    assert atlas.features["port-aktau"].names.of(language) in said
    assert any("2028" in text and words("as promised") in text for text in said)
    for layer in atlas.description.layers:
        assert layer.names.of(language) in said


@pytest.mark.parametrize("name", LOOKS)
def test_colours_and_dashes_are_those_of_the_screen(atlas: Atlas, name: str):
    picture = svg(look(atlas, look=name))
    palette = next(palette for key, palette in PALETTES.items() if key == name)
    for colour in (palette.land, palette.water, palette.theme("rail", ("rail",)), palette.theme("ports", ("ports",))):
        assert colour in picture
    dash = " ".join(f"{length * palette.scale:g}" for length in STATUS_LINES["planned"].dash)
    assert f'stroke-dasharray="{dash}"' in picture


def test_layers_and_filters_leave_things_out(atlas: Atlas):
    everything, ports = svg(look(atlas)), svg(look(atlas, layers="ports"))
    assert len(ports) < len(everything)
    assert "Railways" not in texts(ports)


SWATCHES = """
const svg = (name, { d }, ...children) => ({ d, children, append(...more) { this.children.push(...more); } });
const element = () => null;
const map = { ...given, settings: given, colours: {}, themeOf: () => "" };
const legend = new Legend(map);
legend._survey();
const paths = (node) => [...(node.d ? [node.d] : []), ...node.children.flatMap(paths)];
const found = Object.fromEntries(given.layers.map((id) => [id, paths(legend._swatch({ id }))]));
"""


def test_the_legend_shows_the_symbols_of_the_screen(atlas: Atlas, in_client: Callable[[str, str, Any], Any]):
    def for_client(one: Feature) -> dict[str, Any]:
        point = one.geometry is not None and one.geometry.geom_type == "Point"
        return {"layer": one.layer, "kind": one.kind, "point": point, "line": one.geometry is not None and not point}

    names = {layer.id: layer.names.en for layer in atlas.description.layers}
    features = [for_client(one) for one in atlas.features.values()]
    told = {"layers": list(names), "features": features, "style": for_browser(tuple(names))}
    screen = in_client("legend.js", SWATCHES, told)
    keys = {key.text: key for key in picture(look(atlas), 800, 600).keys}
    for id, name in names.items():
        key = keys[name]
        assert screen[id] == [path for path in ("M-16 0H16" if key.line else None, key.symbol, key.glyph) if path], id


def test_the_legend_shows_the_places_that_matter_beside_a_line(atlas: Atlas):
    symbols: dict[str, Kind | None] = {
        "ports": "port",
        "ferries": None,
        "zangezur": None,
        "rail": None,
        "fibre": "cable_landing",
        "oil-gas": "oil_terminal",
        "power": "substation",
        "politics": "capital",
    }
    keys = {key.text: key for key in picture(look(atlas), 800, 600).keys}
    for layer in atlas.description.layers:
        key, kind = keys[layer.names.en], symbols[layer.id]
        assert key.symbol == (SYMBOLS[kind].body if kind else None), layer.id
        assert key.line == (layer.id not in ("ports", "politics"))


def test_hostile_names_are_text_and_nothing_else(atlas: Atlas):
    """Row 59."""
    names = atlas.features["port-aktau"].names.model_copy(update={"en": "<script>alert(1)</script>&\"'"})
    feature = atlas.features["port-aktau"].model_copy(update={"names": names})
    picture = svg(replace(look(atlas), atlas=replace(atlas, features={**atlas.features, "port-aktau": feature})))
    assert "<script" not in picture
    assert any("<script>alert(1)</script>" in text for text in texts(picture))


def test_a_png_has_two_pixels_for_each():
    box = '<rect width="40" height="30" fill="#0b3c5d"/>'
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30">{box}</svg>'
    content = png(picture, 40, 30)
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert (int.from_bytes(content[16:20]), int.from_bytes(content[20:24])) == (80, 60)
