"""Changes: what each release of the atlas changed."""

from datetime import date

import streamlit as st

from dashboard.changes import changes
from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.served import Served, edited
from dashboard.words import Words


def page(served: Served, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-changes"):
        st.html(changes(scene(served.atlas, settled_view(served.atlas, words), words, today), edited(served)))
