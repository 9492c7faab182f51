"""The atlas that this process serves, and everything that a browser fetches of it by address.

The files are made once when the atlas is opened: their address holds the release, so that browsers
may keep them for ever.
"""

import gzip
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from shapely.geometry import mapping
from xstatic.pkg import leaflet

from dashboard.cite import citations
from dashboard.front import streamlit_folder
from dashboard.html import environment
from dashboard.map.columns import by_layer, columns, names
from dashboard.panel import panel
from dashboard.scene import STANCE_WORDS, scene
from dashboard.style import DRAWN_WORDS, LOOKS, STATUS_WORDS, for_browser, properties
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, AtlasError, Problem, open_atlas
from geodata.diff import revision
from geodata.model import LANGUAGES, Event, Feature, Id, Language, Revision
from geodata.search import LETTERS, ORDER, SEQUENCES, index
from geodata.status import changes
from geodata.tiled import ARCHIVE, LAST_ZOOM

ATLAS_VARIABLE = "CORRIDORS_ATLAS"
"""The environment variable that holds the address of the atlas to serve."""


CLIENT_PARTS = (
    "tools.js",
    "files.js",
    "canvas.js",
    "features.js",
    "tiles.js",
    "own.js",
    "courses.js",
    "labels.js",
    "paint.js",
    "legend.js",
    "time.js",
    "search.js",
    "briefing.js",
    "client.js",
)
"""The parts of the map client, in the order in which they build on each other."""
FIRST = ("map.", "font.", "atlas.", "base.", "events.", "columns/")
OPENING = "opening.json"
EMPTY = {"type": "FeatureCollection", "features": []}


@dataclass(frozen=True)
class File:
    """One file for the browser."""

    content: bytes
    media_type: str

    @cached_property
    def compressed(self) -> bytes:
        """The content as gzip; empty where that would gain nothing."""
        return b"" if self.media_type.startswith("font/") else gzip.compress(self.content, 6, mtime=0)


@dataclass(frozen=True, eq=False)
class Served:
    """An atlas with the files that browsers fetch, by their path below ``/atlas/<release>/``.

    ``version`` stands in each address as its query: the files are made by the program too, so that a newer
    program with the same release must not find an older one's in a browser's cache.
    """

    atlas: Atlas
    files: Mapping[str, File]
    version: str

    @property
    def first(self) -> tuple[str, ...]:
        """The files that the map cannot be drawn without, but for the words of one language."""
        return tuple(path for path in self.files if path.startswith(FIRST))

    @cached_property
    def opening(self) -> File:
        """The data among :attr:`first` as one file, an object by path: a request takes longer than what it brings."""
        data = (path for path in self.first if path.endswith("json"))
        parts = (json.dumps(path).encode() + b":" + self.files[path].content for path in data)
        return File(b"{" + b",".join(parts) + b"}", "application/json")

    def file(self, path: str) -> File | None:
        """What stands below ``/atlas/<release>/`` at a path; None if nothing does."""
        return self.opening if path == OPENING else self.files.get(path)

    @classmethod
    def of(cls, atlas: Atlas) -> "Served":
        """Everything that browsers fetch of an atlas."""
        found = browser_files(atlas)
        # no part of the release, but a copy's pages are made of them, and a page that is open shows them
        changes = "".join(one.model_dump_json() for one in atlas.changes.values())
        told = b"".join((*(file.content for file in found.values()), changes.encode()))
        return cls(atlas, found, sha256(told).hexdigest()[:8])


def shipped() -> str:
    """The folder of the atlas that ships with the product."""
    return str(files("geodata") / "caspian")


@dataclass(frozen=True, kw_only=True)
class Troubles:
    """troubles.html.j2: what is wrong with the atlas as it is stored now, and which release is shown instead."""

    release: str
    problems: tuple[Problem, ...]


@dataclass
class _Process:
    """What this process serves: one value, exchanged as a whole."""

    now: Served | None = None
    before: Served | None = None
    problems: tuple[Problem, ...] = ()


_process = _Process()
_opening = Lock()


