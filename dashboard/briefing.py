"""Scene -> the briefings: their list, the steps of one as the audience sees them, and the presenter's window.

All steps are placed at once and each says what the map shows at it, so that the browser goes from step to step by
itself, also when the server is gone.
"""

from dataclasses import dataclass
from typing import Any

from dashboard.html import render
from dashboard.scene import EventRow, FigureRow, Notes, Quote, Said, Scene, SourceRow, scene
from geodata.model import Briefing, Id, Step


@dataclass(frozen=True, kw_only=True)
class BriefingRow:
    """A briefing in the list."""

    id: Id
    title: str
    text: Said
    steps: int
    href: str


@dataclass(frozen=True, kw_only=True)
class BriefingList:
    """page-briefings.html.j2: what can be presented."""

    rows: tuple[BriefingRow, ...]


@dataclass(frozen=True, kw_only=True)
class Slide:
    """One step: what is read beside the map, and what the presenter knows."""

    number: int
    headline: Said
    body: Said | None
    quotes: tuple[Quote, ...]
    figures: tuple[FigureRow, ...]
    events: tuple[EventRow, ...]
    notes: Said | None
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True, kw_only=True)
class BriefingPage:
    """briefing.html.j2, presenter.html.j2 and presenter-part.html.j2: a briefing from its first step to its last."""

    id: Id
    title: str
    current: int
    slides: tuple[Slide, ...]
    leave: str
    version: str = ""
    """Of the files that the presenter's window fetches, ``Served.version``."""


def briefing_list(scene: Scene) -> str:
    """The list of the atlas's briefings as HTML."""
    rows = tuple(
        BriefingRow(
            id=briefing.id,
            title=scene.words.name(briefing.title),
            text=scene.said(briefing.text),
            steps=len(briefing.steps),
            href=scene.view.address(
                briefing=briefing.id, step=None, camera=None, selected=None, date=None, layers=None
            ),
        )
        for briefing in scene.atlas.briefings.values()
    )
    return render("page-briefings.html.j2", BriefingList(rows=rows), scene.words)


def briefing_page(scene: Scene, briefing: Briefing, version: str = "") -> BriefingPage:
    """A briefing with the step at which the view stands; a step beyond the last is the last."""
    return BriefingPage(
        id=briefing.id,
        title=scene.words.name(briefing.title),
        current=min(scene.view.step or 1, len(briefing.steps)),
        slides=tuple(_slide(scene, number, step) for number, step in enumerate(briefing.steps, 1)),
        leave=scene.page_address("briefing"),
        version=version,
    )


def briefing(scene: Scene, shown: Briefing) -> str:
    """What the audience reads, all steps of it, as HTML."""
    return render("briefing.html.j2", briefing_page(scene, shown), scene.words)


def presenter(scene: Scene, shown: Briefing, version: str) -> str:
    """The presenter's own window: notes, the step that comes next, a clock; a page of its own."""
    return render("presenter.html.j2", briefing_page(scene, shown, version), scene.words)


def presenter_part(scene: Scene, shown: Briefing) -> str:
    """What stands in the presenter's window, where the window itself is opened by the audience's."""
    return render("presenter-part.html.j2", briefing_page(scene, shown), scene.words)


def stage(shown: Scene, briefing: Briefing) -> dict[str, Any]:
    """What the map client needs to present: what it shows at each step."""
    return {
        "id": briefing.id,
        "step": min(shown.view.step or 1, len(briefing.steps)),
        "steps": [_view(shown, step) for step in briefing.steps],
    }


def _view(shown: Scene, step: Step) -> dict[str, Any]:
    view, every = step.view, [layer.id for layer in shown.atlas.description.layers]
    date = view.date.latest.isoformat() if view.date and not view.date.text.isdigit() else view.date and view.date.text
    return {
        "layers": list(every if view.layers is None else view.layers),
        "date": date,
        "selected": view.select,
        "lit": list(scene(shown.atlas, shown.view.but(selected=view.select), shown.words, shown.today).lit),
        "at": [view.at.zoom, view.at.latitude, view.at.longitude] if view.at else None,
    }


def _slide(scene: Scene, number: int, step: Step) -> Slide:
    atlas, notes = scene.atlas, Notes()
    statements = [atlas.statements[id] for id in step.statements]
    figures = tuple(scene.figure_row(atlas.figures[id], notes) for id in step.figures)
    events = tuple(scene.event_row(atlas.events[id], notes) for id in step.events)
    notes(statement.source for statement in statements)
    return Slide(
        number=number,
        headline=scene.said(step.headline),
        body=scene.said(step.body) if step.body else None,
        quotes=tuple(scene.quote(statement) for statement in statements),
        figures=figures,
        events=events,
        notes=scene.said(step.notes) if step.notes else None,
        sources=scene.source_rows(tuple(notes.numbers)),
    )
