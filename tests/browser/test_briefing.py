"""Presenting: the keys, the clicker, the presenter's window, and a server that dies (rows 33 to 37, 39)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from geodata import Atlas
from tests.browser.harness import Explore, NewPage, Server, Watch

VISIT = "visit-2025-10-briefing"
STEPS = 9


class Stage(Explore):
    """A briefing in the words of the person who presents it."""

    def begin(self, step: int | None = None, **parameters: str) -> "Stage":
        query = {"lang": "en", "briefing": VISIT, **({"step": str(step)} if step else {}), **parameters}
        self.page.goto(f"{self.url}/briefing?" + "&".join(f"{name}={value}" for name, value in query.items()))
        self.ready()
        return self

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def at(self, step: int) -> None:
        """The map, the text and the address are at a step."""
        self.until("state.step === value", step)
        expect(self.page.locator(f".briefing .step[data-step='{step}']")).to_be_visible()
        expect(self.page.locator(".briefing .step:visible")).to_have_count(1)
        expect(self.page).to_have_url(re.compile(rf"step={step}\b"))


@pytest.fixture
def stage(page: Page, server: Server) -> Stage:
    return Stage(page, server.url)


def test_the_list_leads_to_a_briefing_and_back(page: Page, server: Server, atlas: Atlas) -> None:
    page.goto(f"{server.url}/briefing?lang=en")
    expect(page.locator(".briefings li")).to_have_count(len(atlas.briefings))
    page.get_by_role("link", name="The visit of October 2025 in nine steps").click()
    stage = Stage(page, server.url)
    stage.ready()
    stage.at(1)
    page.get_by_role("link", name="Leave").click()
    expect(page.locator("#page-heading")).to_have_text("Briefings")


def test_keys_and_clicker_move_through_it(stage: Stage) -> None:
    """Rows 34, 35."""
    stage.begin()
    stage.at(1)
    for key, step in (("ArrowRight", 2), (" ", 3), ("n", 4), ("PageDown", 5), ("ArrowLeft", 4), ("p", 3), ("PageUp", 2),
                      ("End", STEPS), ("ArrowRight", STEPS), ("Home", 1), ("PageUp", 1)):  # fmt: skip
        stage.press(key)
        stage.at(step)


def test_the_clicker_works_after_a_click_into_the_map(stage: Stage) -> None:
    """Row 35: the map's frame hands the keys on."""
    stage.begin(step=4)
    box = stage.page.locator("iframe").bounding_box()
    assert box
    stage.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    stage.press("PageDown")
    stage.at(5)


def test_reloading_lands_on_the_same_step(stage: Stage) -> None:
    """Row 35: a clicker's F5."""
    stage.begin()
    stage.press("PageDown")
    stage.press("PageDown")
    stage.at(3)
    stage.page.reload()
    stage.ready()
    stage.at(3)


def test_a_step_shows_its_layers_date_and_objects(stage: Stage) -> None:
    """Row 33."""
    stage.begin(step=5)
    state = stage.state()
    assert state["layers"] == ["zangezur", "rail"]
    assert state["date"] == "2028-12-31"
    assert "zangezur-tripp-meghri" in state["lit"]
    expect(stage.map().locator(".as-of")).to_contain_text("as promised")
    expect(stage.page.locator("blockquote[data-statement=zangezur-2028]")).to_have_attribute("lang", "kk")


def test_the_screen_goes_black_and_comes_back(stage: Stage) -> None:
    """Row 35."""
    stage.begin(step=2)
    for key in ("b", "."):
        stage.press(key)
        expect(stage.page.locator(".blank")).to_be_visible()
        stage.press(key)
        expect(stage.page.locator(".blank")).to_have_count(0)
    stage.press("b")
    stage.press("PageDown")
    expect(stage.page.locator(".blank")).to_have_count(0)
    stage.at(3)


def test_overview_go_to_and_help(stage: Stage) -> None:
    """Row 37."""
    stage.begin(step=2)
    page = stage.page
    stage.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    stage.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()
    stage.press("o")
    page.get_by_role("dialog", name="Steps").get_by_role("button", name="Fifteen documents").click()
    stage.at(7)
    stage.press("g")
    page.get_by_label("Go to step").fill("4")
    page.keyboard.press("Enter")
    stage.at(4)


