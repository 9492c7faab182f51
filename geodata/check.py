"""The rules that need more than one thing; every breach as a Problem.

**Error or warning.** An error is a statement that cannot be true or cannot be followed: a reference into
nothing, a quotation that its article does not hold, a station in the wrong country, a ship on land, a count
that does not match. A warning is something that an author may well have meant and should look at: a drawn
length more than a tenth away from every published one, a forecast that has come due without an outcome, a
source or an article that nothing refers to. An atlas with an error is not opened (:func:`geodata.open_atlas`); warnings
are printed and stop nothing. Which rule is which is written in ``_ERRORS`` and ``_WARNINGS`` below, and nowhere else.
A text that is missing in a language is neither; it is counted by :func:`missing_texts`.

Nothing here reads the clock: rules about what lies ahead compare with the atlas's own ``date``, the one
about forecasts that have come due with the day that the caller hands in.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, islice, pairwise
from math import inf
from types import MappingProxyType
from typing import Any, NamedTuple, get_args

import numpy as np
import shapely
from pydantic import BaseModel, ValidationError
from shapely.geometry import LineString, MultiLineString, Point
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, substring

from geodata.distance import KM_PER_DEGREE, flat_km, length_km
from geodata.entries import COUNTED, ENTRIES, VOCABULARY, Origins, unfit
from geodata.model import (
    LANGUAGES,
    Atlas,
    BaseMap,
    Feature,
    Features,
    Ground,
    Id,
    Kind,
    Language,
    Statement,
    Texts,
    unfit_letter,
)
from geodata.problems import Problem, field_path, nearest, refusals
from geodata.tiled import Fingerprint

PLACES: frozenset[Kind] = frozenset(
    ("port", "ferry_terminal", "free_zone", "rail_station", "border_crossing", "cable_landing", "data_centre",
     "oil_terminal", "substation", "city", "capital")
)  # fmt: skip
"""Kinds that are drawn as points."""
WITHOUT_PLACE: frozenset[Kind] = frozenset(("corridor", "topic"))
"""Kinds that need no geometry of their own."""
LINES: frozenset[Kind] = frozenset(get_args(Kind)) - PLACES - WITHOUT_PLACE
"""Kinds that are drawn as lines."""
AT_SEA: frozenset[Kind] = frozenset(("ferry", "tanker_lane", "submarine_fibre", "power_cable"))
ON_THE_SHORE: frozenset[Kind] = frozenset(
    ("port", "ferry_terminal", "oil_terminal", "cable_landing", "border_crossing")
)

COUNTRY_TOLERANCE_KM = 3.0
"""How far a place may lie outside its country: the base map's borders are simplified."""
EDGE_TOLERANCE_KM = 12.0
"""The same for what lies on a shore or a border, where simplification shows most."""
HARBOUR_KM = 6.0
"""How far from its ends a sea line may cross land: piers, bays, simplified coasts."""
INLAND_KM = 3.0
"""How far from the water a sea line must be to count as on land."""
LENGTH_TOLERANCE = 0.10


