"""What a release changed, in words: the groups of lines that the page shows, and the same as Markdown.

Everything is told from the record of the release and the atlas as it is now; the older atlas is not needed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from dashboard.scene import Said
from dashboard.style import DRAWN_WORDS, STATUS_WORDS
from dashboard.words import N_, Words
from geodata import Atlas
from geodata.dates import parse
from geodata.model import DATED, Change, ChangedKind, Event, Feature, Id, Revision, Texts, What

KIND_WORDS: dict[ChangedKind, str] = {
    "events": N_("Events and promises"),
    "features": N_("Places and lines"),
    "figures": N_("Figures"),
    "statements": N_("Statements"),
    "commentary": N_("Other experts, in our words"),
    "documents": N_("Documents signed"),
    "sources": N_("Sources"),
    "people": N_("People quoted"),
    "briefings": N_("Briefings"),
    "layers": N_("Layers"),
    "properties": N_("Words of the atlas"),
    "units": N_("Words of the atlas"),
    "topics": N_("Words of the atlas"),
    "parties": N_("Words of the atlas"),
}
FIELD_WORDS: dict[str, str] = {
    "names": N_("Name"),
    "title": N_("Title"),
    "text": N_("Text"),
    "note": N_("Note"),
    "value": N_("Value"),
    "unit": N_("Unit"),
    "date": N_("Date"),
    "as_of": N_("Date"),
    "announced_on": N_("Announced"),
    "announced_by": N_("By whom"),
    "published": N_("Date"),
    "sources": N_("Sources"),
    "source": N_("Sources"),
    "countries": N_("Countries"),
    "owners": N_("Owner"),
    "drawn": N_("How the line is drawn"),
    "history": N_("Status"),
    "outcome": N_("Outcome"),
    "steps": N_("Steps of the briefing"),
    "geometry": N_("Course or position"),
}
"""The fields that are told by name; of the others it is said that some detail changed."""
WHAT_WORDS: dict[What, str] = {
    "added": N_("added"),
    "removed": N_("removed"),
    "renamed": N_("new id"),
    "merged": N_("merged"),
    "changed": N_("changed"),
    "translated": N_("translated"),
}
_PRESENCE_WORDS: Mapping[tuple[bool, bool], str] = {
    (True, True): N_("{field} changed"),
    (False, True): N_("{field} added"),
    (True, False): N_("{field} removed"),
    (False, False): N_("{field} changed"),
}
"""What became of a field that has parts of its own, which was there before and is there now."""
_DRAWN: Mapping[str, str] = {**DRAWN_WORDS}
_STATUSES: Mapping[str, str] = {**STATUS_WORDS}
_ORDER: tuple[ChangedKind, ...] = tuple(KIND_WORDS)
_RANKS: tuple[What, ...] = ("added", "removed", "merged", "renamed", "changed")
_NAMED: Mapping[str, ChangedKind] = {"unit": "units", "source": "sources"}
"""Fields that hold an id, and of what kind."""
_MONTHS_FROM_DAYS = 59
_NAMELESS = ("date", "year", "quarter")
"""Units that stand for a form of the value and are not written after it."""
_MEANING = re.compile(r"[\\`*_\[\]<>&|~$]")
"""Letters that mean something in Markdown wherever they stand."""
_BEGINNING = re.compile(r"^(\d*)([-#+=:.)])")
"""Those that do so at the beginning of a line, also after a number."""


@dataclass(frozen=True)
class Known:
    """What can be called by name: all that is in the atlas now, and what the releases on record took out of it."""

    atlas: Atlas
    revisions: tuple[Revision, ...]

    def thing(self, kind: ChangedKind, id: Id) -> Any:
        """What has this id or had it once; None if it is no longer there."""
        if kind == "layers":
            return next((layer for layer in self.atlas.description.layers if layer.id == id), None)
        things = getattr(self.atlas, kind)
        return things.get(id) or things.get(self.atlas.current_id(id))

    def name(self, kind: ChangedKind, id: Id, words: Words) -> Said:
        """What something is or was called; its id if nothing on record says so."""
        thing = self.thing(kind, id)
        if thing is None or thing.id != id:  # it is gone, or lives on under another name
            recorded = self._recorded.get((kind, id), {})
            for language in (words.language, "en", *recorded):
                if language in recorded:
                    return Said(recorded[language], language)
        return _name(thing, words) or Said(id, "zxx")

    @cached_property
    def _recorded(self) -> dict[tuple[ChangedKind, Id], Mapping[str, str]]:
        gone = (change for revision in reversed(self.revisions) for change in revision.changes)
        return {(change.kind, change.id): change.name for change in gone if change.name}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing with everything that happened to it. ``moved`` says by how much a date did."""

    kind: ChangedKind
    id: Id
    name: Said
    what: What
    told: tuple[str, ...]
    moved: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    """What belongs under one heading; ``first`` are the groups that everybody should see."""

    heading: str
    entries: tuple[Entry, ...]
    first: bool = False


