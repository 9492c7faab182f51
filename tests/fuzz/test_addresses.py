"""No address is an error, whatever stands in it (row 21): as a value, and as a page over HTTP."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.map import state
from dashboard.panel import panel
from dashboard.scene import scene
from dashboard.table import table
from dashboard.view import STANCES, STATUSES, View
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.model import LANGUAGES
from tests.conftest import TESTS
from tests.fuzz.queries import NASTY, PARAMETERS, VALUES, queries, read

SMALL = open_atlas(TESTS / "atlas")
TODAY = date(2026, 11, 23)
fuzz = settings(settings.get_profile("fuzz"))


def assert_is_known(view: View, atlas: Atlas) -> None:
    """All that a view names is in the atlas, or in what the program knows."""
    things = {**atlas.features, **atlas.events, **atlas.statements, **atlas.sources}
    layers = [layer.id for layer in atlas.description.layers]
    assert view.language in LANGUAGES
    assert view.selected is None or view.selected in things
    assert view.layers is None or set(view.layers) < {*layers}
    assert view.theme in (None, *layers)
    assert view.country in {None, *atlas.countries}
    assert view.status in (None, *STATUSES)
    assert view.owner in (None, *atlas.owners)
    assert view.stance in (None, *STANCES)
    assert view.topic in (None, *atlas.topics)
    assert view.briefing in (None, *atlas.briefings)
    assert view.step is None or 1 <= view.step <= 999
    assert view.camera is None or (2 <= view.camera.zoom <= 14 and abs(view.camera.latitude) <= 85)
    assert view.camera is None or abs(view.camera.longitude) <= 180
    assert len(view.search) <= 400


def assert_is_stable(view: View, atlas: Atlas) -> None:
    """Written into an address and read again, a view is the same."""
    assert View.from_query(view.to_query(), atlas) == view
    assert View.from_query(read(view.address().removeprefix("?")), atlas) == view


def assert_is_harmless(query: dict[str, str], atlas: Atlas) -> None:
    """A query gives a view that can be drawn, and written down and read again."""
    view = View.from_query(query, atlas)
    assert_is_known(view, atlas)
    assert_is_stable(view, atlas)
    now = scene(atlas, view, Words(view.language), TODAY)
    assert "panel-heading" in panel(now)
    assert state(now)
    assert table(now)


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_value_of_any_parameter_is_an_error(parameter: str):
    """Row 21."""
    for value in VALUES:
        view = View.from_query({parameter: value}, SMALL)
        assert_is_known(view, SMALL)
        assert_is_stable(view, SMALL)


@fuzz
@given(queries)
def test_any_query_gives_a_view_that_can_be_drawn_and_written_down(query: str):
    """Row 21."""
    assert_is_harmless(read(query), SMALL)


@fuzz
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.one_of(st.sampled_from(VALUES), st.text(st.characters()))))
def test_not_even_halves_of_letters_break_a_view(query: dict[str, str]):
    """Row 21: a text may be no text that can be encoded."""
    assert_is_harmless(query, SMALL)


@pytest.mark.parametrize("query", NASTY, ids=lambda query: query[:30])
def test_a_nasty_query_is_harmless(query: str, atlas: Atlas):
    """Row 21."""
    assert_is_harmless(read(query), atlas)
