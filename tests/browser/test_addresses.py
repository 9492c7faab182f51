"""Hostile addresses in a browser: every page is drawn, and neither page nor server complains (row 21).

That nothing complained is asked at the end of every test by the harness.
"""

import pytest
from playwright.sync_api import Page, expect

from dashboard.view import PAGES
from tests.browser.harness import PATIENCE_MS, Server
from tests.fuzz.conftest import CASES
from tests.fuzz.queries import NASTY, VALUES, query_of

STILL = "() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'"
NAMES = ("select", "date", "layers", "at", "q", "lang", "theme", "country", "status", "briefing", "step", "look")
LONGEST = 2000
"""Longer addresses are tried without a browser: it alone would take seconds for each."""
MIXED = [query_of([*zip(NAMES, VALUES[start:], strict=False)]) for start in range(0, len(VALUES), len(NAMES))]
HOSTILE = [query for query in (*NASTY, *MIXED) if len(query) <= LONGEST]
EVERY = 1 if CASES else 12
"""In the sample each page is tried with every twelfth, each with other ones."""


@pytest.mark.parametrize(("number", "place"), [*enumerate(PAGES)])
def test_a_hostile_address_shows_its_page(page: Page, server: Server, number: int, place: str) -> None:
    for query in HOSTILE[number % EVERY :: EVERY]:
        page.goto(f"{server.url}/{place}?{query}")
        page.wait_for_function(STILL, timeout=PATIENCE_MS)
        shown = page.locator(".st-key-explore, .st-key-stage, [class*=st-key-page-]")
        expect(shown.first).to_be_visible(timeout=PATIENCE_MS)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        expect(page.get_by_test_id("stAlert")).to_have_count(0)
        if not place:
            frame = page.frame_locator("iframe").first
            expect(frame.locator("#map_div")).to_be_visible(timeout=PATIENCE_MS)
