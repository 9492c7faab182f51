"""The kinds of thing that an atlas is made of.

All are frozen and refuse unknown fields. A rule that needs a second thing (does this source exist?
do these two lengths agree?) lives in :mod:`geodata.check`; reading lives in :mod:`geodata.files`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol, get_args

import numpy as np
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
    model_validator,
)
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from geodata.dates import Edtf, EdtfField, parse  # noqa: F401 (Edtf is the type of every date below)

Language = Literal["kk", "en", "ru", "az", "tr"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
"""The product's languages (BCP 47), in the order in which it offers them."""

UNFIT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
"""What no text may hold: controls, halves of letters, and marks that turn the direction of all that follows.

A text with one of them could not be drawn, printed or put on a slide, or would look like another text.
"""


def unfit_letter(letter: str) -> tuple[str, str]:
    """Problem and remedy of a letter of ``UNFIT``."""
    if letter == "\x00":
        return "has the character U+0000", "save the file as UTF-8 text, and take the character out"
    return f"has the character U+{ord(letter):04X}, which does not show", "take it out; write the text there anew"


def _fit(text: str) -> str:
    if found := UNFIT.search(text):
        raise ValueError("; ".join(unfit_letter(found[0])))
    return text


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
LONGEST_TEXT = 20_000
"""Letters of the longest text; one that is longer was not written to be read on a map's side."""
Text = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), AfterValidator(_fit)
]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Year = Annotated[int, Field(ge=1, le=9999)]
CountryCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]
LanguageCode = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]

Kind = Literal[
    "port", "ferry_terminal", "free_zone", "rail_station", "border_crossing", "cable_landing", "data_centre",
    "oil_terminal", "substation", "city", "capital", "railway", "road", "ferry", "tanker_lane", "submarine_fibre",
    "terrestrial_fibre", "oil_pipeline", "gas_pipeline", "power_cable", "corridor", "topic",
]  # fmt: skip
Drawn = Literal["surveyed", "stations", "endpoints"]
StatusName = Literal[
    "proposed", "planned", "under_construction", "operating", "idle", "shelved", "cancelled", "retired"
]
Confidence = Literal["high", "medium", "low"]
EventKind = Literal["milestone", "agreement", "forecast", "statistic", "construction", "opening", "visit"]
Result = Literal["met", "late", "missed", "open"]
Stance = Literal["fact", "observation", "assessment", "forecast", "concern", "condition", "question"]
Attribution = Literal["direct", "reported", "newsroom"]
Role = Literal["expert", "official", "commentary"]
What = Literal["added", "removed", "renamed", "merged", "changed", "translated"]
ChangedKind = Literal[
    "features", "figures", "events", "statements", "commentary", "documents", "sources", "people", "briefings",
    "properties", "units", "topics", "parties", "layers",
]  # fmt: skip


