"""The script that Streamlit runs: address -> View, navigation, language, and the frame around every page."""

from datetime import date
from functools import partial
from importlib.resources import files
from pathlib import Path

import streamlit as st

from dashboard.pages import explore
from dashboard.served import served
from dashboard.view import DEFAULT_LANGUAGE
from dashboard.words import Words
from geodata.model import LANGUAGES, Language

def main() -> None:
    """Draw the page that the address asks for."""
    atlas = served().atlas
    language: Language = st.session_state.get("lang") or _asked_language()
    words = Words(language)
    st.set_page_config(page_title=words.name(atlas.description.title), layout="wide")
    st.html(Path(str(files("dashboard") / "static" / "app.css")))
    pages = [
        st.Page(partial(explore.page, atlas, words, date.today()), title=words("Map"), url_path="", default=True),
    ]
    page = st.navigation(pages, position="hidden")
    with st.container(key="bar", horizontal=True, vertical_alignment="center"):
        st.html(f"<h1>{words.name(atlas.description.title)}</h1>")
        st.segmented_control(
            words("Language"),
            LANGUAGES,
            default=DEFAULT_LANGUAGE,
            required=True,
            key="lang",
            bind="query-params",
            label_visibility="collapsed",
        )
    page.run()


def _asked_language() -> Language:
    asked = st.query_params.get("lang")
    return next((language for language in LANGUAGES if language == asked), DEFAULT_LANGUAGE)


main()
