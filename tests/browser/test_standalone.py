"""The atlas without a server: one HTML file, and a site, from a disk and from a plain file server (rows 46, 65)."""

import http.server
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, expect

from geodata import Atlas
from tests.browser.axe import violations
from tests.browser.harness import HOST, Explore, NewPage, Watch

VISIT = "visit-2025-10-briefing"
STEPS = 9
MOST_BYTES = 5_000_000
PLACES = ("html", "site on a disk", "site on a server")


def export(kind: str, target: Path, *more: str, atlas: Path | None = None) -> Path:
    command = Path(sys.executable).with_name("corridors")
    which = [] if atlas is None else [atlas]
    subprocess.run([command, "export", kind, *which, "--lang", "en", "-o", target, *more], check=True)
    return target


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A file server that knows nothing of us."""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("html", tmp_path_factory.mktemp("mail") / "atlas.html")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export("site", tmp_path_factory.mktemp("stick") / "site")


@pytest.fixture(scope="session")
def host(site: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer((HOST, 0), partial(Quiet, directory=site))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://{HOST}:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


class Alone(Explore):
    """A copy of the atlas in the words of a person who opens it: the map is the page's own."""

    def map(self) -> Frame:
        return self.page.main_frame

    def open(self, query: str = "", **parameters: str) -> "Alone":
        asked = "&".join((*filter(None, [query]), *(f"{name}={value}" for name, value in parameters.items())))
        self.page.goto(f"{self.url}?{asked}" if asked else self.url)
        return self

    def where(self, feature: str) -> tuple[float, float]:
        at = self.page.evaluate("(id) => window.atlasMap.pixel(id)", feature)
        assert at, f"{feature} is not on the map"
        return at["x"], at["y"]


@pytest.fixture(params=PLACES)
def alone(request: pytest.FixtureRequest, page: Page) -> Alone:
    """Each form of the copy in turn, not yet opened; all hosts but this machine are out of reach."""
    if request.param == "html":
        return Alone(page, request.getfixturevalue("html").as_uri())
    if request.param == "site on a disk":
        return Alone(page, (request.getfixturevalue("site") / "index.html").as_uri())
    return Alone(page, f"{request.getfixturevalue('host')}/")


def test_the_html_file_is_small_enough_for_mail(html: Path) -> None:
    """Row 46."""
    assert html.stat().st_size <= MOST_BYTES


def test_click_on_aktau_and_read_what_was_said(alone: Alone, atlas: Atlas) -> None:
    alone.open().ready()
    alone.click_feature("port-aktau")
    panel = alone.page.locator(".panel-side .panel")
    expect(panel.get_by_role("heading", name="Port of Aktau", exact=True)).to_be_visible()
    said = atlas.statements_about("port-aktau")[0]
    expect(panel.locator(f"blockquote[data-statement={said.id}]")).to_have_text(said.text.kk or "")
    expect(panel.locator(f"blockquote[data-statement={said.id}]")).to_have_attribute("lang", "kk")
    expect(panel.locator("[data-figure]").first).to_be_visible()
    expect(alone.page).to_have_url(re.compile("select=port-aktau"))
    panel.locator("a.close").click()
    expect(panel.get_by_role("heading", name="Caspian Corridors")).to_be_visible()


def test_the_panels_status_follows_the_date(alone: Alone) -> None:
    """Row 14: what a server would say on each date is in the copy."""
    alone.open(select="zangezur-tripp-meghri").ready()
    status = alone.page.locator(".panel [data-status-on]")
    expect(status).to_contain_text("planned")
    alone.move_date("2029")
    expect(status).to_contain_text("December 31, 2029")
    expect(status).to_contain_text("promised, not yet a fact")
    alone.move_date("2018")
    expect(status).to_contain_text("closed")
    alone.page.reload()
    alone.ready()
    expect(status).to_contain_text("closed")


