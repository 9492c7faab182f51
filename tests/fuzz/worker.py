"""Opens one atlas after another, under a limit of memory, and says of each what it took and what was told.

A process of its own, so that a case that runs away takes no test with it. It reads a line of JSON for each atlas,
``[folder, file of which one entry was changed, whether within the entry]``, and prints one: see :class:`Answer`.
"""

import json
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from dashboard.about import about
from dashboard.briefing import presenter, stage
from dashboard.forecasts import forecasts
from dashboard.panel import panel
from dashboard.scene import scene
from dashboard.served import Served
from dashboard.sources import sources
from dashboard.table import table
from dashboard.view import View
from dashboard.words import Words
from geodata import AtlasError, Problem, check_atlas, open_atlas, read
from geodata.check import check_tiled

TODAY = date(2026, 11, 23)
MOST_MEMORY = 500_000_000
"""Bytes that one case may take beside what the program itself needs."""
MOST_SHOWN = 12
TILED = ("line-14", "place-0", "no-such-line")
"""Features that a tiled layer may have."""
PROGRAMMERS_WORDS = re.compile(
    r"<class|Traceback|pydantic|NoneType|object at 0x|\bErrno\b|\w+Error\b|\bsys\.|_type\b|\bcodec\b|unhashable"
    r"|\bdict\b|\btuple\b|\bstr\b|numpy|shapely|list index|out of range|not subscriptable|recursion"
)


class Answer(NamedTuple):
    """Of one atlas: what is wrong with what was told, processor seconds, highest memory so far (MB), what was told."""

    faults: list[str]
    seconds: float
    peak: int
    told: list[str]


def _faults(problem: Problem, within: str, *, deeper: bool) -> Iterator[str]:
    """What is wrong with how a problem is told."""
    line = str(problem)
    if not (problem.file and problem.problem and problem.remedy):
        yield f"says not where, what or what to do: {line}"
    if within and problem.file == within and not problem.object:
        yield f"does not say of which entry: {line}"
    if deeper and problem.file == within and not problem.field:
        yield f"does not say of which field: {line}"
    if len(line.splitlines()) != 1 or not line.isprintable():
        yield f"is not one clean line: {line!r}"
    if len(line) > 1200:
        yield f"is too long: {line[:200]}… ({len(line)})"
    if found := PROGRAMMERS_WORDS.search(f"{problem.problem} {problem.remedy}"):
        yield f"speaks of {found.group()}: {line}"


def _show(folder: Path) -> None:
    """Draw everything of an atlas that opened."""
    atlas = open_atlas(folder)
    served = Served.of(atlas)
    words = Words("kk")
    now = scene(atlas, View(), words, TODAY)
    for page in (table, sources, forecasts, about):
        page(now)
    for kind in ("features", "events", "statements", "sources"):
        for id in list(getattr(atlas, kind))[:MOST_SHOWN]:
            panel(scene(atlas, View(selected=id), words, TODAY))
    for id in TILED if atlas.tiled else ():
        view = View.from_query({"select": id}, atlas)
        panel(scene(atlas, view, words, TODAY))
    for briefing in atlas.briefings.values():
        presenter(now, briefing, served.version)
        stage(now, briefing)


def _of_each(folder: Path) -> tuple[Problem, ...]:
    """What is wrong with single features of tiled layers, which opening leaves unread."""
    atlas, origins, *_ = read(folder)
    if atlas is None:
        return ()
    try:
        return tuple(check_tiled(atlas, origins))
    except AtlasError as error:
        return error.problems


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.process_time()
    return work(), time.process_time() - start


def _opens(folder: Path) -> tuple[Problem, ...]:
    try:
        open_atlas(folder)
    except AtlasError as error:
        return error.problems
    return ()


def answer(folder: Path, within: str, *, deeper: bool) -> Answer:
    """Open and check the atlas in ``folder``; if it opens, draw it."""
    refused, opening = _timed(lambda: _opens(folder))
    checked, checking = _timed(lambda: check_atlas(folder, today=TODAY))
    faults = [
        fault for problem in (*checked.errors, *checked.warnings) for fault in _faults(problem, within, deeper=deeper)
    ]
    each: tuple[Problem, ...] = ()
    if refused != checked.errors:
        faults.append(f"open says {refused[:3]}, check says {checked.errors[:3]}")
    if not refused:
        each, reading = _timed(lambda: _of_each(folder))
        faults += [fault for problem in each for fault in _faults(problem, within, deeper=deeper)]
        checking = max(checking, reading)
        _show(folder)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    told = (*checked.errors, *checked.warnings, *each)
    return Answer(faults, max(opening, checking), peak, [str(problem) for problem in told])


def main() -> None:
    """Answer until there is no more to answer."""
    answer(Path(sys.argv[1]), "", deeper=False)  # what every atlas needs is loaded before the limit is set
    size = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (size + MOST_MEMORY, size + MOST_MEMORY))
    print("ready", flush=True)
    for line in sys.stdin:
        folder, within, deeper = json.loads(line)
        print(json.dumps(answer(Path(folder), within, deeper=deeper)), flush=True)


if __name__ == "__main__":
    main()
