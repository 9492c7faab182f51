"""Edits appear in the running app after save; a broken one does not, and says why (row 57)."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.harness import Explore, Server

PORT = "port-east"
CAMERA = "() => [atlasMap.leaflet.getZoom(), atlasMap.leaflet.getCenter().lat, atlasMap.leaflet.getCenter().lng]"
RIGHT = '''"tr": "Doğu Limanı"},
        "kind": "port"'''
WRONG = RIGHT.replace("port", "prot")


@pytest.fixture
def folder(small_atlas: Path, tmp_path: Path) -> Path:
    return shutil.copytree(small_atlas, tmp_path / "atlas")


@pytest.fixture
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of an atlas that this test may edit."""
    server = Server(tmp_path_factory.mktemp("elsewhere"), str(folder))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "layers" / "transport.geojson"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_a_saved_edit_is_seen_and_the_view_stays(explore: Explore, folder: Path) -> None:
    explore.open(lang="en", select=PORT, at="7.5/43.1/50.2", date="2024")
    expect(explore.panel("Port East")).to_be_visible()
    before = explore.state()["release"]
    edit(folder, '"en": "Port East"', '"en": "Harbour East"')
    expect(explore.panel("Harbour East")).to_be_visible()
    explore.ready()
    state = explore.state()
    assert state["release"] != before
    assert (state["selected"], state["date"]) == (PORT, "2024-12-31")
    assert all(kept in explore.page.url for kept in (f"select={PORT}", "date=2024", "lang=en"))
    zoom, latitude, longitude = explore.map().evaluate(CAMERA)
    assert (zoom, latitude, longitude) == (7.5, pytest.approx(43.1, abs=0.01), pytest.approx(50.2, abs=0.01))
    expect(explore.page.locator(".troubles")).to_have_count(0)


def test_the_page_of_changes_tells_what_was_just_edited(page: Page, server: Server, folder: Path) -> None:
    """Rows 28 and 57; once it is recorded it stands among the releases, without a new start."""
    published = shutil.copytree(folder, folder.with_name("published"))
    page.goto(f"{server.url}/changes?lang=en")
    expect(page.locator("[data-release]")).to_have_count(1)
    expect(page.locator(".edited")).to_have_count(0)
    edit(folder, '"en": "Port East"', '"en": "Harbour East"')
    expect(page.locator(".edited")).to_contain_text("Name (English): “Port East” → “Harbour East”")
    command = Path(sys.executable).with_name("corridors")
    subprocess.run([command, "diff", published, folder, "--record"], check=True)
    expect(page.locator("[data-release]")).to_have_count(2)
    expect(page.locator("[data-release]").first).to_contain_text("Harbour East")
    expect(page.locator(".edited")).to_have_count(0)


def test_a_broken_save_changes_nothing_but_a_notice(explore: Explore, folder: Path) -> None:
    explore.open(lang="en", select=PORT)
    expect(explore.panel("Port East")).to_be_visible()
    mounts = explore.mounts()
    edit(folder, RIGHT, WRONG)
    notice = explore.page.locator(".troubles")
    expect(notice).to_contain_text("The atlas as it was last saved has 1 problem and is not shown.")
    notice.locator("summary").click()
    expect(notice).to_contain_text("layers/transport.geojson · port-east · kind")
    expect(notice).to_contain_text("did you mean port?")
    expect(explore.panel("Port East")).to_be_visible()
    assert explore.mounts() == mounts
    assert violations(explore.page) == []
    edit(folder, WRONG, RIGHT)
    expect(notice).to_have_count(0)
    assert explore.mounts() == mounts


def test_an_atlas_that_is_deleted_stays_on_the_screen(explore: Explore, folder: Path) -> None:
    explore.open(lang="kk", select=PORT)
    folder.rename(folder.with_name("away"))
    notice = explore.page.locator(".troubles")
    expect(notice).to_be_visible()
    explore.page.reload()
    explore.ready()
    expect(notice).to_be_visible()
    assert explore.state()["selected"] == PORT
    folder.with_name("away").rename(folder)
    expect(notice).to_have_count(0)
