"""Three replicas behind nginx: one dies, and who was on it notices nothing (row 49)."""

import gzip
import http.client
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.harness import PATIENCE_MS, Explore, NewPage, Server, Watch
from tests.browser.proxy import Nginx, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())
WATCH = """() => {
    [window.ran, window.backSince] = [false, null];
    const app = document.querySelector(".stApp");
    const watch = () => { window.ran ||= app.dataset.testScriptState === "running"; };
    new MutationObserver(watch).observe(app, {attributeFilter: ["data-test-script-state"]});
}"""
BACK = """() => {
    const { testConnectionState, testScriptState } = document.querySelector(".stApp").dataset;
    const back = testConnectionState === "CONNECTED" && testScriptState === "notRunning";
    window.backSince = back ? window.backSince ?? performance.now() : null;
    // a short run can begin and end between two pictures; what it did is what the test looks at
    return back && (window.ran || performance.now() - window.backSince > 3000);
}"""


class Site:
    """Three replicas, and nginx in front of them."""

    def __init__(self, folder: Path) -> None:
        folders = [folder / name for name in ("one", "two", "three", "proxy")]
        for each in folders:
            each.mkdir()
        self.replicas = [Server(each) for each in folders[:3]]
        try:
            self.nginx = Nginx.before(folders[3], self.replicas)
        except BaseException:
            self.stop_replicas()
            raise

    def wait(self) -> None:
        for replica in self.replicas:
            replica.wait()
        self.nginx.wait()

    def stop_replicas(self) -> None:
        for replica in self.replicas:
            replica.stop()

    def of(self, page: Page) -> Server:
        """The replica that a page is on: its cookie says so."""
        (cookie,) = (each for each in page.context.cookies() if each.get("name") == "replica")
        (found,) = (replica for replica in self.replicas if str(replica.port) == cookie.get("value"))
        return found

    def release(self) -> str:
        """The release that is served."""
        return json.loads(self.nginx.get("/readyz")[2])["release"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """For tests that leave all replicas alive."""
    yield from started(tmp_path_factory.mktemp("site"))


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Site]:
    """For tests that do not."""
    yield from started(tmp_path)


def started(folder: Path) -> Iterator[Site]:
    site = Site(folder)
    try:
        site.wait()
        yield site
    finally:
        site.nginx.stop()
        site.stop_replicas()


def survive(site: Site, page: Page, end: Callable[[Server], None]) -> None:
    """The replica that the page is on ends; the page comes back on another, which runs its script."""
    ended = site.of(page)
    page.evaluate(WATCH)
    end(ended)
    last = time.monotonic() + PATIENCE_MS / 1000
    while site.of(page) is ended:  # its cookie is not the page's to see, so that the page cannot wait for it
        assert time.monotonic() < last, "no other replica has answered the page"
        page.wait_for_timeout(50)
    page.wait_for_function(BACK, timeout=PATIENCE_MS)


def seen(explore: Explore) -> dict[str, object]:
    """The view as the map has it, without how often it has spoken to a server, and the names in one language."""
    return {name: value for name, value in explore.state().items() if name not in ("reported", "answered", "names")}


def test_a_view_survives_its_replica(mortal: Site, new_page: NewPage, watch: Watch) -> None:
    """Selection, date, layers, language and place are what they were, and go on changing; nobody has reloaded."""
    watch.connection_may_be_lost = True
    page = new_page()
    explore = Explore(page, mortal.nginx.url)
    explore.open(lang="ru", select="port-alat", date="2028-06", layers="ports,rail,ferries", at="6.5/42/51")
    page.evaluate("() => { window.neverReloaded = true; }")
    panel = page.locator("#panel-heading")
    before, heading = seen(explore), panel.inner_text()

    survive(mortal, page, Server.kill)
    assert seen(explore) == before
    expect(panel).to_have_text(heading)

    # the replica that took over goes on where the other one stopped
    explore.click_feature("port-aktau")
    explore.until("state.answered === state.reported")
    explore.move_date("2027")
    explore.until("state.answered === state.reported")
    before, heading, address = seen(explore), panel.inner_text(), page.url
    assert before["selected"] == "port-aktau"
    assert before["layers"] == ["ports", "ferries", "rail"]

    survive(mortal, page, Server.stop)  # as for an update
    assert seen(explore) == before
    expect(panel).to_have_text(heading)
    assert page.url == address
    page.locator(".st-key-lang").get_by_role("radio", name="en", exact=True).click()
    explore.until("state.lang === value", "en")
    assert seen(explore) == {**before, "lang": "en"}
    expect(explore.panel("Port of Aktau")).to_be_visible()

    assert explore.mounts() == 1
    assert page.evaluate("() => window.neverReloaded")
    assert [replica.complaints() for replica in mortal.replicas] == [[], [], []]


