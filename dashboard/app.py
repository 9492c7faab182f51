"""The ASGI application: Streamlit over main.py, and the addresses from which browsers fetch the atlas.

``corridors serve`` runs it. Streamlit's options are passed by the command itself (see cli.py), because
its configuration file is found only from some folders.
"""

import logging
import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from streamlit.runtime.pages_manager import PagesManager

from dashboard import front, live, own
from dashboard.briefing import presenter
from dashboard.headers import Headers
from dashboard.scene import scene
from dashboard.served import Served, of_release, panel_html, served, state
from dashboard.shelf import shelf
from dashboard.view import PAGES, View
from dashboard.words import Words
from geodata import AtlasError
from geodata.model import LANGUAGES
from geodata.tiled import ARCHIVE, LAST_ZOOM

log = logging.getLogger(__name__)

OVERVIEW = "overview"
NEVER = {"Cache-Control": "no-cache"}
NOWHERE = {"Cache-Control": "private, no-store"}
TILE_NUMBER = re.compile("[0-9]{1,9}")
"""Not Starlette's ``int``, which fails at a number of some thousand digits."""


async def atlas_file(request: Request) -> Response:
    """One file of the served release: immutable, compressed where the browser takes it, with an ETag."""
    now = of_release(request.path_params["release"])
    file = now.file(request.path_params["path"]) if now else None
    if now is None or file is None:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    etag = f'"{now.atlas.release}-{now.version}"'
    headers = {
        "Cache-Control": _kept(now, request.url.query),
        "ETag": etag,
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if file.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


async def archive_file(request: Request) -> Response:
    """The tiles of the layers that are too large for memory, in ranges as the browser asks for them."""
    now = of_release(request.path_params["release"])
    archive = now.atlas.tiled.archive if now and now.atlas.tiled else None
    if now is None or archive is None:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    headers = {"Cache-Control": _kept(now, request.url.query), "X-Content-Type-Options": "nosniff"}
    return FileResponse(archive, media_type="application/vnd.pmtiles", headers=headers)


def tile_file(request: Request) -> Response:
    """One vector tile of the layers that stay in a database."""
    asked = request.path_params
    now = of_release(asked["release"])
    tiled = now.atlas.tiled if now else None
    place = [int(asked[name]) for name in ("zoom", "column", "row") if TILE_NUMBER.fullmatch(asked[name])]
    if now is None or tiled is None or tiled.archive or not _is_tile(place):
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    try:
        content = tiled.tile(*place)
    except AtlasError as error:
        log.error("%s", error)  # noqa: TRY400 - the database's refusal, not a mistake of ours
        return PlainTextResponse("The tile cannot be had now.\n", status_code=503, headers={"Retry-After": "5"})
    headers = {"Cache-Control": _kept(now, request.url.query), "X-Content-Type-Options": "nosniff"}
    if content:
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type="application/vnd.mapbox-vector-tile", headers=headers)


def _is_tile(place: Sequence[int]) -> bool:
    """Whether zoom, column and row are those of a tile."""
    return len(place) == len(("zoom", "column", "row")) and place[0] <= LAST_ZOOM and max(place[1:]) < 2 ** place[0]


def _kept(now: Served, version: str) -> str:
    """How long an answer may be kept that was asked for with a version.

    While replicas are updated one after another, a page of the newer program may ask the older one, whose answer
    must not stay in a cache under the newer one's address.
    """
    return front.FOR_EVER if version in ("", now.version) else NEVER["Cache-Control"]


def panel_file(request: Request) -> Response:
    """The panel of one object, in the very form that the page places; ``overview`` where nothing is selected.

    The browser shows it at once when something is picked, and the page's own follows. The query says for which
    date (``date``, as in the page's address) and on which day (``today``), so that the answer never changes.
    """
    asked = request.path_params
    now = of_release(asked["release"])
    if now is None:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    selected = None if asked["id"] == OVERVIEW else asked["id"]
    query = {"lang": asked["language"], "select": selected or "", "date": request.query_params.get("date", "")}
    view = View.from_query(query, now.atlas).subject
    if view.selected != selected or view.language != asked["language"]:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    try:
        today = date.fromisoformat(request.query_params.get("today", ""))
    except ValueError:
        today = date.today()
    headers = {
        "Cache-Control": _kept(now, request.query_params.get("version", "")),
        "X-Content-Type-Options": "nosniff",
    }
    return HTMLResponse(panel_html(now, view, today), headers=headers)


