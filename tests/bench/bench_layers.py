"""The product beside what people use today, from 50 features to 100 000; writes docs/performance.md.

``N="50 1000"`` chooses sizes, ``PROGRAMS="ours"`` programs, ``SECONDS_AT_ONCE=10`` how long the
crowd clicks, ``SECONDS_IN_BROWSER=60`` about how long the browser measures each.
"""

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.bench import layers, report
from tests.bench.browse import browse
from tests.bench.programs import BENCH_PYTHON, ROOT, Name, Program, available

SIZES = [int(size) for size in os.environ.get("N", "").split()] or list(layers.SIZES)
SECONDS = float(os.environ.get("SECONDS_AT_ONCE") or 30)
BROWSER_S = float(os.environ.get("SECONDS_IN_BROWSER") or 120)
"""About how long the browser measures one program at one size."""
NAMES: tuple[Name, ...] = ("ours", "streamlit-folium", "dash-leaflet")
CHOSEN: list[Name] = [name for name in NAMES if name in (os.environ.get("PROGRAMS") or " ".join(NAMES)).split()]
TARGET = ROOT / "docs" / "performance.md"
RAW = ROOT / "test-results" / "performance.json"
HOPELESS_MS = 15_000
"""With a p95 beyond this, more sessions are not tried."""
MEMORY_SESSIONS = 50
QUIET = 0.1
"""A larger share of the processors in use before anything is measured is told on the page."""


@pytest.mark.parametrize("size", SIZES)
def bench_layers(size: int, browser: Browser, results: dict[str, Any], tmp_path: Path) -> None:
    """All programs at one size, one after the other."""
    atlas = tmp_path / "atlas"
    layers.write(atlas, size)
    for name in CHOSEN:
        if available(name):
            found = measure(name, atlas, size, browser, tmp_path)
            results["sizes"].setdefault(str(size), {})[name] = found
            write(results)
        else:
            print(f"{name}: not measured, {BENCH_PYTHON} names no Python that has it")
    print("\n" + TARGET.read_text(encoding="utf-8").partition("## How")[0])


@pytest.fixture(scope="module")
def results() -> dict[str, Any]:
    """What is known so far, written after each program."""
    return {"about": about(), "sizes": {}}


def write(results: dict[str, Any]) -> None:
    """Write the page, and the raw numbers beside the tests' other results."""
    RAW.parent.mkdir(exist_ok=True)
    RAW.write_text(json.dumps(results, indent=1), encoding="utf-8")
    TARGET.write_text(report.render(results), encoding="utf-8")


def measure(name: Name, atlas: Path, size: int, browser: Browser, folder: Path) -> dict[str, Any]:
    """Everything about one program at one size."""
    print(f"\n{name}, {size} features", flush=True)
    values: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    try:
        program = Program(name, atlas, folder)
    except RuntimeError as error:
        return {"values": values, "failed": {"start": str(error).splitlines()[-1]}}
    try:
        values["start"] = [program.start_seconds]
        seen, failed = browse(name, program.url, browser, size, BROWSER_S)
        values |= seen
        for sessions in report.SESSIONS:
            trouble = crowd(program, size, sessions, values)
            if trouble:
                failed[f"panel at {sessions}"] = trouble
            if trouble or report.p95(values[f"panel at {sessions}"]) > HOPELESS_MS:
                break
        if use := program.use():
            values["memory all"] = [use.memory_mib]
    finally:
        program.stop()
    for what, measured in values.items():
        print(f"  {what:<14} {report.p95(measured):10.1f} p95   n {len(measured)}", flush=True)
    return {"values": values, "failed": failed}


def crowd(program: Program, size: int, sessions: int, values: dict[str, list[float]]) -> str:
    """So many sessions click at once; says what went wrong."""
    arguments = [program.name, program.url, str(size), str(sessions), str(SECONDS)]
    before = program.use()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load", *arguments],
        cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True,
    ) as load:  # fmt: skip
        said = _lines(load)
        opened = next(said, None)
        ready = program.use()
        clicked = next(said, None)
        after = program.use()
    if opened is None or clicked is None:
        return "the crowd ended with an error"
    took, clicks = clicked["took"], clicked["clicks"]
    for answer, measured in took.items():
        values[f"{answer} at {sessions}"] = measured
    if ready and after and clicks:
        values.setdefault("cpu", []).append((after.cpu_seconds - ready.cpu_seconds) * 1000 / clicks)
    if before and ready and sessions == MEMORY_SESSIONS and opened["opened"] == sessions:
        values["memory"] = [max(0.0, ready.memory_mib - before.memory_mib) / sessions]
    failures = [*opened["failures"], *clicked["failures"]]
    if opened["opened"] < sessions:
        return f"{opened['opened']} of {sessions} sessions opened: {failures[:1]}"
    if failures:
        return f"{len(failures)} of {sessions} sessions stopped: {failures[0] or 'no answer'}"
    return "" if clicks else "no click was answered"


def _lines(load: subprocess.Popen[str]) -> Iterator[dict[str, Any]]:
    assert load.stdout
    for line in load.stdout:
        yield json.loads(line)


def about() -> list[str]:
    """Machine, day and versions."""
    memory = ""
    if (info := Path("/proc/meminfo")).exists():
        memory = f", {int(info.read_text().split()[1]) / 2**20:.0f} GB of memory"
    packages = ("streamlit", "streamlit-folium", "folium", "playwright")
    versions = [f"{package} {version(package)}" for package in packages]
    if python := os.environ.get(BENCH_PYTHON):
        code = "import sys, importlib.metadata as m; [print(name, m.version(name)) for name in sys.argv[1:]]"
        versions += subprocess.check_output(
            [python, "-c", code, "dash", "dash-leaflet", "gunicorn"], text=True
        ).splitlines()
    busy = _busy()
    others = f" Other work was going on there, with {busy:.0%} of the processors when it began." if busy > QUIET else ""
    machine = f"{os.cpu_count()} processors ({_processor()}){memory}, {platform.system()}"
    return [
        f"Measured on {date.today().isoformat()}, {machine}; server, crowd and browser share the machine.{others}",
        f"Python {platform.python_version()}, {', '.join(versions)}.",
        f"The crowd clicks for {SECONDS:g} s.",
    ]


def _busy(seconds: float = 3) -> float:
    """The share of the processors that is in use; 0 where nothing tells it."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0
    before = _jiffies(stat)
    time.sleep(seconds)
    passed, idle = (after - was for after, was in zip(_jiffies(stat), before, strict=True))
    return 1 - idle / passed


def _jiffies(stat: Path) -> tuple[int, int]:
    """What all processors have passed since the start, and what of it idly."""
    fields = [int(field) for field in stat.read_text(encoding="ascii").split("\n", 1)[0].split()[1:9]]
    return sum(fields), sum(fields[3:5])


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
