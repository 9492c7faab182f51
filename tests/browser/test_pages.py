"""The journeys on the pages beside Explore, and between them and the map."""

import json
import re
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geodata import Atlas
from tests.browser.harness import Explore, Server


def query(page: Page) -> dict[str, str]:
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(page.url).query))


def go(page: Page, server: Server, place: str, asked: str = "lang=en") -> Page:
    page.goto(f"{server.url}/{place}?{asked}")
    expect(page.locator("#page-heading")).to_be_visible()
    return page


def test_the_table_is_in_step_with_the_map_and_leads_back_to_it(explore: Explore) -> None:
    """Rows 21, 32: filters, date and language go along from page to page."""
    explore.open(lang="en", country="TM", date="2024-05")
    visible = set(explore.state()["visible"])
    page = explore.page
    page.get_by_role("link", name="Table").click()
    expect(page.locator("#page-heading")).to_have_text("Table")
    rows = page.locator("table.objects tbody tr a[href*='select=']")
    expect(rows.filter(has_text="Port of Turkmenbashi")).to_be_visible()
    links = [row.get_attribute("href") or "" for row in rows.all()]
    listed = {dict(urllib.parse.parse_qsl(link.partition("?")[2]))["select"] for link in links}
    assert visible <= listed
    assert query(page) == {"lang": "en", "country": "TM", "date": "2024-05"}
    rows.filter(has_text="Port of Turkmenbashi").click()
    explore.ready()
    explore.until("state.selected === value", "port-turkmenbashi")
    assert query(page)["country"] == "TM"


def test_a_filter_of_the_table_is_in_the_address_and_on_the_map(page: Page, server: Server) -> None:
    """Rows 31, 32."""
    go(page, server, "table")
    page.get_by_label("Search").fill("Алят")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Port of Baku at Alat")).to_be_visible()
    expect(page.get_by_role("link", name="Port of Poti", exact=True)).to_have_count(0)
    assert query(page)["q"] == "Алят"


def test_from_about_to_what_changed_and_to_the_map(page: Page, server: Server) -> None:
    """Row 28: the release leads to its changes, a folded list opens, and a line leads to its object."""
    go(page, server, "about")
    page.get_by_role("link", name="What each release changed").click()
    expect(page.locator("#page-heading")).to_have_text("Changes")
    hidden = page.locator("[data-changed=scr-concession] a")
    expect(hidden).to_be_hidden()
    page.locator("details", has=hidden).locator("summary").click()
    hidden.click()
    explore = Explore(page, server.url)
    explore.ready()
    explore.until("state.selected === 'armenia-yeraskh-gyumri'")


@pytest.mark.parametrize("name", ["GeoJSON", "CSV: objects", "CSV: figures", "GeoPackage"])
def test_what_the_table_shows_can_be_taken_along(page: Page, server: Server, name: str, tmp_path: Path) -> None:
    """Row 45."""
    go(page, server, "table", "lang=en&theme=ports")
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    content = target.read_bytes()
    if name == "GeoJSON":
        features = json.loads(content)["features"]
        assert {feature["properties"]["theme"] for feature in features} == {"ports"}
        assert all(feature["properties"]["sources"] for feature in features)
    elif name == "GeoPackage":
        assert content.startswith(b"SQLite format 3\0")
    else:
        assert "http" in content.decode("utf-8-sig"), "sources go along"


def test_every_source_is_listed_with_what_rests_on_it(page: Page, server: Server, atlas: Atlas) -> None:
    """Rows 13, 23, 24."""
    go(page, server, "sources")
    expect(page.locator("[data-source]")).to_have_count(len(atlas.sources))
    article = page.locator("[data-source=baq-kz-2025-10-22]")
    expect(article).to_contain_text("BAQ.KZ")
    article.locator(".rests a").click()
    frame = Explore(page, server.url)
    frame.ready()
    frame.until("state.lit.includes('port-aktau')")


def test_promises_say_who_made_them_when_and_what_became_of_them(page: Page, server: Server, atlas: Atlas) -> None:
    """Row 18."""
    go(page, server, "forecasts")
    promises = {event.id for event in atlas.events.values() if event.kind == "forecast"}
    shown = set(page.locator("[data-promise]").evaluate_all("all => all.map((one) => one.dataset.promise)"))
    assert promises == shown
    due = page.locator("table tbody tr").first
    expect(due).to_contain_text(re.compile(r"kept|says whether"))


def test_the_policy_explains_the_borders_and_the_names(page: Page, server: Server) -> None:
    """Rows 7, 27: from the note under the map."""
    explore = Explore(page, server.url).open(lang="en")
    explore.map().get_by_role("link", name="Why these borders?").click()
    expect(page.locator("#page-heading")).to_be_visible()
    for said in ("TRIPP", "Zəngəzur dəhlizi", "under construction", "Natural Earth"):
        expect(page.locator(".page.about")).to_contain_text(said)


def test_a_look_stays_from_page_to_page_and_after_reloading(explore: Explore) -> None:
    """Row 21: the look is in the address."""
    explore.open(lang="en")
    page = explore.page
    page.get_by_role("radio", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-look", "dark")
    explore.until("state.look === 'dark'")
    page.get_by_role("link", name="Forecasts").click()
    expect(page.locator("#page-heading")).to_be_visible()
    assert query(page) == {"lang": "en", "look": "dark"}
    page.reload()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    assert page.locator(".stApp").evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(20, 24, 28)"
    assert explore.mounts() <= 1