class Frozen(BaseModel):
    """A value that never changes and accepts no field that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Texts(Frozen):
    """One text in the languages in which it exists; at least one."""

    kk: Text | None = None
    en: Text | None = None
    ru: Text | None = None
    az: Text | None = None
    tr: Text | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> "Texts":
        if not any(text for _, text in self.items()):
            raise ValueError("no language has a text; write at least one")
        return self

    def items(self) -> Iterator[tuple[Language, str]]:
        """The languages that have a text, each with its text."""
        for language in LANGUAGES:
            if text := getattr(self, language):
                yield language, text

    def best(self, language: Language) -> tuple[Language, str]:
        """The text in ``language``, else in English, else in the first that there is, with its language."""
        texts = dict(self.items())
        for wanted in (language, "en"):
            if wanted in texts:
                return wanted, texts[wanted]
        return next(self.items())


class Names(Frozen):
    """A name in all five languages; Armenian is kept where it is in use on the ground."""

    kk: Text
    en: Text
    ru: Text
    az: Text
    tr: Text
    hy: Text | None = None

    def of(self, language: Language) -> str:
        """The name in ``language``."""
        return getattr(self, language)


def _geometry(value: Any) -> BaseGeometry:
    if isinstance(value, BaseGeometry):
        return value
    try:
        with np.errstate(invalid="ignore"):  # a number that is none is told by the rules, with its place
            return shape(value)
    # numbers without end, and collections within collections without end, too
    except (AttributeError, LookupError, TypeError, ValueError, OverflowError, RecursionError, ShapelyError) as error:
        raise ValueError(
            "not a GeoJSON geometry; write type and coordinates, positions as [longitude, latitude]"
        ) from error


Geometry = Annotated[
    BaseGeometry,
    PlainValidator(_geometry),
    PlainSerializer(mapping),
    WithJsonSchema({"type": "object", "title": "GeoJSON geometry"}),
]


def _value(value: object) -> bool | Decimal | str | None:
    """A figure's value. Read by hand, because a union would take the number 1 for true."""
    if value is None or isinstance(value, bool | Decimal):
        return value
    if isinstance(value, str) and value.strip():
        return _fit(value.strip())
    if isinstance(value, int) or (isinstance(value, float) and isfinite(value)):
        return Decimal(str(value))
    shown = "a list or mapping" if isinstance(value, list | dict) else repr(value)
    raise ValueError(f"{shown} is not a value; write a number, a text, true, false or null")


Value = Annotated[
    bool | Decimal | str | None,
    PlainValidator(_value),
    WithJsonSchema({"type": ["boolean", "number", "string", "null"], "title": "Value"}),
]


class StatusChange(Frozen):
    """From ``date`` on the object has ``status``; a ``promise`` is somebody's word, not yet a fact."""

    date: EdtfField
    status: StatusName
    promise: bool = False
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    note: Texts | None = None


class Capacity(Frozen):
    """How much an object can carry, as its owners state it."""

    value: Annotated[Decimal, Field(max_digits=30)]
    unit: Id


class Position(Frozen):
    """Where a place's position comes from and how exact it is."""

    source: Text
    accuracy_km: Annotated[float, Field(gt=0)]


class NameUse(Frozen):
    """What one party calls the object."""

    party: Id
    term: Text
    note: Texts | None = None
    sources: tuple[Id, ...] = ()


class Feature(Frozen):
    """A place, a line, a whole made of parts, or a subject without a place (``geometry`` null)."""

    id: Id
    names: Names
    kind: Kind
    layer: Id
    countries: tuple[CountryCode, ...] = ()
    geometry: Geometry | None
    drawn: Drawn | None = None
    waypoints: tuple[Text, ...] = ()
    history: tuple[StatusChange, ...] = ()
    owners: tuple[Text, ...] = ()
    capacity: Capacity | None = None
    unlocode: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$")] | None = None
    position: Position | None = None
    parts: tuple[Id, ...] = ()
    names_used_by: tuple[NameUse, ...] = ()
    note: Texts | None = None
    sources: tuple[Id, ...] = ()
    off_map: bool = False
    checked: EdtfField | None = None
    """The day on which news of it was last looked for, whether or not there was any."""
    aliases: tuple[Id, ...] = ()


class Figure(Frozen):
    """One measured, stated or promised value, as one set of sources has it. Never merged, never averaged."""

    id: Id
    about: Id
    property: Id
    value: Value
    unit: Id | None = None
    as_of: EdtfField | None
    text: Texts
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    confidence: Confidence
    conflicts_with: tuple[Id, ...] = ()
    note: Texts | None = None
    aliases: tuple[Id, ...] = ()


class Outcome(Frozen):
    """What became of a forecast once it was due."""

    result: Result
    date: EdtfField | None = None
    note: Texts | None = None
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]