def test_a_person_keeps_their_replica_and_the_next_gets_another(site: Site, new_page: NewPage) -> None:
    first, second = new_page(), new_page()
    Explore(first, site.nginx.url).open(lang="en")
    Explore(second, site.nginx.url).open(lang="en")
    mine, theirs = site.of(first), site.of(second)
    assert mine is not theirs
    for _ in range(3):
        Explore(first, site.nginx.url).open(lang="en")
        assert site.of(first) is mine
    assert site.of(second) is theirs


def test_a_replica_that_hesitates_keeps_its_person(site: Site) -> None:
    """It ends connections that have been idle for 5 s: had nginx kept one, the request would find it closed."""
    _, headers, _ = site.nginx.get("/")
    cookie = headers["set-cookie"].split(";")[0]
    (replica,) = (each for each in site.replicas if f"replica={each.port}" == cookie)
    site.nginx.get("/", Cookie=cookie)
    time.sleep(4.7)
    os.kill(replica.process, signal.SIGSTOP)
    awake = threading.Timer(0.7, os.kill, (replica.process, signal.SIGCONT))
    awake.start()
    status, headers, _ = site.nginx.get("/", Cookie=cookie)
    awake.join()
    assert status == 200
    assert "set-cookie" not in headers


def test_what_never_changes_comes_from_the_cache(site: Site) -> None:
    """A replica is asked once for each of the two forms of a file."""
    nginx, release = site.nginx, site.release()
    path = f"/atlas/{release}/map.js"
    status, headers, packed = nginx.get(path, Accept_Encoding="gzip, br")
    assert (status, headers["content-encoding"]) == (200, "gzip")
    for encoding in ("gzip, br", "br;q=1.0, gzip;q=0.8", "gzip"):
        status, headers, again = nginx.get(path, Accept_Encoding=encoding)
        assert (status, headers["x-cache"], again) == (200, "HIT", packed)
        assert "immutable" in headers["cache-control"]
        assert "set-cookie" not in headers
    _, headers, plain = nginx.get(path)
    assert "content-encoding" not in headers
    assert gzip.decompress(packed) == plain


@pytest.mark.parametrize("path", ["/", "/table", "/start.js", "/readyz", "/atlas/2020-01-01-000000000000/map.js"])
def test_all_else_is_asked_again(site: Site, path: str) -> None:
    for _ in range(2):
        _, headers, _ = site.nginx.get(path)
        assert headers.get("x-cache", "MISS") == "MISS"


def test_the_first_page_is_compressed(site: Site) -> None:
    _, headers, packed = site.nginx.get("/?lang=en", Accept_Encoding="gzip")
    assert headers["content-encoding"] == "gzip"
    assert b"<title>" in gzip.decompress(packed)


def test_another_host_gets_no_answer(site: Site) -> None:
    with pytest.raises(http.client.RemoteDisconnected):
        site.nginx.get("/", Host="elsewhere.example.org")


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://atlas.example.org", 101), ("https://elsewhere.example.org", 403), ("null", 403)],
)
def test_no_other_page_speaks_to_our_server(site: Site, origin: str, status: int) -> None:
    """A page of another site may not open a session in a viewer's name; our own may, under its public name too."""
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec_WebSocket_Version": "13"}
    key = {"Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    assert site.nginx.get("/_stcore/stream", Host="atlas.example.org", Origin=origin, **upgrade, **key)[0] == status
