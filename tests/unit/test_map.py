"""The constant map and the message that carries a change of view (rows 47, 58, 59)."""

import json
import re
from datetime import date

import pytest
from streamlit_folium import _get_feature_group_string, generate_leaflet_string

from dashboard.map import OPTIONS, state
from dashboard.map.component import folium_map, state_message
from dashboard.scene import scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from tests.payloads import PAYLOADS


def look(atlas: Atlas, **query: str):
    view = View.from_query(query, atlas)
    return scene(atlas, view, Words(view.language), date(2026, 11, 23))


def test_two_maps_of_one_atlas_are_the_same_to_the_letter(atlas: Atlas):
    """Otherwise the component would mount the map again."""
    first, second = folium_map(atlas, "1a2b3c4d"), folium_map(atlas, "1a2b3c4d")
    assert generate_leaflet_string(first) == generate_leaflet_string(second)
    assert first.get_name() == second.get_name()


def test_a_message_does_not_change_the_next_map(atlas: Atlas):
    before = generate_leaflet_string(folium_map(atlas, "1a2b3c4d"))
    used = folium_map(atlas, "1a2b3c4d")
    state_message(look(atlas, select="port-aktau"), 3).add_to(used)
    assert generate_leaflet_string(folium_map(atlas, "1a2b3c4d")) == before


def test_everything_comes_from_our_own_host(atlas: Atlas):
    """Row 47."""
    map_ = folium_map(atlas, "1a2b3c4d")
    links = [link for _, link in (*map_.default_js, *map_.default_css)]
    assert links
    assert all(link.startswith("../../atlas/") for link in links)


def test_the_message_says_what_the_view_says(atlas: Atlas):
    message = state(look(atlas, lang="ru", select="port-aktau", date="2028-06", at="6/41/50", country="kz"), 7)
    assert message["n"] == 7
    assert message["lang"] == "ru"
    assert message["selected"] == "port-aktau"
    assert message["date"] == "2028-06"
    assert message["at"] == [6, 41, 50]
    assert message["filters"] == {"country": "KZ"}
    assert state(look(atlas, date="2025-10-20/2025-10-21"))["date"] == "2025-10-21"


def test_a_message_cannot_end_the_script_that_carries_it(atlas: Atlas):
    """Row 59."""
    message = state_message(look(atlas, q="</script><script>alert(1)</script>{{7*7}}"), 1)
    text = generate_leaflet_string(message)
    assert "</script>" not in text
    assert "{{" not in text


@pytest.mark.parametrize("text", [*PAYLOADS, "{{{{{", "map_atlasmap_atlas"])
def test_a_message_says_the_same_after_what_is_done_to_its_script(atlas: Atlas, text: str):
    """Row 59: streamlit-folium exchanges the map's id for its own, wherever that stands."""
    script = _get_feature_group_string(state_message(look(atlas, q=text), 1), folium_map(atlas, "1a2b3c4d"))
    (told,) = re.findall(r"^\s*atlasMap\.show\((.*)\);$", script, re.MULTILINE)
    assert json.loads(told)["search"] == text.strip()
    assert "{{" not in told
    assert "<" not in told


def test_folium_hands_on_the_options_that_a_page_of_its_own_uses(atlas: Atlas):
    """A copy without a server must feel the same (row 46)."""
    told = generate_leaflet_string(folium_map(atlas, "1a2b3c4d"))
    for name, value in OPTIONS.items():
        written = told.rindex(f'"{name}": ')
        assert told[written:].startswith(f'"{name}": {str(value).lower()},')
