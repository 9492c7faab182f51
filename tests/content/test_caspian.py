"""The atlas that ships: sound, complete, and every word of it provable (rows 23, 52, 56 and 63)."""

from pathlib import Path

import pytest

import geodata
from geodata import Atlas, check_atlas, open_atlas
from geodata.entries import COUNTED

CASPIAN = Path(geodata.__file__).parent / "caspian"


@pytest.fixture(scope="module")
def atlas() -> Atlas:
    return open_atlas(CASPIAN)


def test_the_atlas_that_ships_has_no_errors(atlas: Atlas):
    """As seen on its own date, so that the test says the same in every year."""
    assert list(check_atlas(CASPIAN, today=atlas.description.date.latest).errors) == []


def test_nothing_was_lost_on_the_way(atlas: Atlas):
    found = {kind: len(getattr(atlas, kind)) for kind in COUNTED}
    assert found == atlas.description.counts
    assert all(found.values())


def test_every_quotation_stands_in_its_article_character_by_character(atlas: Atlas):
    """Row 63. Written without the program's own check, so that one proves the other."""
    assert atlas.statements
    for statement in atlas.statements.values():
        article = atlas.sources[statement.source].article
        assert article is not None, statement.id
        stored = (CASPIAN / article).read_bytes().decode("utf-8").split("\n")
        quotation = dict(statement.text.items())[statement.original]
        assert quotation in stored[statement.paragraph - 1], statement.id


def test_every_figure_event_and_status_has_a_source_that_exists(atlas: Atlas):
    """Row 23."""
    sourced = [(thing.id, thing.sources) for kind in (atlas.figures, atlas.events) for thing in kind.values()]
    sourced += [(feature.id, change.sources) for feature in atlas.features.values() for change in feature.history]
    assert len(sourced) > len(atlas.figures) + len(atlas.events)
    for thing, sources in sourced:
        assert sources, thing
        assert all(source in atlas.sources for source in sources), thing


def test_every_layer_has_features_and_every_feature_a_name_in_five_languages(atlas: Atlas):
    """Row 52."""
    assert {layer.id for layer in atlas.description.layers} == {feature.layer for feature in atlas.features.values()}
    for feature in atlas.features.values():
        assert all(feature.names.of(language) for language in ("kk", "en", "ru", "az", "tr")), feature.id


def test_every_forecast_that_has_come_due_says_what_became_of_it(atlas: Atlas):
    """Row 18, on the atlas's own date."""
    day = atlas.description.date.latest
    for event in atlas.events.values():
        if event.kind == "forecast" and event.date.latest < day:
            assert event.outcome, event.id


def test_no_source_is_kept_that_nothing_refers_to(atlas: Atlas):
    warnings = check_atlas(CASPIAN, today=atlas.description.date.latest).warnings
    assert [str(warning) for warning in warnings if "nothing refers" in warning.problem] == []
