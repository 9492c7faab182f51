"""Scene -> what the atlas is, and by which rules it was made."""

from dataclasses import dataclass
from typing import Any

from dashboard.html import render
from dashboard.scene import (
    ATTRIBUTION_WORDS,
    CONFIDENCE_WORDS,
    STANCE_WORDS,
    Link,
    NameRow,
    Notes,
    Said,
    Scene,
    SourceRow,
)
from dashboard.style import DRAWN_WORDS, STATUS_LINES, STATUS_WORDS
from dashboard.words import N_
from geodata.model import Confidence, Drawn, Feature, Stance, StatusName

STATUS_MEANINGS: dict[StatusName, str] = {
    "proposed": N_("Somebody with a say in it has named it in public; nothing is agreed, paid for or permitted."),
    "planned": N_("Agreed or in preparation: a treaty, a study, a design, a permit, money set aside."),
    "under_construction": N_("Work has begun on the ground, at sea or in the factory that makes it."),
    "operating": N_("In use, in whole or in a part that serves its purpose."),
    "idle": N_("Finished and fit for use, but not used at present."),
    "shelved": N_("Put off, or without any news of progress for two years."),
    "cancelled": N_("Given up before it was finished, and said so."),
    "retired": N_("Was in use and has been closed for good."),
}
DRAWN_MEANINGS: dict[Drawn, str] = {
    "surveyed": N_("The course follows a survey or a satellite picture."),
    "stations": N_("The course joins named towns or stations by straight pieces; between them it may lie elsewhere."),
    "endpoints": N_(
        "Only the ends, and at most a few places between, are published; the rest of the line is our sketch. "
        "It has a white core."
    ),
}
STANCE_MEANINGS: dict[Stance, str] = {
    "fact": N_("Something that can be checked and has happened."),
    "observation": N_("What the speaker has seen, or sees in the data."),
    "assessment": N_("What the speaker thinks of it."),
    "forecast": N_("What the speaker expects."),
    "concern": N_("What the speaker warns of."),
    "condition": N_("What would have to come first."),
    "question": N_("What is asked, and left open."),
}
CONFIDENCE_MEANINGS: dict[Confidence, str] = {
    "high": N_("The operator, an official document, or several sources independent of each other."),
    "medium": N_("One trustworthy source, or several that repeat one another."),
    "low": N_("One source that could not be checked, or an estimate."),
}
DASHED: dict[str, str] = {
    "abkhazia": N_("Abkhazia: in Georgia; its edge is dashed."),
    "south-ossetia": N_("South Ossetia: in Georgia; its edge is dashed."),
    "crimea": N_("Crimea: in Ukraine; its land edge is dashed."),
    "transnistria": N_("Transnistria: in Moldova; its edge is dashed."),
    "northern-cyprus": N_("Northern Cyprus: in Cyprus; the line of division is dashed."),
    "buffer-zone": N_("The United Nations buffer zone in Cyprus: its edges are dashed."),
    "kosovo": N_("Kosovo: its line with Serbia is dashed."),
    "golan": N_("The Golan Heights: in Syria; the ceasefire line is dashed."),
    "siachen": N_("The Siachen glacier: the line is dashed."),
}
"""Dashed lines of the base map inside one country, by their name there."""


LINE_WIDTH = 3
SAMPLE_INK = "var(--accent)"


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """A word of the atlas with what it means; ``sample`` (a CSS image) and ``opacity`` draw a line's sample."""

    word: str
    text: str
    sample: str = ""
    opacity: float = 1.0
    hollow: bool = False


@dataclass(frozen=True, kw_only=True)
class Named:
    """Objects that the same parties call the same."""

    subjects: tuple[Link, ...]
    names: tuple[NameRow, ...]


@dataclass(frozen=True, kw_only=True)
class Licence:
    """Whose data the base map uses, and under which terms."""

    what: str
    source: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class AboutPage:
    """page-about.html.j2: what the atlas is."""

    heading: str
    text: Said
    border_note: Said
    disputed: tuple[str, ...]
    names: tuple[Named, ...]
    statuses: tuple[Meaning, ...]
    drawn: tuple[Meaning, ...]
    stances: tuple[Meaning, ...]
    attributions: tuple[str, ...]
    confidences: tuple[Meaning, ...]
    licences: tuple[Licence, ...]
    credits: tuple[str, ...]
    release: str
    changes_href: str
    date: str
    sources: tuple[SourceRow, ...]


