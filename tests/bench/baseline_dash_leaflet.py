"""The same program with dash-leaflet, as its documentation advises: the browser fetches the features once and filters.

    gunicorn "tests.bench.baseline_dash_leaflet:server('FOLDER')"

The year goes to the map as its ``hideout`` without the server; a click and a search result are callbacks of the server.
"""

# pyright: reportMissingImports=false
# Dash is in the benchmark's own environment, see requirements.txt

import gzip
import json
from pathlib import Path
from typing import Any

import dash_leaflet as dl
from dash import Dash, Input, Output, State, callback_context, dcc, html
from flask import Flask, Response

THIS_YEAR = 2025


def load(folder: str) -> dict[str, dict[str, Any]]:
    """The features by name."""
    found = {}
    for file in sorted((Path(folder) / "layers").glob("*.geojson")):
        for feature in json.loads(file.read_text(encoding="utf-8"))["features"]:
            found[feature["properties"]["names"]["en"]] = feature
    return found


def on_map(name: str, feature: dict[str, Any]) -> dict[str, Any]:
    """What the map needs to know of a feature; ``popup`` is shown on a click."""
    first = int(feature["properties"]["history"][0]["date"][:4])
    properties = {"id": feature["id"], "name": name, "popup": name, "first": first}
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}


def status(feature: dict[str, Any], year: int) -> str | None:
    """The status in a year."""
    past = [change for change in feature["properties"]["history"] if int(change["date"][:4]) <= year]
    return past[-1]["status"] if past else None


def panel(name: str, feature: dict[str, Any], year: int) -> list[Any]:
    """What is said of a feature."""
    properties = feature["properties"]
    rows = [html.Tr([html.Td(change["date"]), html.Td(change["status"])]) for change in properties["history"]]
    return [
        html.H3(name),
        html.P(f"{properties['kind']}, {status(feature, year) or 'not yet'} in {year}"),
        html.Ul([html.Li(text) for text in properties["names"].values()]),
        html.P(properties["note"]["en"]),
        html.Table(rows),
        html.Small(", ".join(properties["sources"])),
    ]


def server(folder: str) -> Flask:
    """The application for a WSGI server."""
    features = load(folder)
    shown = {"type": "FeatureCollection", "features": [on_map(*item) for item in features.items()]}
    content = json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()
    compressed = gzip.compress(content, 6, mtime=0)
    app = Dash(__name__, assets_folder="dash_assets", compress=False, update_title="")
    web: Flask = app.server

    @web.route("/features.geojson")
    def data() -> Response:
        return Response(compressed, mimetype="application/geo+json", headers={"Content-Encoding": "gzip"})

    function = "dashExtensions.default.{}".format
    layer = dl.GeoJSON(
        id="features",
        url="/features.geojson",
        filter={"variable": function("begun")},
        pointToLayer={"variable": function("circle")},
        hideout={"year": THIS_YEAR},
    )
    map_ = dl.Map(layer, center=(42.7, 51.0), zoom=6, preferCanvas=True, style={"height": 700})
    app.layout = html.Div(
        [
            dcc.Slider(1990, 2040, 1, value=THIS_YEAR, id="year", marks=None),
            dcc.Dropdown(list(features), id="search", placeholder="Search"),
            html.Div(
                [html.Div(map_, style={"flex": 2}), html.Div("Click on something.", id="panel", style={"flex": 1})],
                style={"display": "flex"},
            ),
        ]
    )
    app.clientside_callback("year => ({year})", Output("features", "hideout"), Input("year", "value"))

    @app.callback(
        Output("panel", "children"),
        Input("features", "clickData"),
        Input("search", "value"),
        State("year", "value"),
        prevent_initial_call=True,
    )
    def chosen(clicked: dict[str, Any] | None, found: str | None, year: int) -> list[Any] | str:
        by_search = callback_context.triggered_id == "search"
        name = found if by_search else (clicked or {}).get("properties", {}).get("name")
        return panel(name, features[name], year) if name else "Click on something."

    return web
