"""What one person at a browser waits for, measured in the same way in each program.

A script that runs in every frame before any other notes when a Leaflet map is made, when layers come to it, when
something is clicked, typed or pressed, and when the panel's heading changes. All times are on one clock, and what is
drawn counts once the browser has painted it.
"""

import base64
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, CDPSession, Error, Frame, Page, Route
from xstatic.pkg import leaflet

from tests.bench import layers
from tests.bench.programs import Name
from tests.browser.harness import HOST, SIZE

Values = dict[str, list[float]]
REST_MS = 150
"""How long a hand rests before it clicks, or presses Enter on what it has typed."""
PATIENCE_S = 60
"""How long anything may take before it counts as failed."""
PANEL: dict[Name, str] = {"ours": "#panel-heading", "streamlit-folium": ".st-key-panel h3", "dash-leaflet": "#panel h3"}
HITS: dict[Name, str] = {
    "ours": "[data-hit]",
    "streamlit-folium": "[role=option]",
    "dash-leaflet": ".dash-dropdown-content",
}
"""Where a search lists what it has found."""
MIDDLE = (48.5, 53.5, 40.5, 45.0)
"""Where places are clicked (west, east, south, north): away from the edges of the map."""

WATCH = """(() => {
    const now = () => performance.timeOrigin + performance.now();
    const notes = (top.benchNotes ??= { maps: 0, drawn: null, count: 0 });
    const painted = (then) => requestAnimationFrame(() => setTimeout(() => then(now())));
    const made = (L) => L.Map.addInitHook(function () {
        notes.maps += 1;
        window.benchMap = this;
        let waiting = false;
        this.on("layeradd layerremove", () => {
            if (waiting) return;
            waiting = true;
            painted((at) => {
                waiting = false;
                notes.count = Object.values(this._layers).filter((layer) => layer instanceof L.Path).length;
                notes.drawn = at;
            });
        });
        this.on("popupopen", ({ popup }) => {
            notes.hit = popup._source?.feature?.properties.name;
            window.benchMarked();
        });
        this.on("popupclose", () => { notes.closed = Date.now(); });
    });
    let leaflet;
    Object.defineProperty(window, "L", {
        configurable: true,
        get: () => leaflet,
        set: (value) => {
            if (value !== leaflet && value?.Map) made(value);
            leaflet = value;
        },
    });
    window.benchMarked = () => { if (!notes.marked) painted((at) => { notes.marked ??= at; }); };
    const began = (event) => {
        notes.began = performance.timeOrigin + event.timeStamp;
        notes.marked = notes.panel = notes.closed = null;
    };
    addEventListener("pointerup", began, true);
    addEventListener("keydown", (event) => { if (["ArrowLeft", "Enter"].includes(event.key)) began(event); }, true);
    addEventListener("input", (event) => { notes.typed ??= performance.timeOrigin + event.timeStamp; }, true);
    const listed = () => {
        if (!notes.typed || notes.listing || !document.querySelector(HITS)?.textContent.includes(notes.wanted)) return;
        notes.listing = true;
        painted((at) => { notes.listed = at; });
    };
    addEventListener("DOMContentLoaded", () => new MutationObserver(listed).observe(
        document.documentElement, { subtree: true, childList: true, characterData: true }));
    if (window !== top) return;
    let heading = "";
    addEventListener("DOMContentLoaded", () => new MutationObserver(() => {
        const text = document.querySelector(PANEL)?.textContent ?? "";
        if (text === heading) return;
        heading = notes.heading = text;
        notes.panel = now();
    }).observe(document.body, { subtree: true, childList: true, characterData: true }));
})();
"""
OUR_HOOKS = """() => {
    for (const canvas of [atlasMap.markCanvas, atlasMap.dataCanvas]) {
        const redraw = canvas.redraw;
        canvas.redraw = function () {
            redraw.call(this);
            window.benchMarked();
        };
    }
}"""
OUR_READY = "() => window.atlasMap?.state().ready && performance.timeOrigin + atlasMap.timing.ready"
PIXEL = """(place) => {
    const box = benchMap.getContainer().getBoundingClientRect();
    const { x, y } = benchMap.latLngToContainerPoint(place);
    return [x + box.x, y + box.y];
}"""
COVERED = """(place) => {
    const box = benchMap.getContainer().getBoundingClientRect();
    const { x, y } = benchMap.latLngToContainerPoint(place);
    return Boolean(document.elementFromPoint(x + box.x, y + box.y)?.closest(".leaflet-popup"));
}"""
EMPTY_PLACE = (42.7, layers.EAST + 0.3)
IDLE = "() => new Promise((done) => requestIdleCallback(done, { timeout: 5000 }))"


class Failed(Exception):  # noqa: N818 - a finding, not an error of the benchmark
    """Something did not happen in time."""


