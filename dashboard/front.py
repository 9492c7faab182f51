"""The page that a browser gets first: Streamlit's own, with the right language and title, told early what it will need.

Streamlit finds out step by step which parts of its bundle a page needs, and looks for its server below the page's own
address first (``/table/_stcore/health``). Naming both at once saves two round trips of the first load and two errors
on the console.
"""

import json
from collections.abc import Iterable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from dashboard.words import Words
from geodata import Atlas

PARTS = (
    "Html", "purify.es", "PageLink", "ButtonGroup", "WidgetLabel", "useBasicWidgetState", "styled-components",
    "IFrameUtil", "ComponentInstance", "withCalculatedWidth", "urls",
)  # fmt: skip
"""The parts of Streamlit's bundle that Explore asks for one after another."""


def streamlit_folder() -> Path:
    """Where the installed Streamlit keeps what browsers fetch.

    Raises:
        FileNotFoundError: it is not installed.
    """
    spec = find_spec("streamlit")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("streamlit is not installed; run `make run`, which installs it")
    return Path(spec.origin).parent / "static"


@lru_cache
def _index() -> str:
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


def first_page(atlas: Atlas, words: Words) -> str:
    """The first page in one language."""
    head = _environment().get_template("front.html.j2").render(parts=_parts())
    title = _environment().from_string("{{ title }}").render(title=words.name(atlas.description.title))
    page = _index().replace('<html lang="en">', f'<html lang="{words.language}">', 1)
    page = page.replace("<title>Streamlit</title>", f"<title>{title}</title>", 1)
    return page.replace("<head>", f"<head>\n{head}", 1)


def start_script(atlas: Atlas, files: Iterable[str]) -> str:
    """``start.js``: where the server is, and what the map will fetch, so that it is on its way before the map is."""
    wanted = [f"atlas/{atlas.release}/{path}" for path in files]
    return _environment().get_template("start.js.j2").render(wanted=json.dumps(wanted))
