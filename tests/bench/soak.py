"""A day of the app in fast motion: 200 people who click for minutes, then the visitors of 24 hours, one after another.

    make soak                                        the full size, some 25 minutes
    make soak SOAK_SECONDS=60 SOAK_HOURS=3           to see that it works

It prints its report and ends with 1 if something failed, if a click took too long, or if memory went on growing.
It writes nothing but what the server logs, in a folder that goes with it.
"""

import asyncio
import os
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from dashboard.served import shipped
from geodata import open_atlas
from tests.bench.bench_sessions import PLACES, Person, memory
from tests.bench.load import clickable, crowd, summary
from tests.browser.harness import Server

PEOPLE = 200
SECONDS = float(os.environ.get("SOAK_SECONDS") or 300)
HOURS = int(os.environ.get("SOAK_HOURS") or 24)
VISITS = 800
"""So many sessions open and close in an hour of the simulated day: 200 people, and a visit lasts a quarter of it."""
SAMPLES = 10
MOST_MS = 1000.0
"""95 of 100 clicks must have their panel by then."""
MOST_MB = 30.0
"""By so much the memory may differ between the earlier and the later half of what is measured after warming up."""
LANGUAGES = ("kk", "en", "ru", "az", "tr")


def main() -> int:
    """Run both parts; the exit code."""
    with TemporaryDirectory() as folder:
        server = Server(Path(folder), "--no-watch")
        try:
            server.wait()
            return 1 if any([*_together(server), *_one_after_another(server), *server.complaints()]) else 0
        finally:
            server.stop()


def _together(server: Server) -> list[str]:
    """People at once; what was wrong."""
    held: list[float] = []

    async def sample() -> None:
        while True:
            await asyncio.sleep(SECONDS / SAMPLES)
            held.append(memory(server))

    features = clickable(open_atlas(shipped()))
    took, failures = asyncio.run(crowd([server.url] * PEOPLE, features, SECONDS, beside=sample))
    _say(f"{PEOPLE} people for {SECONDS:g} s", summary(took))
    _say("", f"memory {_listed(held)} MB")
    waits = sorted(took.get("panel", ()))
    if not waits or waits[len(waits) * 95 // 100] > MOST_MS:
        failures.append(f"95 of 100 clicks must have their panel within {MOST_MS:g} ms")
    failures += _grown(held)
    return _told(failures)


def _one_after_another(server: Server) -> list[str]:
    """The visits of a day; what was wrong."""
    held: list[float] = []
    began = time.monotonic()
    for hour in range(HOURS):
        for number in range(VISITS):
            with ExitStack() as visit:
                person = Person.of(server, visit, lang=LANGUAGES[number % len(LANGUAGES)])
                person.open()
                person.click(PLACES[number % len(PLACES)])
        held.append(memory(server))
        _say(f"hour {hour + 1} of {HOURS}", f"{VISITS} visits, memory {held[-1]:.0f} MB")
    _say(f"{HOURS * VISITS} visits in {time.monotonic() - began:.0f} s", f"memory {_listed(held)} MB")
    return _told(_grown(held))


def _grown(held: list[float]) -> list[str]:
    """Whether memory goes on growing: the first third is for what is filled once, then two halves are compared."""
    settled = held[len(held) // 3 :]
    half = len(settled) // 2
    if not half:
        return ["memory was measured too seldom to say anything"]
    more = max(settled[half:]) - max(settled[:half])
    return [f"memory grew by {more:.0f} MB, where {MOST_MB:g} are allowed"] if more > MOST_MB else []


def _told(failures: list[str]) -> list[str]:
    for failure in dict.fromkeys(failures):
        _say("FAILED", f"{failure} ({failures.count(failure)} times)")
    return failures


def _listed(values: list[float]) -> str:
    return " ".join(f"{value:.0f}" for value in values)


def _say(what: str, text: str) -> None:
    print(f"{what:<28} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
