"""Scene -> what each release of the atlas changed, the newest first, and what an edit has changed just now."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from dashboard.changelog import WHAT_WORDS, Entry, Group, Known, groups, translations
from dashboard.html import render
from dashboard.scene import Said, Scene
from dashboard.view import View
from geodata import Atlas
from geodata.model import ChangedKind, Id, Revision, What

FEW = 8
"""So many things under one heading are shown at once; more are folded."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One thing and what happened to it. ``label`` is empty if it only changed, ``href`` if nothing can be opened."""

    id: Id
    name: Said
    href: str | None
    what: What
    label: str
    told: tuple[str, ...]
    moved: str


@dataclass(frozen=True, kw_only=True)
class Part:
    """The rows under one heading; ``folded`` ones wait to be opened."""

    heading: str
    rows: tuple[Row, ...]
    folded: bool


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many things of a release came to what."""

    what: str
    label: str
    number: str


@dataclass(frozen=True, kw_only=True)
class Release:
    """One release with what it changed. ``translated`` are languages, each with a number of texts."""

    id: str
    date: str
    before: str
    before_date: str
    tallies: tuple[Tally, ...]
    parts: tuple[Part, ...]
    translated: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ChangesPage:
    """page-changes.html.j2: what each release changed. ``unrecorded`` is the present one if nothing is on record."""

    heading: str
    release: str
    unrecorded: bool
    edited: Release | None
    releases: tuple[Release, ...]


def changes(scene: Scene, edited: Revision | None = None) -> str:
    """The page's HTML; ``edited`` is what a live edit changed since the release that was served before."""
    return render("page-changes.html.j2", changes_page(scene, edited), scene.words)


def changes_page(scene: Scene, edited: Revision | None = None) -> ChangesPage:
    """What the page shows, before it becomes HTML."""
    atlas = scene.atlas
    if edited and edited.id in atlas.changes:
        edited = None
    recorded = newest_first(tuple(atlas.changes.values()))
    known = Known(atlas, (*((edited,) if edited else ()), *recorded))
    return ChangesPage(
        heading=scene.words("Changes"),
        release=atlas.release,
        unrecorded=bool(recorded) and atlas.release not in atlas.changes,
        edited=_release(scene, edited, known) if edited else None,
        releases=tuple(_release(scene, one, known) for one in recorded),
    )


def newest_first(revisions: tuple[Revision, ...]) -> tuple[Revision, ...]:
    """Releases by their dates, those of one day in the order in which they follow each other."""
    by_id = {revision.id: revision for revision in revisions}

    def place(revision: Revision) -> int:
        seen: set[Id] = set()
        before: Revision | None = revision
        while before and before.id not in seen:
            seen.add(before.id)
            before = by_id.get(before.before)
        return len(seen)

    return tuple(sorted(revisions, key=lambda one: (one.date.latest, place(one)), reverse=True))


def _release(scene: Scene, revision: Revision, known: Known) -> Release:
    words = scene.words
    found = groups(revision, known, words)
    return Release(
        id=revision.id,
        date=words.date(revision.date),
        before=revision.before,
        before_date=words.date(revision.before_date),
        tallies=_tallies(scene, found),
        parts=tuple(
            Part(
                heading=group.heading,
                rows=tuple(_row(scene, entry, known) for entry in group.entries),
                folded=not group.first and len(group.entries) > FEW,
            )
            for group in found
        ),
        translated=translations(revision, words),
    )


def _tallies(scene: Scene, found: tuple[Group, ...]) -> tuple[Tally, ...]:
    """How many promised dates moved, figures were corrected, and things came, went and changed otherwise."""
    tallies = [("moved", group.heading, len(group.entries)) for group in found if group.first]
    counts = Counter(entry.what for group in found if not group.first for entry in group.entries)
    tallies += [(what, scene.words(text), counts[what]) for what, text in WHAT_WORDS.items() if counts[what]]
    return tuple(Tally(what=what, label=label, number=scene.words.number(number)) for what, label, number in tallies)


def _row(scene: Scene, entry: Entry, known: Known) -> Row:
    return Row(
        id=entry.id,
        name=entry.name,
        href=_href(scene, entry.kind, entry.id, known),
        what=entry.what,
        label="" if entry.what == "changed" else scene.words(WHAT_WORDS[entry.what]),
        told=entry.told,
        moved=entry.moved,
    )


def _href(scene: Scene, kind: ChangedKind, id: Id, known: Known) -> str | None:
    """Where a thing can be seen now, under whatever id: itself, or what it is about; None if nowhere."""
    thing = known.thing(kind, id)
    if thing is None:
        return None
    if kind == "briefings":
        query = View(language=scene.view.language, look=scene.view.look, briefing=thing.id).to_query()
        return f"{'' if scene.alone else 'briefing'}?{urlencode(query)}"
    if kind == "layers":
        return ("" if scene.alone else "./") + scene.view.address(layers=(thing.id,), selected=None, camera=None)
    subject = _subject(scene.atlas, kind, thing)
    return scene.far_link(subject).href if subject else None


def _subject(atlas: Atlas, kind: ChangedKind, thing: Any) -> Id | None:
    """What can be selected to see a thing; None for a word of the vocabulary."""
    if kind in ("figures", "commentary"):
        return atlas.subject_of(thing.id)
    if kind == "documents":
        return thing.event
    return thing.id if kind in ("features", "events", "statements", "sources") else None
