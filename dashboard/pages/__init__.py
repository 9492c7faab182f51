"""The pages: each places what the renderers return and listens to what the viewer does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from dashboard.view import FILTERS, View
from dashboard.words import Words
from geodata import Atlas

ADDRESS = "http://127.0.0.1:8501"
"""For links and QR codes where the browser does not say at which address it sees us."""
CLIENT = "map"
"""Where the session keeps the map client's last report: its part of the view, and the report's number."""
MOST_REPORTS = 2**53 - 1
"""The highest number that a browser's script can count to."""
CLIENT_PARAMETERS = ("select", "date", "layers", "at", "q", *FILTERS)


def current_view(atlas: Atlas, words: Words) -> View:
    """What the viewer looks at: the address, of which the map client has the last word on its own part."""
    query = st.query_params.to_dict()
    if said := report():
        told = {key: value for key in CLIENT_PARAMETERS if isinstance(value := said.get(key), str)}
        query = {key: value for key, value in query.items() if key not in CLIENT_PARAMETERS} | told
    return View.from_query(query, atlas).but(language=words.language)


def reports() -> int:
    """The number of the map client's last report; 0 before the first."""
    number = report().get("n")
    return number if type(number) is int and 0 <= number <= MOST_REPORTS else 0


def report() -> dict[str, Any]:
    """The map client's last report. It comes from a browser and may be anything; what is none counts as none."""
    said = st.session_state.get(CLIENT)
    return said if isinstance(said, dict) else {}


def settled_view(atlas: Atlas, words: Words) -> View:
    """The view on a page beside Explore, put into the address, which from here on is its only store."""
    view = current_view(atlas, words)
    write_address(view)
    st.session_state.pop(CLIENT, None)
    return view


def write_address(view: View) -> None:
    """Put a view into the address, all but the language, which belongs to its own control."""
    query = view.to_query()
    for name in {*CLIENT_PARAMETERS} & {*st.query_params}:
        if name not in query:
            del st.query_params[name]
    for name in CLIENT_PARAMETERS:
        if name in query and st.query_params.get(name) != query[name]:
            st.query_params[name] = query[name]


def here() -> str:
    """The address of the page that the viewer is on, without its parameters."""
    address = (st.context.url or ADDRESS).split("?")[0]
    return address if urlsplit(address).path else f"{address}/"


Progress = Callable[[float], object]
"""Is told how much is done, from 0 to 1."""


@dataclass(frozen=True)
class Output:
    """A file to take along: its label (a message), name and media type, and what makes it when somebody asks."""

    label: str
    name: str
    media_type: str
    make: Callable[[Progress], bytes]
    slow: bool = False
    """Whether it takes more than a second, so that its progress is shown."""


def offer(words: Words, output: Output, place: str) -> None:
    """Place the button with which an output is taken; ``place`` tells it from the same output's elsewhere."""
    if output.slow:
        _offer_slow(words, output, place)
        return
    st.download_button(
        words(output.label),
        lambda: output.make(lambda _: None),
        file_name=output.name,
        mime=output.media_type,
        on_click="ignore",
        key=f"{place}-{output.name}",
    )


@st.fragment
def _offer_slow(words: Words, output: Output, place: str) -> None:
    spot = st.empty()
    if not spot.button(words(output.label), key=f"{place}-make-{output.name}"):
        return
    told = words("Being made …")
    spot.progress(0.0, told)
    content = output.make(lambda share: spot.progress(min(share, 1.0), told))
    size = words.number(round(len(content) / 1_000_000, 1))
    spot.download_button(
        words("Save it ({size} MB)", size=size),
        content,
        file_name=output.name,
        mime=output.media_type,
        on_click="ignore",
        type="primary",
        key=f"{place}-{output.name}",
    )
