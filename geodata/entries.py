"""Plain entries -> an :class:`~geodata.model.Atlas`, by the same rules wherever they are stored.

A reader (:mod:`geodata.files`, :mod:`geodata.postgis`) parses what it finds and hands over each entry as plain data
with the name of the file that it is from; here entries are understood, ids are kept apart, and every mistake is noted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from geodata import model
from geodata.problems import Problem, field_path, nearest, refusals

ENTRIES: Mapping[str, type[BaseModel]] = {
    "figures": model.Figure,
    "events": model.Event,
    "statements": model.Statement,
    "commentary": model.Commentary,
    "documents": model.Document,
    "sources": model.Source,
    "people": model.Person,
    "briefings": model.Briefing,
    "changes": model.Revision,
}
"""Folders of YAML lists, and what each entry is. The folder's name is the Atlas's field."""
VOCABULARY = ("properties", "units", "topics", "parties")
RECORDED = "changes"
"""The kind that tells of releases. It is no part of what a release's hash is made of: the record of a release names
that hash, and can only be written when it is known."""
COUNTED = ("features", *(kind for kind in ENTRIES if kind != RECORDED))
"""The kinds whose number ``atlas.yaml`` guards with ``counts``."""
ONE_ID_SPACE = ("features", "figures", "events", "statements", "commentary", "documents", "sources")
"""Kinds that can be selected by id in an address: an id means one thing among all of them."""


def place_of(revision: model.Revision) -> str:
    """The name of the file that what a release changed is recorded in, within the atlas's folder."""
    return f"{RECORDED}/{revision.id}.yaml"


def plain_of(revision: model.Revision) -> dict[str, Any]:
    """What a release changed as a plain entry, without what is as when left out."""
    return revision.model_dump(mode="json", exclude_defaults=True)


Origins = Mapping[tuple[str, str], str]
"""(kind, id) -> file, for every entry that was seen, also those that could not be read.

An entry without an id stands there as "entry 3 of …"; the id is empty for a file that could not be read at all.
"""
KINDS: Mapping[str, type[BaseModel]] = {**ENTRIES, **dict.fromkeys(VOCABULARY, model.Term)}
"""Every kind of entry but features."""
_NAMES = {**{kind: rf"{kind}/{{}}\.yaml" for kind in ENTRIES}, "articles": r"article/{}\.txt"}


def belongs(kind: str, file: str) -> bool:
    """Whether a file of this name, within an atlas's folder, is read for entries of this kind or for ``articles``."""
    if kind in VOCABULARY:
        return file == f"vocabulary/{kind}.yaml"
    return re.fullmatch(_NAMES[kind].format(r"[^./\\][^/\\]*"), file) is not None


class Plain(NamedTuple):
    """The content of an atlas as it is stored, to be stored elsewhere.

    ``entries`` are (kind, file, value) in their order; a feature's value is a GeoJSON Feature.
    """

    description: Any
    entries: tuple[tuple[str, str, Any], ...]
    articles: Mapping[str, str]
    base: Mapping[str, Any]


class Reading(NamedTuple):
    """What is stored: the atlas of everything readable (None without a readable description), and what is wrong."""

    atlas: model.Atlas | None
    origins: Origins
    problems: tuple[Problem, ...]
    plain: Plain


def nothing(*problems: Problem) -> Reading:
    """What is known of an atlas that cannot be reached."""
    return Reading(None, {}, problems, Plain(None, (), {}, {}))


def unfit(value: object) -> tuple[tuple[str | int, ...], str] | None:
    """Where within plain data the first text with a letter of ``model.UNFIT`` is, and that letter."""
    found: list[tuple[tuple[str | int, ...], Any]] = [((), value)]
    while found:
        path, part = found.pop()
        if isinstance(part, str):
            if match := model.UNFIT.search(part):
                return path, match.group()
        elif isinstance(part, dict):
            for key, inner in part.items():
                if match := model.UNFIT.search(key):
                    return (*path, key), match.group()
                if key != "geometry":  # of numbers, and many
                    found.append(((*path, key), inner))
        elif isinstance(part, list):
            found.extend(((*path, number), inner) for number, inner in enumerate(part))
    return None


