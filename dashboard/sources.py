"""Scene -> every source with what rests on it, and every gap that we know of, counted."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from dashboard.alphabet import sort_key
from dashboard.html import render
from dashboard.scene import Link, Scene, SourceRow
from dashboard.style import theme_property
from geodata.check import missing_texts
from geodata.model import Atlas, Id, Source

NOWHERE = ""
"""The theme of a source on which nothing rests that belongs to a theme."""
ELSEWHERE_COLOUR = "var(--quiet)"
KINDS = ("figures", "events", "statements", "statuses", "objects")


@dataclass(frozen=True, kw_only=True)
class ListedSource:
    """A source and how much rests on it."""

    source: SourceRow
    figures: int
    events: int
    statements: int
    statuses: int
    objects: int


@dataclass(frozen=True, kw_only=True)
class SourceGroup:
    """The sources of a theme: that of most of what rests on each of them."""

    id: Id
    name: str
    colour: str
    rows: tuple[ListedSource, ...]


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that is missing: how often, in words, and where."""

    id: str
    number: str
    text: str
    where: tuple[Link, ...]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """When an object was last looked at (the newest day among its sources), and its newest source."""

    subject: Link
    theme: str
    day: str
    published: str | None
    source: Link | None
    sources: int


@dataclass(frozen=True, kw_only=True)
class SourcesPage:
    """page-sources.html.j2: the page of sources."""

    heading: str
    number: int
    publishers: int
    languages: int
    gaps: tuple[Gap, ...]
    untranslated: tuple[tuple[str, str], ...]
    groups: tuple[SourceGroup, ...]
    checked: tuple[Checked, ...]


def sources(scene: Scene) -> str:
    """The page's HTML."""
    return render("page-sources.html.j2", sources_page(scene), scene.words)


def sources_page(scene: Scene) -> SourcesPage:
    """What the page shows, before it becomes HTML."""
    atlas, words = scene.atlas, scene.words
    return SourcesPage(
        heading=words("Sources"),
        number=len(atlas.sources),
        publishers=len({source.publisher for source in atlas.sources.values()}),
        languages=len({source.language for source in atlas.sources.values()}),
        gaps=_gaps(scene),
        untranslated=tuple(
            (words.language_name(language), words.number(number)) for language, number in missing_texts(atlas).items()
        ),
        groups=_groups(scene),
        checked=_checked(scene),
    )


def _gaps(scene: Scene) -> tuple[Gap, ...]:
    atlas, count = scene.atlas, scene.words.count
    every, features = atlas.sources.values(), atlas.features.values()
    undated = [source.id for source in every if not source.published]
    unlinked = [source.id for source in every if not source.url]
    silent = [feature.id for feature in features if not atlas.statements_about(feature.id)]
    dayless = [figure.about for figure in atlas.figures.values() if not figure.as_of]
    overdue = [feature.id for feature in features if scene.overdue(feature)]
    unsourced = [feature.id for feature in features if not scene.sources_of(feature)]
    return (
        _gap(
            scene, "no-date", undated,
            count("source gives no day of publication", "sources give no day of publication", len(undated)),
        ),
        _gap(scene, "no-address", unlinked, count("source has no link", "sources have no link", len(unlinked))),
        _gap(
            scene, "not-spoken-about", silent,
            count("object: nobody spoke about it", "objects: nobody spoke about them", len(silent)),
        ),
        _gap(
            scene, "no-day", dayless,
            count("figure is given without a day", "figures are given without a day", len(dayless)),
        ),
        _gap(
            scene, "overdue", overdue,
            count("promised status is overdue", "promised statuses are overdue", len(overdue)),
        ),
        _gap(scene, "no-source", unsourced, count("object has no source", "objects have no source", len(unsourced))),
    )  # fmt: skip


def _gap(scene: Scene, id: str, where: list[Id], text: str) -> Gap:
    links = {id: scene.far_link(id) for id in where}
    atlas = scene.atlas
    named = [replace(link, name=f"{link.name}: {atlas.sources[link.id].title}") if link.id in atlas.sources else link
             for link in links.values()]  # fmt: skip
    return Gap(
        id=id,
        number=scene.words.number(len(where)),
        text=text,
        where=tuple(sorted(named, key=lambda link: sort_key(scene.words.language, link.name))),
    )