class Visit:
    """One person with an empty cache, on one page; to count the bytes that come takes the browser time."""

    def __init__(self, browser: Browser, name: Name, url: str, *, counting: bool = False) -> None:
        self.name: Name = name
        self.url = url
        self.context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
        self.context.set_default_timeout(PATIENCE_S * 1000)
        self.context.add_init_script(WATCH.replace("PANEL", repr(PANEL[name])).replace("HITS", repr(HITS[name])))
        if name == "streamlit-folium":
            # Folium wants Leaflet, jQuery, Bootstrap and icons from other hosts; only Leaflet is used
            self.context.route(lambda address: urlsplit(address).hostname != HOST, _stand_in)
        self.page: Page = self.context.new_page()
        self.bytes = 0
        if counting:
            self._count_bytes(self.context.new_cdp_session(self.page))

    def close(self) -> None:
        """Leave."""
        self.context.close()

    def note(self, name: str) -> Any:
        """Something that the page's script has noted."""
        return self.page.evaluate("(name) => window.benchNotes?.[name] ?? null", name)

    def until(self, condition: str, value: object = None) -> None:
        """Wait until a condition on the notes holds."""
        script = f"(value) => {{ const notes = window.benchNotes ?? {{}}; return {condition}; }}"
        with _in_time(condition):
            self.page.wait_for_function(script, arg=value, timeout=PATIENCE_S * 1000, polling=20)

    def frame(self) -> Frame:
        """The frame in which the map is."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            for frame in reversed(self.page.frames):
                try:
                    if frame.evaluate("() => Boolean(window.benchMap?._loaded)"):
                        return frame
                except Error:  # the frame was taken away while it was asked
                    continue
            self.page.wait_for_timeout(50)
        raise Failed("no map")

    def load(self, expected: int) -> float:
        """Open the page; until all features are drawn, in ms."""
        with _in_time("the page"):
            self.page.goto(f"{self.url}/?lang=en" if self.name == "ours" else self.url)
        if self.name == "ours":
            with _in_time("the map"):
                ready = self.frame().wait_for_function(OUR_READY, timeout=PATIENCE_S * 1000, polling=20).json_value()
        else:
            self.until("notes.count === value", expected)
            ready = self.note("drawn")
        return ready - self.page.evaluate("() => performance.timeOrigin")

    def settle(self) -> None:
        """Wait until nothing is left to do, and hook into our map."""
        if self.name == "ours":
            self.frame().evaluate(OUR_HOOKS)
        self.page.wait_for_timeout(1000)
        self.frame().evaluate(IDLE)
        # the first press gives the map the keyboard, and the page scrolls to show all of it
        self.page.mouse.click(*self._pixel(EMPTY_PLACE))
        self.page.wait_for_timeout(1000)

    def _pixel(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where a place (latitude, longitude) is, in the page's own pixels."""
        frame = self.frame()
        x, y = frame.evaluate(PIXEL, place)
        if frame is self.page.main_frame:
            return x, y
        box = frame.frame_element().bounding_box()
        if box is None:
            raise Failed("the map is not on the page")
        return x + box["x"], y + box["y"]

    def click(self, place: tuple[float, float]) -> tuple[float, float] | None:
        """Click on the map (latitude, longitude); until something is marked, and until its panel is there, in ms.

        None if nothing would change: a line lies there that was chosen before, or its popup is in the way.
        """
        if self.frame().evaluate(COVERED, place):
            return None
        x, y = self._pixel(place)
        before = self.note("heading")
        self.page.mouse.move(x, y)
        self.page.wait_for_timeout(REST_MS)
        self.page.mouse.click(x, y)
        # a popup whose object is clicked again closes, and no other opens
        self.until("notes.marked || (notes.closed && Date.now() - notes.closed > 1000)")
        if not self.note("marked") or (before and self.note("hit") == before):
            return None
        self.until("notes.panel && notes.heading && notes.heading !== value", before)
        began = self.note("began")
        return self.note("marked") - began, self.note("panel") - began

    def date(self, year: int, expected: int) -> float:
        """Move the date by a year; until the map is painted anew, in ms."""
        if self.name == "ours":
            box = self.frame().locator("section.time").get_by_role("textbox")
            box.fill(str(year))
            self.page.wait_for_timeout(REST_MS)
            box.press("Enter")
            self.until("notes.marked")
            return self.note("marked") - self.note("began")
        slider = self.page.get_by_role("slider").first
        slider.focus()
        slider.press("ArrowLeft")
        self.until("notes.count === value && notes.drawn > notes.began", expected)
        return self.note("drawn") - self.note("began")

    def search(self, words: str) -> float:
        """Type a name and choose the first that is found; until it is listed, and from Enter until its panel is there.

        In ms; the hand's own time between the two is not counted.
        """
        page = self.page
        before = self.note("heading")
        if self.name == "ours":
            field = self.frame().get_by_role("combobox").first
        elif self.name == "streamlit-folium":
            field = page.get_by_role("combobox").first
            field.click()
        else:
            with _in_time("the list"):
                page.locator("#search").click()
            field = page.locator(".dash-dropdown-search")
        # dash-leaflet's list finds the words in any place and order, and shows only a part of what it has found
        wanted = words.split(maxsplit=1)[0] if self.name == "dash-leaflet" else words
        page.evaluate(
            "(wanted) => Object.assign(window.benchNotes, { wanted, typed: null, listing: false, listed: null })",
            wanted,
        )
        page.wait_for_timeout(REST_MS)
        field.fill(words)
        self.until("notes.listed")
        listing = self.note("listed") - self.note("typed")
        page.wait_for_timeout(REST_MS)
        with _in_time("the choice"):
            field.press("Enter")
        self.until("notes.panel && notes.heading && notes.heading !== value", before)
        choosing = self.note("panel") - self.note("began")
        page.keyboard.press("Escape")
        return listing + choosing

    def _count_bytes(self, session: CDPSession) -> None:
        def add(event: dict[str, Any]) -> None:
            self.bytes += int(event["encodedDataLength"])

        def add_frame(event: dict[str, Any]) -> None:
            data = event["response"]["payloadData"]
            binary = event["response"]["opcode"] == 2
            self.bytes += len(base64.b64decode(data)) if binary else len(data)

        session.send("Network.enable")
        session.on("Network.loadingFinished", add)
        session.on("Network.webSocketFrameReceived", add_frame)


