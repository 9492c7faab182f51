"""What breaks around the dashboard, and what people see of it."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard.about import about
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


def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    target = tmp_path / "atlas.svg"
    target.write_text("the old one", encoding="utf-8")
    ended = subprocess.run(
        [CORRIDORS, "export", "svg", "-o", target],
        capture_output=True, text=True, timeout=60, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES)),
    )  # fmt: skip
    assert ended.returncode == 1
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert target.read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas.svg"]


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
