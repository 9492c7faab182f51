"""Sharing what is looked at: its link, a QR code, code to embed it, and files to take along."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial

import streamlit as st

from dashboard.export import data
from dashboard.export.picture import HEIGHT, WIDTH, svg
from dashboard.export.standalone import html
from dashboard.export.typeset import png
from dashboard.pages import Output, Progress, current_view, here, offer
from dashboard.scene import Scene, scene
from dashboard.served import Served
from dashboard.share import code, embedding
from dashboard.view import View
from dashboard.words import N_, Words
from geodata.model import LANGUAGES, Language

NAME = "share"
"""Of the button and of everything in the dialog, for styles."""


def share_button(served: Served, words: Words, today: date) -> None:
    """Place the button; pressed, it opens the dialog on what the viewer looks at now."""
    if st.button(words("Share"), key=NAME, type="tertiary"):
        now = scene(served.atlas, current_view(served.atlas, words), words, today)
        st.dialog(words("Share and take along"), width="medium")(_dialog)(served, now)


def _dialog(served: Served, now: Scene) -> None:
    words = now.words
    address = f"{here()}{now.view.address()}"
    with st.container(key=f"{NAME}-content"):
        st.html(code(words, address))
        st.code(address, language=None, wrap_lines=True)
        st.caption(words("To show it inside a page of your own:"))
        st.code(embedding(words, address, words.name(now.atlas.description.title)), language=None, wrap_lines=True)
        st.caption(words("Take along"))
        with st.container(key=f"downloads-{NAME}", horizontal=True):
            for output in _outputs(served, now):
                offer(words, output, NAME)


def _outputs(served: Served, now: Scene) -> tuple[Output, ...]:
    stem = f"{now.atlas.description.id}-{now.atlas.release}"
    view = View(language=now.view.language)
    whole = scene(now.atlas, view, now.words, now.today)
    return (
        Output(N_("Picture (PNG)"), f"{stem}.png", "image/png", lambda _: png(svg(now), WIDTH, HEIGHT)),
        Output(N_("Picture (SVG)"), f"{stem}.svg", "image/svg+xml", lambda _: svg(now).encode()),
        *(
            Output(label, f"{stem}-{name}", kind, lambda _, make=make: make(now))
            for label, name, kind, make in data.FILES
        ),
        Output(
            N_("Whole atlas (GeoPackage)"),
            f"{stem}-whole.gpkg",
            "application/geopackage+sqlite3",
            lambda _: data.geopackage(whole),
        ),
        Output(N_("All of it as one HTML file"), f"{stem}.html", "text/html", partial(_html, served, now), slow=True),
    )


def _html(served: Served, now: Scene, progress: Progress) -> bytes:
    def each(make: Callable[[Language], bytes], languages: Iterable[Language]) -> Iterator[bytes]:
        for number, language in enumerate(languages, 1):
            yield make(language)
            progress(number / len(LANGUAGES))

    return html(served, now, each)
