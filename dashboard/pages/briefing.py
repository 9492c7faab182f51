"""Briefing: the list of what can be presented, and the stage on which one is."""

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from dashboard.briefing import briefing, briefing_list, stage
from dashboard.map import folium_map, state_message
from dashboard.pages import settled_view
from dashboard.scene import scene
from dashboard.served import served
from dashboard.words import N_, Words
from geodata import Atlas

TITLE = N_("Briefings")


def page(atlas: Atlas, words: Words, today: date) -> None:
    """Place the list, or the map with every step of the briefing that the address names."""
    now = scene(atlas, settled_view(atlas, words), words, today)
    shown = atlas.briefings.get(now.view.briefing or "")
    if shown is None:
        with st.container(key="page-briefing"):
            st.html(briefing_list(now))
        return
    with st.container(key="stage", horizontal=True):
        with st.container(key="stage-map"):
            st_folium(
                folium_map(atlas, served().version),
                key="stage-client",
                width=None,
                height=700,
                returned_objects=[],
                feature_group_to_add=state_message(now, 0, stage(now, shown)),
            )
        with st.container(key="stage-text"):
            st.html(briefing(now, shown))
