"""Status words are defined (row 7), the border view and the names are explained (row 27)."""

from datetime import date
from typing import get_args

from dashboard.about import AboutPage, about_page
from dashboard.scene import scene
from dashboard.style import STATUS_WORDS
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import Drawn

TODAY = date(2026, 11, 23)


def page(atlas: Atlas) -> AboutPage:
    return about_page(scene(atlas, View(language="en"), Words("en"), TODAY))


def test_each_status_word_is_defined(atlas: Atlas):
    assert [row.word for row in page(atlas).statuses] == list(STATUS_WORDS.values())
    assert all(row.text and row.sample for row in page(atlas).statuses)


def test_who_calls_the_corridor_what_comes_first(atlas: Atlas):
    first = page(atlas).names[0]
    assert first.subjects[0].id == "zangezur-corridor"
    terms = " ".join(row.term for row in first.names)
    assert "TRIPP" in terms
    assert "Zəngəzur dəhlizi" in terms


def test_every_name_in_use_is_shown_once(atlas: Atlas):
    subjects = [link.id for group in page(atlas).names for link in group.subjects]
    assert sorted(subjects) == sorted(feature.id for feature in atlas.features.values() if feature.names_used_by)


def test_each_dashed_line_of_the_base_map_is_named(atlas: Atlas):
    text = " ".join(page(atlas).disputed)
    for name in ("Abkhazia", "South Ossetia", "Crimea"):
        assert name in text
    lines = {one["properties"].get("line", "") for one in atlas.base["features"] if one["properties"].get("disputed")}
    assert len(page(atlas).disputed) >= len(lines)


def test_the_three_ways_to_draw_a_line_are_explained(atlas: Atlas):
    assert len(page(atlas).drawn) == len(get_args(Drawn))