def served() -> Served:
    """The atlas of this process, opened on first use.

    Raises:
        AtlasError: the atlas is broken.
    """
    with _opening:
        if _process.now is None:
            _process.now = Served.of(open_atlas(address()))
        return _process.now


def address() -> str:
    """The folder or database of the atlas that this process serves."""
    return os.environ.get(ATLAS_VARIABLE) or shipped()


def reload() -> tuple[Problem, ...]:
    """Read the atlas again; one with problems changes nothing but :func:`problems`, which are handed over."""
    try:
        atlas = open_atlas(address())
        if (atlas.release, atlas.changes) != (served().atlas.release, served().atlas.changes):
            fresh = Served.of(atlas)
            with _opening:
                if _process.now and _process.now.atlas.release != atlas.release:
                    _process.before = _process.now
                _process.now = fresh
            panel_html.cache_clear()
        _process.problems = ()
    except AtlasError as error:
        _process.problems = error.problems
    return _process.problems


@lru_cache(maxsize=2)
def _between(before: Served, now: Served) -> Revision:
    return revision(before.atlas, now.atlas)


def edited(now: Served) -> Revision | None:
    """What the last edit that was read while the process runs changed; None if there was none."""
    before = _process.before
    return _between(before, now) if before and before.atlas.release != now.atlas.release else None


def problems() -> tuple[Problem, ...]:
    """What keeps the atlas as it is stored now from being served; empty if it is what is served."""
    return _process.problems


def state() -> str:
    """Changes whenever a page that is open should be drawn again."""
    told = "\n".join(map(str, problems()))
    return f"{served().atlas.release}-{served().version}-{sha256(told.encode()).hexdigest()[:8]}"


def of_release(release: str) -> Served | None:
    """What is served of a release: the present one, or the one before, which pages that are open still ask for."""
    return next((one for one in (served(), _process.before) if one and one.atlas.release == release), None)


@lru_cache(maxsize=512)  # some 30 MB
def panel_html(served: Served, view: View, today: date) -> str:
    """The panel of what ``view`` has selected, made once for every viewer of the day.

    ``view`` is a ``View.subject``, so that equal panels are equal keys.
    """
    return panel(scene(served.atlas, view, Words(view.language), today))


def browser_files(atlas: Atlas) -> dict[str, File]:
    """Everything that the map client fetches."""
    layers = [layer.id for layer in atlas.description.layers]
    found = {
        "map.js": _script(),
        "map.css": File(b"\n".join((_leaflet("leaflet.css"), _looks(layers), _client("client.css"))), "text/css"),
        "page.css": File(b"\n".join((_looks(layers), static("app.css"), static("pages.css"))), "text/css"),
        "presenter.js": File(static("presenter.js"), "text/javascript"),
        "font.woff2": File(_font(), "font/woff2"),
        "atlas.json": _json(_description(atlas)),
        "events.json": _json(_events(atlas)),
        "subjects.json": _json(_subjects(atlas)),
        "citations.json": _json(citations(atlas)),
        "search.json": _json(_search(atlas)),
        "base.geojson": _json(atlas.base or EMPTY, "application/geo+json"),
    }
    members = by_layer(atlas)
    for layer, features in members.items():
        collection = {"type": "FeatureCollection", "features": [_feature(feature, atlas) for feature in features]}
        found[f"layers/{layer}.geojson"] = _json(collection, "application/geo+json")
        found[f"columns/{layer}.json"] = _json(columns(features, atlas))
    for language in LANGUAGES:
        said = {layer: names(features, language) for layer, features in members.items()}
        found[f"names/{language}.json"] = _json(said)
        found[f"words/{language}.json"] = _json(_words(Words(language), atlas))
    return found


def _json(value: Any, media_type: str = "application/json") -> File:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    return File(content, media_type)


def _leaflet(name: str) -> bytes:
    return (Path(leaflet.BASE_DIR) / name).read_bytes()


def _client(name: str) -> bytes:
    return (files("dashboard") / "map" / "client" / name).read_bytes()


