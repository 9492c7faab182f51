"""A layer of a viewer's own -> what the browser draws, and the panel of one of its objects."""

import gzip
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.html import render
from dashboard.map.columns import UNITS, geometries
from dashboard.style import OWN_KINDS
from dashboard.words import Words
from geodata.own import MOST_BYTES, Box, Fault, OwnLayer, Said, pieces

ID = re.compile(r"own:([0-9]{1,6}):([0-9]{1,6})")
"""The ids of objects that are none of the atlas's: ``own:2:17`` is the eighteenth of somebody's second layer."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Own:
    """A layer as it is kept while its session lasts; ``columns`` is what the browser fetches, as gzip."""

    name: str
    count: int
    box: Box
    """Around what of it lies on the map."""
    notes: tuple[Said, ...]
    columns: bytes
    names: tuple[str, ...]
    attributes: tuple[tuple[tuple[str, str], ...], ...]

    @classmethod
    def of(cls, layer: OwnLayer, frame: Box) -> "Own":
        """A layer made ready for the browser."""
        bounds = [one.geometry.bounds for one in layer.features if frame.meets(one.geometry)]
        west, south, east, north = zip(*bounds, strict=True)
        around = Box(
            max(frame.west, min(west)),
            max(frame.south, min(south)),
            min(frame.east, max(east)),
            min(frame.north, max(north)),
        )
        content = json.dumps(_columns(layer), ensure_ascii=False, separators=(",", ":")).encode()
        return cls(
            name=layer.name,
            count=len(layer.features),
            box=around,
            notes=layer.notes,
            columns=gzip.compress(content, 6, mtime=0),
            names=tuple(one.name for one in layer.features),
            attributes=tuple(one.attributes for one in layer.features),
        )

    @property
    def weight(self) -> int:
        """About how many bytes of memory it takes."""
        texts = sum(100 + 2 * len(key) + 2 * len(value) for each in self.attributes for key, value in each)
        return len(self.columns) + texts + sum(100 + 2 * len(name) for name in self.names)


@dataclass(frozen=True, kw_only=True)
class OwnPanel:
    """panel-own.html.j2: one object of a viewer's own layer."""

    heading: str
    layer: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """own.html.j2: what can be added, and what becomes of it."""

    megabytes: int


@dataclass(frozen=True, kw_only=True)
class OwnFaults:
    """own-faults.html.j2: why a file cannot be shown."""

    file: str
    rows: tuple["FaultRow", ...]


@dataclass(frozen=True, kw_only=True)
class FaultRow:
    """One thing that is wrong: where in the file, what, and what would be right."""

    where: str
    problem: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class OwnRow:
    """own-layer.html.j2: one layer in the list of those that were added."""

    name: str
    count: int
    kind: str
    notes: tuple[str, ...]


def kind(number: int) -> str:
    """The kind of place, with a symbol of its own, that the objects of somebody's layer of this number are."""
    return OWN_KINDS[(number - 1) % len(OWN_KINDS)]


def told(number: int, token: str, own: Own) -> dict[str, Any]:
    """What the map client is told of a layer; it fetches the rest by the token."""
    return {
        "number": number,
        "token": token,
        "name": own.name,
        "count": own.count,
        "kind": kind(number),
        "box": list(own.box),
    }


def panel(own: Own, feature: int, words: Words) -> str:
    """The panel of one object, as HTML.

    Raises:
        IndexError: the layer has no such object.
    """
    shown = OwnPanel(heading=own.names[feature], layer=own.name, attributes=own.attributes[feature])
    return render("panel-own.html.j2", shown, words)


def accepted(words: Words) -> str:
    """What can be added, and what becomes of it, as HTML."""
    return render("own.html.j2", Accepted(megabytes=MOST_BYTES // 1_000_000), words)


def faults(file: str, found: Sequence[Fault], words: Words) -> str:
    """Why a file cannot be shown, as HTML."""
    rows = tuple(
        FaultRow(
            where=" · ".join(part for part in (said(fault.object, words), fault.field) if part),
            problem=said(fault.problem, words),
            remedy=said(fault.remedy, words),
        )
        for fault in found
    )
    return render("own-faults.html.j2", OwnFaults(file=file, rows=rows), words)


def row(number: int, own: Own, words: Words) -> str:
    """A layer in the list of those that were added, as HTML."""
    shown = OwnRow(
        name=own.name, count=own.count, kind=kind(number), notes=tuple(said(note, words) for note in own.notes)
    )
    return render("own-layer.html.j2", shown, words)


def said(text: Said, words: Words) -> str:
    """A text of a file's reader in the language of the page; numbers as the language writes them."""
    if not text.text:
        return ""
    values = {name: words.number(value) if isinstance(value, int) else value for name, value in text.values}
    return words(text.text, **values)


def _columns(layer: OwnLayer) -> dict[str, Any]:
    """As :func:`dashboard.map.columns.columns`, with a row for each piece; ``ids`` are the numbers of the objects.

    What an atlas knows of its features and a file does not, is empty.
    """
    found = [(number, piece) for number, one in enumerate(layer.features) for piece in pieces(one.geometry)]
    nothing = [0] * len(found)
    return {
        "units": UNITS,
        "ids": [number for number, _ in found],
        "names": [one.name for one in layer.features],
        **{name: ([[]], nothing) for name in ("countries", "owners", "stances", "topics", "changes")},
        **{name: ([None], nothing) for name in ("kinds", "drawn")},
        "steps": [],
        "parts": {},
        "off_map": [],
        **geometries([piece for _, piece in found]),
    }