class Event(Frozen):
    """Something that happened or is promised; a forecast's ``date`` is the date that was promised."""

    id: Id
    date: EdtfField
    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    kind: EventKind
    title: Texts
    text: Texts
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    announced_by: Texts | None = None
    announced_on: EdtfField | None = None
    outcome: Outcome | None = None
    aliases: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _only_forecasts_are_announced(self) -> "Event":
        if self.kind != "forecast" and (self.announced_by or self.announced_on or self.outcome):
            raise ValueError(
                "announced_by, announced_on and outcome belong to kind: forecast; take them out, or make it a forecast"
            )
        return self


class Person(Frozen):
    """Somebody who is quoted."""

    id: Id
    names: Names
    text: Texts
    affiliation: Texts | None = None
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    confidence: Confidence | None = None


class Statement(Frozen):
    """A quotation, word for word in its ``original`` language; the other languages are unofficial translations."""

    id: Id
    speaker: Id | None
    attribution: Attribution
    stance: Stance
    topics: tuple[Id, ...] = ()
    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    horizon: EdtfField | None = None
    original: Language
    text: Texts
    source: Id
    paragraph: Annotated[int, Field(ge=1)]
    aliases: tuple[Id, ...] = ()

    @model_validator(mode="after")
    def _original_is_there(self) -> "Statement":
        if not getattr(self.text, self.original):
            raise ValueError(f"text has no {self.original}, which is the original language; quote it there")
        if (self.speaker is None) != (self.attribution == "newsroom"):
            raise ValueError(
                "a newsroom text has no speaker, every other statement has one; correct speaker or attribution"
            )
        return self


class Commentary(Frozen):
    """Another expert's published view, in our words (a paraphrase, never a quotation)."""

    id: Id
    expert: Text
    affiliation: Text | None = None
    role: Role
    date: EdtfField | None = None
    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    text: Texts
    source: Id
    confidence: Confidence
    aliases: tuple[Id, ...] = ()


class Document(Frozen):
    """One of the documents signed at an event, as far as its title is known."""

    id: Id
    event: Id
    number: Annotated[int, Field(ge=1)]
    title: Texts
    subject: Texts
    sources: Annotated[tuple[Id, ...], Field(min_length=1)]
    confidence: Confidence


class Source(Frozen):
    """Where something was read."""

    id: Id
    publisher: Text
    title: Text
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$"), AfterValidator(_fit)] | None = None
    published: EdtfField | None = None
    language: LanguageCode
    retrieved: EdtfField | None = None
    note: Text | None = None
    article: Text | None = None
    aliases: tuple[Id, ...] = ()


class Term(Frozen):
    """A word of the atlas's own vocabulary: a figure's property, a unit, a topic, a party."""

    id: Id
    names: Names


DATED = ("date", "as_of", "announced_on", "published")
"""The fields whose change of date is told, whatever thing they belong to."""


def _told(value: object) -> bool | float | str | tuple[str, ...] | None:
    if value is None or isinstance(value, bool | float | str):
        return value
    if isinstance(value, int):
        return float(value)
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return tuple(value)
    raise ValueError("is not a value of a change; write a number, a text, a list of texts, true, false or null")


Told = Annotated[
    bool | float | str | tuple[str, ...] | None,
    PlainValidator(_told),
    PlainSerializer(lambda value: list(value) if isinstance(value, tuple) else value),
    WithJsonSchema(
        {"type": ["boolean", "number", "string", "array", "null"], "items": {"type": "string"}, "title": "Told value"}
    ),
]