def _script() -> File:
    """Leaflet and the client as one script, because the component loads scripts one after another."""
    library = _leaflet("leaflet.js").replace(b"//# sourceMappingURL=leaflet.js.map", b"")
    client = b"\n".join(_client(name) for name in CLIENT_PARTS)
    return File(library + b'\n(() => {\n"use strict";\n' + client + b"})();\n", "text/javascript")


def static(name: str) -> bytes:
    """A file of ``dashboard/static``."""
    return (files("dashboard") / "static" / name).read_bytes()


def _looks(layers: Sequence[str]) -> bytes:
    """The colours of every look as properties that all other styles use."""
    looks = {look: properties(look, layers) for look in LOOKS}
    return environment().get_template("looks.css.j2").render(looks=looks).encode()


def _font() -> bytes:
    """Streamlit's own Source Sans, so that map and page share one typeface."""
    media = streamlit_folder() / "static" / "media"
    found = sorted(media.glob("SourceSansVF-Upright*.woff2"))
    if not found:
        raise FileNotFoundError(f"{media} holds no SourceSansVF-Upright*.woff2; install the pinned Streamlit")
    return found[0].read_bytes()


def _description(atlas: Atlas) -> dict[str, Any]:
    description = atlas.description
    return {
        "release": atlas.release,
        "aliases": dict(atlas.aliases),
        "style": for_browser(tuple(layer.id for layer in description.layers)),
        "layers": [
            {"id": layer.id, "names": layer.names.model_dump(exclude_none=True), "texts": dict(layer.text.items())}
            for layer in description.layers
        ],
        "groups": [
            {"names": group.names.model_dump(exclude_none=True), "layers": group.layers} for group in description.groups
        ],
        "opening": description.opening.model_dump(),
        "frame": description.frame.model_dump(),
        "span": description.span.model_dump(),
        "border_note": dict(description.border_note.items()),
        "tiled": _tiled(atlas),
    }


def _tiled(atlas: Atlas) -> dict[str, Any] | None:
    """The layers that are drawn from tiles, and where those are: in one archive, or each at an address of its own."""
    if atlas.tiled is None:
        return None
    archive = ARCHIVE if atlas.tiled.archive else None
    return {"layers": list(atlas.tiled.counts), "counts": atlas.tiled.counts, "archive": archive, "last": LAST_ZOOM}


def _feature(feature: Feature, atlas: Atlas) -> dict[str, Any]:
    said = atlas.statements_about(feature.id)
    return {
        "type": "Feature",
        "id": feature.id,
        "properties": {
            "names": feature.names.model_dump(exclude_none=True),
            "kind": feature.kind,
            "countries": feature.countries,
            "drawn": feature.drawn,
            "parts": feature.parts,
            "owners": feature.owners,
            "stances": sorted({statement.stance for statement in said}),
            "topics": sorted({topic for statement in said for topic in statement.topics}),
            "off_map": feature.off_map,
            "changes": changes(feature),
        },
        "geometry": mapping(feature.geometry) if feature.geometry else None,
    }


def _events(atlas: Atlas) -> list[dict[str, Any]]:
    words: dict[Language, Words] = {language: Words(language) for language in LANGUAGES}
    return [_event(event, atlas, words) for event in atlas.events.values()]


def _event(event: Event, atlas: Atlas, words: Mapping[Language, Words]) -> dict[str, Any]:
    return {
        "id": event.id,
        "lane": atlas.features[event.about[0]].layer,
        "about": event.about,
        "from": event.date.earliest.isoformat(),
        "to": event.date.latest.isoformat(),
        "soft": event.date.approximate or not event.date.is_day,
        "forecast": event.kind == "forecast",
        "date": {language: said.date(event.date) for language, said in words.items()},
        "titles": {language: event.title.best(language)[1] for language in LANGUAGES},
    }


def _subjects(atlas: Atlas) -> dict[Id, tuple[Id, ...]]:
    """What a statement or a source lights up on the map."""
    ids = (*atlas.statements, *atlas.sources)
    today = date.today()
    return {id: scene(atlas, View(selected=id), Words(LANGUAGES[0]), today).lit for id in ids}


