"""What breaks around the dashboard, and what people see of it."""

import re
import resource
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
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
from tests import postgres
from tests.browser.harness import HOST, PATIENCE_MS, Explore, NewPage, Server, Watch, free_port

VISIT = "visit-2025-10-briefing"
STEPS = 9
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
    watch.connection_may_be_lost = True
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


class Line:
    """What lies between a viewer and a server: it can go dead, as a network does, be cut, and be mended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._threads: list[threading.Thread] = []
        self._flows = threading.Event()
        self._flows.set()
        self._listener = socket.create_server((HOST, 0))
        self.url = f"http://{HOST}:{self._listener.getsockname()[1]}"
        self._start(self._listen)

    def die(self) -> None:
        """No byte arrives any more, and nobody is told."""
        self._flows.clear()

    def cut(self) -> None:
        """All that was open ends; whoever asks anew waits."""
        self.die()
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):  # it may have ended by itself
                    end.shutdown(socket.SHUT_RDWR)
        self._pairs.clear()

    def mend(self) -> None:
        """Bytes arrive again."""
        self._flows.set()

    def end(self) -> None:
        """For good."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes whoever waits for it
        self.cut()
        self.mend()
        for thread in self._threads:
            thread.join()
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: socket.socket) -> threading.Thread:
        thread = threading.Thread(target=work, args=arguments)
        self._threads.append(thread)
        thread.start()
        return thread

    def _listen(self) -> None:
        with suppress(OSError):  # the listener has ended
            while True:
                self._start(self._connect, self._listener.accept()[0])

    def _connect(self, near: socket.socket) -> None:
        self._flows.wait()
        with near, suppress(OSError), socket.create_connection((HOST, self._port)) as far:
            self._pairs.append((near, far))
            back = self._start(self._carry, far, near)
            self._carry(near, far)
            back.join()

    def _carry(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):  # one of the ends is gone
            while content := source.recv(65536):
                self._flows.wait()
                target.sendall(content)
        with suppress(OSError):
            target.shutdown(socket.SHUT_WR)


@pytest.fixture
def line(mortal: Server) -> Iterator[Line]:
    line = Line(mortal.port)
    yield line
    line.end()


def test_a_viewer_without_a_network_goes_on_and_comes_back(
    mortal: Server, line: Line, new_page: NewPage, watch: Watch
) -> None:
    """Nobody answers for a while: what was fetched can be looked at, and what was done is told afterwards."""
    watch.connection_may_be_lost = True
    page = new_page()
    explore = Explore(page, line.url).open(lang="en")
    line.die()
    explore.click_feature("port-aktau")
    explore.until("state.selected === 'port-aktau'")
    notice = explore.panel().get_by_role("status")
    expect(notice).to_have_text("No answer yet: this is what was chosen before.")
    (above, below) = (notice.bounding_box(), explore.panel().locator("header").bounding_box())
    assert above
    assert below
    assert above["y"] + above["height"] <= below["y"] + 1  # it lies on nothing
    line.mend()
    expect(explore.panel("Port of Aktau")).to_be_visible(timeout=PATIENCE_MS)
    explore.until("state.answered === state.reported")
    expect(explore.panel().get_by_role("status")).to_have_count(0)
    assert "select=port-aktau" in page.url
    assert mortal.complaints() == []


def test_a_network_lost_for_so_long_that_the_server_forgets_is_made_up_for(
    mortal: Server, line: Line, new_page: NewPage, watch: Watch, tmp_path: Path
) -> None:
    """As after five minutes: all connections are gone, and the server knows nothing of the session any more.

    Streamlit gives a connection up after less than a minute, and forgets its session after two more.
    """
    watch.connection_may_be_lost = True
    page = new_page()
    explore = Explore(page, line.url).open(lang="en", layers="ports,rail,ferries")
    page.evaluate("() => { window.neverReloaded = true; }")
    line.cut()
    page.wait_for_function("() => document.querySelector('.stApp').dataset.testConnectionState !== 'CONNECTED'")
    explore.click_feature("port-aktau")
    explore.move_date("2027")
    mortal.kill()  # a new one has forgotten everything
    (tmp_path / "again").mkdir()
    again = Server(tmp_path / "again", port=mortal.port)
    try:
        again.wait()
        line.mend()
        page.wait_for_function(BACK, timeout=PATIENCE_MS)
        expect(explore.panel("Port of Aktau")).to_be_visible(timeout=PATIENCE_MS)
        expect(explore.panel()).to_contain_text("2027")
        state = explore.state()
        assert (state["selected"], state["date"]) == ("port-aktau", "2027-12-31")
        assert sorted(state["layers"]) == ["ferries", "ports", "rail"]
        explore.click_feature("port-alat")
        expect(explore.panel("Port of Baku at Alat")).to_be_visible(timeout=PATIENCE_MS)
        assert page.evaluate("() => window.neverReloaded")
        assert explore.mounts() == 1
        assert again.complaints() == []
    finally:
        page.close()
        again.stop()


def test_a_briefing_needs_no_network_once_it_is_open(
    mortal: Server, line: Line, new_page: NewPage, watch: Watch
) -> None:
    """Every step, every cover and the way back, while no byte arrives (rows 33, 34)."""
    watch.connection_may_be_lost = True
    page = new_page()
    stage = Explore(page, line.url)
    page.goto(f"{line.url}/briefing?lang=kk&briefing={VISIT}")
    stage.ready()
    line.cut()
    for number in range(2, STEPS + 1):
        page.keyboard.press("PageDown")
        step(page, number)
        stage.until("state.step === value", number)
    page.keyboard.press("Home")
    step(page, 1)
    line.mend()
    page.wait_for_function(BACK, timeout=PATIENCE_MS)
    step(page, 1)
    assert mortal.complaints() == []


