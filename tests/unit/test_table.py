"""What is visible is also a table and prose, in step with the filters (row 32)."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dashboard.scene import Scene, scene
from dashboard.table import head, shown, table, table_head, table_page
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.model import LANGUAGES, Language

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Atlas:
    return open_atlas(small_atlas)


def look(atlas: Atlas, language: Language = "en", **query: str) -> Scene:
    return scene(atlas, View.from_query(query, atlas).but(language=language), Words(language), TODAY)


class Cells(HTMLParser):
    """How many columns each row of each table has, and what each heading is a heading of."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[int] = []
        self.scopes: list[str | None] = []
        self.captions = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.captions += tag == "caption"
        if tag == "tr":
            self.rows.append(0)
        if tag in ("td", "th"):
            self.rows[-1] += int(values.get("colspan") or 1)
        if tag == "th":
            self.scopes.append(values.get("scope"))


def test_every_object_is_in_the_table_once(small: Atlas):
    page = table_page(look(small))
    ids = [row.id for group in page.groups for row in group.rows]
    assert sorted(ids) == sorted(feature.id for feature in shown(look(small)))
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_can_be_read_aloud(small: Atlas, language: Language):
    """Row 54: a caption, a scope for each heading, as many cells in each row."""
    cells = Cells(table(look(small, language)))
    assert cells.captions == 1
    assert None not in cells.scopes
    assert len(set(cells.rows)) == 1


def test_filters_date_and_layers_decide_as_on_the_map(small: Atlas):
    queries: tuple[dict[str, str], ...] = (
        {"country": "KZ"},
        {"status": "operating"},
        {"layers": "digital"},
        {"date": "2018"},
        {"theme": "transport"},
    )
    for query in queries:
        now = scene(small, View.from_query(query, small), Words("en"), TODAY)
        expected = [feature.id for feature in small.features.values() if now.shows(feature)]
        assert [feature.id for feature in shown(now)] == expected
        assert len(expected) < len(small.features) or "date" in query


def test_a_search_leaves_what_it_finds_however_it_is_spelt(small: Atlas):
    name = next(iter(small.features.values())).names
    for spelling in (name.kk, name.en, name.az):
        found = shown(look(small, q=spelling))
        assert next(iter(small.features)) in [feature.id for feature in found]
    assert shown(look(small, q="zzzz")) == ()


def test_the_prose_counts_what_the_table_shows(small: Atlas):
    now = look(small, country="KZ")
    number = len(shown(now))
    assert f"{number} object" in table_head(now).prose[0]
    assert "23" in table_head(now).prose[0]


def test_what_is_empty_says_so(small: Atlas):
    now = look(small, q="zzzz")
    assert "<table" not in table(now)
    assert len(table_head(now).prose) == 1
    assert table_head(now).clear == "?lang=en"


def test_every_conflicting_value_is_shown(atlas: Atlas):
    rows = {row.id: row for group in table_page(look(atlas)).groups for row in group.rows}
    row = rows["zangezur-tripp-meghri"]
    values = {one.value.text for one in row.length}
    assert {"43", "42", "26", "32", "45", "40"} <= values
    assert row.lengths_differ
    assert all(one.refs for one in row.length)


def test_a_promised_status_is_marked(atlas: Atlas):
    rows = {row.id: row for group in table_page(look(atlas, date="2029")).groups for row in group.rows}
    status = rows["fibre-trans-caspian"].status
    assert status
    assert status.promised


def test_names_lead_to_explore_with_the_rest_of_the_view(small: Atlas):
    row = table_page(look(small, country="KZ", lang="en")).groups[0].rows[0]
    assert row.href.startswith("./?")
    assert f"select={row.id}" in row.href
    assert "country=KZ" in row.href
    assert "lang=en" in row.href


def test_what_is_typed_is_escaped(small: Atlas):
    assert "<script" not in head(look(small, q="<script>alert(1)</script>"))