class Problems(NamedTuple):
    """What :func:`check` found. ``errors`` keep the atlas from being opened, ``warnings`` do not."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


_MOST_TOLD = 200
"""Breaches of one rule that are told; whoever mends those sees the others next."""


def check(atlas: Atlas, origins: Origins, *, today: date | None = None) -> Problems:
    """Apply every rule across things.

    ``origins`` says which file each entry came from; entries in it that the atlas lacks could not be read,
    references to them are left alone. ``today`` turns on the rule about forecasts that have come due.
    """
    context = _Context(atlas, origins, today)
    return Problems(
        tuple(chain.from_iterable(_breaches(rule, context) for rule in _ERRORS)),
        tuple(chain.from_iterable(_breaches(rule, context) for rule in _WARNINGS)),
    )


def _breaches(rule: "_Rule", context: "_Context") -> Iterator[Problem]:
    found = rule(context)
    yield from islice(found, _MOST_TOLD)
    if more := next(found, None):
        problem = f"there are more than {_MOST_TOLD} of this kind, from here on they are not told"
        yield more._replace(problem=problem, remedy="mend the others first")


def check_tiled(atlas: Atlas, origins: Origins, *, at_once: int = 20_000) -> Iterator[Problem]:
    """Apply the rules about features to each one of the tiled layers, ``at_once`` of them at a time.

    Last come the tiles, which must be made of just these features.

    It takes some minutes for a million features, so that opening an atlas does without.

    Raises:
        AtlasError: a feature cannot be read.
    """
    if atlas.tiled is None:
        return
    fingerprint = Fingerprint()
    others = dict.fromkeys(ENTRIES.keys() - {"sources"}, MappingProxyType({}))
    features = atlas.tiled.features()
    while some := {feature.id: feature for feature in islice(features, at_once)}:
        files = {("features", id): f"layers/{feature.layer}" for id, feature in some.items()}
        part = replace(atlas, features=Features(some, atlas.tiled), **others)
        context = _Context(part, {**origins, **files}, None)
        yield from chain.from_iterable(rule(context) for rule in _OF_FEATURES)
        for feature in some.values():
            fingerprint.add(feature)
    yield from atlas.tiled.tile_problems(str(fingerprint))


def missing_texts(atlas: Atlas) -> dict[Language, int]:
    """How many texts of the atlas do not exist in each language."""
    texts = [text for kind in ("description", *COUNTED) for text in _texts_in(getattr(atlas, kind))]
    return {language: sum(getattr(text, language) is None for text in texts) for language in LANGUAGES}


def _texts_in(value: object) -> Iterator[Texts]:
    if isinstance(value, Texts):
        yield value
        return
    if isinstance(value, BaseModel):
        value = value.__dict__
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for inner in value:
            yield from _texts_in(inner)


@dataclass
class _Context:
    atlas: Atlas
    origins: Origins
    today: date | None

    @cached_property
    def shape_problems(self) -> dict[Id, tuple[str, str]]:
        """What is wrong with a feature's geometry by itself, for those with which something is."""
        found = ((feature.id, _shape_problem(feature)) for feature in self.atlas.features.values())
        return {id: problem for id, problem in found if problem}

    @cached_property
    def sound(self) -> tuple[tuple[Feature, BaseGeometry], ...]:
        """The features on the map whose geometry can be trusted to be calculated with."""
        frame = _bounds(self)
        return tuple(
            (feature, feature.geometry)
            for feature in self.atlas.features.values()
            if feature.geometry is not None
            and not feature.off_map
            and feature.id not in self.shape_problems
            and _in_box(feature.geometry.bounds, frame)  # else told by _inside_the_frame
        )

    @cached_property
    def references(self) -> tuple["_Reference", ...]:
        """Every reference from one thing to another."""
        return tuple(_references_of(self.atlas))

    def problem(self, kind: str, thing: Any, field: str, problem: str, remedy: str) -> Problem:
        file = self.origins.get((kind, thing.id), "")
        return Problem(file, thing.id, field, problem, remedy)

    @cached_property
    def ids(self) -> Mapping[str, frozenset[str]]:
        """Kind -> the ids that exist, readable or not."""
        ids: dict[str, set[str]] = {}
        for kind, one in self.origins:
            ids.setdefault(kind, set()).add(one)
        return {kind: frozenset(known) for kind, known in ids.items()}

    def partly_read(self, kind: str) -> bool:
        """Whether a whole file of this kind could not be read, so that nothing can be said about what is missing."""
        return (kind, "") in self.origins

    @cached_property
    def base(self) -> tuple[Mapping[str, BaseGeometry], tuple[Problem, ...]]:
        """Country code -> its area on the base map, ready for many questions; and what is wrong with the base map."""
        grounds, problems = _grounds(self.atlas.base)
        areas: dict[str, list[BaseGeometry]] = {}
        for ground in grounds:
            if ground.properties.kind == "country" and ground.properties.iso:
                area = ground.geometry
                areas.setdefault(ground.properties.iso, []).append(area if area.is_valid else shapely.make_valid(area))
        joined = {code: parts[0] if len(parts) == 1 else shapely.union_all(parts) for code, parts in areas.items()}
        if self.atlas.base and not joined and not problems:
            problems = [Problem(_BASE, "", "", "has no countries", "each has kind: country and iso: its two letters")]
        shapely.prepare(list(joined.values()))
        return joined, tuple(problems)

    @property
    def countries(self) -> Mapping[str, BaseGeometry]:
        """Country code -> its area on the base map; empty without a base map."""
        return self.base[0]


_BASE = "base/base.geojson"
_GROUND_SHAPES = {
    "country": ("Polygon", "MultiPolygon"),
    "lake": ("Polygon", "MultiPolygon"),
    "border": ("LineString", "MultiLineString"),
    "sea": ("Point",),
    "city": ("Point",),
}
"""What each kind of thing on the base map is drawn as."""