def test_the_language_changes_everything_in_place(alone: Alone) -> None:
    """Rows 50, 52."""
    alone.open(select="port-aktau").ready()
    expect(alone.page.locator(".panel h2")).to_have_text("Port of Aktau")
    for language, name, page in (("kk", "Ақтау теңіз порты", "Карта"), ("az", "Aktau dəniz limanı", "Xəritə")):
        alone.page.locator(f".bar [data-lang={language}]").click()
        expect(alone.page.locator(".panel h2")).to_have_text(name)
        expect(alone.page.locator(".bar [aria-current]")).to_have_text(page)
        expect(alone.page.locator("html")).to_have_attribute("lang", language)
        alone.until("state.lang === value", language)
    alone.page.locator(".bar [data-look=dark]").click()
    alone.until("state.look === value", "dark")
    expect(alone.page).to_have_url(re.compile("look=dark"))
    alone.page.reload()
    alone.ready()
    alone.until("state.look === 'dark' && state.lang === 'az' && state.selected === 'port-aktau'")


def test_search_events_and_statements_are_in_it(alone: Alone) -> None:
    """Rows 19, 30, 62."""
    alone.open().ready()
    field = alone.page.get_by_role("combobox")
    field.fill("алят")
    alone.page.locator("[data-hit=port-alat]").first.click()
    expect(alone.page.locator(".panel h2")).to_have_text("Port of Baku at Alat")
    alone.page.locator(".panel .events a[data-select]").first.click()
    expect(alone.page.locator(".panel [data-event]").first).to_be_visible()
    alone.page.goto(f"{alone.url}?select=zangezur-2028")
    alone.ready()
    alone.until("state.lit.includes('zangezur-tripp-meghri')")
    expect(alone.page.locator(".panel blockquote[data-statement=zangezur-2028]")).to_be_visible()


@pytest.mark.parametrize(
    ("place", "mark"),
    [("table", "table.objects"), ("sources", ".sources-table"), ("forecasts", ".due"), ("about", "#borders")],
)
def test_every_page_is_in_it_and_leads_back_to_the_map(alone: Alone, place: str, mark: str) -> None:
    """Row 32."""
    alone.open(lang="en").ready()
    alone.page.locator(f".bar a[data-page={place}]").click()
    expect(alone.page.locator(f".place {mark}").first).to_be_visible()
    expect(alone.page.locator(".bar [aria-current]")).to_have_attribute("data-page", place)
    link = alone.page.locator(".place a[href*='select=']:visible").first
    link.scroll_into_view_if_needed()
    link.click()
    alone.ready()
    alone.until("state.selected !== null")


def test_the_page_about_leads_to_what_each_release_changed(alone: Alone) -> None:
    """Row 28: and from there to what changed."""
    alone.open(page="about", lang="en")
    alone.page.get_by_role("link", name="What each release changed").click()
    expect(alone.page.locator("#page-heading")).to_have_text("Changes")
    merged = alone.page.locator("[data-changed=fc-oil-7mt]")
    expect(merged).to_contain_text("the old id, fc-oil-7mt, leads there")
    merged.get_by_role("link").click()
    alone.ready()
    alone.until("state.selected === 'ev-7mt-2025'")


def test_a_briefing_runs_with_keys_and_reload(alone: Alone) -> None:
    """Rows 34, 35."""
    alone.open(page="briefing")
    alone.page.get_by_role("link", name="The visit of October 2025 in nine steps").click()
    alone.ready()
    for key, step in (("PageDown", 2), ("ArrowRight", 3), ("PageUp", 2), ("End", STEPS), ("Home", 1), ("n", 2)):
        alone.page.keyboard.press(key)
        alone.until("state.step === value", step)
        expect(alone.page.locator(f".briefing .step[data-step='{step}']")).to_be_visible()
        expect(alone.page.locator(".briefing .step:visible")).to_have_count(1)
    alone.page.reload()
    alone.ready()
    alone.until("state.step === 2")
    alone.page.keyboard.press("b")
    expect(alone.page.locator(".blank")).to_be_visible()
    alone.page.keyboard.press("b")
    alone.page.get_by_role("link", name="Leave").click()
    expect(alone.page.locator("#page-heading")).to_have_text("Briefings")


