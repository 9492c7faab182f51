"""The kinds of thing: frozen, strict, and no bare number or sentence."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError
from shapely.geometry import Point

from geodata import open_atlas
from geodata.model import Event, Feature, Figure, Statement, Texts

ATLAS = Path(__file__).parents[1] / "atlas"
NAMES = {"kk": "Ә", "en": "A", "ru": "Б", "az": "Ə", "tr": "A"}


def figure(**changes: Any) -> Figure:
    value = {
        "id": "f", "about": "a", "property": "length", "value": 5, "as_of": "2025", "text": {"en": "five"},
        "sources": ["s"], "confidence": "high",
    }  # fmt: skip
    return Figure.model_validate(value | changes)


def statement(**changes: Any) -> Statement:
    value = {
        "id": "st", "speaker": "p", "attribution": "direct", "stance": "fact", "about": ["a"], "original": "kk",
        "text": {"kk": "Сөз"}, "source": "s", "paragraph": 1,
    }  # fmt: skip
    return Statement.model_validate(value | changes)


def test_the_number_one_is_not_taken_for_true():
    assert figure(value=1).value == Decimal(1)
    assert not isinstance(figure(value=1).value, bool)
    assert figure(value=0).value == Decimal(0)
    assert figure(value=True).value is True
    assert figure(value=0.3).value == Decimal("0.3")
    assert figure(value="10 to 15").value == "10 to 15"
    assert figure(value=None).value is None


@pytest.mark.parametrize("value", ["", " ", float("nan"), float("inf"), [1], {}])
def test_a_figure_has_no_empty_or_endless_value(value: object):
    with pytest.raises(ValidationError):
        figure(value=value)


def test_a_figure_without_a_source_does_not_exist():
    """Row 23."""
    with pytest.raises(ValidationError):
        figure(sources=[])


def test_nothing_can_be_changed_and_nothing_unknown_slips_in():
    with pytest.raises(ValidationError):
        figure().value = Decimal(6)
    with pytest.raises(ValidationError):
        figure(remark="?")


@pytest.mark.parametrize("given", ["", "Port", "port_aktau", "порт", "port--aktau", "-port", "port aktau", "a" * 81])
def test_an_id_is_plain(given: str):
    with pytest.raises(ValidationError):
        figure(id=given)


def test_a_text_is_given_in_the_language_asked_for_else_in_english_else_in_any():
    assert Texts(kk="Ә", en="A").best("kk") == ("kk", "Ә")
    assert Texts(kk="Ә", en="A").best("tr") == ("en", "A")
    assert Texts(kk="Ә").best("tr") == ("kk", "Ә")
    with pytest.raises(ValidationError, match="write at least one"):
        Texts()


def test_a_quotation_exists_in_its_original_language():
    with pytest.raises(ValidationError, match="original language"):
        statement(text={"en": "A word"})


def test_only_a_newsroom_text_has_no_speaker():
    assert statement(speaker=None, attribution="newsroom").speaker is None
    for changes in ({"speaker": None}, {"attribution": "newsroom"}):
        with pytest.raises(ValidationError, match="newsroom"):
            statement(**changes)


def test_only_a_forecast_is_announced():
    value = {
        "id": "e", "date": "2025", "about": ["a"], "kind": "milestone", "title": {"en": "t"}, "text": {"en": "t"},
        "sources": ["s"], "announced_on": "2024",
    }  # fmt: skip
    with pytest.raises(ValidationError, match="forecast"):
        Event.model_validate(value)
    assert Event.model_validate(value | {"kind": "forecast"}).announced_on is not None


def test_a_geometry_is_read_from_geojson_and_written_as_geojson():
    value = {
        "id": "p",
        "names": NAMES,
        "kind": "port",
        "layer": "l",
        "geometry": {"type": "Point", "coordinates": [51, 43]},
    }
    feature = Feature.model_validate(value)
    assert feature.geometry == Point(51, 43)
    assert feature.model_dump(mode="json")["geometry"] == {"type": "Point", "coordinates": [51.0, 43.0]}
    assert Feature.model_validate(value | {"geometry": None}).geometry is None
    for bad in ("Point", 5, {"type": "Point"}, {"type": "Spot", "coordinates": [51, 43]}):
        with pytest.raises(ValidationError, match="not a GeoJSON geometry"):
            Feature.model_validate(value | {"geometry": bad})


def test_the_atlas_finds_what_belongs_to_a_feature():
    atlas = open_atlas(ATLAS)
    assert [found.id for found in atlas.figures_about("ferry-east-west")] == ["ferry-length"]
    assert [found.id for found in atlas.events_about("fibre-east-west")] == ["fc-fibre-2024", "ev-signing"]
    assert [found.id for found in atlas.statements_about("corridor-test")] == ["st-gateway"]
    assert [found.id for found in atlas.commentary_about("corridor-test")] == ["view-cautious"]
    assert [found.id for found in atlas.wholes_of("port-east")] == ["corridor-test"]
    assert atlas.figures_about("nothing") == atlas.events_about("nothing") == atlas.wholes_of("nothing") == []


def test_a_renamed_id_still_works():
    """Row 22."""
    atlas = open_atlas(ATLAS)
    assert atlas.current_id("port-of-the-east") == "port-east"
    assert atlas.current_id("port-east") == "port-east"
    assert atlas.current_id("never-existed") == "never-existed"