def _grounds(base: Mapping[str, Any]) -> tuple[list[Ground], list[Problem]]:
    """What the base map holds, as far as it can be understood, and what is wrong with it."""
    if not base:
        return [], []
    if found := unfit({key: value for key, value in base.items() if key != "features"}):
        path, letter = found
        return [], [Problem(_BASE, "", field_path(path), *unfit_letter(letter))]
    try:
        features = BaseMap.model_validate(base).features
    except ValidationError as error:
        return [], list(refusals(error, BaseMap, _BASE, ""))
    grounds: list[Ground] = []
    problems: list[Problem] = []
    for number, item in enumerate(features, 1):
        if len(problems) > _MOST_TOLD:
            break
        name = f"entry {number}"
        try:
            if found := unfit(item):
                path, letter = found
                problems.append(Problem(_BASE, name, field_path(path), *unfit_letter(letter)))
                continue
            ground = Ground.model_validate(item)
        except ValidationError as error:
            problems += refusals(error, Ground, _BASE, name)
            continue
        kind, shape = ground.properties.kind, ground.geometry
        if shape.geom_type not in _GROUND_SHAPES[kind]:
            remedy = f"a {kind} is a {' or a '.join(_GROUND_SHAPES[kind])}"
            problems.append(Problem(_BASE, name, "geometry", f"is a {shape.geom_type}", remedy))
        elif shape.is_empty or shape.has_z or not _is_on_earth(shape):
            remedy = "write positions as [longitude, latitude] in WGS 84 degrees"
            problems.append(Problem(_BASE, name, "geometry", "is not on Earth", remedy))
        else:
            grounds.append(ground)
    return grounds, problems


# --- what refers to what -------------------------------------------------------------------------


_REFERENCES: Mapping[str, Mapping[str, str]] = {
    "features": {
        "sources": "sources",
        "parts": "features",
        "history.sources": "sources",
        "names_used_by.party": "parties",
        "names_used_by.sources": "sources",
        "capacity.unit": "units",
    },
    "figures": {
        "about": "features",
        "property": "properties",
        "unit": "units",
        "conflicts_with": "figures",
        "sources": "sources",
    },
    "events": {"about": "features", "sources": "sources", "outcome.sources": "sources"},
    "statements": {"speaker": "people", "source": "sources", "topics": "topics", "about": "features"},
    "commentary": {"source": "sources", "about": "features"},
    "documents": {"event": "events", "sources": "sources"},
    "people": {"sources": "sources"},
    "briefings": {"steps.statements": "statements", "steps.figures": "figures", "steps.events": "events"},
}
"""Kind of thing -> its fields that hold ids -> the kind of thing that they name."""


class _Reference(NamedTuple):
    kind: str
    thing: Any
    field: str
    to: str
    target: str


def _references_of(atlas: Atlas) -> Iterator[_Reference]:
    for kind, fields in _REFERENCES.items():
        paths = [(path.split("."), target) for path, target in fields.items()]
        for thing in getattr(atlas, kind).values():
            for path, target in paths:
                for field, named in _ids_at(thing, path, ""):
                    yield _Reference(kind, thing, field, named, target)


def _ids_at(value: Any, path: Sequence[str], field: str) -> Iterator[tuple[str, str]]:
    """The ids at a path within a thing, each with the field's name as its author reads it."""
    if isinstance(value, str):
        yield field, value
    elif isinstance(value, tuple):
        for number, inner in enumerate(value, 1):
            yield from _ids_at(inner, path, field if isinstance(inner, str) else f"{field}[{number}]")
    elif value is not None:
        yield from _ids_at(getattr(value, path[0]), path[1:], f"{field}.{path[0]}" if field else path[0])


_SINGULAR = {
    "features": "feature", "figures": "figure", "events": "event", "sources": "source", "people": "person",
    "statements": "statement", "properties": "property", "units": "unit", "topics": "topic", "parties": "party",
}  # fmt: skip


def _vocabulary(context: _Context) -> Iterator[Problem]:
    used = Counter(reference.target for reference in context.references)
    for target in VOCABULARY:
        if used[target] and not context.ids.get(target):
            problem = f"is missing or empty, and is referred to {used[target]} times"
            yield Problem(
                f"vocabulary/{target}.yaml", "", "", problem, f"list the {target} there, each with id and names"
            )


def _references(context: _Context) -> Iterator[Problem]:
    for kind, thing, field, named, target in context.references:
        known = context.ids.get(target, frozenset())
        if named in known or context.partly_read(target) or (target in VOCABULARY and not known):
            continue  # the latter two are told by the reader and by _vocabulary
        if target == "features" and named in context.atlas.features:
            continue  # in a tiled layer
        current = context.atlas.current_id(named)
        if current in known:
            remedy = f"it is called {current} now"
        else:
            where = f"vocabulary/{target}.yaml" if target in VOCABULARY else f"{target}/"
            where = "layers/" if target == "features" else where
            # most ids of sources are a name and a date, so that dates alone make two of them look alike
            remedy = nearest(named, (name for name in known if " " not in name), "", alike=0.75)
            remedy = f"{remedy} if not, add it to {where}" if remedy else f"add it to {where}"
        yield context.problem(kind, thing, field, f"there is no {_SINGULAR[target]} {named}", remedy)


