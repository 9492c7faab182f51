"""Every page and every state that matters, before axe, in five languages and three looks (row 54)."""

import pytest
from playwright.sync_api import Frame, Page, expect

from dashboard.style import LOOKS
from dashboard.view import PAGES
from geodata import Atlas
from geodata.model import LANGUAGES
from tests.browser.axe import COLOURS, EVERYTHING, violations
from tests.browser.harness import Explore, NewPage, Server

PLACES = tuple(PAGES)[1:]

STATES = {
    "overview": {},
    "feature": {"select": "port-aktau"},
    "disputed": {"select": "middle-corridor"},
    "promise": {"select": "zangezur-corridor", "date": "2030"},
    "event": {"select": "ev-launch-ceremony-2019"},
    "statement": {"select": "zangezur-2028"},
    "source": {"select": "baq-kz-2025-10-22"},
}


def test_axe_sees_what_is_wrong_on_the_page_and_in_the_map(explore: Explore) -> None:
    """These tests can fail."""
    explore.open(lang="en")
    explore.page.evaluate("() => document.querySelector('.panel').removeAttribute('aria-labelledby')")
    explore.page.evaluate("() => { document.querySelector('.panel p').style.color = '#ddd'; }")
    explore.map().evaluate("() => document.querySelector('.legend-toggle').replaceChildren()")
    told = " ".join(violations(explore.page))
    assert "color-contrast" in told, "on the page"
    assert "button-name" in told, "in the map"


@pytest.mark.parametrize("language", LANGUAGES)
def test_explore_in_every_language(explore: Explore, language: str) -> None:
    explore.open(lang=language, select="port-aktau")
    assert violations(explore.page) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("state", STATES)
def test_every_state_of_explore_in_every_look(explore: Explore, state: str, look: str) -> None:
    explore.open(lang="en", look=look, **STATES[state])
    expect(explore.panel()).to_be_visible()
    assert violations(explore.page, EVERYTHING if look == "light" else COLOURS) == []


def test_explore_with_everything_open(explore: Explore) -> None:
    """Layer cards, filters and a list of hits."""
    frame: Frame = explore.open(lang="en", country="KZ").map()
    frame.locator(".legend .more").first.click()
    frame.get_by_role("combobox").first.fill("aktau")
    expect(frame.get_by_role("option").first).to_be_visible()
    assert violations(explore.page) == []


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("place", PLACES)
def test_every_page_in_every_look(page: Page, server: Server, place: str, look: str) -> None:
    page.goto(f"{server.url}/{place}?lang=en&look={look}")
    expect(page.locator("#page-heading")).to_be_visible()
    assert violations(page, COLOURS) == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", PLACES)
def test_every_page_in_every_language(page: Page, server: Server, place: str, language: str) -> None:
    page.goto(f"{server.url}/{place}?lang={language}")
    expect(page.locator("#page-heading")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == language
    assert violations(page) == []


@pytest.mark.parametrize("look", LOOKS)
def test_the_stage_of_a_briefing_in_every_look(page: Page, server: Server, look: str) -> None:
    stage = Explore(page, server.url)
    page.goto(f"{server.url}/briefing?lang=en&briefing=visit-2025-10-briefing&step=5&look={look}")
    stage.ready()
    assert violations(page, EVERYTHING if look == "light" else COLOURS) == []
    page.keyboard.press("o")
    expect(page.get_by_role("dialog", name="Steps")).to_be_visible()
    assert violations(page, EVERYTHING if look == "light" else COLOURS) == []


def test_the_dialog_for_sharing(explore: Explore) -> None:
    explore.open(lang="en", look="dark")
    explore.page.get_by_role("button", name="Share", exact=True).click()
    expect(explore.page.get_by_role("img", name="QR code of the link")).to_be_visible()
    assert violations(explore.page) == []


def test_the_presenters_window(page: Page, server: Server, atlas: Atlas) -> None:
    page.goto(f"{server.url}/atlas/{atlas.release}/presenter/en/visit-2025-10-briefing.html")
    expect(page.get_by_role("timer")).to_be_visible()
    assert violations(page) == []


def test_the_first_key_leads_past_the_bar_to_the_text(explore: Explore) -> None:
    """Row 53."""
    explore.open(lang="en", select="port-aktau")
    page = explore.page
    page.keyboard.press("Tab")  # the part of the page that scrolls
    page.keyboard.press("Tab")
    link = page.get_by_role("link", name="Skip to the text")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#content")).to_be_focused()


def test_every_object_opens_by_keyboard_alone(explore: Explore) -> None:
    """Row 53: through the search, whose list holds every object of the atlas."""
    explore.open(lang="en")
    explore.page.keyboard.press("/")
    explore.page.keyboard.type("Horadiz")
    expect(explore.map().get_by_role("option").first).to_be_visible()
    explore.page.keyboard.press("ArrowDown")
    explore.page.keyboard.press("Enter")
    explore.until("state.selected !== null")
    expect(explore.panel()).to_contain_text("Horadiz")


def test_pages_fit_a_phone(new_page: NewPage, server: Server) -> None:
    """Row 3: nothing to scroll sideways, and nothing too small to touch in the bar."""
    page = new_page(size=(390, 844), has_touch=True, is_mobile=True)
    for language in LANGUAGES:
        for place in PLACES:
            page.goto(f"{server.url}/{place}?lang={language}")
            expect(page.locator("#page-heading")).to_be_visible()
            assert page.evaluate("() => document.documentElement.scrollWidth") <= 390, f"{place} in {language}"
            for button in page.locator(".st-key-bar button:visible, .st-key-pages a:visible").all():
                box = button.bounding_box()
                assert box
                assert box["height"] >= 44, f"{place} in {language}: {button.inner_text()}"