class Change(Frozen):
    """One difference between two releases. ``old`` and ``new`` are plain values as JSON has them; None is nothing.

    ``id`` is the present one, or the last one of what was removed or merged into another thing, whose id is then
    ``new``. ``part`` says more about ``field``: a language of a text, a status of the history, the unit of a value.
    A geometry's ``new`` is how far it moved, in kilometres. Of what has parts of its own (an outcome, steps) only
    true and false are told: that it was there, and that it is. ``name`` is what was removed or merged, by language.
    """

    kind: ChangedKind
    layer: Id | None = None
    id: Id
    what: What
    field: str = ""
    part: str = ""
    old: Told = None
    new: Told = None
    name: dict[LanguageCode, Text] = {}

    @model_validator(mode="after")
    def _can_be_told(self) -> "Change":
        if self.what in ("renamed", "merged") and not (isinstance(self.old, str) and isinstance(self.new, str)):
            raise ValueError(f"is {self.what} from nothing or into nothing; write its ids as old and new")
        if self.what == "changed" and not self.field:
            raise ValueError("does not say what changed; write field: and the name of the field")
        if self.what != "changed":
            return self
        if self.field == "history" and self.part and self.part not in get_args(StatusName):
            raise ValueError(f"{self.part!r} is not a status; write one of: {', '.join(get_args(StatusName))}")
        if self.field in (*DATED, "history"):
            for value in (self.old, self.new):
                if value is not None and not isinstance(value, bool):
                    parse(str(value))
        return self

    @property
    def moved_days(self) -> int:
        """By how many days the date went back, if it is one that moved; negative is forward."""
        if self.what != "changed" or self.field not in ("date", "history"):
            return 0
        if not (isinstance(self.old, str) and isinstance(self.new, str)):
            return 0
        return (parse(self.new).latest - parse(self.old).latest).days


Count = Annotated[int, Field(ge=0)]


class Translated(Frozen):
    """How many texts came in each language, where nothing else about them changed."""

    kk: Count = 0
    en: Count = 0
    ru: Count = 0
    az: Count = 0
    tr: Count = 0

    def items(self) -> Iterator[tuple[Language, int]]:
        """The languages that texts came in, each with their number."""
        for language in LANGUAGES:
            if number := getattr(self, language):
                yield language, number


class Revision(Frozen):
    """What a release of the atlas, whose name is ``id``, changed against ``before``; ``corridors diff`` writes it."""

    id: Id
    date: EdtfField
    before: Id
    before_date: EdtfField
    changes: tuple[Change, ...] = ()
    translated: Translated = Translated()

    @model_validator(mode="after")
    def _comes_later(self) -> "Revision":
        if self.date.latest < self.before_date.earliest:
            raise ValueError("date is earlier than before_date; write the dates of the two releases, the older before")
        return self


class Opening(Frozen):
    """What the map shows when nothing else is asked for (WGS 84 degrees)."""

    zoom: Annotated[float, Field(ge=2, le=18)]
    latitude: Latitude
    longitude: Longitude


class StepView(Frozen):
    """What the map shows at one step of a briefing; what is left out is as when the atlas opens."""

    layers: tuple[Id, ...] | None = None
    date: EdtfField | None = None
    select: Id | None = None
    """A feature, event, statement or source; it lights up, and without ``at`` the map frames it."""
    at: Opening | None = None


class Step(Frozen):
    """One step of a briefing: what is seen, said, quoted and shown beside it, and what the presenter knows."""

    view: StepView = StepView()
    headline: Texts
    body: Texts | None = None
    statements: tuple[Id, ...] = ()
    figures: tuple[Id, ...] = ()
    events: tuple[Id, ...] = ()
    notes: Texts | None = None


class Briefing(Frozen):
    """A way through the atlas to present in a room. Its claims rest on the statements, figures and events it names."""

    id: Id
    title: Names
    text: Texts
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    aliases: tuple[Id, ...] = ()


class Layer(Frozen):
    """A theme of the map; its features are in ``layers/<id>.geojson``.

    A ``tiled`` layer is too large to be held in memory: it stays where it is stored, see :class:`Tiled`.
    """

    id: Id
    names: Names
    text: Texts
    countries: tuple[CountryCode, ...] = ()
    tiled: bool = False


class Group(Frozen):
    """Layers that are switched on and off together."""

    id: Id
    names: Names
    layers: Annotated[tuple[Id, ...], Field(min_length=1)]