def own_file(request: Request) -> Response:
    """What the map draws of a layer of a viewer's own, for whoever knows its token; nothing keeps it."""
    layer = shelf.get(request.path_params["token"])
    if layer is None:
        return PlainTextResponse("There is no such layer any more.\n", status_code=404, headers=NOWHERE)
    return Response(layer.columns, media_type="application/json", headers={**NOWHERE, "Content-Encoding": "gzip"})


def own_panel_file(request: Request) -> Response:
    """The panel of one object of such a layer, as :func:`panel_file`."""
    asked = request.path_params
    layer = shelf.get(asked["token"])
    if layer is None or asked["object"] >= layer.count or asked["language"] not in LANGUAGES:
        return PlainTextResponse("There is no such object any more.\n", status_code=404, headers=NOWHERE)
    return HTMLResponse(own.panel(layer, asked["object"], Words(asked["language"])), headers=NOWHERE)


def presenter_file(request: Request) -> Response:
    """The presenter's window of a briefing."""
    asked = request.path_params
    served_now = of_release(asked["release"])
    if served_now is None:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    atlas = served_now.atlas
    query = {"lang": asked["language"], "step": request.query_params.get("step", "")}
    view = View.from_query(query, atlas)
    shown = atlas.briefings.get(asked["id"])
    if shown is None or view.language != asked["language"]:
        return PlainTextResponse("Not part of this release of the atlas.\n", status_code=404)
    now = scene(atlas, view, Words(view.language), date.today())
    return HTMLResponse(presenter(now, shown, served_now.version), headers=NEVER)


async def healthz(_request: Request) -> Response:
    """The process is up."""
    return JSONResponse({"status": "up"})


async def readyz(_request: Request) -> Response:
    """The atlas is loaded."""
    return JSONResponse({"status": "ready", "release": served().atlas.release})


async def state_now(_request: Request) -> Response:
    """What a page that is open compares with what it was told before; asked every second while files are watched."""
    return JSONResponse({"state": state(), "watching": live.watching()}, headers=NEVER)


async def first_page(request: Request) -> Response:
    """The first page, in the language that the address asks for."""
    atlas = served().atlas
    language = View.from_query({"lang": request.query_params.get("lang", "")}, atlas).language
    return HTMLResponse(front.first_page(atlas, Words(language), served().version), headers=NEVER)


async def start(_request: Request) -> Response:
    """The script that runs before Streamlit's."""
    now = served()
    return Response(
        front.start_script(now.atlas, now.first, now.version, state()), media_type="text/javascript", headers=NEVER
    )


def on_script_error(error: Exception) -> bool:
    """Log an error of a page in full and tell the viewer in plain words, never with a traceback."""
    log.error("a page failed", exc_info=error)
    words = Words(View.from_query(st.query_params.to_dict(), served().atlas).language)
    st.error(words("Something went wrong on our side. What you had chosen is in the address: reload the page."))
    return True


# dashboard/pages holds modules that main.py places, not scripts; without this the first visitor of a fresh server
# who comes straight to /table would be shown pages/table.py by itself
PagesManager.uses_pages_directory = False

app = st.App(
    Path(__file__).with_name("main.py"),
    routes=[
        Route("/atlas/{release}/panel/{language}/{id}.html", panel_file),
        Route("/atlas/{release}/presenter/{language}/{id}.html", presenter_file),
        Route(f"/atlas/{{release}}/{ARCHIVE}", archive_file),
        Route("/atlas/{release}/tiles/{zoom}/{column}/{row}.mvt", tile_file),
        Route("/atlas/{release}/{path:path}", atlas_file),
        Route("/own/{token}/columns.json", own_file),
        Route("/own/{token}/panel/{language}/{object:int}.html", own_panel_file),
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/state", state_now),
        Route("/start.js", start),
        *(Route(f"/{place}", first_page) for place in PAGES),
    ],
    middleware=[Middleware(Headers), Middleware(front.Bundle)],
    on_script_error=on_script_error,
)