@dataclass
class _Resting:
    """How much rests on each source, and in which themes."""

    kinds: dict[str, Counter[Id]] = field(default_factory=lambda: {kind: Counter() for kind in KINDS})
    themes: dict[Id, Counter[Id]] = field(default_factory=dict)

    def add(self, kind: str, ids: Iterable[Id], themes: Iterable[Id]) -> None:
        """One thing that rests on ``ids`` and belongs to ``themes``."""
        for id in dict.fromkeys(ids):
            self.kinds[kind][id] += 1
            self.themes.setdefault(id, Counter()).update(themes)


def _resting(atlas: Atlas) -> _Resting:
    found, features = _Resting(), atlas.features
    for figure in atlas.figures.values():
        found.add("figures", figure.sources, [features[figure.about].layer])
    for event in atlas.events.values():
        outcome = event.outcome.sources if event.outcome else ()
        found.add("events", (*event.sources, *outcome), [features[id].layer for id in event.about])
    for said in (*atlas.statements.values(), *atlas.commentary.values()):
        found.add("statements", (said.source,), [features[id].layer for id in said.about])
    for feature in features.values():
        for change in feature.history:
            found.add("statuses", change.sources, [feature.layer])
        found.add("objects", feature.sources, [feature.layer])
    return found


def _groups(scene: Scene) -> tuple[SourceGroup, ...]:
    words, layers = scene.words, scene.atlas.description.layers
    resting = _resting(scene.atlas)
    order = tuple(layer.id for layer in layers)
    members: dict[Id, list[Source]] = {}
    for source in scene.atlas.sources.values():
        found = resting.themes.get(source.id)
        theme = max(order, key=found.__getitem__) if found else NOWHERE
        members.setdefault(theme, []).append(source)
    names = {layer.id: (words.name(layer.names), theme_property(layer.id)) for layer in layers}
    names[NOWHERE] = (words("Used elsewhere in the atlas"), ELSEWHERE_COLOUR)
    return tuple(
        SourceGroup(
            id=id or "other",
            name=name,
            colour=colour,
            rows=tuple(
                _listed(scene, source, resting)
                for source in sorted(members[id], key=lambda source: _alphabetical(scene, source))
            ),
        )
        for id, (name, colour) in names.items()
        if id in members
    )


def _listed(scene: Scene, source: Source, resting: _Resting) -> ListedSource:
    row = replace(scene.source_rows((source.id,))[0], href=scene.far_link(source.id).href)
    return ListedSource(source=row, **{kind: resting.kinds[kind][source.id] for kind in KINDS})


def _alphabetical(scene: Scene, source: Source) -> tuple[object, int, object]:
    language = scene.words.language
    newest = -source.published.latest.toordinal() if source.published else 0
    return sort_key(language, source.publisher), newest, sort_key(language, source.title)


def _checked(scene: Scene) -> tuple[Checked, ...]:
    """The main objects (those with a figure or a statement), the one with the oldest news first.

    An object was checked when news of it was looked for, or when one of its sources was read.
    """
    atlas, words = scene.atlas, scene.words
    layers = {layer.id: words.name(layer.names) for layer in atlas.description.layers}
    found: list[tuple[date, date, str, Checked]] = []
    for feature in atlas.features.values():
        known = [atlas.sources[id] for id in scene.sources_of(feature)]
        looked = [day.latest for source in known if (day := source.retrieved or source.published)]
        if feature.checked:
            looked.append(feature.checked.latest)
        if not looked or not (atlas.figures_about(feature.id) or atlas.statements_about(feature.id)):
            continue
        written = [(source.published.latest, source) for source in known if source.published]
        day, newest = max(written, key=lambda item: item[0], default=(date.min, None))
        row = Checked(
            subject=scene.far_link(feature.id),
            theme=layers[feature.layer],
            day=words.day(max(looked)),
            published=words.date(newest.published) if newest and newest.published else None,
            source=scene.far_link(newest.id) if newest else None,
            sources=len(known),
        )
        found.append((max(looked), day, row.subject.name, row))
    found.sort(key=lambda item: (item[0], item[1], sort_key(words.language, item[2])))
    return tuple(row for *_, row in found)
