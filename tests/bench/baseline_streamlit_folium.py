"""The program that most people write with streamlit-folium: the map is built anew whenever the script runs.

    streamlit run tests/bench/baseline_streamlit_folium.py -- FOLDER

It is written well of its kind: the data are read once, one GeoJson instead of a thousand markers, canvas instead of
SVG, only the click is returned, and only what is needed is handed to the map.
"""

import json
import sys
from pathlib import Path
from typing import Any

import folium
import streamlit as st
from streamlit_folium import st_folium

THIS_YEAR = 2025


@st.cache_resource
def load(folder: str) -> dict[str, dict[str, Any]]:
    """The features by name."""
    found = {}
    for file in sorted((Path(folder) / "layers").glob("*.geojson")):
        for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
            found[feature["properties"]["names"]["en"]] = feature
    return found


def on_map(name: str, feature: dict[str, Any]) -> dict[str, Any]:
    """What the map needs to know of a feature."""
    properties = {"id": feature["id"], "name": name}
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}


def status(feature: dict[str, Any], year: int) -> str | None:
    """The status in a year."""
    past = [change for change in feature["properties"]["history"] if int(change["date"][:4]) <= year]
    return past[-1]["status"] if past else None


def searched() -> None:
    """A search result is chosen."""
    st.session_state["chosen"] = st.session_state["search"]


def main() -> None:
    """The page."""
    st.set_page_config(layout="wide")
    features = load(sys.argv[1])
    year = st.slider("Year", 1990, 2040, THIS_YEAR)
    st.selectbox("Search", list(features), index=None, key="search", on_change=searched)
    map_ = folium.Map(location=(42.7, 51.0), zoom_start=6, tiles=None, prefer_canvas=True)
    shown = [on_map(name, feature) for name, feature in features.items() if status(feature, year)]
    folium.GeoJson(
        {"type": "FeatureCollection", "features": shown},
        marker=folium.CircleMarker(radius=5, fill=True, fill_opacity=1),
        popup=folium.GeoJsonPopup(fields=["name"], labels=False),
    ).add_to(map_)
    left, right = st.columns([2, 1])
    with left:
        said = st_folium(map_, key="map", width=None, height=700, returned_objects=["last_active_drawing"])
    clicked = (said.get("last_active_drawing") or {}).get("properties", {}).get("name")
    if clicked and clicked != st.session_state.get("clicked"):
        st.session_state["clicked"] = st.session_state["chosen"] = clicked
    chosen = st.session_state.get("chosen")
    with right, st.container(key="panel"):
        if chosen is None:
            st.markdown("Click on something.")
        else:
            properties = features[chosen]["properties"]
            st.markdown(f"### {chosen}")
            st.markdown(f"{properties['kind']}, {status(features[chosen], year) or 'not yet'} in {year}")
            st.markdown("  \n".join(properties["names"].values()))
            st.markdown(properties["note"]["en"])
            st.table([{"date": change["date"], "status": change["status"]} for change in properties["history"]])
            st.caption(", ".join(properties["sources"]))


main()