def test_full_screen(stage: Stage) -> None:
    """Rows 37, 39."""
    stage.begin()
    stage.press("f")
    stage.page.wait_for_function("() => document.fullscreenElement")
    stage.press("f")
    stage.page.wait_for_function("() => !document.fullscreenElement")


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
def test_all_chrome_is_gone_and_letters_are_large(new_page: NewPage, server: Server, size: tuple[int, int]) -> None:
    """Row 39: nothing to scroll, no bar, every word at least a fiftieth of the screen's height but for sources."""
    stage = Stage(new_page(size=size), server.url).begin()
    page = stage.page
    expect(page.locator(".st-key-bar")).to_be_hidden()
    box = page.locator("iframe").bounding_box()
    assert box
    assert (box["y"], box["height"]) == (0, size[1])
    assert box["width"] > size[0] / 2
    for step in range(1, STEPS + 1):
        stage.at(step)
        text = page.locator(".briefing")
        assert text.evaluate("e => e.scrollHeight <= e.clientHeight + 1"), f"step {step} does not fit"
        words = page.locator(".step :is(blockquote, .body, .facts li):visible")
        letters = words.evaluate_all("all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))")
        assert all(letter >= size[1] / 50 for letter in letters), f"step {step}: {letters}"
        stage.press("PageDown")


def test_the_presenters_window_keeps_in_step(stage: Stage) -> None:
    """Row 36."""
    stage.begin(step=2)
    with stage.page.expect_popup() as waiting:
        stage.press("s")
    presenter = waiting.value
    expect(presenter.locator("article.step:visible .where")).to_have_text(f"2 / {STEPS}")
    expect(presenter.locator("article.step:visible .notes")).to_contain_text("plain fact")
    expect(presenter.locator("article.step:visible .next")).to_contain_text("The main gateway to the West")
    stage.press("PageDown")
    expect(presenter.locator("article.step:visible .where")).to_have_text(f"3 / {STEPS}")
    presenter.keyboard.press("PageDown")
    stage.at(4)
    expect(presenter.get_by_role("timer")).to_have_text("0:01")


def test_language_and_look_change_on_the_same_step(stage: Stage) -> None:
    stage.begin(step=3, look="dark")
    stage.at(3)
    expect(stage.page.locator("html")).to_have_attribute("data-look", "dark")
    stage.begin(step=3, lang="az")
    stage.at(3)
    expect(stage.page.locator(".briefing .step:visible h2")).to_have_text("Qərbə əsas qapı")


@pytest.fixture
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of our own, to be killed."""
    server = Server(Path(tmp_path_factory.mktemp("mortal")))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def test_the_audience_sees_the_next_step_when_the_server_is_dead(
    mortal: Server, new_page: NewPage, watch: Watch
) -> None:
    """Row 33: everything that the steps need is in the browser."""
    watch.connection_may_be_lost = True
    stage = Stage(new_page(), mortal.url).begin()
    stage.at(1)
    mortal.kill()
    for step in range(2, STEPS + 1):
        stage.press("PageDown")
        stage.at(step)
    expect(stage.page.locator("[role=dialog]:visible")).to_have_count(0)


@pytest.mark.parametrize("name", ["PDF, landscape", "PDF, portrait"])
def test_handouts_are_on_the_page(page: Page, server: Server, name: str, tmp_path: Path) -> None:
    """Row 41."""
    page.goto(f"{server.url}/briefing?lang=en")
    expect(page.get_by_role("button", name=name)).to_have_count(3)  # nothing moves any more
    with page.expect_download() as waiting:
        page.locator(".st-key-downloads-across-the-caspian").get_by_role("button", name=name).click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.name.startswith("across-the-caspian-en")
    assert target.read_bytes().startswith(b"%PDF-")


def test_slides_show_how_far_they_are(page: Page, server: Server, tmp_path: Path) -> None:
    """Row 42: they take longer than a second."""
    page.goto(f"{server.url}/briefing?lang=en")
    expect(page.get_by_role("button", name="PowerPoint")).to_have_count(3)
    page.locator(".st-key-downloads-across-the-caspian").get_by_role("button", name="PowerPoint").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Save it").click()
    target = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(target)
    assert target.name == "across-the-caspian-en.pptx"
    assert target.read_bytes().startswith(b"PK\x03\x04")