def _conflicts_go_both_ways(context: _Context) -> Iterator[Problem]:
    figures = context.atlas.figures
    for figure in figures.values():
        for named in figure.conflicts_with:
            other = figures.get(named)
            if other is figure:
                problem, remedy = "a figure conflicts with itself", "take it out"
            elif other and figure.id not in other.conflicts_with:
                problem, remedy = f"{named} does not name it in return", f"add {figure.id} to conflicts_with of {named}"
            else:
                continue
            yield context.problem("figures", figure, "conflicts_with", problem, remedy)


def _no_whole_is_part_of_itself(context: _Context) -> Iterator[Problem]:
    features = context.atlas.features
    done: set[str] = set()

    def circle(first: str) -> list[str] | None:
        path: dict[str, Iterator[str]] = {first: iter(features[first].parts)}  # from the whole to its parts' parts
        while path:
            whole = next(reversed(path))
            part = next(path[whole], None)
            if part is None:
                done.add(whole)
                del path[whole]
            elif part in path:
                way = list(path)
                return [*way[way.index(part) :], part]
            elif part not in done and part in features:
                path[part] = iter(features[part].parts)
        return None

    for feature in features.values():
        if feature.id not in done and (found := circle(feature.id)):
            done.update(found)
            problem = f"goes in a circle: {' > '.join(found)}"
            yield context.problem("features", feature, "parts", problem, "take one of these parts out")


def _releases_lead_back(context: _Context) -> Iterator[Problem]:
    revisions = context.atlas.changes
    done: set[Id] = set()
    for revision in revisions.values():
        path: list[Id] = []
        id = revision.id
        while id in revisions and id not in done:
            done.add(id)
            path.append(id)
            id = revisions[id].before
        if id in path:
            problem = f"goes in a circle: {' > '.join((*path[path.index(id) :], id))}"
            remedy = "before is the release that was compared with, an older one"
            yield context.problem("changes", revisions[id], "before", problem, remedy)


def _counts(context: _Context) -> Iterator[Problem]:
    counts = context.atlas.description.counts
    for kind in counts:
        if kind not in COUNTED:
            remedy = nearest(kind, COUNTED, f"the kinds are {', '.join(COUNTED)}")
            yield _of_atlas(f"counts.{kind}", "unknown kind", remedy)
    for kind in COUNTED:
        found = len(context.ids.get(kind, ()))
        if kind == "features" and context.atlas.tiled:
            found += sum(context.atlas.tiled.counts.values())
        if kind not in counts:
            yield _of_atlas(f"counts.{kind}", "is missing", f"add {kind}: {found}")
        elif counts[kind] != found and not context.partly_read(kind):
            problem = f"expected {counts[kind]} {kind}, found {found}"
            yield _of_atlas(f"counts.{kind}", problem, f"restore what was lost, or write {found}")


def _document_numbers(context: _Context) -> Iterator[Problem]:
    taken: dict[tuple[str, int], str] = {}
    for document in context.atlas.documents.values():
        other = taken.setdefault((document.event, document.number), document.id)
        if other != document.id:
            problem = f"{other} has number {document.number} too"
            yield context.problem("documents", document, "number", problem, "number the event's documents one by one")


def _groups_hold_layers(context: _Context) -> Iterator[Problem]:
    description = context.atlas.description
    layers = [layer.id for layer in description.layers]
    taken: dict[str, str] = {}
    for group in description.groups:
        for layer in group.layers:
            field = f"groups.{group.id}.layers"
            if layer not in layers:
                remedy = nearest(layer, layers, f"the layers are {', '.join(layers)}")
                yield _of_atlas(field, f"{layer} is no layer", remedy)
            elif taken.setdefault(layer, group.id) != group.id:
                yield _of_atlas(field, f"{layer} is in {taken[layer]} too", "leave it in one of the two")


