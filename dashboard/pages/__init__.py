"""The pages: each places what the renderers return and listens to what the viewer does."""

import streamlit as st

from dashboard.view import FILTERS, View
from dashboard.words import Words
from geodata import Atlas

CLIENT = "map"
"""Where the session keeps the map client's last report: its part of the view, and the report's number."""
CLIENT_PARAMETERS = ("select", "date", "layers", "at", "q", *FILTERS)


def current_view(atlas: Atlas, words: Words) -> View:
    """What the viewer looks at: the address, of which the map client has the last word on its own part."""
    query = st.query_params.to_dict()
    report = st.session_state.get(CLIENT)
    if report:
        query = {key: value for key, value in query.items() if key not in CLIENT_PARAMETERS} | report
    return View.from_query(query, atlas).but(language=words.language)


def reports() -> int:
    """The number of the map client's last report; 0 before the first."""
    return int((st.session_state.get(CLIENT) or {}).get("n", 0))


def settled_view(atlas: Atlas, words: Words) -> View:
    """The view on a page beside Explore, put into the address, which from here on is its only store."""
    view = current_view(atlas, words)
    write_address(view)
    st.session_state.pop(CLIENT, None)
    return view


def write_address(view: View) -> None:
    """Put a view into the address, all but the language, which belongs to its own control."""
    query = view.to_query()
    for name in {*CLIENT_PARAMETERS} & {*st.query_params}:
        if name not in query:
            del st.query_params[name]
    for name in CLIENT_PARAMETERS:
        if name in query and st.query_params.get(name) != query[name]:
            st.query_params[name] = query[name]
