"""Every source and every gap (rows 13, 24)."""

from datetime import date

import pytest

from dashboard.scene import scene
from dashboard.sources import SourcesPage, sources_page
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Language

TODAY = date(2026, 11, 23)


def page(atlas: Atlas, language: Language = "en") -> SourcesPage:
    return sources_page(scene(atlas, View(language=language), Words(language), TODAY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_source_is_listed_once(atlas: Atlas, language: Language):
    ids = [row.source.id for group in page(atlas, language).groups for row in group.rows]
    assert sorted(ids) == sorted(atlas.sources)


def test_gaps_are_counted(atlas: Atlas):
    gaps = {gap.id: gap for gap in page(atlas).gaps}
    undated = [source for source in atlas.sources.values() if not source.published]
    silent = [feature for feature in atlas.features.values() if not atlas.statements_about(feature.id)]
    assert gaps["no-date"].number == str(len(undated))
    assert gaps["not-spoken-about"].number == str(len(silent))
    assert len(gaps["not-spoken-about"].where) == len(silent)
    assert len(page(atlas).untranslated) == len(LANGUAGES)


def test_what_rests_on_a_source_is_counted(atlas: Atlas):
    rows = {row.source.id: row for group in page(atlas).groups for row in group.rows}
    figure = next(iter(atlas.figures.values()))
    expected = sum(figure.sources[0] in other.sources for other in atlas.figures.values())
    assert rows[figure.sources[0]].figures == expected


def test_each_main_object_says_when_it_was_last_checked(atlas: Atlas):
    checked = {row.subject.id: row for row in page(atlas).checked}
    assert checked["port-aktau"].day
    assert checked["port-aktau"].published
