"""Sharing: the link to exactly what is seen, its code, embedding, and files to take along (rows 40, 43, 44, 45, 46)."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from playwright.sync_api import Page, expect

from tests.browser.harness import Explore, Server

LINK = ".st-key-share-content code"


def share(page: Page) -> str:
    """Open the dialog; returns the link that it shows."""
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    return page.locator(LINK).first.inner_text()


def test_the_link_leads_to_exactly_what_is_seen(explore: Explore) -> None:
    """Row 44: also where the map was moved without anything being picked, which no server is told of."""
    explore.open(lang="en")
    explore.click_feature("port-aktau")
    explore.move_date("2027")
    explore.map().evaluate("() => atlasMap.leaflet.setView([42.5, 51], 7, {animate: false})")
    explore.page.wait_for_function("() => location.search.includes('at=7/')")
    link = share(explore.page)
    assert parse_qs(urlsplit(link).query) == {
        "lang": ["en"], "select": ["port-aktau"], "date": ["2027"], "at": ["7/42.5000/51.0000"],
    }  # fmt: skip
    expected = segno.make(link, error="l").svg_data_uri(border=2, scale=4)
    assert explore.page.get_by_role("img", name="QR code of the link").get_attribute("src") == expected
    assert explore.mounts() == 1
    explore.page.goto(link)
    explore.ready()
    state = explore.state()
    assert (state["selected"], state["date"]) == ("port-aktau", "2027-12-31")


def test_the_link_is_right_after_language_and_look_have_changed(explore: Explore) -> None:
    explore.open(lang="en")
    explore.page.get_by_role("radio", name="Dark").click()
    explore.until("state.look === 'dark'")
    explore.map().evaluate("() => atlasMap.leaflet.setView([40, 50], 8, {animate: false})")
    explore.page.wait_for_function("() => location.search.includes('at=8/')")
    query = parse_qs(urlsplit(share(explore.page)).query)
    assert query == {"lang": ["en"], "look": ["dark"], "at": ["8/40.0000/50.0000"]}


@pytest.mark.parametrize("place", ["table", "forecasts"])
def test_every_page_can_be_shared(page: Page, server: Server, place: str) -> None:
    page.goto(f"{server.url}/{place}?lang=en&country=KZ")
    link = share(page)
    assert link == f"{server.url}/{place}?lang=en&country=KZ"


def test_inside_another_page_our_bar_is_gone(explore: Explore, tmp_path: Path, server: Server) -> None:
    """Row 43: the very code that the dialog gives, in a page of somebody else's."""
    explore.open(lang="en", select="port-aktau")
    share(explore.page)
    code = explore.page.locator(LINK).nth(1).inner_text()
    other = tmp_path / "other.html"
    other.write_text(f"<!DOCTYPE html><title>Other</title><h1>Other</h1>{code}", encoding="utf-8")
    explore.page.goto(other.as_uri())
    inside = explore.page.frame_locator("iframe")
    expect(inside.get_by_role("heading", name="Port of Aktau")).to_be_visible()
    expect(inside.locator(".st-key-bar")).to_be_hidden()
    whole = inside.frame_locator("iframe").get_by_role("link", name="Open the whole page")
    assert urlsplit(whole.get_attribute("href") or "").netloc == urlsplit(server.url).netloc
    assert "embed" not in (whole.get_attribute("href") or "")


@pytest.mark.parametrize(
    ("name", "ending", "starts"),
    [
        ("Picture (PNG)", ".png", b"\x89PNG"),
        ("Picture (SVG)", ".svg", b"<svg"),
        ("GeoJSON", ".geojson", b"{"),
        ("CSV: figures", ".csv", b""),
        ("Whole atlas (GeoPackage)", "-whole.gpkg", b"SQLite format 3"),
    ],
)
def test_files_are_taken_from_the_dialog(
    explore: Explore, name: str, ending: str, starts: bytes, tmp_path: Path
) -> None:
    """Rows 40, 45."""
    explore.open(lang="en")
    share(explore.page)
    with explore.page.expect_download() as waiting:
        explore.page.get_by_role("button", name=name).click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.name.endswith(ending)
    assert target.read_bytes().lstrip().startswith(starts)
    assert target.stat().st_size > 1000


def test_the_html_file_shows_how_far_it_is(explore: Explore, tmp_path: Path) -> None:
    """Row 46: and it opens on what was looked at."""
    explore.open(lang="en", select="port-aktau")
    share(explore.page)
    explore.page.get_by_role("button", name="All of it as one HTML file").click()
    expect(explore.page.get_by_role("progressbar")).to_be_visible()
    with explore.page.expect_download() as waiting:
        explore.page.get_by_role("button", name="Save it").click()
    target = tmp_path / "copy.html"
    waiting.value.save_as(target)
    explore.page.goto(target.as_uri())
    explore.page.wait_for_function("() => window.atlasMap?.state().selected === 'port-aktau'")
    expect(explore.page.locator(".panel h2")).to_have_text("Port of Aktau")
