"""Table: everything that the map shows, to read, to filter and to take away."""

from collections.abc import Callable, Iterable
from datetime import date
from functools import partial

import streamlit as st

from dashboard.export import data
from dashboard.pages import Output, offer, settled_view, write_address
from dashboard.scene import Scene, scene
from dashboard.served import Served
from dashboard.style import STATUS_WORDS
from dashboard.table import countries, head, table
from dashboard.view import STATUSES, View
from dashboard.words import Words
from geodata import Atlas

WIDGETS = ("q", "theme", "country", "status", "date")
"""The parameters that the page's widgets set."""
STATUS_LABELS: dict[str, str] = {**STATUS_WORDS}


def page(served: Served, words: Words, today: date) -> None:
    """Place prose, filters, downloads and the table."""
    now = scene(served.atlas, settled_view(served.atlas, words), words, today)
    with st.container(key="page-table"):
        st.html(head(now))
        with st.container(key="filters", horizontal=True):
            _filters(now)
        with st.container(key="downloads", horizontal=True, vertical_alignment="center"):
            _downloads(now)
        st.html(table(now))


def _filters(now: Scene) -> None:
    words, query = now.words, now.view.to_query()
    for name in WIDGETS:  # the address is the only store: what a widget shows comes from there
        st.session_state[f"table-{name}"] = query.get(name, "")
    ask = partial(_ask, now.view, now.atlas)

    def choose(name: str, label: str, choices: Iterable[str], named: Callable[[str], str]) -> None:
        st.selectbox(
            label,
            ["", *choices],
            format_func=lambda choice: named(choice) if choice else words("all"),
            key=f"table-{name}",
            on_change=ask,
        )

    layers = {layer.id: words.name(layer.names) for layer in now.atlas.description.layers}
    st.text_input(words("Search"), key="table-q", on_change=ask)
    choose("theme", words("Theme"), layers, layers.__getitem__)
    choose("country", words("Country"), _with(countries(now), now.view.country), words.country)
    choose("status", words("Status"), STATUSES, lambda name: words(STATUS_LABELS[name]))
    st.text_input(words("Date shown"), key="table-date", on_change=ask, placeholder=words("today"))


def _with(choices: tuple[str, ...], chosen: str | None) -> tuple[str, ...]:
    return choices if chosen is None or chosen in choices else (*choices, chosen)


def _ask(view: View, atlas: Atlas) -> None:
    """Write what the widgets say into the address."""
    asked = view.to_query() | {name: st.session_state[f"table-{name}"] for name in WIDGETS}
    write_address(View.from_query(asked, atlas))


def _downloads(now: Scene) -> None:
    stem = f"{now.atlas.description.id}-{now.atlas.release}"
    for label, name, kind, make in data.FILES:
        offer(now.words, Output(label, f"{stem}-{name}", kind, lambda _, make=make: make(now)), "table")
