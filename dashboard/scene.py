"""(Atlas, View, Words, today) -> Scene: what is visible, chosen, said, in which status.

Every fact that is derived for showing is derived here, once, so that map, panel, timeline, table and
paper cannot disagree. Everything is a value; nothing reads the clock, the session or the network.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from dashboard.style import DRAWN_WORDS, KIND_WORDS, STATUS_WORDS, theme_property
from dashboard.view import View
from dashboard.words import N_, Words
from geodata import Atlas
from geodata.dates import Edtf, parse
from geodata.model import (
    Attribution,
    Commentary,
    Confidence,
    Document,
    Event,
    EventKind,
    Feature,
    Figure,
    Id,
    Result,
    Source,
    Stance,
    Statement,
    StatusChange,
    StatusName,
    Texts,
)
from geodata.status import Status, begins, status_on

STANCE_WORDS: dict[Stance, str] = {
    "fact": N_("fact"),
    "observation": N_("observation"),
    "assessment": N_("assessment"),
    "forecast": N_("forecast"),
    "concern": N_("concern"),
    "condition": N_("condition"),
    "question": N_("question"),
}
ATTRIBUTION_WORDS: dict[Attribution, str] = {
    "direct": N_("direct quotation"),
    "reported": N_("reported speech"),
    "newsroom": N_("the newsroom's own text"),
}
EVENT_WORDS: dict[EventKind, str] = {
    "milestone": N_("milestone"),
    "agreement": N_("agreement"),
    "forecast": N_("promised or forecast"),
    "statistic": N_("statistic"),
    "construction": N_("construction"),
    "opening": N_("opening"),
    "visit": N_("visit"),
}
CONFIDENCE_WORDS: dict[Confidence, str] = {
    "high": N_("well supported"),
    "medium": N_("fairly supported"),
    "low": N_("weakly supported"),
}
RESULT_WORDS: dict[Result, str] = {
    "met": N_("kept"),
    "late": N_("kept late"),
    "missed": N_("not kept"),
    "open": N_("no source says whether it was kept"),
}


@dataclass(frozen=True)
class Said:
    """A text of the content with the language that it is in (BCP 47)."""

    text: str
    language: str


@dataclass(frozen=True)
class Link:
    """Something that can be picked: its id, name and address."""

    id: Id
    name: str
    href: str


@dataclass(frozen=True, kw_only=True)
class SourceRow:
    """A source as it stands in a list; ``number`` is its note number there."""

    number: int
    id: Id
    publisher: str
    title: Said
    published: str | None
    retrieved: str | None
    language: str
    url: str | None
    href: str


@dataclass(frozen=True, kw_only=True)
class StatusLine:
    """The status on the date shown, in words; ``refs`` are note numbers."""

    name: StatusName
    label: str
    promised: bool
    since: str
    refs: tuple[int, ...]
    overdue: str | None = None
    overdue_refs: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Quote:
    """A statement, word for word, and its translation where the reader's language is another one."""

    id: Id
    original: Said
    translation: Said | None
    stance: str
    attribution: str
    speaker: str | None
    publisher: str
    published: str | None
    paragraph: int
    horizon: str | None
    url: str | None
    href: str
    about: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Opinion:
    """Another expert's published view, in our words."""

    id: Id
    expert: str
    affiliation: Said | None
    text: Said
    date: str | None
    refs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One value with its day and note numbers; ``about`` only where it is about another object."""

    id: Id
    value: Said
    unit: str
    as_of: str | None
    text: Said
    note: Said | None
    confidence: str
    refs: tuple[int, ...]
    about: Link | None


@dataclass(frozen=True, kw_only=True)
class FigureGroup:
    """The figures about one property; ``disputed`` if sources disagree."""

    label: str
    disputed: bool
    rows: tuple[FigureRow, ...]


@dataclass(frozen=True, kw_only=True)
class EventRow:
    """An event on a timeline. ``left`` and ``width`` are percent of the axis, None off the axis."""

    id: Id
    date: str
    iso: str
    kind: str
    title: Said
    text: Said
    forecast: bool
    past: bool
    approximate: bool
    announced: str | None
    outcome: str | None
    outcome_note: Said | None
    refs: tuple[int, ...]
    href: str
    left: float | None
    width: float


@dataclass(frozen=True, kw_only=True)
class PromiseRow:
    """A dated promise: when it was made and for when. ``made`` and ``due`` are percent of the axis, None off it."""

    id: Id
    title: Said
    promised: str
    announced: str | None
    outcome: str | None
    result: Result | None
    made: float | None
    due: float | None
    href: str


@dataclass(frozen=True, kw_only=True)
class NameRow:
    """What one party calls the object."""

    party: str
    term: str
    note: Said | None
    refs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class DocumentRow:
    """A signed document, as far as its title is known."""

    number: int
    title: Said
    subject: Said
    refs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class ThemeRow:
    """A layer with what it holds."""

    id: Id
    name: str
    text: Said
    colour: str
    count: int
    href: str


@dataclass
class Notes:
    """Numbers sources in the order in which a panel first cites them."""

    numbers: dict[Id, int] = field(default_factory=dict)

    def __call__(self, sources: Iterable[Id]) -> tuple[int, ...]:
        """The numbers of ``sources`` in their order; a new one gets the next number."""
        return tuple(sorted(self.numbers.setdefault(id, len(self.numbers) + 1) for id in dict.fromkeys(sources)))


Selected = Feature | Event | Statement | Source


@dataclass(frozen=True, kw_only=True)
class Scene:
    """One look at the atlas, with everything that follows from it."""

    atlas: Atlas
    view: View
    words: Words
    today: date
    alone: bool = False
    """Whether all pages are in one file, without a server, so that a page is named by a parameter."""

    @property
    def day(self) -> date:
        """The day that the map shows: the last one that the view's date can mean."""
        return self.view.date.latest if self.view.date else self.today

    @property
    def layers(self) -> tuple[Id, ...]:
        """The layers that are on, in the atlas's order."""
        everything = tuple(layer.id for layer in self.atlas.description.layers)
        return everything if self.view.layers is None else self.view.layers

    @cached_property
    def selected(self) -> Selected | None:
        """The feature, event, statement or source that is chosen."""
        id, atlas = self.view.selected, self.atlas
        if id is None:
            return None
        for group in (atlas.features, atlas.events, atlas.statements, atlas.sources):
            if id in group:
                return group[id]
        return None

    @cached_property
    def lit(self) -> tuple[Id, ...]:
        """The features that the choice marks on the map: itself, its parts, or what it is about."""
        chosen = self.selected
        if isinstance(chosen, Feature):
            return (chosen.id, *chosen.parts)
        if isinstance(chosen, Event | Statement):
            ids = chosen.about
        elif isinstance(chosen, Source):
            rests = self.atlas.resting_on(chosen.id)
            ids = tuple(dict.fromkeys(subject for thing in rests for subject in _subjects(thing)))
        else:
            return ()
        return tuple(dict.fromkeys(id for subject in ids for id in (subject, *self.atlas.features[subject].parts)))

    def status(self, feature: Feature) -> Status | None:
        """The status of a feature on the day shown."""
        return status_on(feature.history, self.day, self.today)

    def shows(self, feature: Feature) -> bool:
        """Whether layers, date and filters leave a feature on the map (the client decides by the same rule)."""
        status = self.status(feature)
        said = self.atlas.statements_about(feature.id)
        fits = {
            "theme": (feature.layer,),
            "country": feature.countries,
            "status": (status.name,) if status else (),
            "owner": feature.owners,
            "stance": tuple(statement.stance for statement in said),
            "topic": tuple(topic for statement in said for topic in statement.topics),
        }
        begun = not feature.history or status is not None
        return begun and feature.layer in self.layers and all(v in fits[k] for k, v in self.view.filters.items())

    def sources_of(self, feature: Feature) -> tuple[Id, ...]:
        """Every source on which anything about a feature rests, each once."""
        atlas = self.atlas
        ids = [*feature.sources]
        ids += (id for change in feature.history for id in change.sources)
        ids += (id for use in feature.names_used_by for id in use.sources)
        ids += (id for figure in atlas.figures_about(feature.id) for id in figure.sources)
        for event in atlas.events_about(feature.id):
            ids += (*event.sources, *(event.outcome.sources if event.outcome else ()))
        ids += (statement.source for statement in atlas.statements_about(feature.id))
        ids += (comment.source for comment in atlas.commentary_about(feature.id))
        return tuple(dict.fromkeys(ids))

    def overdue(self, feature: Feature) -> StatusChange | None:
        """The promised status whose day has passed by today without any source that it was kept."""
        status = status_on(feature.history, self.today, self.today)
        if status:
            return status.overdue
        past = [change for change in feature.history if change.promise and begins(change) < self.today]
        return max(past, key=begins, default=None)

    # what is said, as it stands in a panel or a table

    def said(self, texts: Texts) -> Said:
        """A content text in the reader's language, or in the one in which it exists."""
        language, text = texts.best(self.words.language)
        return Said(text, language)

    def link(self, id: Id) -> Link:
        """A feature, event, statement or source as something to pick."""
        atlas = self.atlas
        if id in atlas.features:
            name = self.words.name(atlas.features[id].names)
        elif id in atlas.events:
            name = self.said(atlas.events[id].title).text
        elif id in atlas.statements:
            name = self.said(atlas.statements[id].text).text
        else:
            name = atlas.sources[id].publisher
        return Link(id, name, self.view.address(selected=id, camera=None))

    def far_link(self, id: Id) -> Link:
        """The same from a page beside Explore, on which alone something can be picked."""
        link = self.link(id)
        return link if self.alone else replace(link, href=f"./{link.href}")

    def page_address(self, place: str) -> str:
        """The address of a page beside Explore, in the reader's language."""
        parameters = {"page": place} if self.alone else {}
        query = urlencode(parameters | {"lang": self.words.language})
        return f"?{query}" if self.alone else f"{place}?{query}"

    def kind(self, feature: Feature) -> str:
        """What a feature is, in words."""
        return self.words(KIND_WORDS[feature.kind])

    def drawn(self, feature: Feature) -> str | None:
        """How a line was drawn, in words."""
        return self.words(DRAWN_WORDS[feature.drawn]) if feature.drawn else None

    def status_line(self, feature: Feature, notes: Notes) -> StatusLine | None:
        """The status on the day shown, in words, with an overdue promise where there is one."""
        status = self.status(feature)
        if status is None:
            return None
        overdue = status.overdue
        return StatusLine(
            name=status.name,
            label=self.words(STATUS_WORDS[status.name]),
            promised=status.promised,
            since=self.words.date(status.since),
            refs=notes(status.sources),
            overdue=self.words(
                "Promised for {date} ({status}); no source says that it was kept.",
                date=self.words.date(overdue.date),
                status=self.words(STATUS_WORDS[overdue.status]),
            )
            if overdue
            else None,
            overdue_refs=notes(overdue.sources) if overdue else (),
        )

    def quote(self, statement: Statement, leave_out: Id | None = None) -> Quote:
        """A statement with its attribution; ``leave_out`` is the object on whose panel it stands."""
        source = self.atlas.sources[statement.source]
        original = getattr(statement.text, statement.original)
        translation = None
        if statement.original != self.words.language:
            said = self.said(statement.text)
            translation = said if said.language != statement.original else None
        speaker = self.atlas.people.get(statement.speaker) if statement.speaker else None
        return Quote(
            id=statement.id,
            original=Said(original, statement.original),
            translation=translation,
            stance=self.words(STANCE_WORDS[statement.stance]),
            attribution=self.words(ATTRIBUTION_WORDS[statement.attribution]),
            speaker=self.words.name(speaker.names) if speaker else None,
            publisher=source.publisher,
            published=self.words.date(source.published) if source.published else None,
            paragraph=statement.paragraph,
            horizon=self.words.date(statement.horizon) if statement.horizon else None,
            url=source.url,
            href=self.view.address(selected=statement.id, camera=None),
            about=tuple(self.link(id) for id in statement.about if id != leave_out),
        )

    def opinion(self, comment: Commentary, notes: Notes) -> Opinion:
        """Another expert's view with its source."""
        return Opinion(
            id=comment.id,
            expert=comment.expert,
            affiliation=Said(comment.affiliation, "en") if comment.affiliation else None,
            text=self.said(comment.text),
            date=self.words.date(comment.date) if comment.date else None,
            refs=notes((comment.source,)),
        )

    def figure_groups(self, id: Id, notes: Notes) -> tuple[FigureGroup, ...]:
        """The figures about a feature by property, each conflicting one beside its opponents."""
        groups: dict[Id, list[Figure]] = {}
        for figure in self.atlas.figures_about(id):
            groups.setdefault(figure.property, []).append(figure)
        return tuple(self._figure_group(id, property, rows, notes) for property, rows in groups.items())

    def _figure_group(self, id: Id, property: Id, figures: list[Figure], notes: Notes) -> FigureGroup:
        present = {figure.id for figure in figures}
        opponents = dict.fromkeys(other for figure in figures for other in figure.conflicts_with)
        elsewhere = [self.atlas.figures[other] for other in opponents if other not in present]
        # an opponent of another property of the same object stands in its own group already
        elsewhere = [figure for figure in elsewhere if figure.about != id or figure.property != property]
        rows = sorted([*figures, *elsewhere], key=_newest_first)
        return FigureGroup(
            label=self.words.name(self.atlas.properties[property].names),
            disputed=bool(opponents),
            rows=tuple(self.figure_row(figure, notes, about_other_than=id) for figure in rows),
        )

    def figure_row(self, figure: Figure, notes: Notes, about_other_than: Id | None = None) -> FigureRow:
        """A figure, formatted by the language's rules."""
        return FigureRow(
            id=figure.id,
            value=self._value(figure),
            unit=self._unit(figure),
            as_of=self.words.date(figure.as_of) if figure.as_of else None,
            text=self.said(figure.text),
            note=self.said(figure.note) if figure.note else None,
            confidence=self.words(CONFIDENCE_WORDS[figure.confidence]),
            refs=notes(figure.sources),
            about=self.link(figure.about) if figure.about != about_other_than else None,
        )

    def _value(self, figure: Figure) -> Said:
        value, words, here = figure.value, self.words, self.words.language
        if value is None:
            return Said(words("not published"), here)
        if isinstance(value, bool):
            return Said(words("yes") if value else words("no"), here)
        if isinstance(value, Decimal):
            return Said(f"{value:f}" if figure.unit == "year" else words.number(value), here)
        if figure.unit in ("date", "year"):
            try:
                return Said(words.date(parse(value)), here)
            except ValueError:  # a span in words such as "first half of 2026" is shown as its author wrote it
                return Said(value, "en")
        return Said(value, here if value[:1].isdigit() else "en")

    def _unit(self, figure: Figure) -> str:
        if figure.unit is None or figure.unit in ("date", "year", "quarter"):
            return ""
        return self.words.name(self.atlas.units[figure.unit].names)

    def event_row(self, event: Event, notes: Notes) -> EventRow:
        """An event with its place on the axis of the date control."""
        words = self.words
        announced = None
        if event.announced_on:
            announced = words("announced {date}", date=words.date(event.announced_on))
            if event.announced_by:
                announced = f"{self.said(event.announced_by).text}, {announced}"
        left, width = self._on_axis(event.date)
        outcome = event.outcome
        return EventRow(
            id=event.id,
            date=words.date(event.date),
            iso=event.date.text,
            kind=words(EVENT_WORDS[event.kind]),
            title=self.said(event.title),
            text=self.said(event.text),
            forecast=event.kind == "forecast",
            past=event.date.latest <= self.today,
            approximate=not event.date.is_day,
            announced=announced,
            outcome=words(RESULT_WORDS[outcome.result]) if outcome else None,
            outcome_note=self.said(outcome.note) if outcome and outcome.note else None,
            refs=notes((*event.sources, *(outcome.sources if outcome else ()))),
            href=self.view.address(selected=event.id, camera=None),
            left=left,
            width=width,
        )

    def promise_rows(self, events: Iterable[Event]) -> tuple[PromiseRow, ...]:
        """The forecasts among ``events`` in the order in which they were announced."""
        forecasts = [event for event in events if event.kind == "forecast"]
        forecasts.sort(key=lambda event: (event.announced_on or event.date).earliest)
        return tuple(self._promise_row(event) for event in forecasts)

    def _promise_row(self, event: Event) -> PromiseRow:
        made = self._on_axis(event.announced_on)[0] if event.announced_on else None
        left, width = self._on_axis(event.date)
        return PromiseRow(
            id=event.id,
            title=self.said(event.title),
            promised=self.words.date(event.date),
            announced=self.words.date(event.announced_on) if event.announced_on else None,
            outcome=self.words(RESULT_WORDS[event.outcome.result]) if event.outcome else None,
            result=event.outcome.result if event.outcome else None,
            made=made,
            due=None if left is None else round(left + width, 3),
            href=self.view.address(selected=event.id, camera=None),
        )

    def _on_axis(self, value: Edtf) -> tuple[float | None, float]:
        span = self.atlas.description.span
        first, last = date(span.first, 1, 1).toordinal(), date(span.last, 12, 31).toordinal()
        start, end = value.earliest.toordinal(), value.latest.toordinal()
        if end < first or start > last:
            return None, 0.0
        percent = 100 / (last - first)
        start, end = max(start, first), min(end, last)
        return round((start - first) * percent, 3), round((end - start) * percent, 3)

    @property
    def now_on_axis(self) -> float | None:
        """Where today stands on the axis, in percent."""
        return self._on_axis(Edtf(self.today.isoformat(), self.today, self.today))[0]

    def name_rows(self, feature: Feature, notes: Notes) -> tuple[NameRow, ...]:
        """Who calls a feature what."""
        return tuple(
            NameRow(
                party=self.words.name(self.atlas.parties[use.party].names),
                term=use.term,
                note=self.said(use.note) if use.note else None,
                refs=notes(use.sources),
            )
            for use in feature.names_used_by
        )

    def document_rows(self, documents: Iterable[Document], notes: Notes) -> tuple[DocumentRow, ...]:
        """Signed documents in their order."""
        return tuple(
            DocumentRow(
                number=document.number,
                title=self.said(document.title),
                subject=self.said(document.subject),
                refs=notes(document.sources),
            )
            for document in sorted(documents, key=lambda document: document.number)
        )

    def source_rows(self, ids: Sequence[Id]) -> tuple[SourceRow, ...]:
        """Sources as a numbered list."""
        return tuple(self._source_row(number, self.atlas.sources[id]) for number, id in enumerate(ids, start=1))

    def _source_row(self, number: int, source: Source) -> SourceRow:
        return SourceRow(
            number=number,
            id=source.id,
            publisher=source.publisher,
            title=Said(source.title, source.language),
            published=self.words.date(source.published) if source.published else None,
            retrieved=self.words.date(source.retrieved) if source.retrieved else None,
            language=self.words.language_name(source.language),
            url=source.url,
            href=self.view.address(selected=source.id, camera=None),
        )

    def theme_rows(self) -> tuple[ThemeRow, ...]:
        """The layers with what they hold."""
        ids = tuple(layer.id for layer in self.atlas.description.layers)
        counts = dict.fromkeys(ids, 0) | dict(self.atlas.tiled.counts if self.atlas.tiled else {})
        for feature in self.atlas.features.values():
            counts[feature.layer] += 1
        return tuple(
            ThemeRow(
                id=layer.id,
                name=self.words.name(layer.names),
                text=self.said(layer.text),
                colour=theme_property(layer.id),
                count=counts[layer.id],
                href=self.view.address(layers=(layer.id,)),
            )
            for layer in self.atlas.description.layers
        )


def _subjects(thing: Figure | Event | Statement | Commentary) -> tuple[Id, ...]:
    return (thing.about,) if isinstance(thing, Figure) else thing.about


def _newest_first(figure: Figure) -> tuple[bool, int]:
    return (figure.as_of is None, -figure.as_of.latest.toordinal() if figure.as_of else 0)


def scene(atlas: Atlas, view: View, words: Words, today: date, *, alone: bool = False) -> Scene:
    """What ``view`` shows of ``atlas`` in the language of ``words`` when the day is ``today``."""
    return Scene(atlas=atlas, view=view, words=words, today=today, alone=alone)
