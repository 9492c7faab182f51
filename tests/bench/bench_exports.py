"""How long it takes to make what is taken away, and how fast a copy without a server answers."""

import subprocess
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page

from tests.bench.bench_explore import PAINTED, RUNS, report
from tests.browser.harness import Explore, NewPage, Server

VISIT = "visit-2025-10-briefing"
PLACES = ("port-aktau", "port-turkmenbashi", "place-tehran", "place-yerevan")
FIRST_PICTURE = "() => atlasMap.timing.ready"
SHOWN = """(act) => new Promise((done) => {
    const before = document.querySelector("#panel-heading").textContent;
    const began = performance.now();
    new MutationObserver((_, watch) => {
        if (document.querySelector("#panel-heading")?.textContent === before) return;
        watch.disconnect();
        done(performance.now() - began);
    }).observe(document.body, {subtree: true, childList: true});
    act.forEach((id) => atlasMap.select(id));
})"""


def export(kind: str, target: Path, *more: str) -> float:
    """Milliseconds that the command takes, from its start to its end."""
    began = time.perf_counter()
    command = Path(sys.executable).with_name("corridors")
    subprocess.run(
        [command, "export", kind, "--lang", "en", "-o", target, *more], check=True, stderr=subprocess.DEVNULL
    )
    return (time.perf_counter() - began) * 1000


@pytest.mark.parametrize("kind", ["html", "pdf", "pptx", "png", "svg", "site"])
def bench_export(kind: str, tmp_path: Path) -> None:
    """From the shell's prompt to the file."""
    more = ("--briefing", VISIT) if kind in ("pdf", "pptx") else ()
    report(f"export {kind}", [export(kind, tmp_path / f"copy.{kind}", *more) for _ in range(3)])


@pytest.fixture(scope="module")
def html(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The atlas in one file."""
    target = tmp_path_factory.mktemp("copy") / "atlas.html"
    export("html", target)
    print(f"{'one HTML file':<34} {target.stat().st_size / 1e6:.2f} MB")
    return target


def bench_html_file(new_page: NewPage, html: Path) -> None:
    """The file is opened: until the map is drawn; then clicks, dates and steps."""
    first, page = [], new_page()
    for _ in range(RUNS + 1):
        page.context.close()
        page = new_page()
        page.goto(html.as_uri())
        page.wait_for_function("() => window.atlasMap?.state().ready")
        first.append(page.evaluate(FIRST_PICTURE))
    report("HTML file: first picture", first[1:])
    page.wait_for_selector("#panel-heading")
    took = [page.evaluate(SHOWN, [PLACES[number % len(PLACES)]]) for number in range(RUNS + 4)]
    report("HTML file: picked -> panel", took[4:])
    dates = [f"{2018 + number % 15}-0{1 + number % 9}" for number in range(RUNS + 5)]
    took = [page.evaluate(PAINTED, f"atlasMap.setDate('{date}', false)") for date in dates]
    report("HTML file: date -> painted", took[5:])
    page.goto(f"{html.as_uri()}?briefing={VISIT}")
    report("HTML file: step", _steps(page))


def bench_stage(explore: Explore, server: Server) -> None:
    """Presenting from the server."""
    explore.page.goto(f"{server.url}/briefing?lang=en&briefing={VISIT}")
    frame = explore.ready()
    report("stage: step", _steps(frame))


def _steps(page: Page | Frame) -> list[float]:
    page.wait_for_function("() => window.atlasMap?.state().step")
    return [
        page.evaluate("(n) => (atlasMap.presentation.go(n), atlasMap.timing.step)", number % 9 + 1)
        for number in range(RUNS)
    ]
