"""Many people at once without their browsers: each speaks to the server as a browser does and clicks every two seconds.

    python -m tests.bench.load NAME URL SIZE SESSIONS SECONDS

It is a process of its own, so that its work is not taken for the server's. It prints two lines of JSON: how many
sessions are open, and, after ``SECONDS`` of clicking, how long each click took until its panel had arrived. A person
waits for the answer: who waits longer than two seconds clicks again at once.
"""

import asyncio
import http.client
import json
import random
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from markupsafe import escape
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from geodata import Atlas
from tests.bench import layers

PACE_S = 2.0
PATIENCE_S = 30.0
OPENING_S = 120.0
AT_ONCE = 10
"""So many sessions open at the same time."""
FIRST = 3000
"""Only these features are clicked on, so that the panels of a large atlas are about as rare as those of a small one."""


class Session(ABC):
    """One person with a page that is open."""

    @abstractmethod
    async def open(self) -> None:
        """Open the page."""

    @abstractmethod
    async def click(self, feature: dict[str, Any]) -> dict[str, float]:
        """Click on a feature; the seconds until each of its answers was there."""

    async def close(self) -> None:
        """Leave the page; nothing to do unless a connection tells the server that somebody is there."""
        return


class Streamlit(Session):
    """A page of Streamlit, by its websocket: a click is a new value of the map component."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.socket: ClientConnection
        self.reader: asyncio.Task[None]
        self.messages: dict[str, ForwardMsg] = {}
        self.component = self.fragment = ""
        self.wanted: Callable[[ForwardMsg], bool] = lambda _: False
        self.arrived = asyncio.Event()
        self.rested = asyncio.Event()

    async def open(self) -> None:
        """Connect, and let the page's script run once."""
        address = f"ws://{urlsplit(self.url).netloc}/_stcore/stream"
        self.socket = await connect(address, subprotocols=["streamlit"], max_size=None, compression=None)  # type: ignore[list-item]
        self.reader = asyncio.create_task(self._read())
        message = BackMsg()
        message.rerun_script.query_string = "lang=en"
        await self.socket.send(message.SerializeToString())
        await self.rested.wait()
        if not self.component:
            raise RuntimeError("the page has no map")

    async def click(self, feature: dict[str, Any]) -> dict[str, float]:
        """Send what the map component sends, and wait for the panel and for the end of the run."""
        message = BackMsg()
        run = message.rerun_script
        run.query_string = "lang=en"
        run.fragment_id = self.fragment
        state = run.widget_states.widgets.add()
        state.id = self.component
        state.json_value = json.dumps(self.value(feature))
        name = layers.name(feature)
        self.wanted = lambda message: self.is_panel(message, name)
        self.arrived.clear()
        self.rested.clear()
        began = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        await self.arrived.wait()
        took = time.perf_counter() - began
        await self.rested.wait()
        return {"panel": took}

    async def close(self) -> None:
        """Disconnect."""
        self.reader.cancel()
        await self.socket.close()

    def value(self, feature: dict[str, Any]) -> dict[str, Any]:
        """What the map component says after a click."""
        properties = {"id": feature["id"], "name": layers.name(feature)}
        clicked = {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}
        return {"last_active_drawing": clicked}

    def is_panel(self, message: ForwardMsg, name: str) -> bool:
        """Whether a message brings the panel."""
        return message.delta.new_element.markdown.body == f"### {name}"

    async def _read(self) -> None:
        async for data in self.socket:
            assert isinstance(data, bytes)
            message = ForwardMsg.FromString(data)
            kind = message.WhichOneof("type")
            if kind == "ref_hash":  # Streamlit sends a long message once, and then its name only
                message = self.messages[message.ref_hash]
                kind = message.WhichOneof("type")
            elif message.metadata.cacheable:
                self.messages[message.hash] = message
            if kind == "delta":
                element = message.delta.new_element
                if element.WhichOneof("type") == "component_instance":
                    self.component, self.fragment = element.component_instance.id, message.delta.fragment_id
                if self.wanted(message):
                    self.arrived.set()
            elif kind == "script_finished":
                self.rested.set()


