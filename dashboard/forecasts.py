"""Scene -> every dated promise: who gave it, when, for when, and what became of it.

Whether a promise is due is asked of today, never of the date that the map shows.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date

from dashboard.html import render
from dashboard.scene import RESULT_WORDS, Link, Notes, Said, Scene, SourceRow
from dashboard.style import STATUS_WORDS, theme_property
from geodata.dates import Edtf
from geodata.model import Event, Feature, Id, Kind
from geodata.status import begins, status_on

SCENES: tuple[Kind, ...] = ("city", "capital")
"""Kinds that are where a promise was given rather than what it is about."""


@dataclass(frozen=True, kw_only=True)
class Promise:
    """A dated promise. ``made``, ``target`` and ``before`` (the one promised before) are percent of the axis."""

    id: Id
    href: str
    title: Said
    text: Said
    who: Said | None
    announced: str | None
    promised: str
    due: bool
    state: str
    outcome: str
    note: Said | None
    about: tuple[Link, ...]
    refs: tuple[int, ...]
    made: float
    target: float
    beyond: bool
    before: float | None = None


@dataclass(frozen=True, kw_only=True)
class Project:
    """An object with the promises about it, in the order in which they were made."""

    id: Id
    name: str
    href: str
    status: str | None
    promises: tuple[Promise, ...]


@dataclass(frozen=True, kw_only=True)
class ThemeOfPromises:
    """A theme with its projects."""

    id: Id
    name: str
    colour: str
    projects: tuple[Project, ...]


@dataclass(frozen=True, kw_only=True)
class StatusPromise:
    """A promised status: of what, which, for when, and whether that day has passed."""

    subject: Link
    status: str
    date: str
    note: Said | None
    refs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many promises came to what."""

    state: str
    label: str
    number: str


@dataclass(frozen=True, kw_only=True)
class ForecastsPage:
    """page-forecasts.html.j2: the page of promises."""

    heading: str
    today: str
    number: int
    changes_href: str
    tallies: tuple[Tally, ...]
    due: tuple[Promise, ...]
    themes: tuple[ThemeOfPromises, ...]
    overdue: tuple[StatusPromise, ...]
    ahead: tuple[StatusPromise, ...]
    years: tuple[tuple[int, float], ...]
    now: float
    sources: tuple[SourceRow, ...]


def forecasts(scene: Scene) -> str:
    """The page's HTML."""
    return render("page-forecasts.html.j2", forecasts_page(scene), scene.words)


def forecasts_page(scene: Scene) -> ForecastsPage:
    """What the page shows, before it becomes HTML."""
    words, notes = scene.words, Notes()
    events = sorted(
        (event for event in scene.atlas.events.values() if event.kind == "forecast"),
        key=lambda event: (_announced(event).earliest, event.date.latest),
    )
    promises = {event.id: _promise(scene, event, notes) for event in events}
    states = Counter(promise.state for promise in promises.values())
    labels = {promise.state: promise.outcome for promise in promises.values()}
    latest = sorted(events, key=lambda event: event.date.latest, reverse=True)
    overdue, ahead = _status_promises(scene, notes)
    span = scene.atlas.description.span
    return ForecastsPage(
        heading=words("Promises and forecasts"),
        today=words.day(scene.today),
        number=len(events),
        changes_href=scene.page_address("changes"),
        tallies=tuple(
            Tally(state=state, label=labels[state], number=words.number(states[state]))
            for state in ("met", "late", "missed", "open", "unknown", "ahead")
            if states[state]
        ),
        due=tuple(promises[event.id] for event in latest if promises[event.id].due),
        themes=_themes(scene, events, promises),
        overdue=overdue,
        ahead=ahead,
        years=tuple((year, _percent(scene, date(year, 1, 1))) for year in range(span.first, span.last + 1, 2)),
        now=_percent(scene, scene.today),
        sources=scene.source_rows(tuple(notes.numbers)),
    )


def _announced(event: Event) -> Edtf:
    return event.announced_on or event.date


