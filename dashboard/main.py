"""The script that Streamlit runs: address -> View, navigation, language, and the frame around every page."""

from datetime import date
from functools import partial
from types import ModuleType

import streamlit as st

from dashboard.html import render
from dashboard.pages import about, briefing, changes, current_view, explore, forecasts, sources, table
from dashboard.pages.own import own_button
from dashboard.pages.share import share_button
from dashboard.served import Troubles, problems, served
from dashboard.style import LOOK_WORDS, LOOKS
from dashboard.view import BAR, DEFAULT_LANGUAGE, PAGES
from dashboard.words import Words
from geodata.model import LANGUAGES, Language

_PLACED = (explore, briefing, table, sources, forecasts, changes, about)
MODULES: dict[str, ModuleType] = dict(zip(PAGES, _PLACED, strict=True))


def main() -> None:
    """Draw the page that the address asks for."""
    now = served()
    atlas = now.atlas
    language: Language = st.session_state.get("lang") or _asked_language()
    words = Words(language)
    title = words.name(atlas.description.title)
    st.set_page_config(page_title=title, layout="wide")
    pages = [
        st.Page(
            partial(module.page, now, words, date.today()),
            title=words(PAGES[place]),
            url_path=place,
            default=not place,
        )
        for place, module in MODULES.items()
    ]
    page = st.navigation(pages, position="hidden")
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(render("title.html.j2", title, words))
        with st.container(key="pages", horizontal=True):
            # the language is bound to its own control, which keeps it in the address
            query = current_view(atlas, words).but(language=DEFAULT_LANGUAGE, briefing=None, step=None).to_query()
            for place, other in zip(PAGES, pages, strict=True):
                if place in BAR:
                    st.page_link(other, label=other.title, query_params=query)
        if page == pages[0]:
            own_button(now, words)
        share_button(now, words, date.today())
        st.segmented_control(
            words("Appearance"),
            LOOKS,
            default=current_view(atlas, words).look,
            required=True,
            format_func=lambda look: words(LOOK_WORDS[look]),
            key="look",
            on_change=_keep_look,
            label_visibility="collapsed",
        )
        st.segmented_control(
            words("Language"),
            LANGUAGES,
            default=DEFAULT_LANGUAGE,
            required=True,
            key="lang",
            bind="query-params",
            label_visibility="collapsed",
        )
    # always there, so that the map below keeps its place and is not mounted again
    with st.container(key="troubles"):
        if troubles := problems():
            st.html(render("troubles.html.j2", Troubles(release=atlas.release, problems=troubles), words))
    page.run()


def _keep_look() -> None:
    """Put the chosen look into the address; not bound to its control, which would write its label there."""
    look = st.session_state["look"]
    if look == LOOKS[0]:
        st.query_params.pop("look", None)
    else:
        st.query_params["look"] = look


def _asked_language() -> Language:
    asked = st.query_params.get("lang")
    for language in LANGUAGES:
        if language == asked:
            return language
    return DEFAULT_LANGUAGE


main()
