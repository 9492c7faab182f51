"""What one person looks at, as a value; the address bar is its only store.

``View.from_query`` never raises: a value that cannot be read falls back to its default and is logged.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self, TypeVar, get_args
from urllib.parse import urlencode

from dashboard.style import LOOKS, Look
from dashboard.words import N_
from geodata import Atlas
from geodata.dates import Edtf, parse
from geodata.model import LANGUAGES, Id, Language, Stance, StatusName

log = logging.getLogger(__name__)

DEFAULT_LANGUAGE: Language = "kk"
PAGES: dict[str, str] = {
    "": N_("Map"),
    "briefing": N_("Briefings"),
    "table": N_("Table"),
    "sources": N_("Sources"),
    "forecasts": N_("Forecasts"),
    "changes": N_("Changes"),
    "about": N_("About"),
}
"""The pages by their place in the address: Explore at the root, the others below it."""
BAR: tuple[str, ...] = tuple(place for place in PAGES if place != "changes")
"""The places that the bar has room for; About leads to the other."""
STATUSES: tuple[str, ...] = get_args(StatusName)
STANCES: tuple[str, ...] = get_args(Stance)
FILTERS = ("theme", "country", "status", "owner", "stance", "topic")
"""The parameters that leave out what does not fit."""
FARTHEST = 1000
LONGEST = 400
"""A parameter longer than this many characters is nobody's honest address."""


@dataclass(frozen=True, slots=True)
class Camera:
    """Zoom level and centre of the map (WGS 84 degrees)."""

    zoom: float
    latitude: float
    longitude: float

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``zoom/latitude/longitude``, clamped to what the map can show.

        Raises:
            ValueError: not three numbers.
        """
        zoom, latitude, longitude = (float(part) for part in text.split("/"))
        if not all(abs(number) < FARTHEST for number in (zoom, latitude, longitude)):
            raise ValueError(f"{text!r} is not a place on the map")
        # as exact as it is written, so that reading what was written gives the same camera
        zoom = float(f"{min(max(zoom, 2), 14):g}")
        return cls(zoom, round(min(max(latitude, -85), 85), 4), round(min(max(longitude, -180), 180), 4))

    def __str__(self) -> str:
        return f"{self.zoom:g}/{self.latitude:.4f}/{self.longitude:.4f}"


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """One look at the atlas. None stands for the default: today, every layer, the opening camera."""

    language: Language = DEFAULT_LANGUAGE
    selected: Id | None = None
    date: Edtf | None = None
    layers: tuple[Id, ...] | None = None
    camera: Camera | None = None
    search: str = ""
    theme: Id | None = None
    country: str | None = None
    status: str | None = None
    owner: str | None = None
    stance: str | None = None
    topic: Id | None = None
    briefing: Id | None = None
    step: int | None = None
    look: Look = "light"

    def but(self, **changes: Any) -> "View":
        """The same view with some fields changed."""
        return replace(self, **changes)

    @property
    def filters(self) -> dict[str, str]:
        """The filters that are set, by parameter."""
        return {name: value for name in FILTERS if (value := getattr(self, name))}

    @classmethod
    def from_query(cls, query: Mapping[str, str], atlas: Atlas) -> "View":
        """The view that an address asks for; ids are those of ``atlas``, renamed ones followed."""
        text = {key: _whole(str(value)).strip() for key, value in query.items() if len(str(value)) <= LONGEST}
        layer_ids = tuple(layer.id for layer in atlas.description.layers)
        layers: tuple[Id, ...] | None = None
        if "layers" in text:
            wanted = set(text["layers"].split(","))
            layers = tuple(id for id in layer_ids if id in wanted)
            if (not layers and text["layers"]) or layers == layer_ids:
                layers = None
        return cls(
            language=_one_of(text, "lang", LANGUAGES) or DEFAULT_LANGUAGE,
            selected=_known(text, atlas),
            date=_read(text, "date", parse),
            layers=layers,
            camera=_read(text, "at", Camera.parse),
            search=text.get("q", ""),
            theme=_one_of(text, "theme", layer_ids),
            country=_country(text, atlas),
            status=_one_of(text, "status", STATUSES),
            owner=_one_of(text, "owner", atlas.owners),
            stance=_one_of(text, "stance", STANCES),
            topic=_one_of(text, "topic", tuple(atlas.topics)),
            briefing=_one_of(
                {"briefing": atlas.current_id(text.get("briefing", ""))}, "briefing", tuple(atlas.briefings)
            ),
            step=_read(text, "step", _step),
            look=_one_of(text, "look", LOOKS) or LOOKS[0],
        )

    def to_query(self) -> dict[str, str]:
        """The parameters of this view's address, defaults left out."""
        values: dict[str, object] = {
            "lang": None if self.language == DEFAULT_LANGUAGE else self.language,
            "select": self.selected,
            "date": self.date,
            "layers": None if self.layers is None else ",".join(self.layers),
            "at": self.camera,
            "q": self.search or None,
            "theme": self.theme,
            "country": self.country,
            "status": self.status,
            "owner": self.owner,
            "stance": self.stance,
            "topic": self.topic,
            "briefing": self.briefing,
            "step": self.step,
            "look": None if self.look == LOOKS[0] else self.look,
        }
        return {key: str(value) for key, value in values.items() if value is not None}

    @property
    def subject(self) -> "View":
        """What a panel depends on: language, selection and date; the map keeps the rest of the view to itself."""
        return View(language=self.language, selected=self.selected, date=self.date)

    def address(self, **changes: Any) -> str:
        """The address of this view, with ``changes``, relative to the page that it is on."""
        return "?" + urlencode((self.but(**changes) if changes else self).to_query(), safe="/,~")


def _known(text: Mapping[str, str], atlas: Atlas) -> Id | None:
    wanted = text.get("select")
    if not wanted:
        return None
    id = atlas.current_id(wanted)
    if any(id in group for group in (atlas.features, atlas.events, atlas.statements, atlas.sources)):
        return id
    if subject := atlas.subject_of(id):
        return subject
    log.info("nothing in the atlas is called %r", wanted)
    return None


Choice = TypeVar("Choice", bound=str)
Value = TypeVar("Value")


def _one_of(text: Mapping[str, str], key: str, allowed: Sequence[Choice]) -> Choice | None:
    value = text.get(key)
    for choice in allowed:
        if choice == value:
            return choice
    if value:
        log.info("%s=%r is none of %s", key, value, ", ".join(allowed))
    return None


def _read(text: Mapping[str, str], key: str, reader: Callable[[str], Value]) -> Value | None:
    value = text.get(key)
    if not value:
        return None
    try:
        return reader(value)
    except ValueError as error:
        log.info("%s=%r: %s", key, value, error)
        return None


def _whole(text: str) -> str:
    """A text without halves of letters, which no address and no page can hold."""
    return text.encode(errors="replace").decode()


def _country(text: Mapping[str, str], atlas: Atlas) -> str | None:
    code = text.get("country", "").upper()
    # where the features of tiled layers lie is in their tiles only
    if atlas.tiled and len(code) == len("KZ") and code.isascii() and code.isalpha():
        return code
    return _one_of({"country": code}, "country", tuple(atlas.countries))


def _step(text: str) -> int:
    return min(max(int(text), 1), 999)
