"""What changed between two releases, in words: plain Markdown for whoever follows the atlas."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from dashboard.style import STATUS_WORDS
from dashboard.words import N_, Words
from geodata import Atlas
from geodata.dates import parse
from geodata.diff import KINDS, VOCABULARY, Change

KIND_WORDS: dict[str, str] = {
    "features": N_("Places and lines"),
    "events": N_("Events and promises"),
    "figures": N_("Figures"),
    "statements": N_("Statements"),
    "commentary": N_("Other experts, in our words"),
    "documents": N_("Documents signed"),
    "sources": N_("Sources"),
    "people": N_("People quoted"),
    "briefings": N_("Briefings"),
    "layers": N_("Layers"),
    **dict.fromkeys(VOCABULARY, N_("Words of the atlas")),
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
    "published": N_("Date"),
    "sources": N_("Sources"),
    "source": N_("Sources"),
    "countries": N_("Countries"),
    "owners": N_("Owner"),
    "history": N_("Status"),
    "outcome": N_("Outcome"),
    "steps": N_("Steps of the briefing"),
    "geometry": N_("Course or position"),
}
"""The fields that are told by name; of the others it is said that some detail changed."""
_DATES = ("date", "as_of", "announced_on", "published")
_ORDER = ("events", "features", *(kind for kind in KINDS if kind not in ("events", "features")))
_NAMED = {"unit": "units", "source": "sources"}
"""Fields that hold an id, and of what kind."""
_MONTHS_FROM_DAYS = 59
_MEANING = re.compile(r"[\\`*_\[\]<>&|~$]")
"""Letters that mean something in Markdown wherever they stand."""
_BEGINNING = re.compile(r"^(\d*)([-#+=:.)])")
"""Those that do so at the beginning of a line, also after a number."""


class Releases(NamedTuple):
    """The two atlases that are compared, for the names of what they hold."""

    old: Atlas
    new: Atlas

    def thing(self, kind: str, id: str) -> Any:
        """What has this id, as it is now or else as it was; None if there is none."""
        for atlas in (self.new, self.old):
            things: Mapping[str, Any] = (
                {layer.id: layer for layer in atlas.description.layers} if kind == "layers" else getattr(atlas, kind)
            )
            if id in things:
                return things[id]
        return None


def changelog(changes: Sequence[Change], releases: Releases, words: Words) -> str:
    """The change log as Markdown, promised dates that moved first, then what came, went and changed by kind."""
    old, new = releases
    title = words("What changed between release {old} and release {new}", old=old.release, new=new.release)
    parts = [f"# {title}"]
    if not changes:
        parts.append(words("Nothing changed."))
    slipped = [change for change in changes if change.kind == "events" and _is_promise(change, releases)]
    slipped.sort(key=lambda change: -abs(change.moved_days))
    if slipped:
        parts += _section(words("Promised dates that moved"), slipped, releases, words)
    rest = [change for change in changes if change not in slipped]
    for heading, group in _groups(rest, releases, words):
        parts += _section(heading, group, releases, words)
    return "\n\n".join(parts) + "\n"


def _is_promise(change: Change, releases: Releases) -> bool:
    return bool(change.moved_days) and releases.thing("events", change.id).kind == "forecast"


def _groups(changes: Sequence[Change], releases: Releases, words: Words) -> Iterator[tuple[str, Sequence[Change]]]:
    found: dict[str, list[Change]] = {}
    for change in sorted(changes, key=lambda change: (_ORDER.index(change.kind), change.layer)):
        heading = words(KIND_WORDS[change.kind])
        if change.layer and (layer := releases.thing("layers", change.layer)):
            heading = f"{heading}: {words.name(layer.names)}"
        found.setdefault(heading, []).append(change)
    for heading, group in found.items():
        ranks = ("added", "removed", "renamed", "changed")
        yield heading, sorted(group, key=lambda change: (ranks.index(change.what), -abs(change.moved_days)))


def _section(heading: str, changes: Sequence[Change], releases: Releases, words: Words) -> list[str]:
    lines = dict.fromkeys(f"- {as_markdown(line(change, releases, words))}" for change in changes)
    return [f"## {as_markdown(heading)}", "\n".join(lines)]


def as_markdown(text: str) -> str:
    """A text as Markdown that says just this: nothing in it is a link, a picture, markup or HTML."""
    escaped = _MEANING.sub(r"\\\g<0>", " ".join(text.split()))
    return _BEGINNING.sub(r"\1\\\2", escaped, count=1)


def line(change: Change, releases: Releases, words: Words) -> str:
    """One change in one line."""
    name = _name(releases.thing(change.kind, change.id), change.id, words)
    if change.what == "added":
        return words("Added: {name}", name=name)
    if change.what == "removed":
        return words("Removed: {name}", name=name)
    if change.what == "renamed":
        return words("{name}: has a new id, {new}; the old one, {old}, still works", name=name, **_ids(change))
    if change.field not in FIELD_WORDS:
        return words("{name}: details changed", name=name)
    return f"{name}: {_told(change, releases, words)}"


def _ids(change: Change) -> dict[str, object]:
    return {"old": change.old, "new": change.new}


def _name(thing: Any, id: str, words: Words) -> str:
    for field in ("names", "title", "text", "subject"):
        text = getattr(thing, field, None)
        if isinstance(text, str):
            return text
        if text is not None:
            return text.best(words.language)[1] if hasattr(text, "best") else words.name(text)
    return id


def _told(change: Change, releases: Releases, words: Words) -> str:
    label = words(FIELD_WORDS[change.field])
    if change.field == "geometry" and isinstance(change.new, float):
        return words("moved by up to {number} km", number=words.number(round(change.new, 1)))
    if change.field in ("outcome", "steps", "geometry") or (change.field == "history" and not change.part):
        return words("{field} changed", field=label) if change.old else words("{field} added", field=label)
    if change.field == "history":
        label = words(STATUS_WORDS[change.part])  # pyright: ignore[reportArgumentType] - a status, as diff says
    elif change.part:
        label = f"{label} ({words.language_name(change.part)})"
    if change.field in ("sources", "countries", "owners"):
        return f"{label}: {_lists(change, releases, words)}"
    text = f"{label}: {_value(change, change.old, releases, words)} → {_value(change, change.new, releases, words)}"
    return f"{text} ({_by(change.moved_days, words)})" if change.moved_days else text


def _by(days: int, words: Words) -> str:
    months = round(abs(days) / 30.44)
    if abs(days) <= _MONTHS_FROM_DAYS:
        span = words.count("{n} day", "{n} days", abs(days))
    elif months % 12:
        span = words.count("{n} month", "{n} months", months)
    else:
        span = words.count("{n} year", "{n} years", months // 12)
    return words("later by {span}", span=span) if days > 0 else words("earlier by {span}", span=span)


def _lists(change: Change, releases: Releases, words: Words) -> str:
    def said(one: str) -> str:
        if change.field == "countries":
            return words.country(one)
        return _name(releases.thing("sources", one), one, words) if change.field == "sources" else one

    came = ", ".join(said(one) for one in change.new if one not in change.old)
    went = ", ".join(said(one) for one in change.old if one not in change.new)
    told = [words("added: {things}", things=came)] if came else []
    if went:
        told.append(words("removed: {things}", things=went))
    return "; ".join(told) or words("another order")


def _value(change: Change, value: Any, releases: Releases, words: Words) -> str:
    plain = {None: words("nothing"), True: words("yes"), False: words("no")}
    if value is None or isinstance(value, bool):
        return plain[value]
    if change.field in _DATES or change.field == "history":
        return words.date(parse(value))
    if change.field in _NAMED:
        return _name(releases.thing(_NAMED[change.field], value), value, words)
    return _measured(change, value, releases, words) if change.field == "value" else f"“{value}”"


def _measured(change: Change, value: Any, releases: Releases, words: Words) -> str:
    unit = releases.thing("figures", change.id).unit
    try:
        number = value if unit == "year" else words.number(Decimal(value))
    except InvalidOperation:  # a text, such as a span in words
        return str(value)
    named = None if unit in (None, "year") else releases.thing("units", unit)
    return str(number) if named is None else f"{number} {words.name(named.names)}"
