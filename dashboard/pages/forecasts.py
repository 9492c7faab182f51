"""Forecasts: what was promised for when, and what became of it."""

from datetime import date

import streamlit as st

from dashboard.forecasts import forecasts
from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.words import Words
from geodata import Atlas


def page(atlas: Atlas, words: Words, today: date) -> None:
    """Place the page."""
    with st.container(key="page-forecasts"):
        st.html(forecasts(scene(atlas, settled_view(atlas, words), words, today)))
