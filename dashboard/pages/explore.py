"""Explore: the map with its time axis, and the panel beside it."""

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from dashboard.map.component import folium_map, state_message
from dashboard.pages import CLIENT, current_view, own, reports
from dashboard.scene import scene
from dashboard.served import Served, panel_html
from dashboard.words import Words


def page(served: Served, words: Words, today: date) -> None:
    """Place map and panel; only this fragment runs again when the viewer picks something."""
    _explore(served, words, today)


@st.fragment
def _explore(served: Served, words: Words, today: date) -> None:
    now = scene(served.atlas, current_view(served.atlas, words), words, today)
    theirs, their_panel = own.chosen(words) or (None, None)
    with st.container(key="explore", horizontal=True):
        with st.container(key="map-side"):
            st_folium(
                folium_map(served.atlas, served.version),
                key=CLIENT,
                width=None,
                height=700,
                returned_objects=[],
                render=False,
                feature_group_to_add=state_message(now, reports(), own=own.told(), chosen=theirs),
            )
        with st.container(key="panel-side"):
            st.html(their_panel or panel_html(served, now.view.subject, today))