class Frame(Frozen):
    """The part of the world that the base map covers (WGS 84 degrees)."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude


class Span(Frozen):
    """The first and the last year of the date control."""

    first: Year
    last: Year


class GroundProperties(Frozen):
    """What the base map says of one of its areas, lines and places."""

    kind: Literal["country", "border", "sea", "lake", "city"]
    id: Id | None = None
    iso: CountryCode | None = None
    names: Names | None = None
    rank: Annotated[int, Field(ge=1, le=3)] = 2
    label: tuple[float, float] | None = None
    labels: tuple[tuple[float, float], ...] = ()
    countries: tuple[CountryCode, ...] = ()
    disputed: bool = False
    line: str | None = None

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> "GroundProperties":
        if self.kind == "country" and not self.iso:
            raise ValueError("a country has no iso; write its two letters")
        if self.kind in ("sea", "city") and not self.names:
            raise ValueError(f"a {self.kind} has no names; write them in all languages")
        if self.kind == "lake" and self.names and not self.label:
            raise ValueError("a lake with names has no label; write where they stand, as [longitude, latitude]")
        return self


class Ground(Frozen):
    """A feature of the base map."""

    type: Literal["Feature"]
    properties: GroundProperties
    geometry: Geometry


class GroundSource(Frozen):
    """Whose data a part of the base map is."""

    what: Text
    source: Text
    licence: Text
    changed: Text | None = None


class BaseMap(Frozen):
    """``base/base.geojson``: the map below the atlas's own layers."""

    type: Literal["FeatureCollection"]
    name: str | None = None
    sources: tuple[GroundSource, ...] = ()
    features: tuple[Any, ...]
    """Each is a :class:`Ground`."""


class Description(Frozen):
    """``atlas.yaml``: what the folder is, and how many of each kind of thing it must hold."""

    id: Id
    title: Names
    text: Texts
    date: EdtfField
    opening: Opening
    frame: Frame
    span: Span
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]
    groups: tuple[Group, ...] = ()
    border_note: Texts
    credits: tuple[Text, ...] = ()
    counts: dict[str, int]


class Tiled(Protocol):
    """The features of the layers that are too large for memory, where they are stored.

    A browser draws them from vector tiles, the server reads those that somebody picks, one by one.
    """

    @property
    def counts(self) -> Mapping[Id, int]:
        """How many features each tiled layer has."""
        ...

    @property
    def archive(self) -> Path | None:
        """A PMTiles archive with all of their tiles; None if :meth:`tile` makes each one."""
        ...

    def get(self, id: Id) -> Feature | None:
        """One feature; None if no tiled layer has it."""
        ...

    def rows(self) -> Iterator[tuple[Id, Id, str, bytes | None]]:
        """All of them as stored, by layer and id: layer, id, properties (JSON), geometry (WKB)."""
        ...

    def features(self) -> Iterator[Feature]:
        """All of them, one after another, layer by layer, by their ids.

        Raises:
            AtlasError: one of them cannot be read.
        """
        ...

    def tile_problems(self, fingerprint: str) -> Iterator[Any]:
        """The Problems of the tiles, if they are to show features of this :class:`~geodata.tiled.Fingerprint`."""
        ...

    def tile(self, zoom: int, column: int, row: int) -> bytes:
        """A Mapbox vector tile, compressed by gzip; empty if nothing is there."""
        ...


@dataclass(frozen=True)
class Features(Mapping[Id, Feature]):
    """The features of an atlas by id: goes through those in memory, and finds those of tiled layers too."""

    held: Mapping[Id, Feature]
    tiled: Tiled

    def __getitem__(self, id: Id) -> Feature:
        feature = self.held.get(id) or self.tiled.get(id)
        if feature is None:
            raise KeyError(id)
        return feature

    def __iter__(self) -> Iterator[Id]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)


