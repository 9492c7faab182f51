"""What a page may do, and what keeps it from doing more (rows 58, 59)."""

import http.client
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from dashboard.headers import ALWAYS, policy
from tests.browser.harness import HOST, Explore, Server, Watch

COMPONENT = "/component/streamlit_folium.st_folium/index.html"


def headers(server: Server, path: str) -> dict[str, str]:
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path", ["/", "/table", "/briefing", "/start.js", "/readyz", "/state", "/no-such-page", COMPONENT]
)
def test_every_answer_carries_the_headers(server: Server, path: str) -> None:
    found = headers(server, path)
    for name, value in ALWAYS.items():
        assert found[name.lower()] == value, name
    assert found["content-security-policy"] == policy(path)


def test_a_page_runs_no_script_but_its_hosts_own() -> None:
    said = dict(part.split(" ", 1) for part in policy("/").split("; "))
    assert said["default-src"] == "'none'"
    assert "unsafe" not in said["script-src"]
    assert said["connect-src"] == "'self'"
    assert not any("http:" in sources or "https:" in sources for sources in said.values())


BREAK_IN = """() => new Promise((done) => {
    window.ran = [];
    document.body.insertAdjacentHTML("beforeend", `<img src="no-such-picture" onerror="ran.push('handler')">`);
    const script = document.createElement("script");
    script.textContent = "ran.push('inline')";
    document.body.append(script);
    const link = document.createElement("a");
    link.href = "javascript:ran.push('address')";
    document.body.append(link);
    link.click();
    fetch("http://127.0.0.2:9/").then(() => ran.push("fetch"), (error) => ran.push(String(error)));
    setTimeout(() => done(window.ran), 500);
})"""


def test_no_other_site_may_speak_to_the_maps_frame(
    server: Server, watch: Watch, explore: Explore, tmp_path: Path
) -> None:
    """The frame runs the scripts that the page around it sends; ours is embedded as a whole (row 43)."""
    other = tmp_path / "other.html"
    other.write_text(
        f'<!DOCTYPE html><title>Other</title><iframe src="{server.url}{COMPONENT}"></iframe>', encoding="utf-8"
    )
    explore.page.goto(other.as_uri())
    expect(
        explore.page.frame_locator("iframe").get_by_text("Only the atlas's own page may show its map.")
    ).to_be_visible()
    watch.console.clear()  # the browser tells of the 403


def test_what_got_into_a_page_would_not_run(explore: Explore, watch: Watch) -> None:
    """Were a text ever placed as markup, the browser itself would still not run what stands in it."""
    explore.open(lang="en")
    ran: list[Any] = explore.page.evaluate(BREAK_IN)
    assert [what for what in ran if "Failed to fetch" not in what] == []
    assert any("Content Security Policy" in told for told in watch.console)
    watch.console.clear()
    watch.scripts.clear()
    watch.other_hosts.clear()


def test_all_works_under_it(explore: Explore) -> None:
    """The map, its messages, the dialog and every page; the harness fails on any complaint of the browser."""
    explore.open(lang="en", select="port-aktau")
    explore.page.locator(".st-key-share button").click()
    explore.page.get_by_role("dialog").wait_for()
    for place in ("briefing", "table", "sources", "forecasts", "about"):
        explore.page.goto(f"{explore.url}/{place}?lang=en")
        explore.page.locator("#content, .page, h2").first.wait_for()
    explore.page.goto(f"{explore.url}/briefing?lang=en&briefing=visit-2025-10-briefing")
    explore.ready()
