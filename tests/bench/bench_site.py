"""What one nginx does with the site without a server: requests a second, how long one waits, what a visit weighs."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request

from tests.bench.bench_exports import export
from tests.browser.harness import PATIENCE_MS
from tests.browser.proxy import Nginx, compress, missing

pytestmark = pytest.mark.skipif(
    bool(missing()) or not shutil.which("wrk"), reason=missing() or "wrk is not installed here"
)
CONNECTIONS, SECONDS = 64, 8
ASK = """
local paths, next = {{ {paths} }}, 0
request = function()
    next = next % #paths + 1
    return wrk.format("GET", paths[next], {{ ["Accept-Encoding"] = "gzip", ["Host"] = "127.0.0.1" }})
end
done = function(summary, latency)
    local failed = summary.errors
    local form = '\\n{{"requests": %d, "seconds": %f, "bytes": %d, "failed": %d, "median": %f, "p95": %f}}\\n'
    io.write(string.format(form,
        summary.requests, summary.duration / 1e6, summary.bytes,
        failed.connect + failed.read + failed.write + failed.status + failed.timeout,
        latency:percentile(50) / 1000, latency:percentile(95) / 1000))
end
"""


@dataclass(frozen=True)
class Visit:
    """What a browser with an empty cache fetches until the map is drawn and the panel is there."""

    paths: Sequence[str]
    bytes: int


@pytest.fixture(scope="module")
def nginx(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    folder = tmp_path_factory.mktemp("site")
    export("site", folder / "public", "--address", "https://atlas.example.org")
    compress(folder / "public")
    nginx = Nginx.of(folder, folder / "public")
    try:
        nginx.wait()
        yield nginx
    finally:
        nginx.stop()


@pytest.fixture(scope="module")
def visit(nginx: Nginx, browser: Browser) -> Visit:
    page = browser.new_page()
    done: list[Request] = []
    page.on("requestfinished", lambda request: done.append(request))  # noqa: PLW0108 -- Playwright marks what it is given
    page.goto(f"{nginx.url}/?lang=en")
    page.wait_for_function("() => window.atlasMap?.state().ready", timeout=PATIENCE_MS)
    page.wait_for_selector("#panel-heading")
    page.wait_for_load_state("networkidle")
    sizes = [request.sizes() for request in done]
    paths = [request.url.removeprefix(nginx.url).partition("?")[0] for request in done]
    page.context.close()
    return Visit(paths, sum(size["responseBodySize"] + size["responseHeadersSize"] for size in sizes))


def processor_seconds(nginx: Nginx) -> float:
    """The processor time that nginx's one worker has taken so far."""
    children = Path(f"/proc/{nginx.process}/task/{nginx.process}/children").read_text(encoding="ascii").split()
    told = [Path(f"/proc/{child}/stat").read_text(encoding="ascii").rpartition(")")[2].split() for child in children]
    return sum(int(each[11]) + int(each[12]) for each in told) / os.sysconf("SC_CLK_TCK")


def load(nginx: Nginx, folder: Path, name: str, paths: Sequence[str]) -> None:
    """Ask for paths in turn, over many connections, and tell what came of it."""
    script = folder / "ask.lua"
    script.write_text(ASK.format(paths=", ".join(json.dumps(path) for path in paths)), encoding="utf-8")
    before = processor_seconds(nginx)
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
    told = subprocess.check_output([*command, "--script", script, nginx.url], text=True)
    took = processor_seconds(nginx) - before
    found = json.loads(told.splitlines()[-1])
    assert found["failed"] == 0, told
    rate, each = found["requests"] / found["seconds"], took / found["requests"] * 1e6
    print(
        f"{name:<28} {rate:9.0f} requests/s  median {found['median']:6.1f} ms  p95 {found['p95']:6.1f} ms"
        f"  {found['bytes'] / found['seconds'] / 1e6:7.0f} MB/s  {each:6.1f} µs of one core each  n {found['requests']}"
    )


def bench_first_visit(visit: Visit) -> None:
    """What it weighs; the headers of the answers are counted too."""
    print(f"{'site: a first visit':<28} {len(visit.paths)} requests, {visit.bytes / 1e6:.3f} MB on the wire")


@pytest.mark.parametrize("path", ["/index.html", "/data/objects.geojson"])
def bench_one_file(nginx: Nginx, tmp_path: Path, path: str) -> None:
    """The same file again and again."""
    load(nginx, tmp_path, f"site: {path}", [path])


def bench_first_visits(nginx: Nginx, visit: Visit, tmp_path: Path) -> None:
    """All that a first visit asks for, in its order, again and again."""
    load(nginx, tmp_path, "site: mix of a first visit", visit.paths)
    print(f"{'':<28} {len(visit.paths)} requests make one visit")
