"""What differs between two releases of an atlas, as plain values without words."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel
from shapely.geometry.base import BaseGeometry

from geodata.dates import parse
from geodata.distance import flat_km
from geodata.entries import COUNTED, VOCABULARY
from geodata.model import LANGUAGES, Atlas

What = Literal["added", "removed", "renamed", "changed"]
KINDS = (*COUNTED, *VOCABULARY, "layers")
"""The kinds of thing that are compared."""


class Change(NamedTuple):
    """One difference. ``old`` and ``new`` are plain values as JSON has them; None is nothing.

    ``id`` is the present one, or the last one of what was removed. ``part`` says more about ``field``: a language
    of a text, a status of the history. A geometry's ``new`` is how far it moved, in kilometres.
    """

    kind: str
    layer: str
    id: str
    what: What
    field: str = ""
    part: str = ""
    old: Any = None
    new: Any = None

    @property
    def moved_days(self) -> int:
        """By how many days the date went back, if it is one that moved; negative is forward."""
        if self.field not in ("date", "history") or not (isinstance(self.old, str) and isinstance(self.new, str)):
            return 0
        return (parse(self.new).latest - parse(self.old).latest).days


def differences(old: Atlas, new: Atlas) -> tuple[Change, ...]:
    """Everything that is not the same in ``new`` as it was in ``old``, kind by kind.

    The features of tiled layers are not compared.
    """
    return tuple(change for kind in KINDS for change in _of_kind(kind, _things(old, kind), _things(new, kind)))


def _things(atlas: Atlas, kind: str) -> Mapping[str, BaseModel]:
    if kind == "layers":
        return {layer.id: layer for layer in atlas.description.layers}
    return getattr(atlas, kind)


def _of_kind(kind: str, old: Mapping[str, BaseModel], new: Mapping[str, BaseModel]) -> Iterator[Change]:
    held = set(old)
    for id in new:
        layer = getattr(new[id], "layer", "")
        before = id if id in held else next((known for known in getattr(new[id], "aliases", ()) if known in held), None)
        if before is None:
            yield Change(kind, layer, id, "added")
            continue
        held.discard(before)
        if before != id:
            yield Change(kind, layer, id, "renamed", "id", "", before, id)
        for field, part, was, now in _fields(old[before], new[id]):
            yield Change(kind, layer, id, "changed", field, part, was, now)
    for id in old:
        if id in held:
            yield Change(kind, getattr(old[id], "layer", ""), id, "removed")


def _fields(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, str, Any, Any]]:
    for field in type(new).model_fields:
        was, now = getattr(old, field), getattr(new, field)
        if field in ("id", "aliases") or was == now:
            continue
        if isinstance(was, BaseGeometry) and isinstance(now, BaseGeometry):
            yield field, "", None, _moved_km(was, now)
            continue
        before, after = (thing.model_dump(mode="json", include={field})[field] for thing in (old, new))
        if field == "geometry":
            yield field, "", before is not None, after is not None
        elif field == "history":
            yield from ((field, *step) for step in _steps(before, after))
        elif _is_text(before) or _is_text(after):
            before, after = before or {}, after or {}
            for language in LANGUAGES:
                if before.get(language) != after.get(language):
                    yield field, language, before.get(language), after.get(language)
        else:
            yield field, "", before, after


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and set(value) <= set(LANGUAGES)


def _steps(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[tuple[str, Any, Any]]:
    """Each status that came, went or got another day; a status may come twice, the first goes with the first."""
    names = dict.fromkeys(step["status"] for step in (*old, *new))
    told = False
    for name in names:
        before = [step for step in old if step["status"] == name]
        after = [step for step in new if step["status"] == name]
        for number in range(max(len(before), len(after))):
            was = before[number]["date"] if number < len(before) else None
            now = after[number]["date"] if number < len(after) else None
            if was != now:
                told = True
                yield name, was, now
    if not told and old != new:  # its sources, notes or order
        yield "", old, new


def _moved_km(old: BaseGeometry, new: BaseGeometry) -> float:
    latitude = (old.centroid.y + new.centroid.y) / 2
    return round(flat_km(old, latitude).hausdorff_distance(flat_km(new, latitude)), 3)
