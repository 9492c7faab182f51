"""Forecasts: what was promised for when, and what became of it."""

from datetime import date

import streamlit as st

from dashboard.forecasts import forecasts
from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.served import Served
from dashboard.words import Words


def page(served: Served, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-forecasts"):
        st.html(forecasts(scene(served.atlas, settled_view(served.atlas, words), words, today)))
