"""Scene -> the panel beside the map, as HTML by template.

Each template has one dataclass here; a test compares the two. Texts are escaped by the templates
(autoescape), which are the only makers of HTML.
"""

from dataclasses import dataclass

from dashboard.html import render
from dashboard.scene import (
    DocumentRow,
    EventRow,
    FigureGroup,
    FigureRow,
    Link,
    NameRow,
    Notes,
    Opinion,
    PromiseRow,
    Quote,
    Said,
    Scene,
    SourceRow,
    StatusLine,
    ThemeRow,
)
from dashboard.style import theme_property
from geodata.model import LANGUAGES, Event, Feature, Figure, Layer, Source, Statement


@dataclass(frozen=True, kw_only=True)
class StatusBox:
    """panel-status.html.j2: the status on the day shown, the only part of a panel that depends on it."""

    day: str
    line: StatusLine | None
    not_yet: bool


@dataclass(frozen=True, kw_only=True)
class TiledPanel:
    """panel-tiled.html.j2: an object of a tiled layer where there is no server; the browser writes its name into it."""

    layer: str
    colour: str


@dataclass(frozen=True, kw_only=True)
class FeaturePanel:
    """panel-feature.html.j2: everything about one object of the map."""

    heading: str
    colour: str
    kind: str
    layer: str
    countries: tuple[str, ...]
    other_names: tuple[Said, ...]
    status: StatusBox
    off_map: bool
    unlocated: bool
    drawn: str | None
    accuracy: str | None
    wholes: tuple[Link, ...]
    parts: tuple[Link, ...]
    owners: tuple[str, ...]
    note: Said | None
    quotes: tuple[Quote, ...]
    opinions: tuple[Opinion, ...]
    figures: tuple[FigureGroup, ...]
    events: tuple[EventRow, ...]
    promises: tuple[PromiseRow, ...]
    years: tuple[int, int]
    now: float | None
    names: tuple[NameRow, ...]
    documents: tuple[DocumentRow, ...]
    sources: tuple[SourceRow, ...]
    close: str


@dataclass(frozen=True, kw_only=True)
class EventPanel:
    """panel-event.html.j2: one event."""

    heading: Said
    event: EventRow
    about: tuple[Link, ...]
    documents: tuple[DocumentRow, ...]
    sources: tuple[SourceRow, ...]
    close: str


@dataclass(frozen=True, kw_only=True)
class StatementPanel:
    """panel-statement.html.j2: one statement."""

    heading: str
    quote: Quote
    sources: tuple[SourceRow, ...]
    close: str


@dataclass(frozen=True, kw_only=True)
class SourcePanel:
    """panel-source.html.j2: one source and what rests on it."""

    heading: Said
    source: SourceRow
    note: str | None
    figures: tuple[FigureRow, ...]
    events: tuple[EventRow, ...]
    quotes: tuple[Quote, ...]
    close: str


@dataclass(frozen=True, kw_only=True)
class OverviewPanel:
    """panel-overview.html.j2: what this atlas is, when nothing is chosen."""

    heading: str
    text: Said
    speaker: str | None
    speaker_text: Said | None
    quote: Quote | None
    themes: tuple[ThemeRow, ...]
    newest: tuple[EventRow, ...]
    disputed: tuple[Link, ...]
    sources: tuple[SourceRow, ...]


Panel = FeaturePanel | EventPanel | StatementPanel | SourcePanel | OverviewPanel
TEMPLATES: dict[type[Panel], str] = {
    FeaturePanel: "panel-feature.html.j2",
    EventPanel: "panel-event.html.j2",
    StatementPanel: "panel-statement.html.j2",
    SourcePanel: "panel-source.html.j2",
    OverviewPanel: "panel-overview.html.j2",
}


def tiled_panel(scene: Scene, layer: Layer) -> str:
    """The panel of any object of a tiled layer, without what only its tile knows: name and status."""
    shown = TiledPanel(layer=scene.words.name(layer.names), colour=theme_property(layer.id))
    return render("panel-tiled.html.j2", shown, scene.words)


def panel(scene: Scene) -> str:
    """The panel's HTML for what is chosen, or the overview."""
    context = panel_context(scene)
    return render(TEMPLATES[type(context)], context, scene.words)


def panel_context(scene: Scene) -> Panel:
    """What the panel shows, before it becomes HTML."""
    chosen = scene.selected
    if isinstance(chosen, Feature):
        return _feature(scene, chosen)
    if isinstance(chosen, Event):
        return _event(scene, chosen)
    if isinstance(chosen, Statement):
        return _statement(scene, chosen)
    if isinstance(chosen, Source):
        return _source(scene, chosen)
    return _overview(scene)


def status_box(scene: Scene, feature: Feature) -> str:
    """The part of a feature's panel that says its status on the day shown, as it stands in the panel."""
    return render("panel-status.html.j2", _status(scene, feature, Notes()), scene.words)


