"""Scene -> everything that the map shows as a table, with a paragraph of prose above it.

The same date, layers and filters decide as on the map (``Scene.shows``); a search leaves only the objects in
which, or in something said about which, every word of it stands.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dashboard.alphabet import sort_key
from dashboard.html import render
from dashboard.scene import STANCE_WORDS, Notes, Said, Scene, SourceRow, StatusLine
from dashboard.style import STATUS_WORDS, theme_property
from dashboard.view import FILTERS, STATUSES
from dashboard.words import N_
from geodata.model import Capacity, Commentary, Event, Feature, Figure, Id, Statement
from geodata.search import index

LENGTHS: tuple[Id, ...] = ("length",)
CAPACITIES: tuple[Id, ...] = ("capacity", "throughput-capacity", "design-capacity")
"""The properties whose published values stand in the table."""

FILTER_WORDS: dict[str, str] = {
    "theme": N_("Theme"),
    "country": N_("Country"),
    "status": N_("Status"),
    "owner": N_("Owner"),
    "stance": N_("Kind of statement"),
    "topic": N_("Topic"),
}


@dataclass(frozen=True, kw_only=True)
class Published:
    """One published value; every one that is known stands beside the others."""

    id: Id
    value: Said
    unit: str
    as_of: str | None
    refs: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class TableRow:
    """One object of the map."""

    id: Id
    name: str
    href: str
    kind: str
    countries: tuple[str, ...]
    status: StatusLine | None
    owners: tuple[str, ...]
    drawn: str | None
    accuracy: str | None
    statements: int
    figures: int
    sources: int
    length: tuple[Published, ...]
    capacity: tuple[Published, ...]
    stated: str | None
    lengths_differ: bool
    capacities_differ: bool


@dataclass(frozen=True, kw_only=True)
class TableGroup:
    """A theme with its objects."""

    id: Id
    name: str
    colour: str
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, kw_only=True)
class TableHead:
    """page-table-head.html.j2: what the table holds, in prose."""

    heading: str
    prose: tuple[str, ...]
    also: tuple[str, ...]
    clear: str | None
    now: str | None


@dataclass(frozen=True, kw_only=True)
class TablePage:
    """page-table.html.j2: the table."""

    caption: str
    groups: tuple[TableGroup, ...]
    sources: tuple[SourceRow, ...]


def table(scene: Scene) -> str:
    """The table's HTML."""
    return render("page-table.html.j2", table_page(scene), scene.words)


def head(scene: Scene) -> str:
    """The HTML of what stands above the table."""
    return render("page-table-head.html.j2", table_head(scene), scene.words)


def shown(scene: Scene) -> tuple[Feature, ...]:
    """The objects that date, layers, filters and search leave, in the atlas's order."""
    found = _found(scene) if scene.view.search else None
    return tuple(
        feature
        for feature in scene.atlas.features.values()
        if scene.shows(feature) and (found is None or feature.id in found)
    )


def countries(scene: Scene) -> tuple[str, ...]:
    """The countries in which the atlas's objects lie, in the order of their names."""
    codes = {code for feature in scene.atlas.features.values() for code in feature.countries}
    return tuple(sorted(codes, key=lambda code: sort_key(scene.words.language, scene.words.country(code))))


def table_page(scene: Scene) -> TablePage:
    """What the table shows, before it becomes HTML."""
    words, notes = scene.words, Notes()
    features = shown(scene)
    layers = scene.atlas.description.layers
    groups = tuple(
        TableGroup(
            id=layer.id,
            name=words.name(layer.names),
            colour=theme_property(layer.id),
            rows=tuple(
                _row(scene, feature, notes) for feature in _sorted(scene, features) if feature.layer == layer.id
            ),
        )
        for layer in layers
    )
    return TablePage(
        caption=words("Objects of the atlas, by theme, with their status on {date}", date=words.day(scene.day)),
        groups=tuple(group for group in groups if group.rows),
        sources=scene.source_rows(tuple(notes.numbers)),
    )


def table_head(scene: Scene) -> TableHead:
    """What stands above the table, before it becomes HTML."""
    words, view = scene.words, scene.view
    also = [
        f"{words(FILTER_WORDS[name])}: {_filter_value(scene, name, value)}"
        for name, value in view.filters.items()
        if name not in ("theme", "country", "status")
    ]
    if view.layers is not None:
        off = [words.name(layer.names) for layer in scene.atlas.description.layers if layer.id not in view.layers]
        label = words("Switched off on the map")
        also.append(f"{label}: {', '.join(off)}")
    filtered = bool(also or view.filters or view.search)
    cleared = dict.fromkeys(FILTERS, None)
    return TableHead(
        heading=words("Table"),
        prose=_prose(scene, shown(scene)),
        also=tuple(also),
        clear=view.address(**cleared, layers=None, search="") if filtered else None,
        now=view.address(date=None) if view.date else None,
    )


