"""Briefing: the list of what can be presented or taken along, and the stage on which one is presented."""

from datetime import date

import streamlit as st
from streamlit_folium import st_folium

from dashboard.briefing import briefing, briefing_list, stage
from dashboard.export.briefings import pdf, pptx
from dashboard.html import render
from dashboard.map.component import folium_map, state_message
from dashboard.pages import Output, here, offer, settled_view
from dashboard.scene import Scene, scene
from dashboard.served import Served
from dashboard.words import N_, Words
from geodata.model import Briefing


def page(served: Served, words: Words, today: date) -> None:
    """Place the list, or the map with every step of the briefing that the address names."""
    atlas = served.atlas
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
                folium_map(atlas, served.version),
                key="stage-client",
                width=None,
                height=700,
                returned_objects=[],
                render=False,
                feature_group_to_add=state_message(now, 0, stage(now, shown)),
            )
        with st.container(key="stage-text"):
            st.html(briefing(now, shown))


def _downloads(now: Scene) -> None:
    """Handouts and slides of each briefing, made when somebody asks for one."""
    for shown in now.atlas.briefings.values():
        st.html(render("downloads.html.j2", now.words.name(shown.title), now.words))
        with st.container(key=f"downloads-{shown.id}", horizontal=True):
            for output in _outputs(now, shown):
                offer(now.words, output, "briefing")


def _outputs(now: Scene, shown: Briefing) -> tuple[Output, ...]:
    stem, address = f"{shown.id}-{now.words.language}", here()
    paper, deck = "application/pdf", "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    return (
        Output(N_("PDF, landscape"), f"{stem}.pdf", paper, lambda _: pdf(now, shown, address=address)),
        Output(
            N_("PDF, portrait"),
            f"{stem}-portrait.pdf",
            paper,
            lambda _: pdf(now, shown, orientation="portrait", address=address),
        ),
        Output(
            N_("PowerPoint"),
            f"{stem}.pptx",
            deck,
            lambda progress: pptx(now, shown, address=address, progress=progress),
            slow=True,
        ),
    )