def _steps_can_be_shown(context: _Context) -> Iterator[Problem]:
    atlas = context.atlas
    layers = [layer.id for layer in atlas.description.layers]
    # an entry that could not be read has its own message
    selectable = [id for kind in ("features", "events", "statements", "sources") for id in context.ids.get(kind, ())]
    for briefing in atlas.briefings.values():
        for number, step in enumerate(briefing.steps, 1):
            field = f"steps[{number}].view"
            for layer in step.view.layers or ():
                if layer not in layers:
                    remedy = nearest(layer, layers, f"the layers are {', '.join(layers)}")
                    yield context.problem("briefings", briefing, f"{field}.layers", f"{layer} is no layer", remedy)
            chosen = step.view.select
            if chosen and chosen not in selectable:
                remedy = nearest(chosen, selectable, "name a feature, event, statement or source")
                yield context.problem("briefings", briefing, f"{field}.select", f"{chosen} is not known", remedy)


def _opening_in_frame(context: _Context) -> Iterator[Problem]:
    description = context.atlas.description
    frame, span, opening = description.frame, description.span, description.opening
    if frame.west >= frame.east or frame.south >= frame.north:
        yield _of_atlas("frame", "is empty", "west is less than east, south less than north")
    elif not shapely.box(*_bounds(context)).covers(Point(opening.longitude, opening.latitude)):
        yield _of_atlas("opening", "lies outside frame", "move it, or widen the frame")
    if span.first > span.last:
        yield _of_atlas("span", "ends before it begins", "first is the earlier year")


def _of_atlas(field: str, problem: str, remedy: str) -> Problem:
    return Problem("atlas.yaml", "atlas", field, problem, remedy)


# --- time ----------------------------------------------------------------------------------------


def _facts_are_past(context: _Context) -> Iterator[Problem]:
    atlas_date = context.atlas.description.date
    later = f"is after the atlas's own date {atlas_date}"
    update = "or bring the date in atlas.yaml up to date"
    for feature in context.atlas.features.values():
        for number, change in enumerate(feature.history, 1):
            if not change.promise and change.date.earliest > atlas_date.latest:
                field, problem = f"history[{number}].date", f"{change.date} {later}"
                yield context.problem("features", feature, field, problem, f"mark it promise: true, {update}")
    for event in context.atlas.events.values():
        if event.kind != "forecast" and event.date.earliest > atlas_date.latest:
            problem = f"{event.date} {later}"
            yield context.problem("events", event, "date", problem, f"make it kind: forecast, {update}")


def _history_in_order(context: _Context) -> Iterator[Problem]:
    for feature in context.atlas.features.values():
        for number, (before, after) in enumerate(pairwise(feature.history), 2):
            if after.date.earliest < before.date.earliest:
                field, problem = f"history[{number}].date", f"{after.date} stands after {before.date}"
                yield context.problem(
                    "features", feature, field, problem, "write the entries in the order of their dates"
                )


def _forecast_announced_before(context: _Context) -> Iterator[Problem]:
    for event in context.atlas.events.values():
        if event.announced_on and event.announced_on.earliest > event.date.latest:
            problem = f"{event.announced_on} is after the date that it promises, {event.date}"
            remedy = "date is the promised day, announced_on the day of the promise"
            yield context.problem("events", event, "announced_on", problem, remedy)


def _forecast_due(context: _Context) -> Iterator[Problem]:
    for event in context.atlas.events.values():
        due = event.date.latest
        if context.today and event.kind == "forecast" and due < context.today and event.outcome is None:
            remedy = "add outcome: met, late, missed or open, with a source"
            yield context.problem("events", event, "outcome", f"was due on {due} and has no outcome", remedy)


# --- quotations ----------------------------------------------------------------------------------


def _articles_are_stored(context: _Context) -> Iterator[Problem]:
    for source in context.atlas.sources.values():
        if source.article and source.article not in context.atlas.articles and not context.partly_read("article"):
            remedy = nearest(source.article, context.atlas.articles, "write article/<name>.txt and put the text there")
            yield context.problem("sources", source, "article", f"there is no readable file {source.article}", remedy)


def _quotations_are_true(context: _Context) -> Iterator[Problem]:
    articles: dict[str, list[str]] = {}
    for statement in context.atlas.statements.values():
        source = context.atlas.sources.get(statement.source)
        if source is None:
            continue  # told by _references
        if source.article is None:
            problem = f"{source.id} has no stored article, so that the quotation cannot be proven"
            yield context.problem("statements", statement, "source", problem, f"add article to {source.id}")
        elif source.article in context.atlas.articles:  # else told by _articles_are_stored
            if source.article not in articles:
                articles[source.article] = context.atlas.articles[source.article].split("\n")
            if found := _misquoted(statement, articles[source.article]):
                yield context.problem("statements", statement, *found)


