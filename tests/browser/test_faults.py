"""What breaks around the dashboard, and what people see of it."""

import os
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.about import about
from dashboard.cli import KINDS
from dashboard.forecasts import forecasts
from dashboard.map import state
from dashboard.panel import panel
from dashboard.scene import scene
from dashboard.sources import sources
from dashboard.table import table
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from tests.browser.harness import HOST, PATIENCE_MS, Explore, NewPage, Server, Watch

VISIT = "visit-2025-10-briefing"
CORRIDORS = Path(sys.executable).with_name("corridors")
BACK = "() => document.querySelector('.stApp').dataset.testConnectionState === 'CONNECTED'"
MOST_BYTES = 10_000


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    """A server of our own, to be killed."""
    server = Server(tmp_path)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def step(page: Page, number: int) -> None:
    expect(page.locator(f".briefing .step[data-step='{number}']")).to_be_visible()


def test_a_presentation_outlives_its_server_and_meets_the_next_one(
    mortal: Server, new_page: NewPage, watch: Watch, tmp_path: Path
) -> None:
    """Killed without a word between two steps; a new one comes, and the page joins it on the step where it is."""
    page = new_page()
    stage = Explore(page, mortal.url)
    page.goto(f"{mortal.url}/briefing?lang=en&briefing={VISIT}")
    stage.ready()
    step(page, 1)
    page.evaluate("() => { window.neverReloaded = true; }")
    mortal.kill()
    for number in (2, 3, 4):
        page.keyboard.press("PageDown")
        step(page, number)
    (tmp_path / "again").mkdir()
    again = Server(tmp_path / "again", port=mortal.port)
    try:
        again.wait()
        page.wait_for_function(BACK, timeout=PATIENCE_MS)
        step(page, 4)
        page.keyboard.press("PageDown")
        step(page, 5)
        assert page.evaluate("() => window.neverReloaded")
        assert stage.mounts() == 1
    finally:
        again.stop()
        watch.console.clear()  # the browser says that it lost its connection


def test_a_viewer_without_a_network_goes_on_and_comes_back(mortal: Server, new_page: NewPage, watch: Watch) -> None:
    """Nobody answers for a while: what was fetched can be looked at, and what was done is told afterwards."""
    page = new_page()
    explore = Explore(page, mortal.url).open(lang="en")
    os.kill(mortal.process, signal.SIGSTOP)
    try:
        explore.click_feature("port-aktau")
        explore.until("state.selected === 'port-aktau'")
    finally:
        os.kill(mortal.process, signal.SIGCONT)
    expect(explore.panel("Port of Aktau")).to_be_visible(timeout=PATIENCE_MS)
    explore.until("state.answered === state.reported")
    assert "select=port-aktau" in page.url
    watch.console.clear()


def test_a_port_that_is_taken_is_told_in_a_sentence(mortal: Server) -> None:
    command = [CORRIDORS, "serve", "--host", HOST, "--port", str(mortal.port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert f"{HOST}:{mortal.port} cannot be used: Address already in use; name another port" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_serving_writes_nothing(tmp_path: Path) -> None:
    """Neither the home nor the folder where it is started can be written, not even by root."""
    server = Server(tmp_path, cwd=Path("/proc"))
    try:
        server.wait()
        assert server.complaints() == []
    finally:
        server.stop()


def full(bytes_: int = MOST_BYTES) -> Callable[[], None]:
    """What a process begins with on whose disk a file has room for so many bytes, even if root runs it."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_, bytes_))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, kind: str) -> None:
    """Of each kind of file: a sentence, and the file of the last time."""
    target = tmp_path / "atlas"
    target.write_text("the old one", encoding="utf-8")
    ended = subprocess.run(
        [CORRIDORS, "export", kind, "-o", target],
        capture_output=True, text=True, timeout=120, check=False, preexec_fn=full(),
    )  # fmt: skip
    assert ended.returncode == 1
    assert re.search("cannot be (written|made)|no site", ended.stderr)
    assert "Traceback" not in ended.stderr
    assert target.read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas"]


def test_a_full_disk_leaves_no_half_atlas(tmp_path: Path) -> None:
    command = [CORRIDORS, "new", tmp_path / "mine"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=full())
    assert ended.returncode == 1
    assert "cannot be written: File too large (make room, or see who may write there)" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_takes_nothing_from_viewers_but_files(tmp_path: Path, new_page: NewPage, watch: Watch) -> None:
    """The server of a full disk goes on; a file that cannot be made is told where it was asked for."""
    server = Server(tmp_path, preexec=full(100_000))
    try:
        server.wait()
        page = new_page()
        explore = Explore(page, server.url).open(lang="en")
        page.locator(".st-key-share button").click()
        dialog = page.get_by_role("dialog")
        dialog.locator(".stDownloadButton", has_text="Picture (PNG)").locator("button").click()
        expect(dialog).to_contain_text("Failed to generate file for download")
        with page.expect_download() as waiting:
            dialog.locator(".stDownloadButton", has_text="Picture (SVG)").locator("button").click()
        assert waiting.value.failure() is None
        page.keyboard.press("Escape")
        explore.click_feature("port-aktau")
        expect(explore.panel("Port of Aktau")).to_be_visible()
        assert len(server.complaints()) == 1  # the log says why
        watch.console.clear()
    finally:
        server.stop()


def listing(folder: Path) -> dict[str, tuple[int, int]]:
    """Everything in a folder, with when it changed and how long it is."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.stat().st_size)
        for path in folder.rglob("*")
    }


def test_serving_leaves_every_folder_as_it_was(
    tmp_path: Path, small_atlas: Path, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Home, working folder, atlas and the folder of temporary files, after pages were read and files taken."""
    for name in ("home", "work", "temporary", "log"):
        (tmp_path / name).mkdir()
    shutil.copytree(small_atlas, tmp_path / "atlas")
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    places = [tmp_path / name for name in ("home", "work", "temporary", "atlas")]
    before = [listing(place) for place in places]
    server = Server(tmp_path / "log", str(tmp_path / "atlas"), cwd=tmp_path / "work", home=tmp_path / "home")
    try:
        server.wait()
        page = new_page()
        Explore(page, server.url).open(lang="en", select="port-east")
        page.locator(".st-key-share button").click()
        for label in ("Picture (PNG)", "GeoPackage"):
            with page.expect_download() as waiting:
                page.get_by_role("dialog").locator(".stDownloadButton", has_text=label).locator("button").first.click()
            assert waiting.value.failure() is None
        page.goto(f"{server.url}/briefing?lang=en")
        with page.expect_download() as waiting:
            page.locator(".stDownloadButton", has_text="PDF, landscape").locator("button").click()
        assert waiting.value.failure() is None
    finally:
        server.stop()
    assert [listing(place) for place in places] == before


@pytest.mark.parametrize(
    "today", [date(1, 1, 1), date(1990, 1, 1), date(2024, 2, 29), date(2190, 12, 31), date(9999, 12, 31)]
)
def test_a_clock_that_is_wrong_breaks_no_page(atlas: Atlas, today: date) -> None:
    """Before the first fact, and long after the last promise."""
    words = Words("kk")
    for query in ({}, {"select": "port-aktau"}, {"date": "2030"}):
        now = scene(atlas, View.from_query(query, atlas), words, today)
        assert state(now)["today"] == today.isoformat()
        for page in (panel, table, sources, forecasts, about):
            assert page(now)