def groups(revision: Revision, known: Known, words: Words) -> tuple[Group, ...]:
    """Promised dates that moved, then corrected figures, then what came, went and changed by kind."""
    promised = [change for change in revision.changes if _is_promise(change, known)]
    promised.sort(key=lambda change: -abs(change.moved_days))
    corrected = [change for change in revision.changes if change.kind == "figures" and change.field == "value"]
    rest = [change for change in revision.changes if change not in promised and change not in corrected]
    first = ((words("Promised dates that moved"), promised), (words("Corrected figures"), corrected))
    return (
        *(Group(heading=text, entries=_entries(some, known, words), first=True) for text, some in first if some),
        *(Group(heading=text, entries=_entries(some, known, words)) for text, some in _by_kind(rest, known, words)),
    )


def changelog(revision: Revision, known: Known, words: Words) -> str:
    """The change log of one release as Markdown."""
    title = words("What changed between release {old} and release {new}", old=revision.before, new=revision.id)
    parts = [f"# {title}"]
    if not revision.changes and not tuple(revision.translated.items()):
        parts.append(words("Nothing changed."))
    for group in groups(revision, known, words):
        lines = dict.fromkeys(f"- {as_markdown(_line(entry, words))}" for entry in group.entries)
        parts += [f"## {as_markdown(group.heading)}", "\n".join(lines)]
    if translated := translations(revision, words):
        parts += [f"## {words('Texts translated')}", "\n".join(f"- {language}: {n}" for language, n in translated)]
    return "\n\n".join(parts) + "\n"


def as_markdown(text: str) -> str:
    """A text as Markdown that says just this: nothing in it is a link, a picture, markup or HTML."""
    escaped = _MEANING.sub(r"\\\g<0>", " ".join(text.split()))
    return _BEGINNING.sub(r"\1\\\2", escaped, count=1)


def translations(revision: Revision, words: Words) -> tuple[tuple[str, str], ...]:
    """The languages that texts were translated into, each with how many."""
    return tuple((words.language_name(one), words.number(number)) for one, number in revision.translated.items())


def _line(entry: Entry, words: Words) -> str:
    label = "" if entry.what == "changed" else f" ({words(WHAT_WORDS[entry.what])})"
    told = "; ".join(entry.told)
    moved = f" ({entry.moved})" if entry.moved else ""
    return f"{entry.name.text.rstrip('.')}{label}{': ' if told else ''}{told}{moved}"


def _is_promise(change: Change, known: Known) -> bool:
    """Whether a date moved that is still to be kept: of a forecast, or of a status that is promised."""
    thing = known.thing(change.kind, change.id) if change.moved_days else None
    if isinstance(thing, Event):
        return thing.kind == "forecast"
    return isinstance(thing, Feature) and any(step.promise and step.status == change.part for step in thing.history)


def _by_kind(changes: Sequence[Change], known: Known, words: Words) -> Iterator[tuple[str, Sequence[Change]]]:
    found: dict[str, list[Change]] = {}
    for change in sorted(changes, key=lambda change: (_ORDER.index(change.kind), change.layer or "")):
        heading = words(KIND_WORDS[change.kind])
        if change.layer:
            heading = f"{heading}: {known.name('layers', change.layer, words).text}"
        found.setdefault(heading, []).append(change)
    yield from found.items()


