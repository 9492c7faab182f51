"""No page is an error for any address, or for anything that a browser may report of the map (rows 21, 59)."""

from collections.abc import Iterable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.conftest import TESTS
from tests.fuzz.queries import NASTY, VALUES, read
from tests.page.test_pages import MAIN, PLACES, _script
from tests.page.test_pages import read as read_page

REPORTED: tuple[Any, ...] = (
    None, [], "x", 5, True, {}, {"n": None}, {"n": "7"}, {"n": -1}, {"n": 1.5}, {"n": 10**400}, {"n": True},
    {"n": [1]}, {"n": {}}, {"n": float("nan")}, {"n": 1, "select": 5}, {"n": 1, "select": ["port-aktau"]},
    {"n": 1, "select": {"a": 1}}, {"n": 1, "layers": ["ports"]}, {"n": 1, "date": 2028}, {"n": 1, "date": None},
    {"n": 1, "at": [6, 41, 50]}, {"n": 1, "at": "nan/nan/nan"}, {"n": 1, "q": "x" * 100_000}, {"n": 1, "q": "\ud800"},
    {"n": 1, "lang": "xx", "briefing": ["x"], "step": {}}, {"n": 1, 5: 6, "x" * 5000: "y", "": ""},
    {"n": 2**53 - 1, "select": "port-aktau", "date": "2028"},
)  # fmt: skip
AT_ONCE = 40
"""Queries that one test goes through, on a page that stays open."""


def assert_is_drawn(page: AppTest, what: object) -> None:
    __tracebackhide__ = True
    assert not page.exception, what
    assert not page.error, what
    body = "".join(element.proto.body for element in page.get("html"))
    assert "panel-heading" in body or "page-" in body or "<h1" in body, what
    assert "<script>alert" not in body, what


def opened(place: str) -> AppTest:
    """Explore within its frame; the other pages by themselves, since AppTest cannot go to a page that is no file."""
    if not place:
        return AppTest.from_file(str(MAIN), default_timeout=60)
    small = {"place": place, "language": "kk", "folder": str(TESTS / "atlas")}
    return AppTest.from_function(_script, kwargs=small, default_timeout=60)


def ask_all(place: str, queries: Iterable[dict[str, str]]) -> None:
    page = opened(place).run()
    for query in queries:
        page.query_params.clear()
        for name, value in query.items():
            page.query_params[name] = value
        assert_is_drawn(page.run(), query)


@pytest.mark.parametrize("place", ["", *PLACES])
def test_a_nasty_address_is_never_an_error(place: str):
    """Row 21."""
    kept = ("lang", "select", "date", "layers", "at", "q", "theme", "country", "status", "briefing", "step", "look")
    ask_all(place, [{name: value for name, value in read(query).items() if name in kept} for query in NASTY[:AT_ONCE]])


@pytest.mark.parametrize("place", ["", *PLACES])
def test_a_nasty_value_is_never_an_error_in_any_parameter(place: str):
    """Row 21: every value stands once, each in another parameter than its neighbours."""
    names = (
        "select",
        "date",
        "layers",
        "at",
        "q",
        "theme",
        "country",
        "status",
        "owner",
        "stance",
        "topic",
        "briefing",
        "step",
        "look",
        "lang",
    )
    values = [value for value in VALUES if value.isprintable() or "\ud800" not in value]
    rows = [values[start : start + len(names)] for start in range(0, len(values), len(names))]
    ask_all(place, [dict(zip(names, row, strict=False)) for row in rows])


@pytest.mark.parametrize("place", ["", *PLACES])
def test_whatever_is_reported_of_the_map_is_never_an_error(place: str):
    """Row 59: a report comes from a browser, which need not be ours."""
    page = opened(place)
    for reported in REPORTED:
        page.session_state["map"] = reported
        assert_is_drawn(page.run(), (place, reported))


def test_a_report_changes_only_what_the_map_has_a_say_in():
    """Row 21: and what it says is clamped as an address is."""
    page = opened("")
    page.session_state["map"] = {"n": 3, "select": "port-aktau", "lang": "ru", "date": 2028, "layers": "nonsense"}
    page.run()
    assert_is_drawn(page, "a report")
    body = "".join(element.proto.body for element in page.get("html"))
    assert "Ақтау" in body
    assert read_page(page).languages[0] == "kk"
