"""What viewers of the app cost its process: memory for each session, processor time for a page and for a click."""

import asyncio
import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from dashboard.served import shipped
from geodata import open_atlas
from tests.bench.bench_explore import PLACES
from tests.bench.load import clickable, crowd, summary
from tests.browser.harness import Server

FIRST, SESSIONS, CLICKS = 10, 300, 3
"""The first sessions fill what is made once for all; then that many more; that many clicks in each."""
MOST_BYTES = 2**24


@dataclass
class Person:
    """A viewer without a browser: what Streamlit's own page says to its server, and no more."""

    connection: ClientConnection
    address: str
    page: str = ""
    fragment: str = ""
    map: str = ""
    clicks: int = 0

    @classmethod
    def of(cls, server: Server, visits: ExitStack, **parameters: str) -> "Person":
        address = "&".join(f"{name}={value}" for name, value in parameters.items())
        opened = connect(
            f"{server.url.replace('http', 'ws')}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit"), Subprotocol("nobody")],
            max_size=MOST_BYTES,
        )
        connection = visits.enter_context(opened)
        return cls(connection, address)

    def open(self) -> None:
        """The whole page is run."""
        told = BackMsg()
        told.rerun_script.query_string = self.address
        self._run(told)
        assert self.map, "the page has no map"

    def click(self, place: str) -> None:
        """A place on the map: only the fragment with the panel is run."""
        self.clicks += 1
        told = BackMsg()
        asked = told.rerun_script
        asked.query_string, asked.page_script_hash, asked.fragment_id = self.address, self.page, self.fragment
        state = asked.widget_states.widgets.add()
        state.id = self.map
        state.json_value = json.dumps({"select": place, "n": self.clicks})
        html = self._run(told)
        assert 'class="panel"' in html, "the panel does not tell of what was picked"

    def _run(self, told: BackMsg) -> str:
        """Until the run has ended; returns the panel's HTML."""
        self.connection.send(told.SerializeToString())
        html = ""
        while True:
            message = ForwardMsg.FromString(bytes(self.connection.recv(60, decode=False)))
            if message.WhichOneof("type") == "new_session":
                self.page = message.new_session.page_script_hash
            elif message.WhichOneof("type") == "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "component_instance":
                    self.map, self.fragment = element.component_instance.id, message.delta.fragment_id
                elif element.WhichOneof("type") == "html":
                    html = element.html.body
            elif message.WhichOneof("type") == "script_finished":
                return html


def memory(server: Server) -> float:
    """What the process holds, in MB."""
    told = Path(f"/proc/{server.process}/status").read_text(encoding="ascii")
    (line,) = (line for line in told.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1000


def processor(server: Server) -> float:
    """The processor time that the process has taken so far, in ms."""
    told = Path(f"/proc/{server.process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK") * 1000


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A server whose memory nobody else has used."""
    server = Server(tmp_path)
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def visits() -> Iterator[ExitStack]:
    """Connections that end with the measurement."""
    with ExitStack() as visits:
        yield visits


def bench_sessions(fresh: Server, visits: ExitStack) -> None:
    """Sessions that stay open, each with a few clicks."""
    began = memory(fresh)
    people = [Person.of(fresh, visits, lang="en") for _ in range(FIRST)]
    for person in people:
        person.open()
        for number in range(CLICKS):
            person.click(PLACES[number])
    before, spent = memory(fresh), processor(fresh)
    more = [Person.of(fresh, visits, lang="en") for _ in range(SESSIONS)]
    for person in more:
        person.open()
    opened, clicked = processor(fresh), 0
    for number in range(CLICKS):
        for person in more:
            person.click(PLACES[number])
            clicked += 1
    ended, after = processor(fresh), memory(fresh)
    print(f"{'app: memory':<28} {began:.0f} MB at the start, {before:.0f} MB with {FIRST} sessions, "
          f"{after:.0f} MB with {FIRST + SESSIONS}: {(after - before) / SESSIONS:.2f} MB for each session")  # fmt: skip
    print(f"{'app: a page opened':<28} {(opened - spent) / SESSIONS:.1f} ms of one core")
    print(f"{'app: a click':<28} {(ended - opened) / clicked:.1f} ms of one core")


@pytest.mark.parametrize(
    ("people", "pause", "replicas"), [(50, 4, 1), (100, 4, 1), (200, 4, 1), (200, 2, 1), (200, 2, 2)]
)
def bench_together(tmp_path: Path, visits: ExitStack, people: int, pause: int, replicas: int) -> None:
    """Many at once, each with a click every ``pause`` seconds: how long the panel takes to be told."""
    servers = [Server(_folder(tmp_path / str(number))) for number in range(replicas)]
    for server in servers:
        visits.callback(server.stop)
    for server in servers:
        server.wait()
    addresses = [servers[number % replicas].url for number in range(people)]
    people_click = crowd(addresses, clickable(open_atlas(shipped())), CLICKS * pause, pause)
    # Playwright, which other benchmarks of the same run use, keeps this thread's event loop to itself
    with ThreadPoolExecutor(1) as apart:
        took, failures = apart.submit(asyncio.run, people_click).result()
    rate = f"{people / pause:.0f} clicks/s, {replicas} replica{'s' * (replicas > 1)}"
    print(f"{f'app: {people} people click':<28} {rate}  {summary(took)}")
    assert failures == []


def _folder(path: Path) -> Path:
    path.mkdir()
    return path
