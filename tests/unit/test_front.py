"""What a browser fetches of Streamlit and of the map's component (rows 46, 49)."""

import asyncio
import gzip
import re

import pytest
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Message

from dashboard import front

FRAME = "/component/streamlit_folium.st_folium"
IMMUTABLE = "public, max-age=31536000, immutable"


def get(path: str, encoding: str = "") -> tuple[Headers, bytes]:
    """What is answered before an application that has never run a page."""
    said: list[Message] = []

    async def receive() -> Message:
        raise AssertionError("nothing was sent")

    async def send(message: Message) -> None:
        said.append(message)

    asked = [(b"accept-encoding", encoding.encode())]
    scope = {"type": "http", "method": "GET", "path": path, "headers": asked}
    asyncio.run(front.Bundle(PlainTextResponse("handed on"))(scope, receive, send))
    return Headers(raw=said[0]["headers"]), b"".join(message["body"] for message in said[1:])


def test_the_maps_frame_is_there_before_any_page_has_run() -> None:
    headers, page = get(f"{FRAME}/index.html")
    assert headers["content-type"].startswith("text/html")
    assert headers["cache-control"] == "no-cache"
    scripts = re.findall(r'src="\./(.+?)"', page.decode())
    assert scripts
    for script in scripts:
        headers, _ = get(f"{FRAME}/{script}")
        assert headers["cache-control"] == IMMUTABLE, script
        assert headers["content-type"].startswith("text/javascript"), script


def test_streamlits_scripts_are_compressed_where_the_browser_takes_it() -> None:
    files = sorted((front.streamlit_folder() / "static" / "js").glob("index.*.js"))
    assert files
    for file in files:
        headers, content = get(f"/static/js/{file.name}", "gzip, br")
        assert (headers["content-encoding"], gzip.decompress(content)) == ("gzip", file.read_bytes())
        headers, content = get(f"/static/js/{file.name}")
        assert "content-encoding" not in headers
        assert content == file.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"{FRAME}/",
        f"{FRAME}/../index.html",
        "/component/another.one/index.html",
        "/static/../../../pyproject.toml",
        "/static/js/index.js",
    ],
)
def test_nothing_else_is_the_bundles(path: str) -> None:
    assert get(path)[1] == b"handed on"
