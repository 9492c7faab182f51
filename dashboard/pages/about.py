"""About: what the atlas is and by which rules it was made."""

from datetime import date

import streamlit as st

from dashboard.about import about
from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.served import Served
from dashboard.words import Words


def page(served: Served, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-about"):
        st.html(about(scene(served.atlas, settled_view(served.atlas, words), words, today)))
