"""What differs between two releases of an atlas, as plain values without words."""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, get_args

from pydantic import BaseModel
from shapely.geometry.base import BaseGeometry

from geodata.distance import flat_km
from geodata.model import LANGUAGES, Atlas, Change, ChangedKind, Figure, Names, Revision, Texts, Translated

KINDS: tuple[ChangedKind, ...] = get_args(ChangedKind)
"""The kinds of thing that are compared."""
UNTOLD = ("id", "aliases", "checked", "retrieved")
"""Fields that are no change of what is known: ids are told by themselves, and the day of a look is none."""
_IN_LANGUAGES = {*Names.model_fields}
Step = tuple[str, Any, Any]


def revision(old: Atlas, new: Atlas) -> Revision:
    """What ``new`` changed, to be kept beside it: translations as numbers, what went with its names."""
    found = differences(old, new)
    return Revision(
        id=new.release,
        date=new.description.date,
        before=old.release,
        before_date=old.description.date,
        changes=tuple(change for change in found if change.what != "translated"),
        translated=Translated(**Counter(change.part for change in found if change.what == "translated")),
    )


def differences(old: Atlas, new: Atlas) -> tuple[Change, ...]:
    """Everything that is not the same in ``new`` as it was in ``old``, kind by kind.

    The features of tiled layers are not compared.
    """
    return tuple(change for kind in KINDS for change in _of_kind(kind, _things(old, kind), _things(new, kind)))


def _things(atlas: Atlas, kind: str) -> Mapping[str, BaseModel]:
    if kind == "layers":
        return {layer.id: layer for layer in atlas.description.layers}
    return getattr(atlas, kind)


def _of_kind(kind: ChangedKind, old: Mapping[str, BaseModel], new: Mapping[str, BaseModel]) -> Iterator[Change]:
    left = set(old)
    current = {alias: id for id, thing in new.items() for alias in getattr(thing, "aliases", ())}
    for id, thing in new.items():
        layer = getattr(thing, "layer", None)
        before = id if id in left else next((known for known in getattr(thing, "aliases", ()) if known in left), None)
        if before is None:
            yield Change(kind=kind, layer=layer, id=id, what="added")
            continue
        left.discard(before)
        if before != id:
            yield Change(kind=kind, layer=layer, id=id, what="renamed", field="id", old=before, new=id)
        for field, part, was, now in _fields(old[before], thing):
            yield Change(kind=kind, layer=layer, id=id, what="changed", field=field, part=part, old=was, new=now)
        for field, language in _translations(old[before], thing):
            yield Change(kind=kind, layer=layer, id=id, what="translated", field=field, part=language)
    for id, thing in old.items():
        if id in left:
            gone = {"kind": kind, "layer": getattr(thing, "layer", None), "id": id, "name": _name(thing)}
            if id in current:
                yield Change(**gone, what="merged", field="id", old=id, new=current[id])
            else:
                yield Change(**gone, what="removed")


def _name(thing: BaseModel) -> dict[str, str]:
    """What a thing is called, by language; nothing for what has no name."""
    for field in ("names", "title", "text", "subject"):
        text = getattr(thing, field, None)
        if isinstance(text, str):
            return {getattr(thing, "language", "en"): text}
        if isinstance(text, Texts | Names):
            return text.model_dump(exclude_none=True)
    return {}


def _fields(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, str, Any, Any]]:
    """Each difference between two releases of a thing, all but translations: field, part, old and new value."""
    for field, was, now, before, after in _unequal(old, new):
        if isinstance(was, BaseGeometry) and isinstance(now, BaseGeometry):
            yield field, "", None, _moved_km(was, now)
        elif field == "history":
            yield from ((field, *step) for step in _steps(before, after))
        elif _gained(before, after) is not None and not _is_text(after):
            continue
        elif _is_text(before) and _is_text(after):
            for language in dict.fromkeys((*before, *after)):
                was_said, is_said = before.get(language), after.get(language)
                if was_said != is_said and (was_said is not None or language not in LANGUAGES):
                    yield field, language, was_said, is_said
        elif _has_parts(before) or _has_parts(after):
            yield field, "", bool(before), bool(after)
        else:
            yield field, _unit(old, new) if field == "value" else "", before, after


def _translations(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, str]]:
    """Field and language of each text that was there before in others."""
    for field, _, _, before, after in _unequal(old, new):
        gained = _gained(before, after)
        if gained is None and _is_text(before) and _is_text(after):  # others of its languages changed
            gained = [language for language in after if before.get(language) is None and after[language] is not None]
        for language in gained or ():
            if language in LANGUAGES:
                yield field, language


def _unequal(old: BaseModel, new: BaseModel) -> Iterator[tuple[str, Any, Any, Any, Any]]:
    """The fields that differ, each with both values, and both as JSON has them."""
    for field in type(new).model_fields:
        was, now = getattr(old, field), getattr(new, field)
        if field in UNTOLD or was == now:
            continue
        if isinstance(was, BaseGeometry) and isinstance(now, BaseGeometry):
            yield field, was, now, None, field
            continue
        before, after = (thing.model_dump(mode="json", include={field})[field] for thing in (old, new))
        yield field, was, now, before, after


def _gained(before: Any, after: Any) -> list[str] | None:
    """The languages that texts came in, wherever they stand in a value; None if anything else changed."""
    if before == after:
        return []
    if _is_text(before) and _is_text(after):
        if any(before[language] != after.get(language) for language in before if before[language] is not None):
            return None
        return [language for language in after if before.get(language) is None and after[language] is not None]
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        pairs = [(before[key], after[key]) for key in before]
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = list(zip(before, after, strict=True))
    else:
        return None
    found = [_gained(*pair) for pair in pairs]
    return None if None in found else list(chain.from_iterable(one for one in found if one))


def _is_text(value: object) -> bool:
    return isinstance(value, dict) and bool(value) and value.keys() <= _IN_LANGUAGES


def _has_parts(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))


def _unit(old: BaseModel, new: BaseModel) -> str:
    """The unit that both values of a figure are in; empty if there is none, or if it changed too."""
    if isinstance(old, Figure) and isinstance(new, Figure) and old.unit == new.unit:
        return new.unit or ""
    return ""


def _steps(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> Iterator[Step]:
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
    if not told and _gained(old, new) is None:  # its sources, notes or order
        yield "", bool(old), bool(new)


def _moved_km(old: BaseGeometry, new: BaseGeometry) -> float:
    latitude = (old.centroid.y + new.centroid.y) / 2
    return round(flat_km(old, latitude).hausdorff_distance(flat_km(new, latitude)), 3)
