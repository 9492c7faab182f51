"""The harness itself: it finds the map, and what it watches for is really seen."""

import socket
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_socket import SocketConnectBlockedError

from tests.browser.harness import Explore, Server, Watch


def test_finds_the_map_and_the_panel(explore: Explore):
    explore.open(lang="en")
    state = explore.state()
    assert state["ready"]
    assert state["visible"]
    expect(explore.panel()).to_have_count(1)


def test_sees_an_error_on_the_console(page: Page, server: Server, watch: Watch):
    page.goto(f"{server.url}/healthz")
    page.evaluate("() => console.error('seen')")
    assert [text.split(" ")[0] for text in watch.console] == ["seen"]
    watch.console.clear()


def test_sees_an_error_of_a_script(page: Page, server: Server, watch: Watch):
    page.goto(f"{server.url}/healthz")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('seen'); }); }")
    assert len(watch.scripts) == 1
    assert "seen" in watch.scripts[0]
    watch.scripts.clear()


@pytest.mark.parametrize("host", ["elsewhere.example", "192.0.2.1", "localhost"])
def test_a_request_to_another_host_fails_and_is_seen(page: Page, server: Server, watch: Watch, host: str):
    page.goto("about:blank")  # our own pages have a policy that lets no such request begin
    url = f"http://{host}:{server.port}/healthz"
    assert page.evaluate("(url) => fetch(url).then(() => 'answered', () => 'refused')", url) == "refused"
    assert watch.other_hosts == [url]
    assert "ERR_NAME_NOT_RESOLVED" in watch.console.pop()
    watch.other_hosts.clear()


def test_a_server_that_cannot_start_says_why(tmp_path: Path):
    server = Server(tmp_path, str(tmp_path / "no-atlas-here"))
    with pytest.raises(RuntimeError, match="no-atlas-here"):
        server.wait()


def test_a_test_cannot_leave_this_machine():
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
