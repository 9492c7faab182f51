"""The page that a browser gets first: Streamlit's own, with the right language and title, told early what it will need.

Streamlit finds out step by step which parts of its bundle a page needs, and looks for its server below the page's own
address first (``/table/_stcore/health``). Naming both at once saves two round trips of the first load and two errors
on the console.
"""

import gzip
import json
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from mimetypes import guess_type
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from dashboard.style import LOOKS
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES

PARTS = (
    "Html", "purify.es", "PageLink", "ButtonGroup", "WidgetLabel", "useBasicWidgetState", "styled-components",
    "IFrameUtil", "ComponentInstance", "withCalculatedWidth", "urls", "Button", "WidgetLabelHelpIconInline",
)  # fmt: skip
"""The parts of Streamlit's bundle that Explore asks for one after another."""
COMPONENT = "/component/streamlit_folium.st_folium"
BUILD = "frontend/build"
PAGE = "index.html"
FOR_EVER = "public, max-age=31536000, immutable"


def streamlit_folder() -> Path:
    """Where the installed Streamlit keeps what browsers fetch.

    Raises:
        FileNotFoundError: it is not installed.
    """
    return _package("streamlit") / "static"


def _package(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{name} is not installed; run `make run`, which installs it")
    return Path(spec.origin).parent


@lru_cache
def index_page() -> str:
    """Streamlit's own page."""
    return (streamlit_folder() / "index.html").read_text(encoding="utf-8")


@lru_cache
def _parts() -> tuple[str, ...]:
    folder = streamlit_folder() / "static" / "js"
    return tuple(f"./static/js/{path.name}" for part in PARTS for path in sorted(folder.glob(f"{part}.*.js")))


@lru_cache
def _environment() -> Environment:
    # markup is escaped; start.js takes JSON only, which is made here
    return Environment(
        loader=PackageLoader("dashboard", "templates"),
        autoescape=select_autoescape(("html.j2",), default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def first_page(atlas: Atlas, words: Words, version: str) -> str:
    """The first page in one language; ``version`` is that of the files that the browser fetches."""
    head = _environment().get_template("front.html.j2").render(parts=_parts())
    title = _environment().from_string("{{ title }}").render(title=words.name(atlas.description.title))
    page = index_page().replace('<html lang="en">', f'<html lang="{words.language}">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{title}</title>", 1)
    styles = _environment().get_template("front-styles.html.j2").render(release=atlas.release, version=version)
    # after Streamlit's own, which it puts into the head
    return page.replace("<head>", f"<head>\n{head}", 1).replace("<body>", f"<body>\n{styles}", 1)


def start_script(atlas: Atlas, files: Iterable[str], version: str, state: str) -> str:
    """``start.js``: where the server is, and what the map will fetch, so that it is on its way before the map is.

    With another ``state`` than this the page is to be drawn again.
    """
    wanted = sorted(files)
    data = [path for path in wanted if path.endswith("json")]
    component = [path.removeprefix("/") for path in _bundle() if path.startswith(COMPONENT) and path.endswith(".js")]
    others = [f"atlas/{atlas.release}/{path}?{version}" for path in wanted if not path.endswith("json")]
    return (
        _environment()
        .get_template("start.js.j2")
        .render(
            scripts=json.dumps([*component, *others]),
            files=json.dumps(data),
            languages=json.dumps(LANGUAGES),
            looks=json.dumps(LOOKS),
            release=atlas.release,
            version=version,
            state=json.dumps(state),
        )
    )


class Bundle:
    """ASGI middleware: Streamlit's own scripts and fonts, and its map component's page, from memory, compressed once.

    Streamlit reads and compresses each of its sixty files again for every visitor, which is most of a first load. And
    it knows the component only once it has run a page: a replica that takes over a visitor may not have.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for a file of the bundle; hand on everything else."""
        asked = scope["type"] == "http" and scope.get("method") == "GET"
        path = _bundle().get(str(scope["path"])) if asked else None
        if path is None:
            await self.app(scope, receive, send)
            return
        content, compressed, media_type = _bundled(path)
        headers = {"Cache-Control": "no-cache" if path.name == PAGE else FOR_EVER, "Vary": "Accept-Encoding"}
        if compressed and "gzip" in Headers(scope=scope).get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            content = compressed
        await Response(content, media_type=media_type, headers=headers)(scope, receive, send)


@lru_cache
def _bundle() -> dict[str, Path]:
    component = _package("streamlit_folium") / BUILD
    folders = {"/static": streamlit_folder() / "static", f"{COMPONENT}/static": component / "static"}
    # only names with a hash in them may be kept for ever, and beside the page no other name can be asked for
    return {f"{COMPONENT}/{PAGE}": component / PAGE} | {
        f"{place}/{path.relative_to(folder).as_posix()}": path
        for place, folder in folders.items()
        for path in folder.rglob("*.*.*")
        if path.is_file()
    }


@lru_cache(maxsize=256)
def _bundled(path: Path) -> tuple[bytes, bytes, str]:
    content = path.read_bytes()
    media_type = guess_type(path.name)[0] or "application/octet-stream"
    text = media_type.startswith("text/") or media_type.endswith(("javascript", "json", "xml"))
    return content, gzip.compress(content, 6, mtime=0) if text else b"", media_type
