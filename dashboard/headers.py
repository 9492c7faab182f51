"""The headers that keep a page from doing what it has no need to do. docs/security.md gives the reason for each.

Content-Security-Policy is as strict as Streamlit lets it be: no script but our host's own, no other host at all.
"""

import base64
import re
from functools import lru_cache
from hashlib import sha256

from starlette.datastructures import Headers as Asked
from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.front import index_page

COMPONENTS = "/component/"
"""Below this the map's frame is served: streamlit-folium's page, which runs the scripts that it is sent."""
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=(), bluetooth=()",
}
OTHERS = ("cross-site", "same-site")
"""What a browser says (Sec-Fetch-Site) when a page that is not ours asks for something."""
_COMMON = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'"
)


class Headers:
    """ASGI middleware: every answer carries the headers; what an answer says itself stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if str(scope["path"]).startswith(COMPONENTS) and Asked(scope=scope).get("sec-fetch-site") in OTHERS:
            # the frame does what the page around it says, so that page must be ours
            await PlainTextResponse("Only the atlas's own page may show its map.\n", status_code=403)(
                scope, receive, send
            )
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in ALWAYS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Content-Security-Policy", policy(str(scope["path"])))
            await send(message)

        await self.app(scope, receive, guarded)


def policy(path: str) -> str:
    """The Content-Security-Policy of a page at a path."""
    # each change of view is a script of its own, made by Folium and run by eval
    scripts = "'unsafe-inline' 'unsafe-eval'" if path.startswith(COMPONENTS) else _inline()
    # without frame-ancestors: any page, also one on a disk, may show ours in a frame
    return f"script-src 'self' {scripts}; {_COMMON}"


@lru_cache
def _inline() -> str:
    """The checksums of the scripts that stand in Streamlit's own page."""
    scripts = re.findall(r"<script>(.*?)</script>", index_page(), re.DOTALL)
    digests = (base64.b64encode(sha256(script.encode()).digest()).decode() for script in scripts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