@pytest.mark.skipif(bool(postgres.missing()), reason=postgres.missing())
def test_a_database_that_is_gone_takes_nothing_off_the_screen(
    tmp_path: Path, small_atlas: Path, new_page: NewPage
) -> None:
    """The last good atlas is held in memory: open pages go on, and new ones open (row 66)."""
    database = postgres.Postgres()
    server = None
    try:
        address = database.new()
        subprocess.run([CORRIDORS, "import", small_atlas, address], check=True, capture_output=True)
        server = Server(tmp_path, address)
        server.wait()
        pages = [new_page(), new_page()]
        explore = Explore(pages[0], server.url).open(lang="en")
        database.kill()
        explore.click_feature("port-east")
        expect(explore.panel("Port East")).to_be_visible()
        late = Explore(pages[1], server.url).open(lang="en", select="port-west")
        expect(late.panel("Port West")).to_be_visible()
        assert server.complaints() == []
        refused = subprocess.run([CORRIDORS, "serve", address, "--port", str(free_port())],
                                 capture_output=True, text=True, timeout=120, check=False)  # fmt: skip
        assert refused.returncode == 1
        assert "cannot be reached" in refused.stderr
        assert "Traceback" not in refused.stderr
        for page in pages:
            page.close()
        database.start()
    finally:
        if server:
            server.stop()
        database.stop()


@pytest.mark.parametrize("year", [1980, 2035])
def test_a_viewers_clock_that_is_wrong_changes_nothing(mortal: Server, new_page: NewPage, year: int) -> None:
    """What is today is for the server to say."""
    page = new_page()
    page.clock.set_fixed_time(f"{year}-01-01T00:00:00")
    explore = Explore(page, mortal.url).open(lang="en", select="port-aktau")
    assert explore.state()["date"] == date.today().isoformat()
    expect(explore.panel("Port of Aktau")).to_be_visible()


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


def full() -> None:
    """What a process begins with on whose disk there is hardly room, even if root runs it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_BYTES, MOST_BYTES))


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, kind: str) -> None:
    """Of each kind of file: a sentence, and the file of the last time."""
    target = tmp_path / "atlas"
    target.write_text("the old one", encoding="utf-8")
    ended = subprocess.run(
        [CORRIDORS, "export", kind, "-o", target],
        capture_output=True, text=True, timeout=120, check=False, preexec_fn=full,
    )  # fmt: skip
    assert ended.returncode == 1
    assert re.search("cannot be (written|made)|no site", ended.stderr)
    assert "Traceback" not in ended.stderr
    assert target.read_text(encoding="utf-8") == "the old one"
    assert [path.name for path in tmp_path.iterdir()] == ["atlas"]


def test_a_full_disk_leaves_no_half_atlas(tmp_path: Path) -> None:
    command = [CORRIDORS, "new", tmp_path / "mine"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=full)
    assert ended.returncode == 1
    assert "cannot be written: File too large (make room, or see who may write there)" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_takes_nothing_from_viewers_but_files(tmp_path: Path, new_page: NewPage) -> None:
    """The server of a full disk goes on; a file that cannot be made is told where it was asked for."""
    server = Server(tmp_path)
    try:
        server.wait()
        resource.prlimit(server.process, resource.RLIMIT_FSIZE, (100_000, 100_000))
        page = new_page()
        explore = Explore(page, server.url).open(lang="en")
        page.locator(".st-key-share button").click()
        dialog = page.get_by_role("dialog")
        dialog.locator(".stDownloadButton", has_text="Picture (PNG)").locator("button").click()
        expect(dialog).to_contain_text("Failed to generate file for download")
        with page.expect_download() as waiting:
            dialog.locator(".stDownloadButton", has_text="Picture (SVG)").locator("button").click()
        assert waiting.value.failure() is None
        dialog.get_by_role("button", name="Close").click()
        expect(dialog).to_have_count(0)
        explore.click_feature("port-aktau")
        expect(explore.panel("Port of Aktau")).to_be_visible()
        assert len(server.complaints()) == 1  # the log says why
        page.close()
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
        page.close()
    finally:
        server.stop()
    assert [listing(place) for place in places] == before


@pytest.mark.parametrize(
    "today", [date(1, 1, 1), date(1990, 1, 1), date(2024, 2, 29), date(2190, 12, 31), date(9999, 12, 31)]
)
def test_a_clock_that_is_wrong_breaks_no_page(atlas: Atlas, today: date) -> None:
    """Before the first fact nothing is there yet; long after the last promise none is taken for kept."""
    words = Words("kk")
    plain = scene(atlas, View(), words, today)
    statuses = [status for feature in atlas.features.values() if feature.history and (status := plain.status(feature))]
    if today.year <= 1:
        assert not statuses
    assert not [status for status in statuses if status.promised]
    if today.year > 2100:
        assert any(status.overdue for status in statuses)
    for query in ({}, {"select": "port-aktau"}, {"date": "2030"}):
        now = scene(atlas, View.from_query(query, atlas), words, today)
        assert state(now)["today"] == today.isoformat()
        for page in (panel, table, sources, forecasts, about):
            assert page(now)