def about(scene: Scene) -> str:
    """The page's HTML."""
    return render("page-about.html.j2", about_page(scene), scene.words)


def about_page(scene: Scene) -> AboutPage:
    """What the page shows, before it becomes HTML."""
    atlas, words, notes = scene.atlas, scene.words, Notes()
    names = _names(scene, notes)
    return AboutPage(
        heading=words("About this atlas"),
        text=scene.said(atlas.description.text),
        border_note=scene.said(atlas.description.border_note),
        disputed=_disputed(scene),
        names=names,
        statuses=tuple(
            Meaning(
                word=words(STATUS_WORDS[name]),
                text=words(text),
                sample=_sample(STATUS_LINES[name].dash),
                opacity=STATUS_LINES[name].opacity,
            )
            for name, text in STATUS_MEANINGS.items()
        ),
        drawn=tuple(
            Meaning(word=words(DRAWN_WORDS[drawn]), text=words(text), sample=_sample(()), hollow=drawn == "endpoints")
            for drawn, text in DRAWN_MEANINGS.items()
        ),
        stances=tuple(
            Meaning(word=words(STANCE_WORDS[stance]), text=words(text)) for stance, text in STANCE_MEANINGS.items()
        ),
        attributions=tuple(words(text) for text in ATTRIBUTION_WORDS.values()),
        confidences=tuple(
            Meaning(word=words(CONFIDENCE_WORDS[confidence]), text=words(text))
            for confidence, text in CONFIDENCE_MEANINGS.items()
        ),
        licences=tuple(
            Licence(what=one["what"], source=one["source"], licence=one["licence"])
            for one in atlas.base.get("sources", ())
        ),
        credits=atlas.description.credits,
        release=atlas.release,
        changes_href=scene.page_address("changes"),
        date=words.date(atlas.description.date),
        sources=scene.source_rows(tuple(notes.numbers)),
    )


def _sample(dash: tuple[float, ...]) -> str:
    """A line's dashes as the legend draws them; a dash shorter than the line is wide has round ends there."""
    ends, at, stops = LINE_WIDTH if dash and dash[0] <= 1 else 0, 0.0, []
    for place, length in enumerate(dash or (1, 0)):
        after = at + (length - ends if place % 2 else length + ends)
        stops.append(f"{'transparent' if place % 2 else SAMPLE_INK} {at:g}px {after:g}px")
        at = after
    return f"repeating-linear-gradient(90deg, {', '.join(stops)})"


def _disputed(scene: Scene) -> tuple[str, ...]:
    """The dashed lines of the base map, in words."""
    words = scene.words
    lines: list[dict[str, Any]] = [one["properties"] for one in scene.atlas.base.get("features", ())]
    found = []
    for line in lines:
        if line.get("disputed"):
            countries = " – ".join(words.country(code) for code in line["countries"])
            text = DASHED.get(line.get("line", ""))
            found.append(
                words(text)
                if text
                else words("{countries}: the border is dashed where it is disputed.", countries=countries)
            )
    return tuple(dict.fromkeys(found))


def _names(scene: Scene, notes: Notes) -> tuple[Named, ...]:
    """Who calls what by which name: corridors first, objects that share all their names together."""
    groups: dict[tuple[object, ...], list[Feature]] = {}
    named = [feature for feature in scene.atlas.features.values() if feature.names_used_by]
    for feature in sorted(named, key=lambda feature: feature.kind != "corridor"):
        groups.setdefault(tuple((use.party, use.term, use.sources) for use in feature.names_used_by), []).append(
            feature
        )
    return tuple(
        Named(
            subjects=tuple(scene.far_link(feature.id) for feature in features),
            names=scene.name_rows(features[0], notes),
        )
        for features in groups.values()
    )