class Ours(Streamlit):
    """Our page: the browser fetches the panel by address while the server hears of the click."""

    def __init__(self, url: str, pool: ThreadPoolExecutor) -> None:
        super().__init__(url)
        self.pool = pool
        self.clicks = 0
        self.release = ""
        self.http = _Http(url)

    async def open(self) -> None:
        """Connect, and learn the release."""
        await super().open()
        answer = await asyncio.get_running_loop().run_in_executor(self.pool, self.http.get, "/readyz")
        self.release = json.loads(answer)["release"]

    async def close(self) -> None:
        """Leave, with both connections."""
        await super().close()
        self.http.connection.close()

    async def click(self, feature: dict[str, Any]) -> dict[str, float]:
        """Fetch the panel and tell the server, at the same time."""
        self.clicks += 1
        path = f"/atlas/{self.release}/panel/en/{feature['id']}.html?today={layers.THIS_YEAR}-12-31"
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        fetched = loop.run_in_executor(self.pool, self.http.get, path)
        told = asyncio.create_task(super().click(feature))
        await fetched
        took = time.perf_counter() - began
        return {"panel": took, "page": (await told)["panel"]}

    def value(self, feature: dict[str, Any]) -> dict[str, Any]:
        """What our client says after a click."""
        return {"select": feature["id"], "n": self.clicks}

    def is_panel(self, message: ForwardMsg, name: str) -> bool:
        """Whether a message brings the panel."""
        body = message.delta.new_element.html.body
        return "panel-heading" in body and escape(name) in body


class Dash(Session):
    """A page of Dash: a click is a callback by HTTP."""

    def __init__(self, url: str, pool: ThreadPoolExecutor) -> None:
        self.pool = pool
        self.http = _Http(url)

    async def open(self) -> None:
        """Fetch the page and its layout."""
        loop = asyncio.get_running_loop()
        for path in ("/", "/_dash-layout", "/_dash-dependencies"):
            await loop.run_in_executor(self.pool, self.http.get, path)

    async def close(self) -> None:
        """Leave."""
        self.http.connection.close()

    async def click(self, feature: dict[str, Any]) -> dict[str, float]:
        """Ask for the panel as the page does."""
        clicked = {"type": "Feature", "properties": {"name": layers.name(feature)}, "geometry": feature["geometry"]}
        asked = {
            "output": "panel.children",
            "outputs": {"id": "panel", "property": "children"},
            "inputs": [
                {"id": "features", "property": "clickData", "value": clicked},
                {"id": "search", "property": "value"},
            ],
            "changedPropIds": ["features.clickData"],
            "parsedChangedPropsIds": ["features.clickData"],
            "state": [{"id": "year", "property": "value", "value": layers.THIS_YEAR}],
        }
        body = json.dumps(asked).encode()
        loop = asyncio.get_running_loop()
        began = time.perf_counter()
        answer = await loop.run_in_executor(self.pool, self.http.post, "/_dash-update-component", body)
        took = time.perf_counter() - began
        if layers.name(feature).encode() not in answer:
            raise RuntimeError(f"no panel: {answer[:200]!r}")
        return {"panel": took}


class _Http:
    """One connection that is kept open, as a browser does."""

    def __init__(self, url: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=PATIENCE_S)

    def get(self, path: str) -> bytes:
        return self._answer("GET", path, None)

    def post(self, path: str, body: bytes) -> bytes:
        return self._answer("POST", path, body)

    def _answer(self, method: str, path: str, body: bytes | None) -> bytes:
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # a server closes a connection that rests; browsers then open another
            self.connection.close()
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != http.client.OK:
            raise RuntimeError(f"{path}: {answer.status}")
        return content


async def run(name: str, url: str, size: int, sessions: int, seconds: float) -> None:
    """Open the sessions, click, and print what came of it."""
    features = [feature for _, feature in layers.features(min(size, FIRST))]
    failures: list[str] = []
    with ThreadPoolExecutor(sessions) as pool:
        makers: dict[str, Callable[[], Session]] = {
            "ours": lambda: Ours(url, pool),
            "streamlit-folium": lambda: Streamlit(url),
            "dash-leaflet": lambda: Dash(url, pool),
        }
        began = time.perf_counter()
        people = await opened([makers[name]() for _ in range(sessions)], failures)
        await asyncio.sleep(1)
        _say(opened=len(people), seconds=time.perf_counter() - began, failures=sorted(set(failures)))
        took = await clicking(people, features, seconds, failures)
        _say(took=took, clicks=len(took.get("panel", ())), failures=failures)
        for person in people:
            await person.close()