def _misquoted(statement: Statement, paragraphs: Sequence[str]) -> tuple[str, str, str] | None:
    """Field, problem and remedy, if the quotation does not stand where the statement says."""
    quotation = getattr(statement.text, statement.original)
    where = [number for number, paragraph in enumerate(paragraphs, 1) if quotation in paragraph]
    if statement.paragraph in where:
        return None
    if where:
        remedy = f"it is in paragraph {' and '.join(map(str, where))}"
        return "paragraph", f"the quotation is not in paragraph {statement.paragraph}", remedy
    if statement.paragraph > len(paragraphs):
        remedy = f"the article's lines are numbered 1 to {len(paragraphs)}"
        return "paragraph", f"there is no paragraph {statement.paragraph}", remedy
    return f"text.{statement.original}", *_difference(quotation, paragraphs[statement.paragraph - 1])


_MOST_COMPARED = 5_000_000
"""Letters of the paragraph times letters of the quotation; beyond it nobody waits to hear where they part."""
_TELLING = 8
"""Letters that quotation and article must share before it makes sense to say where they part."""


def _difference(quotation: str, paragraph: str) -> tuple[str, str]:
    """Where a quotation leaves its article."""
    unlike = "the quotation is not in the article", "quote it character by character"
    if len(paragraph) * len(quotation) > _MOST_COMPARED:
        return unlike
    match = SequenceMatcher(None, paragraph, quotation, autojunk=False).find_longest_match()
    if match.size < min(_TELLING, len(quotation)):
        return unlike
    if match.b + match.size < len(quotation):
        end = match.b + match.size
        said, stands = quotation[end : end + 20], paragraph[match.a + match.size :][:20]
        place = f"after {quotation[max(end - 20, 0) : end]!r}"
    else:
        said, stands = quotation[: match.b][-20:], paragraph[: match.a][-20:]
        place = f"before {quotation[match.b : match.b + 20]!r}"
    return f"is not what the article says: {place} it has {said!r}", f"the article has {stands!r}"


# --- geometry ------------------------------------------------------------------------------------


def _bounds(context: _Context) -> tuple[float, float, float, float]:
    frame = context.atlas.description.frame
    return frame.west, frame.south, frame.east, frame.north


def _shape_problem(feature: Feature) -> tuple[str, str] | None:
    """What is wrong with a geometry by itself."""
    geometry = feature.geometry
    if geometry is None:
        if feature.kind in WITHOUT_PLACE or feature.parts:
            return None
        return "is null", f"a {feature.kind} is drawn; write its position or line, or name its parts"
    found, allowed = geometry.geom_type, _drawn_as(feature.kind)
    if found not in allowed:
        return (
            f"is a {found}",
            f"a {feature.kind} is {' or '.join(f'a {kind}' for kind in allowed) or 'no shape: null'}",
        )
    return _position_problem(geometry)


def _drawn_as(kind: Kind) -> tuple[str, ...]:
    """The GeoJSON types that a kind of feature may have."""
    if kind in PLACES:
        return ("Point",)
    lines = ("LineString", "MultiLineString")
    return (
        ()
        if kind == "topic"
        else (*lines, "Point", "MultiPoint", "Polygon", "MultiPolygon")
        if kind in WITHOUT_PLACE
        else lines
    )


def _position_problem(geometry: BaseGeometry) -> tuple[str, str] | None:
    if geometry.is_empty:
        return "has no position", "write positions as [longitude, latitude]"
    if geometry.has_z:
        return "has heights", "write positions as [longitude, latitude] without a third number"
    for line in shapely.get_parts(geometry):
        if line.geom_type == "LineString" and len({*map(tuple, shapely.get_coordinates(line).tolist())}) == 1:
            return "has only one position", "a line needs at least two different ones"
    if not geometry.is_valid:
        return f"is not valid: {shapely.is_valid_reason(geometry)}", "mend it in a GIS program, or write finite numbers"
    return None


def _in_box(bounds: tuple[float, float, float, float], box: tuple[float, float, float, float]) -> bool:
    return box[0] <= bounds[0] and box[1] <= bounds[1] and bounds[2] <= box[2] and bounds[3] <= box[3]


def _is_on_earth(geometry: BaseGeometry) -> bool:
    """Whether every position is one; ``null`` in its place counts for no bounds."""
    finite = bool(np.isfinite(shapely.get_coordinates(geometry)).all())
    return finite and _in_box(geometry.bounds, _WORLD)


_WORLD = (-180.0, -90.0, 180.0, 90.0)
_TURN = "longitude comes first; the two are swapped"


def _geometries(context: _Context) -> Iterator[Problem]:
    for id, found in context.shape_problems.items():
        yield context.problem("features", context.atlas.features[id], "geometry", *found)


