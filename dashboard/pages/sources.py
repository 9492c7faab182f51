"""Sources: what everything rests on, and what is missing."""

from datetime import date

import streamlit as st

from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.sources import sources
from dashboard.words import Words
from geodata import Atlas


def page(atlas: Atlas, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-sources"):
        st.html(sources(scene(atlas, settled_view(atlas, words), words, today)))
