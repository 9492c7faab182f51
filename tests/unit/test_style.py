"""Colours, widths and symbols: can everyone tell them apart, in every look (row 6)."""

from itertools import combinations
from typing import get_args

import numpy as np
import pytest

from dashboard.shelf import MOST_LAYERS
from dashboard.style import (
    DRAWN_WORDS,
    KIND_WORDS,
    LINE_WIDTHS,
    LOOK_WORDS,
    LOOKS,
    OWN_SYMBOLS,
    PALETTES,
    STATUS_LINES,
    STATUS_WORDS,
    SYMBOLS,
    Look,
    for_browser,
    legend_symbol,
    properties,
)
from geodata import Atlas
from geodata.check import LINES, PLACES
from geodata.model import Drawn, Kind, StatusName

# Machado, Oliveira and Fernandes 2009, "A physiologically-based model for simulation of color vision
# deficiency", severity 1.0; they act on linear RGB
VISION = {
    "full": np.identity(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
D65 = np.array([0.95047, 1.0, 1.08883])
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
APART = 12.0
"""The least CIE76 distance of two themes that also differ in symbol or line; 2.3 is just noticeable."""
ON_GROUND = ("ink", "soft", "quiet", "accent", "link", "promise", "warn", "met", "late", "ahead", "hot")
LETTERS = 4.5
SHAPES = 3.0


def linear(colour: str) -> np.ndarray:
    """Linear RGB of a colour such as #0b3c5d."""
    value = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours."""
    weights = np.array([0.2126, 0.7152, 0.0722])
    light, dark = sorted((float(linear(one) @ weights), float(linear(other) @ weights)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(colour: str, seen: np.ndarray) -> np.ndarray:
    """CIELAB (D65) of a colour as somebody sees it."""
    xyz = TO_XYZ @ np.clip(seen @ linear(colour), 0, 1) / D65
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("look", LOOKS)
def test_letters_can_be_read(look: Look):
    """AA: 4.5 to 1 for text, on every surface on which it stands."""
    palette = PALETTES[look]
    for surface in (palette.ground, palette.paper, palette.tint):
        for name in ON_GROUND:
            if name == "hot":
                continue
            assert contrast(getattr(palette, name), surface) >= LETTERS, f"{name} on {surface}"
    assert contrast(palette.on_accent, palette.accent) >= LETTERS
    assert contrast(palette.warn, palette.warn_ground) >= LETTERS
    assert contrast(palette.quiet, palette.cool) >= LETTERS
    assert contrast(palette.ink, palette.target) >= LETTERS
    assert contrast(palette.sea_name, palette.water) >= LETTERS
    assert contrast(palette.land_name, palette.land) >= LETTERS
    assert contrast(palette.town_name, palette.land) >= LETTERS


@pytest.mark.parametrize("look", LOOKS)
def test_lines_and_symbols_stand_out_from_land_and_water(look: Look):
    """3 to 1 for shapes; lane names of the time axis are letters on the page."""
    palette = PALETTES[look]
    others = ((f"others {one}", one) for one in palette.others)
    for name, colour in (*palette.themes.items(), *others, ("own", palette.own)):
        assert contrast(colour, palette.land) >= SHAPES, f"{name} on land"
        assert contrast(colour, palette.water) >= SHAPES, f"{name} on water"
    for name, colour in palette.themes.items():
        assert contrast(colour, palette.ground) >= LETTERS - 0.3, f"{name} on the page"
    assert contrast(palette.field, palette.paper) >= SHAPES
    assert contrast(palette.hot, palette.ground) >= SHAPES


@pytest.mark.parametrize("kind", VISION)
@pytest.mark.parametrize("look", LOOKS)
def test_themes_keep_apart_for_every_kind_of_colour_vision(look: Look, kind: str):
    themes = PALETTES[look].themes
    for one, other in combinations(themes, 2):
        distance = np.linalg.norm(lab(themes[one], VISION[kind]) - lab(themes[other], VISION[kind]))
        assert distance >= APART, f"{one} and {other}: {distance:.1f}"


@pytest.mark.parametrize("kind", VISION)
@pytest.mark.parametrize("look", LOOKS)
def test_what_a_viewer_has_added_looks_like_no_theme(look: Look, kind: str):
    """Row 55."""
    palette = PALETTES[look]
    for name, colour in (*palette.themes.items(), ("mark", palette.mark)):
        distance = np.linalg.norm(lab(palette.own, VISION[kind]) - lab(colour, VISION[kind]))
        assert distance >= APART, f"own and {name}: {distance:.1f}"


def test_layers_of_a_viewers_own_are_told_apart_by_their_symbols():
    shapes = [symbol.body for symbol in (*OWN_SYMBOLS.values(), *SYMBOLS.values())]
    assert len(set(shapes[: len(OWN_SYMBOLS)])) == len(OWN_SYMBOLS) == MOST_LAYERS
    assert set(shapes[: len(OWN_SYMBOLS)]).isdisjoint(shapes[len(OWN_SYMBOLS) :])


def test_no_status_is_told_by_colour_alone():
    """Each status has a pattern of its own."""
    patterns = [tuple(line.dash) for line in STATUS_LINES.values()]
    assert len(set(patterns)) == len(patterns)


def test_every_word_of_the_model_has_its_look_and_its_name():
    assert set(STATUS_LINES) == set(STATUS_WORDS) == set(get_args(StatusName))
    assert set(DRAWN_WORDS) == set(get_args(Drawn))
    assert set(KIND_WORDS) == set(get_args(Kind))
    assert set(SYMBOLS) >= PLACES
    assert set(LINE_WIDTHS) >= LINES
    assert set(LOOK_WORDS) == set(PALETTES) == set(LOOKS)


@pytest.mark.parametrize("look", LOOKS)
def test_a_strange_layer_gets_a_colour_that_no_theme_has(look: Look, atlas: Atlas):
    """Row 55: somebody's own atlas."""
    layers = [*(layer.id for layer in atlas.description.layers), "own", "another"]
    found = properties(look, layers)
    assert found["theme-own"] != found["theme-another"]
    assert {found["theme-own"], found["theme-another"]}.isdisjoint(PALETTES[look].themes.values())


def test_the_looks_name_the_same_properties(atlas: Atlas):
    """A property that one look lacks would be taken from another."""
    layers = [layer.id for layer in atlas.description.layers]
    assert len({frozenset(properties(look, layers)) for look in LOOKS}) == 1


def test_what_lines_merely_pass_does_not_stand_for_their_layer():
    assert legend_symbol(["rail_station", "border_crossing", "city"], line=True) is None
    assert legend_symbol(["border_crossing", "oil_terminal"], line=True) == "oil_terminal"
    assert legend_symbol([], line=True) is None


def test_places_alone_stand_for_their_layer_by_the_first_of_them():
    assert legend_symbol(["rail_station", "port"], line=False) == "rail_station"
    assert legend_symbol([], line=False) is None


def test_the_browser_knows_what_stands_beside_a_line():
    symbols = for_browser(())["symbols"]
    assert {kind for kind, symbol in symbols.items() if not symbol["beside_line"]} == {
        "rail_station",
        "border_crossing",
        "city",
    }