def test_the_presenters_window_keeps_in_step(alone: Alone) -> None:
    """Row 36."""
    alone.open(briefing=VISIT, step="2").ready()
    alone.until("state.step === 2")
    with alone.page.expect_popup() as waiting:
        alone.page.keyboard.press("s")
    presenter = waiting.value
    expect(presenter.locator("article.step:visible .where")).to_have_text(f"2 / {STEPS}")
    expect(presenter.locator("article.step:visible .notes")).to_be_visible()
    alone.page.keyboard.press("PageDown")
    expect(presenter.locator("article.step:visible .where")).to_have_text(f"3 / {STEPS}")
    presenter.locator("body").press("PageDown")
    alone.until("state.step === 4")
    expect(presenter.locator("body")).to_have_css("font-size", "20px")  # its styles have come along


@pytest.mark.parametrize(
    "query",
    [
        "lang=xx&look=neon&date=soon&layers=nothing&select=nobody&at=a/b/c&page=../../etc&country=ZZ",
        "select=%3Cscript%3Ealert(1)%3C/script%3E&date=2028-13-99&briefing=none&step=-5",
        "q=%3Cimg%20src=x%20onerror=alert(1)%3E&theme=constructor&status=__proto__&select=__proto__",
    ],
)
def test_a_bad_address_shows_the_default_and_no_error(alone: Alone, query: str) -> None:
    """Row 21."""
    alone.open(query).ready()
    state = alone.state()
    assert state["selected"] is None
    assert len(state["layers"]) > 1
    expect(alone.page.get_by_role("heading", name="Caspian Corridors", level=2)).to_be_visible()


def test_a_renamed_id_still_works(alone: Alone) -> None:
    """Row 22."""
    alone.open(select="fc-oil-7mt").ready()
    alone.until("state.selected === 'ev-7mt-2025'")


@pytest.mark.parametrize("named", ["ferry-aktau-length", "ev-7mt-2025"])
def test_what_has_no_panel_opens_what_it_is_about(alone: Alone, atlas: Atlas, named: str) -> None:
    """Row 20: a figure stands on the panel of its object."""
    figure = atlas.figures.get(named)
    alone.open(select=named).ready()
    alone.until("state.selected === value", figure.about if figure else named)


