"""Anything is found in five languages, however it is spelt, in the browser as on the server (row 30)."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.served import browser_files
from geodata import Atlas
from geodata.search import LETTERS, ORDER, SEQUENCES, fold, index

InClient = Callable[[str, str, Any], Any]
QUERIES = (
    "Актау", "aqtau", "port", "бак", "BAKU port", "Ələt", "алят", "zangezur", "Зангезур дәлізі", "teu 2025", "  KZAAU ",
    "a", "o'", "і̇", "қ ғ", "трансkasp", "no such thing", "!!!", "fiber\noptic", "middle corridor 2030", "Süleymaniye",
)  # fmt: skip
TABLES = {"sequences": SEQUENCES, "letters": LETTERS, "order": ORDER}


@pytest.mark.parametrize(
    "spellings",
    [
        ("Актау", "aktau", "Aqtau", "Ақтау", "AKTAU"),
        ("Ələt", "Alat", "Алят", "älät"),
        ("Құрық", "Kuryk", "Qurıq", "Курык"),
    ],
)
def test_spellings_of_one_name_are_one_word(spellings: tuple[str, ...]):
    assert len({fold(spelling) for spelling in spellings}) == 1


def test_the_browser_finds_what_the_server_finds(atlas: Atlas, in_client: InClient):
    data = json.loads(browser_files(atlas)["search.json"].content)
    script = """const finder = new Finder(given.data);
        const told = ({ entry, key }) => [entry.kind, entry.id, key.text];
        const found = given.queries.map((query) => finder.find(query).map(told));"""
    found = in_client("search.js", script, {"data": data, "queries": QUERIES})
    known = index(atlas)
    expected = [[[hit.entry.kind, hit.entry.id, hit.key.text] for hit in known.find(query)] for query in QUERIES]
    assert any(expected)
    for query, ours, theirs in zip(QUERIES, found, expected, strict=True):
        assert ours == theirs, query


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=50, max_size=200))
def test_the_browser_folds_as_the_server_does(in_client: InClient, texts: list[str]):
    script = """const finder = new Finder({ ...given, entries: [] });
        const found = given.texts.map((text) => finder.fold(text));"""
    found = in_client("search.js", script, TABLES | {"texts": texts})
    assert dict(zip(texts, found, strict=True)) == {text: fold(text) for text in texts}
