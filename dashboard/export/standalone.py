"""The atlas without a server: the page of which the static site (site.py) is made too, and all of it in one HTML file.

It is one page with the same map client, templates and styles as the app. What a server would say at each click is
made beforehand, in every language, for the day on which the copy is made, and says so; what depends on the date that
the reader moves (the map, an object's status) follows in the browser.
"""

import base64
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

from dashboard.about import about
from dashboard.briefing import briefing, briefing_list, presenter_part, stage
from dashboard.changes import changes
from dashboard.forecasts import forecasts
from dashboard.html import Verbatim, render
from dashboard.map import OPTIONS, state
from dashboard.panel import panel, status_box, tiled_panel
from dashboard.scene import Scene, scene
from dashboard.served import Served, static
from dashboard.sources import sources
from dashboard.style import LOOK_WORDS, LOOKS
from dashboard.table import head, table
from dashboard.view import BAR, PAGES, View
from dashboard.words import Words
from geodata import Atlas
from geodata.dates import parse
from geodata.model import LANGUAGES, Feature, Id, Language
from geodata.status import begins

POLICY = (
    "default-src 'none'; script-src {scripts}; style-src {styles}; style-src-attr 'unsafe-inline'; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""Content-Security-Policy. Inline style attributes place marks on small time axes; nothing else is inline."""
Each = Callable[[Callable[[Language], bytes], Iterable[Language]], Iterable[bytes]]
PIECE = re.compile(r"<[^>]*>|[^<]+")
"""A piece of HTML: a tag, or what stands between two."""


@dataclass(frozen=True, kw_only=True)
class PageLink:
    """A page of the bar by its place in the address."""

    place: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Bar:
    """standalone-bar.html.j2: title, pages, looks and languages, in one language."""

    title: str
    pages: tuple[PageLink, ...]
    looks: tuple[tuple[str, str], ...]
    languages: tuple[tuple[str, str], ...]
    made: str


@dataclass(frozen=True, kw_only=True)
class Page:
    """standalone.html.j2: the page that everything else is put into.

    Styles, scripts and packed files stand in it, or are fetched from ``links``.
    """

    title: str
    policy: str
    settings: str
    bar: Bar
    style: Verbatim | None = None
    scripts: tuple[Verbatim, ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)
    """The packed files that the map is drawn from; they come before the scripts, all others after them."""
    packed: Mapping[str, str] = field(default_factory=dict)
    style_link: str | None = None
    script_links: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Download:
    """A file beside the page."""

    path: str
    name: str
    language: str | None = None


@dataclass(frozen=True, kw_only=True)
class Downloads:
    """standalone-downloads.html.j2: files beside the page to take along."""

    files: tuple[Download, ...]


def html(served: Served, shown: Scene, each: Each = map) -> bytes:
    """One HTML file with everything in it, which opens on what ``shown`` shows; it needs no network.

    ``each`` applies a function to every language; an executor's ``map`` does so with several processors.
    """
    font = served.files["font.woff2"]
    address = f"data:{font.media_type};base64,{_base64(font.content)}"
    style = Verbatim(stylesheet(served).replace("font.woff2", address))
    scripts = tuple(Verbatim(script) for script in programs(served))
    policy = POLICY.format(scripts=" ".join(_hash(script) for script in scripts), styles=_hash(style))
    compressed = {
        path: _base64(gzip.compress(content, 6, mtime=0)) for path, content in contents(served, shown, each=each)
    }
    language = shown.view.language
    soon = {*served.first, *(f"{kind}/{language}.json" for kind in ("words", "names", "texts"))}
    first = {path: compressed.pop(path) for path in [*compressed] if path in soon}
    page = page_of(served, shown, policy, packed=True)
    return rendered(replace(page, style=style, scripts=scripts, first=first, packed=compressed), shown)


def page_of(served: Served, shown: Scene, policy: str, *, packed: bool = False, tiles: bool = False) -> Page:
    """The page that opens on what ``shown`` shows, still without styles and scripts.

    ``packed`` says whether the files are in it, ``tiles`` whether an archive of tiles lies beside it.
    """
    atlas = shown.atlas
    opening = atlas.description.opening
    settings = {
        "folder": f"atlas/{atlas.release}/",
        "release": atlas.release,
        "version": served.version,
        "layers": [layer.id for layer in atlas.description.layers],
        "map": OPTIONS | {"center": [opening.latitude, opening.longitude], "zoom": round(opening.zoom)},
        "view": state(shown),
        "briefing": shown.view.briefing,
        "looks": LOOKS,
        "languages": LANGUAGES,
        "pages": list(PAGES),
        "packed": packed,
        "tiles": tiles,
        "titles": {language: Words(language).name(atlas.description.title) for language in LANGUAGES},
    }
    title = shown.words.name(atlas.description.title)
    return Page(title=title, policy=policy, settings=json.dumps(settings), bar=_bar(shown))


def rendered(page: Page, shown: Scene) -> bytes:
    """The page as HTML."""
    return render("standalone.html.j2", page, shown.words).encode()


def stylesheet(served: Served) -> str:
    """All styles of the page; the map's come first, because what both say of the whole page is the page's to say."""
    return _joined(served.files["map.css"].content, served.files["page.css"].content, static("standalone.css"))


def programs(served: Served) -> tuple[str, str]:
    """The scripts of the page: the map client, and what stands around it."""
    return _joined(served.files["map.js"].content), _joined(static("presenter.js"), static("standalone.js"))


def _joined(*contents: bytes) -> str:
    # a browser reads every line end inside a page as one letter, and takes the checksum of that
    return "\n".join(content.decode() for content in contents).replace("\r\n", "\n")


def contents(
    served: Served, shown: Scene, beside: Sequence[Download] = (), each: Each = map
) -> Iterator[tuple[str, bytes]]:
    """Everything that the page reads, as JSON by path: the app's own files, and what its server would say.

    ``beside`` are files to take along that lie beside the page.
    """
    for path, file in served.files.items():
        if path.endswith(".json") or path == "base.geojson":
            yield path, file.content
    atlas = shown.atlas
    spoken = (*atlas.figures, *atlas.commentary)
    yield "about.json", _json({id: atlas.subject_of(id) for id in spoken})
    yield "briefings.json", _json({one.id: stage(shown, one) for one in atlas.briefings.values()})
    for language, told in zip(
        LANGUAGES, each(partial(_texts, atlas, shown.today, tuple(beside)), LANGUAGES), strict=True
    ):
        yield f"texts/{language}.json", told


def _texts(atlas: Atlas, today: date, beside: Sequence[Download], language: Language) -> bytes:
    return _json(texts(atlas, today, language, beside))


def _json(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _hash(content: Verbatim) -> str:
    return f"'sha256-{_base64(sha256(content.text.encode()).digest())}'"


def _bar(shown: Scene) -> Bar:
    words, atlas = shown.words, shown.atlas
    return Bar(
        title=words.name(atlas.description.title),
        pages=tuple(PageLink(place=place, name=words(PAGES[place])) for place in BAR),
        looks=tuple((look, words(LOOK_WORDS[look])) for look in LOOKS),
        languages=tuple((language, Words(language).language_name(language)) for language in LANGUAGES),
        made=words("Copy of {date}, release {release}", date=words.day(shown.today), release=atlas.release),
    )


def _statuses(seen: Scene, feature: Feature) -> Iterator[tuple[str, str]]:
    """The status box of a feature from each day on which it changes, and first that of the time before."""
    days = sorted({begins(change) for change in feature.history})
    for day in (days[0] - timedelta(days=1), *days):
        view = View(language=seen.view.language, date=parse(day.isoformat()))
        yield day.isoformat(), status_box(replace(seen, view=view), feature)


def _downloads(files: Iterable[Download], words: Words) -> str:
    found = tuple(file for file in files if file.language in (None, words.language))
    return render("standalone-downloads.html.j2", Downloads(files=found), words) if found else ""


def texts(atlas: Atlas, today: date, language: Language, beside: Iterable[Download] = ()) -> dict[str, Any]:
    """All HTML in one language: panels, their status on other days, pages, stages and presenters' windows.

    Much of it stands in several places, so ``pieces`` holds each piece once and the rest are lists of its indices:
    ``panels`` by id ("" is the overview), ``tiled`` by layer,
    ``statuses`` by feature as pairs of a first day and the status box from it
    on, ``pages`` by place, ``stages`` and ``presenters`` by briefing.
    """
    words = Words(language)
    seen = scene(atlas, View(language=language), words, today, alone=True)
    pieces: dict[str, int] = {}

    def numbered(text: str) -> list[int]:
        lines = "\n".join(line for written in text.split("\n") if (line := written.strip()))
        return [pieces.setdefault(piece, len(pieces)) for piece in PIECE.findall(lines)]

    def panel_of(id: Id | None) -> list[int]:
        return numbered(panel(replace(seen, view=seen.view.but(selected=id))))

    subjects: Iterable[Id] = (*atlas.features, *atlas.events, *atlas.statements, *atlas.sources)
    handouts = [file for file in beside if file.language]
    others = [file for file in beside if not file.language]
    pages = {
        "briefing": briefing_list(seen) + _downloads(handouts, words),
        "table": head(seen) + _downloads(others, words) + table(seen),
        "sources": sources(seen),
        "forecasts": forecasts(seen),
        "changes": changes(seen),
        "about": about(seen),
    }
    told = {
        "bar": numbered(render("standalone-bar.html.j2", _bar(seen), words)),
        "panels": {"": panel_of(None)} | {id: panel_of(id) for id in subjects},
        "tiled": {layer.id: numbered(tiled_panel(seen, layer)) for layer in atlas.description.layers if layer.tiled},
        "statuses": {
            feature.id: [(day, numbered(box)) for day, box in _statuses(seen, feature)]
            for feature in atlas.features.values()
            if feature.history
        },
        "pages": {place: numbered(page) for place, page in pages.items()},
        "stages": {one.id: numbered(briefing(seen, one)) for one in atlas.briefings.values()},
        "presenters": {one.id: numbered(presenter_part(seen, one)) for one in atlas.briefings.values()},
    }
    return {"pieces": list(pieces), **told}