def _status(scene: Scene, feature: Feature, notes: Notes) -> StatusBox:
    # the sources of the whole history first, so that note numbers do not depend on the day
    notes(id for change in feature.history for id in change.sources)
    line = scene.status_line(feature, notes)
    return StatusBox(day=scene.words.day(scene.day), line=line, not_yet=line is None and bool(feature.history))


def _feature(scene: Scene, feature: Feature) -> FeaturePanel:
    atlas, words, notes = scene.atlas, scene.words, Notes()
    heading = words.name(feature.names)
    layers = {layer.id: layer for layer in atlas.description.layers}
    others = dict.fromkeys(
        Said(feature.names.of(language), language) for language in LANGUAGES if language != words.language
    )
    events = atlas.events_about(feature.id)
    happened = {event.id for event in events}
    status = _status(scene, feature, notes)
    return FeaturePanel(
        heading=heading,
        colour=theme_property(feature.layer),
        kind=scene.kind(feature),
        layer=words.name(layers[feature.layer].names),
        countries=tuple(words.country(code) for code in feature.countries),
        other_names=tuple(name for name in others if name.text != heading),
        status=status,
        off_map=feature.off_map,
        unlocated=feature.geometry is None and not feature.parts,
        drawn=scene.drawn(feature),
        accuracy=words.number(feature.position.accuracy_km) if feature.position else None,
        wholes=tuple(scene.link(whole.id) for whole in atlas.wholes_of(feature.id)),
        parts=tuple(scene.link(part) for part in feature.parts),
        owners=feature.owners,
        quotes=tuple(scene.quote(statement, feature.id) for statement in atlas.statements_about(feature.id)),
        figures=scene.figure_groups(feature.id, notes),
        events=tuple(scene.event_row(event, notes) for event in events),
        promises=scene.promise_rows(events),
        years=(atlas.description.span.first, atlas.description.span.last),
        now=scene.now_on_axis,
        opinions=tuple(scene.opinion(comment, notes) for comment in atlas.commentary_about(feature.id)),
        names=scene.name_rows(feature, notes),
        documents=scene.document_rows(
            (document for document in atlas.documents.values() if document.event in happened), notes
        ),
        note=scene.said(feature.note) if feature.note else None,
        sources=_cited(scene, notes, feature.sources),
        close=scene.view.address(selected=None),
    )


def _event(scene: Scene, event: Event) -> EventPanel:
    notes = Notes()
    row = scene.event_row(event, notes)
    documents = (document for document in scene.atlas.documents.values() if document.event == event.id)
    return EventPanel(
        heading=row.title,
        event=row,
        about=tuple(scene.link(id) for id in event.about),
        documents=scene.document_rows(documents, notes),
        sources=scene.source_rows(tuple(notes.numbers)),
        close=scene.view.address(selected=None),
    )


def _statement(scene: Scene, statement: Statement) -> StatementPanel:
    quote = scene.quote(statement)
    return StatementPanel(
        heading=quote.speaker or quote.publisher,
        quote=quote,
        sources=scene.source_rows((statement.source,)),
        close=scene.view.address(selected=None),
    )


def _source(scene: Scene, source: Source) -> SourcePanel:
    notes = Notes()
    notes((source.id,))
    rests = scene.atlas.resting_on(source.id)
    row = scene.source_rows((source.id,))[0]
    return SourcePanel(
        heading=row.title,
        source=row,
        note=source.note,
        figures=tuple(scene.figure_row(thing, notes) for thing in rests if isinstance(thing, Figure)),
        events=tuple(scene.event_row(thing, notes) for thing in rests if isinstance(thing, Event)),
        quotes=tuple(scene.quote(thing) for thing in rests if isinstance(thing, Statement)),
        close=scene.view.address(selected=None),
    )


def _overview(scene: Scene) -> OverviewPanel:
    atlas, words, notes = scene.atlas, scene.words, Notes()
    person = next(iter(atlas.people.values()), None)
    first = next((s for s in atlas.statements.values() if s.attribution == "direct"), None)
    past = [event for event in atlas.events.values() if event.date.latest <= scene.today and event.kind != "forecast"]
    newest = sorted(past, key=lambda event: event.date.earliest, reverse=True)[:5]
    disputed = dict.fromkeys(figure.about for figure in atlas.figures.values() if figure.conflicts_with)
    return OverviewPanel(
        heading=words.name(atlas.description.title),
        text=scene.said(atlas.description.text),
        speaker=words.name(person.names) if person else None,
        speaker_text=scene.said(person.text) if person else None,
        quote=scene.quote(first) if first else None,
        themes=scene.theme_rows(),
        newest=tuple(scene.event_row(event, notes) for event in newest),
        disputed=tuple(scene.link(id) for id in disputed),
        sources=scene.source_rows(tuple(notes.numbers)),
    )


def _cited(scene: Scene, notes: Notes, more: tuple[str, ...]) -> tuple[SourceRow, ...]:
    notes(more)
    return scene.source_rows(tuple(notes.numbers))