def clickable(atlas: Atlas) -> list[dict[str, Any]]:
    """The features of an atlas in memory, as far as a session needs to know them to click on them."""
    return [
        {"id": feature.id, "properties": {"names": feature.names.model_dump()}} for feature in atlas.features.values()
    ]


async def crowd(
    addresses: Sequence[str],
    features: list[dict[str, Any]],
    seconds: float,
    pace_s: float = PACE_S,
    beside: Callable[[], Awaitable[None]] | None = None,
) -> tuple[dict[str, list[float]], list[str]]:
    """A person at each address opens our page and clicks for so long: how long each answer took, and what failed.

    ``beside`` goes on at the same time, until the clicking is over.
    """
    failures: list[str] = []
    with ThreadPoolExecutor(len(addresses)) as pool:
        people = await opened([Ours(url, pool) for url in addresses], failures)
        watching = asyncio.ensure_future(beside()) if beside else None
        took = await clicking(people, features, seconds, failures, pace_s)
        if watching:
            watching.cancel()
        for person in people:
            await person.close()
    return took, failures


def summary(took: dict[str, list[float]]) -> str:
    """Median and 95th percentile of each answer, in ms."""
    said = []
    for answer, values in took.items():
        ordered = sorted(values)
        middle, most = ordered[len(ordered) // 2], ordered[len(ordered) * 95 // 100]
        said.append(f"{answer}: median {middle:.0f} ms  p95 {most:.0f} ms  n {len(ordered)}")
    return ",  ".join(said) or "nothing was answered"


async def opened(people: Sequence[Session], failures: list[str]) -> list[Session]:
    """Those whose page could be opened; why the others' could not is added to ``failures``."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def open_one(person: Session) -> Session:
        async with gate:
            await person.open()
            return person

    tasks = [asyncio.create_task(open_one(person)) for person in people]
    done, late = await asyncio.wait(tasks, timeout=OPENING_S)
    for task in late:
        task.cancel()
    failures += [repr(error) for task in done if (error := task.exception())]
    failures += ["not open in time"] * len(late)
    return [task.result() for task in tasks if task in done and not task.exception()]


async def clicking(
    people: Sequence[Session],
    features: list[dict[str, Any]],
    seconds: float,
    failures: list[str],
    pace_s: float = PACE_S,
) -> dict[str, list[float]]:
    """Everybody clicks every ``pace_s``; how long each answer took, in ms. Who fails clicks no more."""
    end = time.perf_counter() + seconds
    took: dict[str, list[float]] = {}

    async def clicks(number: int, person: Session) -> None:
        dice = random.Random(number)  # noqa: S311 - no secret
        try:
            async for answers in _clicks(person, dice, features, end, pace_s):
                for answer, wait in answers.items():
                    took.setdefault(answer, []).append(wait * 1000)
        except (TimeoutError, OSError, RuntimeError, WebSocketException, http.client.HTTPException) as error:
            failures.append(repr(error))

    await asyncio.gather(*(clicks(*person) for person in enumerate(people)))
    return took


async def _clicks(
    person: Session, dice: random.Random, features: list[dict[str, Any]], end: float, pace_s: float
) -> AsyncIterator[dict[str, float]]:
    """What each click of one person took."""
    await asyncio.sleep(dice.uniform(0, pace_s))
    last = None
    while (now := time.perf_counter()) < end:
        while (feature := dice.choice(features)) is last:
            pass
        last = feature
        async with asyncio.timeout(PATIENCE_S):
            answers = await person.click(feature)
        yield answers
        await asyncio.sleep(max(0.0, now + pace_s - time.perf_counter()))


def _say(**what: Any) -> None:
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    name, url, size, sessions, seconds = sys.argv[1:]
    asyncio.run(run(name, url, int(size), int(sessions), float(seconds)))
