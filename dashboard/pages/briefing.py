"""Briefing: the list of what can be presented or taken along, and the stage on which one is presented."""

from collections.abc import Callable
from datetime import date
from functools import partial

import streamlit as st
from streamlit_folium import st_folium

from dashboard.briefing import briefing, briefing_list, stage
from dashboard.export.briefings import pdf, pptx
from dashboard.html import render
from dashboard.map import folium_map, state_message
from dashboard.pages import settled_view
from dashboard.scene import Scene, scene
from dashboard.served import served
from dashboard.words import N_, Words
from geodata import Atlas

ADDRESS = "http://127.0.0.1:8501"
"""For links and QR codes where the browser does not say at which address it sees us."""
FILES: tuple[tuple[str, str, str, Callable[..., bytes]], ...] = (
    (N_("PDF, landscape"), ".pdf", "application/pdf", pdf),
    (N_("PDF, portrait"), "-portrait.pdf", "application/pdf", partial(pdf, orientation="portrait")),
    (N_("PowerPoint"), ".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation", pptx),
)


def page(atlas: Atlas, words: Words, today: date) -> None:
    """Place the list, or the map with every step of the briefing that the address names."""
    now = scene(atlas, settled_view(atlas, words), words, today)
    shown = atlas.briefings.get(now.view.briefing or "")
    if shown is None:
        with st.container(key="page-briefing"):
            st.html(briefing_list(now))
            _downloads(now)
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


def _downloads(now: Scene) -> None:
    """Handouts and slides of each briefing, made when somebody asks for one."""
    words = now.words
    address = (st.context.url or ADDRESS).split("?")[0].removesuffix("/").removesuffix("/briefing") + "/briefing"
    for shown in now.atlas.briefings.values():
        st.html(render("downloads.html.j2", words.name(shown.title), words))
        with st.container(key=f"downloads-{shown.id}", horizontal=True):
            for label, suffix, kind, make in FILES:
                st.download_button(
                    words(label),
                    partial(make, now, shown, address=address),
                    file_name=f"{shown.id}-{words.language}{suffix}",
                    mime=kind,
                    on_click="ignore",
                    key=f"{shown.id}{suffix}",
                )