def _inside_the_frame(context: _Context) -> Iterator[Problem]:
    frame = _bounds(context)
    for feature in context.atlas.features.values():
        if feature.geometry is None or feature.id in context.shape_problems:
            continue
        west, south, east, north = bounds = feature.geometry.bounds
        inside = _in_box(bounds, frame)
        if feature.off_map and inside:
            yield context.problem(
                "features", feature, "off_map", "is true, but the place is inside frame", "take it out"
            )
        if not (feature.off_map or inside) or not _in_box(bounds, _WORLD):
            corners = dict.fromkeys((_place(west, south), _place(east, north)))
            problem, remedy = "is outside the atlas's frame", "correct it, or write off_map: true"
            if not _in_box(bounds, _WORLD):
                problem = "is not on Earth"
                remedy = "write WGS 84 degrees: longitude -180 to 180, latitude -90 to 90"
            if _in_box((south, west, north, east), frame):
                remedy = _TURN
            yield context.problem("features", feature, "geometry", f"{' to '.join(corners)} {problem}", remedy)


def _lines_say_how_they_were_drawn(context: _Context) -> Iterator[Problem]:
    for feature in context.atlas.features.values():
        if feature.geometry is None or feature.geometry.geom_type not in ("LineString", "MultiLineString"):
            continue
        if feature.drawn is None:
            remedy = "say how the line was drawn: surveyed, stations or endpoints"
            yield context.problem("features", feature, "drawn", "is missing", remedy)
        names, positions = len(feature.waypoints), int(shapely.get_num_coordinates(feature.geometry))
        if names and names != positions:
            problem = f"{names} names for {positions} positions"
            yield context.problem("features", feature, "waypoints", problem, "name every position, or none")


def _place(longitude: float, latitude: float) -> str:
    return f"{longitude:g}, {latitude:g}"


def _places_in_their_country(context: _Context) -> Iterator[Problem]:
    for feature, geometry in context.sound:
        areas = [context.countries[code] for code in feature.countries if code in context.countries]
        if feature.kind not in PLACES or not areas or len(areas) < len(feature.countries):
            continue
        tolerance = EDGE_TOLERANCE_KM if feature.kind in ON_THE_SHORE else COUNTRY_TOLERANCE_KM
        if feature.position:
            tolerance += feature.position.accuracy_km
        away = min(_away_km(geometry, area) for area in areas)
        if away > tolerance:
            there = next((code for code, area in context.countries.items() if area.covers(geometry)), "open water")
            far = f"{away:.0f} km away" if away < inf else "far away"
            problem = f"lies {far} from {' and '.join(feature.countries)}, in {there}"
            remedy = _turned(geometry, areas) or "correct the position or countries"
            yield context.problem("features", feature, "geometry", problem, remedy)


def _lines_reach_their_countries(context: _Context) -> Iterator[Problem]:
    for feature, geometry in context.sound:
        if feature.kind not in LINES:
            continue
        for code in feature.countries:
            area = context.countries.get(code)
            if area is not None and _away_km(geometry, area) > EDGE_TOLERANCE_KM:
                remedy = _turned(geometry, [area]) or "correct the line or countries"
                yield context.problem("features", feature, "geometry", f"does not reach {code}", remedy)


def _away_km(geometry: BaseGeometry, area: BaseGeometry) -> float:
    """How far a place or line is from an area; infinite beyond about 100 km."""
    if area.intersects(geometry):
        return 0.0
    west, south, east, north = geometry.bounds
    near = shapely.clip_by_rect(area, west - 1.5, south - 1, east + 1.5, north + 1)
    latitude = (south + north) / 2
    return inf if near.is_empty else flat_km(near, latitude).distance(flat_km(geometry, latitude))


def _turned(geometry: BaseGeometry, areas: Sequence[BaseGeometry]) -> str:
    """The remedy for swapped coordinates, if swapping them back would help."""
    turned = shapely.transform(geometry, lambda positions: positions[:, ::-1])
    return _TURN if any(_away_km(turned, area) <= EDGE_TOLERANCE_KM for area in areas) else ""


def _sea_lines_stay_in_water(context: _Context) -> Iterator[Problem]:
    for feature, geometry in context.sound:
        if feature.kind not in AT_SEA:
            continue
        for line in _separate_lines(geometry):
            on_land = _on_land(line, context.countries.values(), landfall_may_be_far=feature.kind == "power_cable")
            if on_land is not None:
                km, longitude, latitude = on_land
                problem = f"runs {km:.0f} km over land near {_place(round(longitude, 2), round(latitude, 2))}"
                yield context.problem("features", feature, "geometry", problem, "lead it around through the water")