def _promise(scene: Scene, event: Event, notes: Notes) -> Promise:
    words, outcome = scene.words, event.outcome
    due = event.date.latest < scene.today
    state = outcome.result if outcome else "unknown" if due else "ahead"
    said = {"unknown": words("due, and its outcome is not yet looked up"), "ahead": words("not yet due")}
    span = scene.atlas.description.span
    return Promise(
        id=event.id,
        href=scene.far_link(event.id).href,
        title=scene.said(event.title),
        text=scene.said(event.text),
        who=scene.said(event.announced_by) if event.announced_by else None,
        announced=words.date(event.announced_on) if event.announced_on else None,
        promised=words.date(event.date),
        due=due or outcome is not None,
        state=state,
        outcome=words(RESULT_WORDS[outcome.result]) if outcome else said[state],
        note=scene.said(outcome.note) if outcome and outcome.note else None,
        about=tuple(scene.far_link(id) for id in event.about),
        refs=notes((*event.sources, *(outcome.sources if outcome else ()))),
        made=_percent(scene, _announced(event).latest),
        target=_percent(scene, event.date.latest),
        beyond=not span.first <= event.date.latest.year <= span.last,
    )


def _percent(scene: Scene, day: date) -> float:
    span = scene.atlas.description.span
    first, last = date(span.first, 1, 1).toordinal(), date(span.last, 12, 31).toordinal()
    return round(min(max((day.toordinal() - first) * 100 / (last - first), 0), 100), 2)


def _themes(scene: Scene, events: list[Event], promises: dict[Id, Promise]) -> tuple[ThemeOfPromises, ...]:
    words, layers = scene.words, scene.atlas.description.layers
    subjects: dict[Id, list[Promise]] = {}
    for event in events:
        for place, id in enumerate(event.about):
            if place == 0 or scene.atlas.features[id].kind not in SCENES:
                subjects.setdefault(id, []).append(promises[event.id])
    projects: dict[Id, list[Project]] = {}
    for id, rows in sorted(subjects.items(), key=lambda item: -len(item[1])):
        feature = scene.atlas.features[id]
        projects.setdefault(feature.layer, []).append(_project(scene, feature, rows))
    return tuple(
        ThemeOfPromises(
            id=layer.id,
            name=words.name(layer.names),
            colour=theme_property(layer.id),
            projects=tuple(projects[layer.id]),
        )
        for layer in layers
        if layer.id in projects
    )


def _project(scene: Scene, feature: Feature, rows: list[Promise]) -> Project:
    link = scene.far_link(feature.id)
    status = status_on(feature.history, scene.today, scene.today)
    steps = [replace(row, before=rows[place - 1].target if place else None) for place, row in enumerate(rows)]
    return Project(
        id=feature.id,
        name=link.name,
        href=link.href,
        status=scene.words(STATUS_WORDS[status.name]) if status else None,
        promises=tuple(steps),
    )


def _status_promises(scene: Scene, notes: Notes) -> tuple[tuple[StatusPromise, ...], tuple[StatusPromise, ...]]:
    overdue: list[tuple[date, StatusPromise]] = []
    ahead: list[tuple[date, StatusPromise]] = []
    for feature in scene.atlas.features.values():
        late = scene.overdue(feature)
        for change in feature.history:
            if change.promise and (change is late or begins(change) >= scene.today):
                row = StatusPromise(
                    subject=scene.far_link(feature.id),
                    status=scene.words(STATUS_WORDS[change.status]),
                    date=scene.words.date(change.date),
                    note=scene.said(change.note) if change.note else None,
                    refs=notes(change.sources),
                )
                (overdue if change is late else ahead).append((begins(change), row))
    return tuple(row for _, row in sorted(overdue, key=_by_day)), tuple(row for _, row in sorted(ahead, key=_by_day))


def _by_day(item: tuple[date, StatusPromise]) -> tuple[date, str]:
    return item[0], item[1].subject.name
