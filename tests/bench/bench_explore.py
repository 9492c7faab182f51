"""How fast Explore answers, as a person feels it: `make bench` prints medians; a slow machine fails nothing here."""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.browser.harness import Explore, NewPage, Server

RUNS = 15
PLACES = ("port-aktau", "port-turkmenbashi", "place-tehran", "place-yerevan")
WATCH_PANEL = """() => new MutationObserver(() => {
    const heading = document.querySelector("#panel-heading")?.textContent;
    if (heading && heading !== window.shownHeading) {
        window.shownHeading = heading;
        window.shownAt = performance.timeOrigin + performance.now();
    }
}).observe(document.body, {subtree: true, childList: true, characterData: true})"""
WATCH_CLICK = """() => addEventListener("pointerup", () => {
    window.clickedAt = performance.timeOrigin + performance.now();
}, true)"""
# from the navigation's start until the map is drawn, on the page's own clock
FIRST_PICTURE = "() => performance.timeOrigin + atlasMap.timing.ready - parent.performance.timeOrigin"
# the time until the browser has painted what the action changed
PAINTED = """(act) => new Promise((done) => {
    const began = performance.now();
    new Function(act)();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
})"""


def report(name: str, values: Sequence[float], unit: str = "ms") -> None:
    """One line for each thing measured."""
    low, middle, high = min(values), statistics.median(values), max(values)
    print(f"{name:<34} median {middle:8.1f} {unit}   min {low:8.1f}   max {high:8.1f}   n {len(values)}")


def bench_open_atlas(shipped_atlas: Path) -> None:
    """From nothing: a new process imports the reader and opens the atlas."""
    code = (
        "import time; began = time.perf_counter(); from geodata import open_atlas; "
        f"open_atlas({str(shipped_atlas)!r}); print((time.perf_counter() - began) * 1000)"
    )
    command = [sys.executable, "-c", code]
    report("open_atlas, cold", [float(subprocess.check_output(command)) for _ in range(RUNS)])


def bench_cold_load(new_page: NewPage, server: Server) -> None:
    """A new person with an empty cache opens the address: until the map is drawn."""
    took = []
    for _ in range(RUNS + 1):
        page = new_page()
        explore = Explore(page, server.url).open(lang="en")
        took.append(explore.map().evaluate(FIRST_PICTURE))
        page.context.close()
    took = took[1:]  # the first visitor of a server's life waits for its caches
    report("cold load", took)


def bench_click(explore: Explore) -> None:
    """A click on a place: until it is marked, and until its panel is there."""
    explore.open(lang="en")
    page = explore.page
    page.evaluate(WATCH_PANEL)
    explore.map().evaluate(WATCH_CLICK)
    panel, mark = [], []
    for number in range(RUNS + 1):
        place = PLACES[number % len(PLACES)]
        x, y = explore.where(place)
        page.mouse.move(x, y)
        page.wait_for_timeout(150)
        before = page.evaluate("() => window.shownHeading ?? ''")
        page.mouse.click(x, y)
        page.wait_for_function("(before) => (window.shownHeading ?? '') !== before", arg=before)
        panel.append(page.evaluate("() => window.shownAt") - explore.map().evaluate("() => window.clickedAt"))
        mark.append(explore.map().evaluate("() => atlasMap.timing.mark"))
    report("click -> mark drawn", mark[1:])
    report("click -> panel", panel[1:])


def bench_date(explore: Explore) -> None:
    """The date moves: until the map is painted anew."""
    explore.open(lang="en")
    dates = [f"{2018 + number % 15}-0{1 + number % 9}" for number in range(RUNS + 5)]
    took = [explore.map().evaluate(PAINTED, f"atlasMap.setDate('{date}', false)") for date in dates]
    report("date -> map painted", took[5:])


def bench_search(explore: Explore) -> None:
    """Words are typed: until the hits are listed."""
    explore.open(lang="en")
    frame = explore.map()
    frame.evaluate("async () => { atlasMap.search.field.value = 'a'; await atlasMap.search.run(); }")
    measure = """async (words) => {
        const began = performance.now();
        atlasMap.search.field.value = words;
        await atlasMap.search.run();
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
        return performance.now() - began;
    }"""
    words = ("Актау", "алят", "BTC", "zangezur", "2028") * 3
    report("search -> hits", [frame.evaluate(measure, word) for word in words])