@dataclass(frozen=True, kw_only=True)
class Atlas:
    """Everything that is known, read once and never changed. Each mapping is by id, in file order.

    ``features`` goes through the features in memory; one of a layer in ``tiled`` is found there by its id.
    """

    description: Description
    release: str
    features: Mapping[Id, Feature]
    tiled: Tiled | None = None
    figures: Mapping[Id, Figure]
    events: Mapping[Id, Event]
    statements: Mapping[Id, Statement]
    commentary: Mapping[Id, Commentary]
    documents: Mapping[Id, Document]
    sources: Mapping[Id, Source]
    people: Mapping[Id, Person]
    briefings: Mapping[Id, Briefing]
    properties: Mapping[Id, Term]
    units: Mapping[Id, Term]
    topics: Mapping[Id, Term]
    parties: Mapping[Id, Term]
    changes: Mapping[Id, Revision] = field(default_factory=dict)
    """What this release and those before it changed; no part of the release, which each of them names."""
    articles: Mapping[str, str] = field(default_factory=dict)
    base: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def aliases(self) -> dict[Id, Id]:
        """The present id for each one that was given up."""
        things = (
            self.features, self.figures, self.events, self.statements, self.commentary, self.sources, self.briefings,
        )  # fmt: skip
        return {alias: thing.id for group in things for thing in group.values() for alias in thing.aliases}

    def current_id(self, known: Id) -> Id:
        """``known`` itself, or the id that replaced it."""
        return self.aliases.get(known, known)

    def subject_of(self, id: Id) -> Id | None:
        """What a figure or an expert's view is about in the first place, on whose panel it stands; None for others."""
        if figure := self.figures.get(id):
            return figure.about
        comment = self.commentary.get(id)
        return comment.about[0] if comment else None

    @cached_property
    def _by_subject(self) -> dict[str, dict[Id, list[Any]]]:
        index: dict[str, dict[Id, list[Any]]] = {}
        for kind in ("figures", "events", "statements", "commentary"):
            subjects = index.setdefault(kind, {})
            for thing in getattr(self, kind).values():
                about = (thing.about,) if isinstance(thing.about, str) else thing.about
                for subject in about:
                    subjects.setdefault(subject, []).append(thing)
        return index

    def figures_about(self, subject: Id) -> list[Figure]:
        """The figures about one feature, in file order."""
        return self._by_subject["figures"].get(subject, [])

    def events_about(self, subject: Id) -> list[Event]:
        """The events about one feature, by date."""
        return sorted(self._by_subject["events"].get(subject, []), key=lambda event: event.date.earliest)

    def statements_about(self, subject: Id) -> list[Statement]:
        """The statements about one feature, in file order."""
        return self._by_subject["statements"].get(subject, [])

    def commentary_about(self, subject: Id) -> list[Commentary]:
        """Other experts' views about one feature, in file order."""
        return self._by_subject["commentary"].get(subject, [])

    @cached_property
    def _by_source(self) -> dict[Id, list[Figure | Event | Statement | Commentary]]:
        index: dict[Id, list[Figure | Event | Statement | Commentary]] = {}
        for thing in (*self.figures.values(), *self.events.values()):
            for source in dict.fromkeys(thing.sources):
                index.setdefault(source, []).append(thing)
        for quoted in (*self.statements.values(), *self.commentary.values()):
            index.setdefault(quoted.source, []).append(quoted)
        return index

    def resting_on(self, source: Id) -> list[Figure | Event | Statement | Commentary]:
        """The figures, events, statements and other experts' views that rest on one source."""
        return self._by_source.get(source, [])

    @cached_property
    def owners(self) -> tuple[str, ...]:
        """Everybody who owns something, in alphabetical order."""
        return tuple(sorted({owner for feature in self.features.values() for owner in feature.owners}))

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries in which objects lie, as far as those are in memory, or to which a layer belongs."""
        placed = (*self.features.values(), *self.description.layers)
        return frozenset(code for thing in placed for code in thing.countries)

    @cached_property
    def _wholes(self) -> dict[Id, list[Feature]]:
        index: dict[Id, list[Feature]] = {}
        for whole in self.features.values():
            for part in whole.parts:
                index.setdefault(part, []).append(whole)
        return index

    def wholes_of(self, part: Id) -> list[Feature]:
        """The features that have this one as a part."""
        return self._wholes.get(part, [])
