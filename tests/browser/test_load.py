"""Many sessions, one after another and at once: nothing fails, and nothing of them stays."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.bench.bench_sessions import PLACES, Person, memory
from tests.browser.harness import Server

KEPT = 128
"""Streamlit keeps so many closed sessions for a while, in case their page comes back."""
ROUND = 2 * KEPT
MOST_MB = 12.0
"""By so much the memory may be larger after each further round: less than 0.05 MB for each session."""


@pytest.fixture
def fresh(tmp_path: Path):
    """A server whose memory nobody else has used."""
    server = Server(tmp_path, "--no-watch")
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def round_of(server: Server) -> float:
    """Sessions that open, click and close; returns the memory afterwards."""
    for number in range(ROUND):
        with ExitStack() as visit:
            person = Person.of(server, visit, lang=("kk", "en", "ru", "az", "tr")[number % 5])
            person.open()
            person.click(PLACES[number % len(PLACES)])
    return memory(server)


def test_sessions_that_have_closed_leave_nothing_behind(fresh: Server) -> None:
    """The first two rounds fill what is kept on purpose; what grows after that would grow for ever."""
    round_of(fresh)
    second = round_of(fresh)
    third = round_of(fresh)
    fourth = round_of(fresh)
    assert third - second < MOST_MB, (second, third, fourth)
    assert fourth - third < MOST_MB, (second, third, fourth)
    assert fresh.complaints() == []
