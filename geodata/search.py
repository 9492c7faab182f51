"""One index over everything that can be picked, in five languages, forgiving spelling.

Two spellings match if they fold to the same letters: case and diacritics fall away, Cyrillic becomes Latin,
and letters that the five languages use for one another (k, q, g, ğ; a, e, ə; i, ı, y, й) become one. So
"Актау", "aktau", "Aqtau" and "Ақтау" are the same word, and so are "Ələt", "Alat" and "Алят".
The tables below are all there is to it; the browser folds by the same tables.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from geodata.model import LANGUAGES, Atlas, Id, Texts

SEQUENCES: tuple[tuple[str, str], ...] = (
    ("kh", "h"), ("gh", "k"), ("zh", "j"), ("dj", "j"), ("дж", "j"), ("sh", "s"), ("ch", "c"), ("ts", "s"),
    ("ya", "a"), ("ye", "a"), ("yu", "u"), ("yo", "o"),
)  # fmt: skip
"""Replaced first, in this order."""

LETTERS: dict[str, str] = {
    **dict.fromkeys("aeəæаәэеєя", "a"),
    **dict.fromkeys("oоөё", "o"),
    **dict.fromkeys("uуүұюw", "u"),
    **dict.fromkeys("iıyиіыйї", "i"),
    **dict.fromkeys("kqgкқгғ", "k"),
    **dict.fromkeys("hxхһ", "h"),
    **dict.fromkeys("sсшщц", "s"),
    **dict.fromkeys("cч", "c"),
    **dict.fromkeys("jж", "j"),
    **dict.fromkeys("nнң", "n"),
    **dict.fromkeys("vв", "v"),
    **dict.fromkeys("ьъ'’ʼ`", ""),
    "б": "b", "д": "d", "з": "z", "л": "l", "м": "m", "п": "p", "р": "r", "т": "t", "ф": "f",
}  # fmt: skip
"""Then letter by letter; what is neither here nor a Latin letter or digit separates words."""

Kind = Literal["feature", "event", "statement", "figure", "commentary", "source"]
Field = Literal["name", "title", "text", "owner", "code", "property", "publisher", "expert"]
ORDER: tuple[Kind, ...] = ("feature", "event", "statement", "figure", "commentary", "source")


def fold(text: str) -> str:
    """``text`` as it is compared: folded letters, words separated by one space."""
    lower = unicodedata.normalize("NFC", text).lower().replace("i\u0307", "i")
    folded = "".join(_letter(character) for character in _sequences(lower))
    return re.sub(r"[^a-z0-9]+", " ", folded).strip()


def _sequences(text: str) -> str:
    for written, read in SEQUENCES:
        text = text.replace(written, read)
    return text


def _letter(character: str) -> str:
    if character in LETTERS:
        return LETTERS[character]
    plain = unicodedata.normalize("NFD", character)[0]
    return LETTERS.get(plain, plain)


@dataclass(frozen=True)
class Key:
    """One text by which an entry can be found."""

    field: Field
    language: str | None
    text: str

    @cached_property
    def folded(self) -> str:
        """The text as it is compared."""
        return fold(self.text)


@dataclass(frozen=True)
class Entry:
    """Something that can be found; picking it selects ``target``."""

    kind: Kind
    id: Id
    target: Id
    keys: tuple[Key, ...]


@dataclass(frozen=True)
class Hit:
    """An entry that was found, and the text by which (the reason)."""

    entry: Entry
    key: Key


class Index:
    """Everything of an atlas that can be found."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = tuple(entries)

    def find(self, query: str, limit: int | None = None) -> list[Hit]:
        """Entries in which every word of ``query`` stands, the best first.

        Whole names come before beginnings of words before parts of words, objects before what is said about them.
        """
        words = fold(query).split()
        if not words:
            return []
        scored = [
            (score + ORDER.index(entry.kind), score, place, Hit(entry, key))
            for place, entry in enumerate(self.entries)
            for score, key in [_best(entry, words)]
            if key is not None
        ]
        scored.sort(key=lambda item: item[:3])
        return [hit for *_, hit in scored[:limit]]


NO_MATCH = 99


def _best(entry: Entry, words: list[str]) -> tuple[int, Key | None]:
    best, reason = NO_MATCH, None
    for key in entry.keys:
        score = _score(key, words)
        if score < best:
            best, reason = score, key
    return best, reason


def _score(key: Key, words: list[str]) -> int:
    text = key.folded
    if any(word not in text for word in words):
        return NO_MATCH
    prose = 4 if key.field == "text" else 0
    whole = " ".join(words)
    if text == whole:
        return prose
    if text.startswith(whole):
        return prose + 1
    padded = f" {text}"
    return prose + (2 if all(f" {word}" in padded for word in words) else 3)


def index(atlas: Atlas) -> Index:
    """The index of an atlas."""
    return Index(_entries(atlas))


def _texts(field: Field, texts: Texts) -> Iterator[Key]:
    for language, text in texts.items():
        yield Key(field, language, text)


def _entries(atlas: Atlas) -> Iterator[Entry]:
    for feature in atlas.features.values():
        names = [Key("name", language, name) for language, name in feature.names.model_dump(exclude_none=True).items()]
        owners = [Key("owner", "en", owner) for owner in feature.owners]
        codes = [Key("code", None, feature.unlocode)] if feature.unlocode else []
        yield Entry("feature", feature.id, feature.id, (*names, *codes, *owners))
    for event in atlas.events.values():
        yield Entry("event", event.id, event.id, (*_texts("title", event.title), *_texts("text", event.text)))
    for statement in atlas.statements.values():
        yield Entry("statement", statement.id, statement.id, tuple(_texts("text", statement.text)))
    for figure in atlas.figures.values():
        subject, property_ = atlas.features[figure.about].names, atlas.properties[figure.property].names
        labels = [
            Key("property", language, f"{subject.of(language)}: {property_.of(language)}") for language in LANGUAGES
        ]
        yield Entry("figure", figure.id, figure.about, (*labels, *_texts("text", figure.text)))
    for comment in atlas.commentary.values():
        keys = (Key("expert", "en", comment.expert), *_texts("text", comment.text))
        yield Entry("commentary", comment.id, comment.about[0], keys)
    for source in atlas.sources.values():
        keys = (Key("publisher", None, source.publisher), Key("title", None, source.title))
        yield Entry("source", source.id, source.id, keys)