def _row(scene: Scene, feature: Feature, notes: Notes) -> TableRow:
    atlas, words = scene.atlas, scene.words
    figures = atlas.figures_about(feature.id)
    length = [figure for figure in figures if figure.property in LENGTHS]
    capacity = [figure for figure in figures if figure.property in CAPACITIES]
    return TableRow(
        id=feature.id,
        name=words.name(feature.names),
        href=scene.far_link(feature.id).href,
        kind=scene.kind(feature),
        countries=tuple(words.country(code) for code in feature.countries),
        status=scene.status_line(feature, notes),
        owners=feature.owners,
        drawn=scene.drawn(feature),
        accuracy=words.number(feature.position.accuracy_km) if feature.position else None,
        statements=len(atlas.statements_about(feature.id)),
        figures=len(figures),
        sources=len(scene.sources_of(feature)),
        length=tuple(_published(scene, figure, notes) for figure in length),
        capacity=tuple(_published(scene, figure, notes) for figure in capacity),
        stated=_capacity(scene, feature.capacity) if feature.capacity and not capacity else None,
        lengths_differ=any(figure.conflicts_with for figure in length),
        capacities_differ=any(figure.conflicts_with for figure in capacity),
    )


def _published(scene: Scene, figure: Figure, notes: Notes) -> Published:
    row = scene.figure_row(figure, notes)
    return Published(id=row.id, value=row.value, unit=row.unit, as_of=row.as_of, refs=row.refs)


def _capacity(scene: Scene, capacity: Capacity) -> str:
    unit = scene.words.name(scene.atlas.units[capacity.unit].names)
    return f"{scene.words.number(capacity.value)} {unit}"


def _sorted(scene: Scene, features: Iterable[Feature]) -> list[Feature]:
    words = scene.words
    return sorted(features, key=lambda feature: sort_key(words.language, words.name(feature.names)))


def _found(scene: Scene) -> frozenset[Id]:
    """The objects that a search finds, by themselves or by what is said about them."""
    atlas = scene.atlas
    groups: tuple[Mapping[Id, Event | Statement | Commentary], ...] = (atlas.events, atlas.statements, atlas.commentary)
    found: set[Id] = set()
    for hit in index(atlas).find(scene.view.search):
        id = hit.entry.id
        found.add(hit.entry.target)
        for group in groups:
            if id in group:
                found.update(group[id].about)
    return frozenset(found)


def _filter_value(scene: Scene, name: str, value: str) -> str:
    if name == "stance":
        return next(scene.words(text) for stance, text in STANCE_WORDS.items() if stance == value)
    return scene.words.name(scene.atlas.topics[value].names) if name == "topic" else value


def _prose(scene: Scene, features: tuple[Feature, ...]) -> tuple[str, ...]:
    words, atlas, date = scene.words, scene.atlas, scene.words.day(scene.day)
    if not features:
        return (words("On {date} no object of the atlas fits what is asked for.", date=date),)
    objects = words.count("{n} object", "{n} objects", len(features))
    layers = Counter(feature.layer for feature in features)
    themes = _counted(
        scene, ((words.name(layer.names), layers[layer.id]) for layer in atlas.description.layers if layers[layer.id])
    )
    statuses = [(feature, status) for feature in features if (status := scene.status(feature))]
    names = Counter(status.name for _, status in statuses)
    ladder = _counted(
        scene, ((words(STATUS_WORDS[name]), names[name]) for name in STATUS_WORDS if name in STATUSES and names[name])
    )
    promised = sum(status.promised for _, status in statuses)
    overdue = sum(status.overdue is not None for _, status in statuses)
    silent = sum(not atlas.statements_about(feature.id) for feature in features)
    spoken = len(features) - silent
    sentences = [
        words("On {date} the atlas shows {objects}: {list}.", date=date, objects=objects, list=themes),
        words("By status: {list}.", list=ladder) if ladder else "",
        words.count("{n} status is a promise, not yet a fact.", "{n} statuses are promises, not yet facts.", promised)
        if promised
        else "",
        words.count(
            "{n} promise has come due, and no source says that it was kept.",
            "{n} promises have come due, and no source says that they were kept.",
            overdue,
        )
        if overdue
        else "",
        words.count("The expert spoke about {n} of them.", "The expert spoke about {n} of them.", spoken)
        if spoken
        else words("The expert spoke about none of them."),
    ]
    return tuple(sentence for sentence in sentences if sentence)


def _counted(scene: Scene, items: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name}\u00a0– {scene.words.number(number)}" for name, number in items)
