"""Explore: the map with its time axis, and the panel beside it."""

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from dashboard.map import folium_map, state_message
from dashboard.panel import panel
from dashboard.scene import scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas

CLIENT = "map"
"""Where the session keeps the client's last report: its part of the view, and the report's number."""
CLIENT_PARAMETERS = ("select", "date", "layers", "at")


def page(atlas: Atlas, words: Words, today: date) -> None:
    """Place map and panel; only this fragment runs again when the viewer picks something."""
    _explore(atlas, words, today)


@st.fragment
def _explore(atlas: Atlas, words: Words, today: date) -> None:
    report = st.session_state.get(CLIENT) or {}
    now = scene(atlas, _view(atlas, words, report), words, today)
    with st.container(key="explore", horizontal=True):
        with st.container(key="map-side"):
            st_folium(
                folium_map(atlas),
                key=CLIENT,
                width=None,
                height=700,
                returned_objects=[],
                feature_group_to_add=state_message(now, int(report.get("n", 0))),
            )
        with st.container(key="panel-side"):
            st.html(panel(now))


def _view(atlas: Atlas, words: Words, report: dict[str, str]) -> View:
    """The address's view; what the client has reported since takes the place of its part of the address."""
    query = st.query_params.to_dict()
    if report:
        query = {key: value for key, value in query.items() if key not in CLIENT_PARAMETERS} | report
    return View.from_query(query, atlas).but(language=words.language)