def _freshness(atlas: Atlas, words: Words) -> dict[Id, str]:
    """How fresh each layer is: its newest fact, and when its sources were last read."""
    found = {}
    for layer in atlas.description.layers:
        features = [feature for feature in atlas.features.values() if feature.layer == layer.id]
        facts = [figure.as_of for feature in features for figure in atlas.figures_about(feature.id) if figure.as_of]
        facts += [
            event.date for feature in features for event in atlas.events_about(feature.id) if event.kind != "forecast"
        ]
        past = [fact for fact in facts if fact.latest <= atlas.description.date.latest]
        now = scene(atlas, View(), words, date.today())
        read = [atlas.sources[id].retrieved for feature in features for id in now.sources_of(feature)]
        told = []
        if past:
            newest = max(past, key=lambda fact: (fact.latest, fact.earliest))
            told.append(words("Newest fact: {date}.", date=words.date(newest)))
        if days := [day for day in read if day]:
            told.append(words("Sources last read: {date}.", date=words.date(max(days, key=lambda day: day.latest))))
        found[layer.id] = " ".join(told)
    return found


def _search(atlas: Atlas) -> dict[str, Any]:
    return {
        "sequences": SEQUENCES,
        "letters": LETTERS,
        "order": ORDER,
        "entries": [
            [entry.kind, entry.id, entry.target, [[key.field, key.language, key.text] for key in entry.keys]]
            for entry in index(atlas).entries
        ],
    }


def _words(words: Words, atlas: Atlas) -> dict[str, Any]:
    codes = {feature["properties"].get("iso") for feature in atlas.base.get("features", ())}
    codes |= {code for feature in atlas.features.values() for code in feature.countries}
    return {
        "map": words("Map of the atlas"),
        "layers": words("Layers"),
        "own_layers": words("Your own layers"),
        "choose_file": words("Choose a file"),
        "all": words("All"),
        "none": words("None"),
        "line_status": words("Line pattern: status"),
        "line_course": words("Line core: course"),
        "statuses": {status: words(text) for status, text in STATUS_WORDS.items()},
        "drawn": {drawn: words(text) for drawn, text in DRAWN_WORDS.items()},
        "promised": words("promised"),
        "as_promised": words("as promised"),
        "zoom_in": words("Zoom in"),
        "zoom_out": words("Zoom out"),
        "time": words("Time"),
        "date": words("Date shown"),
        "today": words("Today"),
        "play": words("Play the years"),
        "month_back": words("One month back"),
        "month_on": words("One month on"),
        "type_date": words("Type a year, a month or a day, such as 2028, 2028-06 or 2028-06-15"),
        "search": words("Search: a port, a line, an event, a word that was said"),
        "hits": words("Search results"),
        "no_hits": words("Nothing found."),
        "waiting": words("No answer yet: this is what was chosen before."),
        "kinds": {
            "feature": words("object"),
            "event": words("event"),
            "statement": words("statement"),
            "figure": words("figure"),
            "commentary": words("expert's view"),
            "source": words("source"),
        },
        "filters": words("Filters"),
        "filter_names": {
            "theme": words("Theme"),
            "country": words("Country"),
            "status": words("Status"),
            "owner": words("Owner"),
            "stance": words("Kind of statement"),
            "topic": words("Topic"),
        },
        "every": words("all"),
        "clear": words("Clear filters"),
        "freshness": _freshness(atlas, words),
        "about_layer": words("About this layer"),
        "stances": {stance: words(text) for stance, text in STANCE_WORDS.items()},
        "topics": {topic.id: words.name(topic.names) for topic in atlas.topics.values()},
        "zoom_axis_in": words("Fewer years on the axis"),
        "zoom_axis_out": words("More years on the axis"),
        "nautical_miles": words("nmi"),
        "months_short": words.months_short,
        "why_borders": words("Why these borders?"),
        "whole_page": words("Open the whole page"),
        "without_tiles": words("Layers with very many objects are not in this copy."),
        "months": words.months,
        "day_pattern": words.day_pattern,
        "countries": {code: words.country(code) for code in sorted(code for code in codes if code)},
    }