@dataclass
class Entries:
    """Collects the entries of one atlas."""

    problems: list[Problem] = field(default_factory=list)
    origins: dict[tuple[str, str], str] = field(default_factory=dict)
    things: dict[str, dict[str, Any]] = field(default_factory=lambda: {kind: {} for kind in (*KINDS, "features")})
    stored: list[tuple[str, str, Any]] = field(default_factory=list)
    """The entries as they were handed over: (kind, file, value)."""
    _seen: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def report(self, file: str, problem: str, remedy: str, thing: str = "", field: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem(file, thing, field, problem, remedy))

    def add(self, kind: str, name: str, number: int, item: object) -> None:
        """Take in the entry that stands in place ``number`` of the file ``name``."""
        self.stored.append((kind, name, item))
        label = self._register(kind, item, name, number)
        thing = self._model(name, label, KINDS[kind], item)
        if thing is not None:
            self._keep(self.things[kind], kind, thing, name)

    def add_feature(self, name: str, number: int, item: object) -> None:
        """Take in a GeoJSON Feature of the layer whose file ``name`` is."""
        self.stored.append(("features", name, item))
        if not isinstance(item, dict) or item.get("type") != "Feature" or not isinstance(item.get("properties"), dict):
            remedy = 'write {"type": "Feature", "id": …, "properties": {…}, "geometry": …}'
            label = self._register("features", item if isinstance(item, dict) else {}, name, number)
            self.report(name, "is not a Feature", remedy, label)
            return
        label = self._register("features", item, name, number)
        complete = True
        for key in item:
            if key not in ("type", "id", "properties", "geometry"):
                remedy = nearest(
                    key, ("type", "id", "properties", "geometry"), "a feature's own fields stand in its properties"
                )
                self.report(name, "unknown key", remedy, label, key)
                complete = False
        properties = item["properties"]
        for key in ("id", "layer", "geometry"):
            if key in properties:
                remedy = "take it out: id and geometry stand beside properties, the layer is the file's name"
                self.report(name, "does not belong into properties", remedy, label, key)
                complete = False
        if "geometry" not in item:
            self.report(
                name, "is missing", "add geometry, or geometry: null for a subject without a place", label, "geometry"
            )
            complete = False
        outside = {key: item[key] for key in ("id", "geometry") if key in item}
        value = {
            **properties,
            "geometry": None,
            **outside,
            "layer": name.removeprefix("layers/").removesuffix(".geojson"),
        }
        feature = self._model(name, label, model.Feature, value)
        if feature is not None and complete:
            self._keep(self.things["features"], "features", feature, name)

    def describe(self, name: str, value: object) -> model.Description | None:
        """The atlas's description; None if it cannot be understood."""
        return self._model(name, "atlas", model.Description, value)

    def reading(
        self, description: model.Description | None, plain: Plain, digest: str, tiled: model.Tiled | None
    ) -> Reading:
        """Everything that was taken in.

        ``plain`` holds what else is stored, without entries; ``digest`` is that of all content, in hexadecimal digits.
        """
        atlas = None
        if description is not None:
            held = self.things.pop("features")
            atlas = model.Atlas(
                description=description,
                release=f"{description.date}-{digest[:12]}",
                features=model.Features(held, tiled) if tiled else held,
                tiled=tiled,
                articles=plain.articles,
                base=plain.base,
                **self.things,
            )
        return Reading(atlas, self.origins, tuple(self.problems), plain._replace(entries=tuple(self.stored)))

    def _register(self, kind: str, item: object, name: str, number: int) -> str:
        """Note that an entry was seen; gives the word that problems call it by."""
        given = item.get("id") if isinstance(item, Mapping) else None
        if not isinstance(given, str) or not given.strip():
            label = f"entry {number}"
            self.origins.setdefault((kind, f"{label} of {name}"), name)
            return label
        self.origins.setdefault((kind, given), name)
        return given

    def _keep(self, things: dict[str, Any], kind: str, thing: Any, name: str) -> None:
        space = "" if kind in ONE_ID_SPACE else kind
        aliases = getattr(thing, "aliases", ())
        for key, wanted in [("id", thing.id), *(("aliases", alias) for alias in aliases)]:
            other, where = self._seen.setdefault((space, wanted), (thing.id, name))
            if (other, where) != (thing.id, name) or (key == "id" and thing.id in things):
                owner = "" if other == wanted else f" by {other}"
                remedy = "ids and aliases are unique; rename one of the two"
                self.report(name, f"{wanted} is already taken{owner} in {where}", remedy, thing.id, key)
        things.setdefault(thing.id, thing)

    def _model(self, name: str, label: str, kind: type[BaseModel], value: object) -> Any:
        if found := unfit(value):
            path, letter = found
            self.report(name, *model.unfit_letter(letter), label, field_path(path))
            return None
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.problems.extend(refusals(error, kind, name, label))
            return None
