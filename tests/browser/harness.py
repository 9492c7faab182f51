"""The browser harness: one server, one Chromium, and a fresh page for every test.

It waits for facts, never for seconds, and at the end of every test asks four lists to be empty: errors
on the console, errors of scripts, requests to other hosts, and errors that the server has logged.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from tests.browser import chromium

HOST = "127.0.0.1"
SIZE = (1440, 900)
START_SECONDS = 60
PATIENCE_MS = 30_000
CONNECTION_LOST = (
    "Failed to load resource: net::ERR_",
    "Failed to load resource: the server responded with a status of 50",  # by nginx, before it knows
    "WebSocket connection to ",
    "Cannot send rerun backMessage when disconnected from server.",
)
"""How long a fact may take to come true on a busy machine; a test that passes does not wait for it."""

expect.set_options(timeout=PATIENCE_MS)

NewPage = Callable[..., Page]


class Server:
    """`corridors serve` as a person starts it, in a folder that is not the project's."""

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        port: int | None = None,
        cwd: Path | None = None,
        home: Path | None = None,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._log = folder / "server.log"
        self._read = 0
        command = Path(sys.executable).with_name("corridors")
        options = ["--host", HOST, "--port", str(self.port)]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("STREAMLIT_")}
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [command, "serve", *arguments, *options],
                cwd=cwd or folder,
                env=environment | {"HOME": str(home or cwd or folder)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait(self) -> None:
        """Until it says that it is ready; if it dies instead, what it printed is the error."""
        end = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None:
                raise RuntimeError(f"corridors serve ended with {self._process.returncode}:\n{self._output()}")
            if time.monotonic() > end:
                raise RuntimeError(f"corridors serve was not ready after {START_SECONDS} s:\n{self._output()}")
            time.sleep(0.1)

    @property
    def process(self) -> int:
        """The number of its process."""
        return self._process.pid

    def complaints(self) -> list[str]:
        """The errors that it has logged since it was last asked."""
        output = self._output()
        new, self._read = output[self._read :], len(output)
        return [new] if "Traceback" in new or "ERROR" in new else []

    def kill(self) -> None:
        """Let it die without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End this process and no other."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _is_ready(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()

    def _output(self) -> str:
        return self._log.read_text(encoding="utf-8", errors="replace")


@dataclass
class Watch:
    """What must not happen while a page is open."""

    console: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    other_hosts: list[str] = field(default_factory=list)
    connection_may_be_lost: bool = field(default=False, compare=False)
    """Set by a test that takes the server or the network away: the browser says so as often as it asks again."""

    def over(self, context: BrowserContext) -> None:
        """Begin to listen."""
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.scripts.append(str(error.error)))
        context.on("request", self._on_request)

    def _on_console(self, message: ConsoleMessage) -> None:
        lost = message.text.startswith(CONNECTION_LOST)
        if message.type == "error" and not (lost and self.connection_may_be_lost):
            self.console.append(f"{message.text} ({message.location.get('url', '')})")

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname != HOST:
            self.other_hosts.append(request.url)


class Explore:
    """The page Explore in the words of a person who uses it."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.url = url

    def open(self, query: str = "", **parameters: str) -> "Explore":
        """Go to an address and wait until the map is drawn: ``open(select="port-aktau", lang="en")``."""
        asked = query.removeprefix("?") or urlencode(parameters)
        self.page.goto(f"{self.url}/?{asked}" if asked else f"{self.url}/")
        self.ready()
        return self

    def ready(self) -> Frame:
        """The map's frame, once its map says that it is ready."""
        frame = self.map()
        frame.wait_for_function("() => window.atlasMap?.state().ready", timeout=PATIENCE_MS)
        return frame

    def map(self) -> Frame:
        """The frame that holds the map: the component's iframe."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while time.monotonic() < end:
            for frame in self.page.frames:
                if frame is not self.page.main_frame and frame.evaluate("() => Boolean(window.atlasMap)"):
                    return frame
            self.page.wait_for_timeout(50)  # lets the page's messages through; there is no event to wait for
        raise AssertionError("no frame of the page has window.atlasMap")

    def state(self) -> dict[str, Any]:
        """What the map says of itself: ready, release, date, layers, selected, visible, ..."""
        return self.map().evaluate("() => window.atlasMap.state()")

    def until(self, condition: str, value: object = None) -> None:
        """Wait until a JavaScript condition on the map's state holds: ``until("state.selected === value", "x")``."""
        script = f"(value) => {{ const state = window.atlasMap.state(); return {condition}; }}"
        self.map().wait_for_function(script, arg=value, timeout=PATIENCE_MS)

    def click_feature(self, feature: str) -> None:
        """Click where the feature is drawn, and wait until the map has marked it."""
        x, y = self.where(feature)
        self.page.mouse.click(x, y)
        self.until("state.selected === value", feature)

    def where(self, feature: str) -> tuple[float, float]:
        """Where the feature is drawn, in the page's own pixels."""
        frame = self.map()
        at = frame.evaluate("(id) => window.atlasMap.pixel(id)", feature)
        assert at, f"{feature} is not on the map"
        box = frame.frame_element().bounding_box()
        assert box, "the map's frame is not on the page"
        return box["x"] + at["x"], box["y"] + at["y"]

    def panel(self, heading: str | None = None) -> Locator:
        """The panel; with a heading, the one that has it: ``expect(explore.panel("Aktau")).to_be_visible()``."""
        panel = self.page.get_by_role("complementary")
        if heading is None:
            return panel
        return panel.filter(has=self.page.get_by_role("heading", name=heading, exact=True))

    def move_date(self, date: str) -> None:
        """Type a date into the time axis and wait until it is in the address."""
        box = self.map().get_by_role("textbox")
        box.fill(date)
        box.press("Enter")
        self.page.wait_for_function(
            "(date) => new URLSearchParams(location.search).get('date') === date", arg=date, timeout=PATIENCE_MS
        )

    def mounts(self) -> int:
        """How often the map has been mounted since the page was opened."""
        return self.page.evaluate("() => window.atlasMounts ?? 0")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The atlas that ships, served once for all tests."""
    server = Server(tmp_path_factory.mktemp("elsewhere"))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium that can reach no host but ours; unlike request routing, this leaves its cache as it is."""
    alone = f"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {HOST}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=[*chromium.options(), alone])
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Watch:
    """What the pages of this test complain about; a test that provokes an error takes it from its list."""
    return Watch()


@pytest.fixture
def new_page(browser: Browser, server: Server, watch: Watch) -> Iterator[NewPage]:
    """A function that opens a page of a new person: ``new_page(size=(390, 844), has_touch=True)``."""
    contexts: list[BrowserContext] = []
    server.complaints()  # what an earlier test left behind is not this test's

    def new_page(size: tuple[int, int] = SIZE, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, **options)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield new_page
    for context in contexts:
        context.close()
    assert watch == Watch(), f"the page complained: {watch}"
    assert (told := server.complaints()) == [], f"the server complained: {told}"


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page on a laptop's screen."""
    return new_page()


@pytest.fixture
def explore(page: Page, server: Server) -> Explore:
    """Explore, not yet opened."""
    return Explore(page, server.url)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]
