"""Sources: what everything rests on, and what is missing."""

from datetime import date

import streamlit as st

from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.served import Served
from dashboard.sources import sources
from dashboard.words import Words


def page(served: Served, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-sources"):
        st.html(sources(scene(served.atlas, settled_view(served.atlas, words), words, today)))