@pytest.fixture(scope="session")
def renamed(small_atlas: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of an atlas in which one thing of each kind was called otherwise."""
    folder = shutil.copytree(small_atlas, tmp_path_factory.mktemp("renamed") / "atlas")
    for path, id in RENAMED.values():
        file = folder / path
        text = file.read_text(encoding="utf-8")
        assert f"- id: {id}\n" in text
        file.write_text(text.replace(f"- id: {id}\n", f"- id: {id}\n  aliases: [old-{id}]\n"), encoding="utf-8")
    return export("html", folder.with_name("atlas.html"), atlas=folder)


RENAMED = {
    "event": ("events/events.yaml", "ev-signing"),
    "statement": ("statements/interview.yaml", "st-gateway"),
    "figure": ("figures/figures.yaml", "ferry-length"),
    "source": ("sources/sources.yaml", "test-report"),
    "commentary": ("commentary/commentary.yaml", "view-cautious"),
    "briefing": ("briefings/test.yaml", "test-briefing"),
}
LEADS = {"figure": "ferry-east-west", "commentary": "corridor-test"}


@pytest.mark.parametrize("kind", [kind for kind in RENAMED if kind != "briefing"])
def test_a_thing_of_any_kind_is_found_under_its_old_id(renamed: Path, page: Page, kind: str) -> None:
    """Row 22: in a copy without a server, where no program follows the alias."""
    _, id = RENAMED[kind]
    alone = Alone(page, renamed.as_uri())
    page.goto(f"{renamed.as_uri()}?select=old-{id}")
    alone.ready()
    alone.until("state.selected === value", LEADS.get(kind, id))


def test_a_briefing_is_found_under_its_old_id(renamed: Path, page: Page) -> None:
    """Row 22; and a word that every object of JavaScript knows is no briefing."""
    page.goto(f"{renamed.as_uri()}?briefing=old-test-briefing")
    alone = Alone(page, renamed.as_uri())
    alone.ready()
    alone.until("state.step === 1")
    expect(page.locator(".briefing .step:visible")).to_have_count(1)
    page.goto(f"{renamed.as_uri()}?briefing=constructor&page=about")
    expect(page.locator("#page-heading")).to_have_text("About this atlas")


def test_a_view_can_be_exported(new_page: NewPage, tmp_path: Path) -> None:
    """Row 46: the copy opens on what was looked at, and a link in it on what the link says."""
    target = export(
        "html", tmp_path / "view.html", "--view", "select=port-aktau&date=2027&layers=ports,rail&at=7/43/51"
    )
    alone = Alone(new_page(), target.as_uri()).open()
    alone.ready()
    state = alone.state()
    assert (state["selected"], state["date"], state["layers"]) == ("port-aktau", "2027-12-31", ["ports", "rail"])
    assert alone.page.evaluate("() => atlasMap.leaflet.getZoom()") == 7
    alone.open(select="port-alat").ready()
    state = alone.state()
    assert (state["selected"], len(state["layers"])) == ("port-alat", 8)


def test_a_site_offers_data_and_handouts(new_page: NewPage, tmp_path: Path) -> None:
    """Rows 41, 45: everything that it links to is in its folder."""
    folder = export("site", tmp_path / "site", "--address", "https://atlas.example/map")
    alone = Alone(new_page(), (folder / "index.html").as_uri())
    for page, number in (("table", 4), ("briefing", 3)):
        alone.open(page=page, lang="az")
        links = alone.page.locator(".downloads a")
        expect(links).to_have_count(number)
        for address in links.evaluate_all("all => all.map((link) => link.getAttribute('href'))"):
            assert (folder / address).is_file()


def test_a_copy_with_a_file_missing_says_so(new_page: NewPage, site: Path, tmp_path: Path, watch: Watch) -> None:
    """An incomplete copy is no blank page."""
    folder = tmp_path / "site"
    shutil.copytree(site, folder)
    next(folder.rglob("events.json.js")).unlink()
    page = new_page()
    page.goto((folder / "index.html").as_uri())
    expect(page.get_by_role("alert")).to_contain_text("could not be drawn")
    watch.console.clear()
    watch.scripts.clear()


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
def test_nothing_is_wider_than_the_screen(new_page: NewPage, html: Path, size: tuple[int, int]) -> None:
    """Row 3."""
    page = new_page(size=size)
    for query in ("", "page=table", "page=about", "page=briefing", f"briefing={VISIT}"):
        Alone(page, html.as_uri()).open(query, lang="kk")
        page.wait_for_function("() => window.atlasMap?.state().ready || !document.querySelector('.place').hidden")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth + 1"), query


@pytest.mark.parametrize(
    "query",
    ["select=port-aktau", "select=middle-corridor&look=dark", "page=table", "page=sources", "page=about&look=projector",
     f"briefing={VISIT}&step=5"],
)  # fmt: skip
def test_axe_finds_nothing(new_page: NewPage, html: Path, query: str) -> None:
    """Row 54."""
    alone = Alone(new_page(), html.as_uri()).open(query, lang="kk")
    alone.page.wait_for_selector("[data-alone] :is(#panel-heading, #page-heading, .briefing)")
    assert violations(alone.page) == []


def test_the_first_key_leads_past_the_bar_to_the_text(new_page: NewPage, html: Path) -> None:
    """Row 53."""
    alone = Alone(new_page(), html.as_uri()).open(select="port-aktau")
    alone.page.wait_for_selector("#panel-heading")
    alone.page.keyboard.press("Tab")
    expect(alone.page.get_by_role("link", name="Skip to the text")).to_be_focused()
    alone.page.keyboard.press("Enter")
    expect(alone.page.locator("#content")).to_be_focused()