def _separate_lines(geometry: BaseGeometry) -> list[LineString]:
    if isinstance(geometry, MultiLineString):
        geometry = linemerge(geometry)
    return [part for part in shapely.get_parts(geometry) if isinstance(part, LineString)]


def _on_land(
    line: LineString, countries: Iterable[BaseGeometry], *, landfall_may_be_far: bool
) -> tuple[float, float, float] | None:
    """The longest stretch of a sea line over land: kilometres, longitude, latitude of its middle.

    With ``landfall_may_be_far`` the line may begin and end on land at any distance from the water.
    """
    west, south, east, north = line.bounds
    room = 0.25  # degrees: wider than what is eroded, so that the clipped edge does not look like a coast
    box = (west - room, south - room, east + room, north + room)
    clipped = [shapely.clip_by_rect(area, *box) for area in countries if area.intersects(shapely.box(*box))]
    latitude = (south + north) / 2
    land = shapely.union_all([flat_km(area, latitude) for area in clipped])
    route = flat_km(line, latitude)
    if landfall_may_be_far:
        water = [part for part in shapely.get_parts(route.difference(land)) if part.length > HARBOUR_KM]
        if not water:
            return None
        reached = [route.project(Point(end)) for part in water for end in (part.coords[0], part.coords[-1])]
        route = substring(route, min(reached), max(reached))
    length = route.length
    if length <= 2 * HARBOUR_KM:
        return None
    harbours = shapely.union_all(
        [Point(route.coords[0]).buffer(HARBOUR_KM), Point(route.coords[-1]).buffer(HARBOUR_KM)]
    )
    dry = [
        part
        for part in shapely.get_parts(route.intersection(land.buffer(-INLAND_KM)).difference(harbours))
        if part.length
    ]
    if not dry:
        return None
    longest = max(dry, key=lambda part: part.length)
    east_km, north_km = longest.interpolate(0.5, normalized=True).coords[0]
    per_degree = flat_km(Point(1, 0), latitude).x
    return sum(part.length for part in dry), east_km / per_degree, north_km / KM_PER_DEGREE


def _base_map(context: _Context) -> Iterator[Problem]:
    yield from context.base[1]


# --- warnings ------------------------------------------------------------------------------------


def _lengths_agree(context: _Context) -> Iterator[Problem]:
    for feature, geometry in context.sound:
        figures = [f for f in context.atlas.figures_about(feature.id) if f.property == "length" and f.unit == "km"]
        published = [float(f.value) for f in figures if isinstance(f.value, Decimal) and f.value > 0]
        if not published or not (drawn := length_km(geometry)):
            continue
        closest = min(published, key=lambda value: abs(value - drawn))
        if abs(drawn - closest) > LENGTH_TOLERANCE * closest:
            difference = f"{(drawn - closest) / closest:+.0%}".replace("%", " %")
            problem = f"is {drawn:.0f} km long as drawn, {difference} from the nearest published length, {closest:g} km"
            yield context.problem("features", feature, "geometry", problem, "draw it closer, or look at the figure")


def _everything_is_used(context: _Context) -> Iterator[Problem]:
    used = Counter(reference.to for reference in context.references if reference.target == "sources")
    for source in context.atlas.sources.values():
        if source.id not in used:
            yield context.problem("sources", source, "id", "nothing refers to this source", "use it, or take it out")
    stored = {source.article for source in context.atlas.sources.values()}
    for article in context.atlas.articles:
        if article not in stored:
            yield Problem(article, "", "", "no source refers to this article", "name it in article of its source")


_Rule = Callable[[_Context], Iterator[Problem]]

_SHAPES: tuple[_Rule, ...] = (
    _geometries,
    _inside_the_frame,
    _lines_say_how_they_were_drawn,
    _places_in_their_country,
    _lines_reach_their_countries,
    _sea_lines_stay_in_water,
)
_ERRORS: tuple[_Rule, ...] = (
    _vocabulary,
    _references,
    _conflicts_go_both_ways,
    _no_whole_is_part_of_itself,
    _releases_lead_back,
    _counts,
    _document_numbers,
    _groups_hold_layers,
    _steps_can_be_shown,
    _opening_in_frame,
    _facts_are_past,
    _history_in_order,
    _forecast_announced_before,
    _articles_are_stored,
    _quotations_are_true,
    _base_map,
    *_SHAPES,
)
_OF_FEATURES: tuple[_Rule, ...] = (
    _references,
    _no_whole_is_part_of_itself,
    _facts_are_past,
    _history_in_order,
    *_SHAPES,
)
_WARNINGS: tuple[_Rule, ...] = (_lengths_agree, _forecast_due, _everything_is_used)