def _entries(changes: Iterable[Change], known: Known, words: Words) -> tuple[Entry, ...]:
    """One for each thing and what happened to it; what came and went is told before what changed."""
    found: dict[tuple[ChangedKind, Id, What], list[Change]] = {}
    for change in changes:
        found.setdefault((change.kind, change.id, change.what), []).append(change)
    entries = [
        Entry(
            kind=kind,
            id=id,
            name=known.name(kind, id, words),
            what=what,
            told=tuple(dict.fromkeys(text for change in some if (text := _told(change, known, words)))),
            moved=next((_by(change.moved_days, words) for change in some if change.moved_days), ""),
        )
        for (kind, id, what), some in found.items()
    ]
    return tuple(sorted(entries, key=lambda entry: _RANKS.index(entry.what)))


def _name(thing: Any, words: Words) -> Said | None:
    for field in ("names", "title", "text", "subject"):
        text = getattr(thing, field, None)
        if isinstance(text, str):
            return Said(text, getattr(thing, "language", "en"))
        if isinstance(text, Texts):
            language, best = text.best(words.language)
            return Said(best, language)
        if text is not None:
            return Said(words.name(text), words.language)
    return None


def _told(change: Change, known: Known, words: Words) -> str:
    if change.what in ("added", "removed"):
        return ""
    if change.what == "renamed":
        return words("now {new}; the old id, {old}, still works", old=change.old, new=change.new)
    if change.what == "merged":
        other = known.name(change.kind, str(change.new), words).text
        return words("stands under “{other}” now; the old id, {old}, leads there", other=other, old=change.old)
    if change.field not in FIELD_WORDS:
        return words("details changed")
    return _told_field(change, known, words)


def _told_field(change: Change, known: Known, words: Words) -> str:
    label = words(FIELD_WORDS[change.field])
    if change.field == "geometry" and isinstance(change.new, float) and not isinstance(change.new, bool):
        return words("moved by up to {number} km", number=words.number(round(change.new, 1)))
    if isinstance(change.old, bool) and isinstance(change.new, bool) and change.field != "value":
        return words(_PRESENCE_WORDS[change.old, change.new], field=label)
    if change.field == "history" and change.part:
        label = words(_STATUSES[change.part])
    elif change.part and change.field != "value":
        label = f"{label} ({words.language_name(change.part)})"
    if isinstance(change.old, tuple) or isinstance(change.new, tuple):
        return f"{label}: {_lists(change, known, words)}"
    return f"{label}: {_value(change, change.old, known, words)} → {_value(change, change.new, known, words)}"


def _by(days: int, words: Words) -> str:
    months = round(abs(days) / 30.44)
    if abs(days) <= _MONTHS_FROM_DAYS:
        span = words.count("{n} day", "{n} days", abs(days))
    elif months % 12:
        span = words.count("{n} month", "{n} months", months)
    else:
        span = words.count("{n} year", "{n} years", months // 12)
    return words("later by {span}", span=span) if days > 0 else words("earlier by {span}", span=span)


def _lists(change: Change, known: Known, words: Words) -> str:
    old, new = (value if isinstance(value, tuple) else () for value in (change.old, change.new))

    def said(one: str) -> str:
        if change.field == "countries":
            return words.country(one)
        return known.name("sources", one, words).text if change.field == "sources" else one

    came = ", ".join(said(one) for one in new if one not in old)
    went = ", ".join(said(one) for one in old if one not in new)
    told = [words("added: {things}", things=came)] if came else []
    if went:
        told.append(words("removed: {things}", things=went))
    return "; ".join(told) or words("another order")


def _value(change: Change, value: Any, known: Known, words: Words) -> str:
    plain = {None: words("nothing"), True: words("yes"), False: words("no")}
    if value is None or isinstance(value, bool):
        return plain[value]
    if change.field in DATED or change.field == "history":
        return words.date(parse(str(value)))
    if change.field in _NAMED:
        return known.name(_NAMED[change.field], str(value), words).text
    if change.field == "drawn":
        return words(_DRAWN.get(str(value), str(value)))
    return _measured(change, value, known, words) if change.field == "value" else f"“{value}”"


def _measured(change: Change, value: Any, known: Known, words: Words) -> str:
    """A figure's value; in a unit only if both values are in the same one, which the change then names."""
    unit = change.part
    try:
        if unit == "date":
            return words.date(parse(str(value)))
        number = str(value) if unit == "year" else words.number(Decimal(str(value)))
    except (InvalidOperation, ValueError):  # a text, such as a span in words
        return str(value)
    return number if not unit or unit in _NAMELESS else f"{number} {known.name('units', unit, words).text}"