def browse(name: Name, url: str, browser: Browser, size: int, budget_s: float) -> tuple[Values, dict[str, str]]:
    """Measure everything of one program; gives values by what was measured, and what failed.

    No measurement is repeated once its share of ``budget_s`` is used up.
    """
    features = [feature for _, feature in layers.features(size)]
    found: Values = {}
    failed: dict[str, str] = {}
    visits = [Visit(browser, name, url, counting=True)]

    def load(number: int) -> None:
        if number:
            visits[-1].close()
            visits.append(Visit(browser, name, url))
        took = visits[-1].load(_begun(features, layers.THIS_YEAR))
        visits[-1].page.wait_for_timeout(1000)
        found.setdefault("cold load", []).append(took)
        if not number:
            found["bytes"] = [visits[-1].bytes / 1e6]

    try:
        _repeat("cold load", load, 6, budget_s / 4, failed)
        if len(found.get("cold load", ())) > 1:
            del found["cold load"][0]  # the first visitor of a server's life waits for its caches, and is counted
        if not failed:
            _act(visits[-1], features, found, failed, budget_s / 4)
    finally:
        visits[-1].close()
    return found, failed


def _act(visit: Visit, features: Sequence[Any], found: Values, failed: dict[str, str], budget_s: float) -> None:
    """Click, move the date and search on a page that is loaded."""
    west, east, south, north = MIDDLE
    places = [feature for feature in features[:3000] if feature["geometry"]["type"] == "Point"]
    positions = [feature["geometry"]["coordinates"] for feature in places]
    inside = [(y, x) for x, y in positions if west < x < east and south < y < north]

    def click(number: int) -> None:
        if took := visit.click(inside[5 * number % len(inside)]):
            found.setdefault("mark", []).append(took[0])
            found.setdefault("panel", []).append(took[1])
        visit.page.wait_for_timeout(400)

    def date(number: int) -> None:
        year = layers.THIS_YEAR - 1 - number
        took = visit.date(year, _begun(features, year))
        found.setdefault("date", []).append(took)
        visit.page.wait_for_timeout(700)

    def search(number: int) -> None:
        took = visit.search(layers.name(places[1 + number]))
        found.setdefault("search", []).append(took)
        visit.page.wait_for_timeout(400)

    visit.settle()
    _repeat("panel", click, 12, budget_s, failed)
    _repeat("date", date, 8, budget_s, failed)
    _repeat("search", search, 5, budget_s, failed)
    found["remounts"] = [visit.note("maps") - 1]


def _begun(features: Sequence[Any], year: int) -> int:
    return sum(layers.first_year(feature) <= year for feature in features)


def _repeat(what: str, action: Callable[[int], None], most: int, budget_s: float, failed: dict[str, str]) -> None:
    """Do something up to ``most`` times while there is time; the first failure ends it."""
    end = time.monotonic() + budget_s
    for number in range(most):
        if number and time.monotonic() > end:
            break
        try:
            action(number)
        except (Failed, Error) as error:
            failed[what] = str(error).splitlines()[0]
            break


@contextmanager
def _in_time(what: str) -> Iterator[None]:
    try:
        yield
    except Error as error:
        raise Failed(f"{what}: {error.message.splitlines()[0]}") from error


def _stand_in(route: Route) -> None:
    """Leaflet from our own package; all else that a page wants from other hosts is empty."""
    file = Path(leaflet.BASE_DIR) / Path(urlsplit(route.request.url).path).name
    headers = {"Access-Control-Allow-Origin": "*"}
    if file.name in {"leaflet.js", "leaflet.css"}:
        route.fulfill(path=file, headers=headers)
    else:
        route.fulfill(body="", headers=headers)
