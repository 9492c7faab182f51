"""View <-> address (rows 20, 21, 31)."""

from dataclasses import replace
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.view import FILTERS, Camera, View
from geodata import Atlas, open_atlas
from tests.conftest import TESTS

SMALL = open_atlas(TESTS / "atlas")
PARAMETERS = ("lang", "select", "date", "layers", "at", "q", "briefing", "step", *FILTERS)


def test_defaults_are_left_out():
    assert View().to_query() == {}
    assert View.from_query({}, SMALL) == View()


def test_an_address_says_what_was_asked_for(atlas: Atlas):
    query = {
        "lang": "ru",
        "select": "port-aktau",
        "date": "2028-06",
        "layers": "ports,rail",
        "at": "6.5/41.5000/50.0000",
    }
    view = View.from_query(query, atlas)
    assert view.to_query() == query
    assert dict(parse_qsl(view.address().removeprefix("?"))) == query


def test_a_renamed_id_still_works(atlas: Atlas):
    """Row 22."""
    assert View.from_query({"select": "hub-aktau"}, atlas).selected == "place-aktau"


def test_all_layers_are_the_default(atlas: Atlas):
    everything = ",".join(layer.id for layer in atlas.description.layers)
    assert View.from_query({"layers": everything}, atlas).layers is None
    assert View.from_query({"layers": ""}, atlas).layers == ()
    assert View.from_query({"layers": "rail,ports,nonsense"}, atlas).layers == ("ports", "rail")


@pytest.mark.parametrize(
    ("text", "camera"),
    [
        ("99/0/0", Camera(14, 0, 0)),
        ("1/89/181", Camera(2, 85, 180)),
        ("5.25/-90/-999", Camera(5.25, -85, -180)),
        ("6.12345678/0.00001/50.99996", Camera(6.12346, 0, 51)),
    ],
)
def test_the_camera_is_clamped(text: str, camera: Camera):
    assert View.from_query({"at": text}, SMALL).camera == camera


@given(st.dictionaries(st.sampled_from(PARAMETERS), st.text(max_size=500)))
def test_no_address_is_an_error_and_what_is_left_is_stable(query: dict[str, str]):
    view = View.from_query(query, SMALL)
    assert View.from_query(view.to_query(), SMALL) == view


@pytest.mark.parametrize("kind", ["features", "events", "statements", "sources"])
def test_a_renamed_thing_of_any_kind_is_still_selected(atlas: Atlas, kind: str):
    """Row 22: whatever an address can select can be renamed."""
    things = dict(getattr(atlas, kind))
    id = next(iter(things))
    things[id] = things[id].model_copy(update={"aliases": ("as-it-was-called",)})
    renamed = replace(atlas, **{kind: things})
    assert View.from_query({"select": "as-it-was-called"}, renamed).selected == id


@pytest.mark.parametrize("kind", ["figures", "commentary"])
def test_a_figure_or_a_view_opens_what_it_is_about_under_its_old_id_too(atlas: Atlas, kind: str):
    """Rows 20 and 22: they have no panel of their own."""
    things = dict(getattr(atlas, kind))
    id, thing = next(iter(things.items()))
    things[id] = thing.model_copy(update={"aliases": ("as-it-was-called",)})
    renamed = replace(atlas, **{kind: things})
    subject = thing.about if kind == "figures" else thing.about[0]
    assert View.from_query({"select": "as-it-was-called"}, renamed).selected == subject
    assert View.from_query({"select": id}, renamed).selected == subject


def test_a_renamed_briefing_is_still_opened(atlas: Atlas):
    """Row 22."""
    id, briefing = next(iter(atlas.briefings.items()))
    renamed = briefing.model_copy(update={"aliases": ("as-it-was-called",)})
    changed = replace(atlas, briefings={**atlas.briefings, id: renamed})
    assert View.from_query({"briefing": "as-it-was-called"}, changed).briefing == id


@pytest.mark.parametrize(
    ("asked", "country"), [("KZ", "KZ"), ("kz", "KZ"), ("ZZ", None), ("K3", None), ("KZZ", None), ("к3", None)]
)
def test_a_country_is_one_of_the_atlas(atlas: Atlas, asked: str, country: str | None):
    """Row 21: a filter for a country of which there is nothing would empty the map."""
    assert View.from_query({"country": asked}, atlas).country == country


def test_half_a_letter_does_not_break_the_address():
    """Row 21."""
    assert View.from_query({"q": "a\ud800b"}, SMALL).address() == "?q=a%3Fb"
