"""What is wrong with an atlas, in words that its author can act on.

A :class:`Problem` names file, object and field, says what is wrong and what would be right.
The rest of the module turns the model's refusals into such problems.
"""

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, Self, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError

from geodata import model

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


class _Told(NamedTuple):
    file: str
    object: str
    field: str
    problem: str
    remedy: str


class Problem(_Told):
    """One thing that is wrong, and what would be right.

    ``file`` is relative to the atlas folder, ``object`` the id of the thing (or "entry 3" if it has none),
    ``field`` the path within it, list entries counted from 1: ``history[2].date``. Both may be empty.
    Each is one line that can be printed, whatever stands in the file: controls are written out, long texts cut.
    """

    __slots__ = ()

    def __new__(cls, file: str, object: str, field: str, problem: str, remedy: str) -> Self:
        """Take the five in, made fit to be shown."""
        return super().__new__(
            cls,
            legible(file, _LONGEST_PLACE),
            legible(object, _LONGEST_PLACE),
            legible(field, _LONGEST_PLACE),
            legible(problem, _LONGEST_TEXT),
            legible(remedy, _LONGEST_TEXT),
        )

    def __str__(self) -> str:
        return f"{self.file}:{self.object or '-'}:{self.field or '-'}: {self.problem} ({self.remedy})"


class AtlasError(Exception):
    """An atlas that cannot be used, with every problem that was found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


_LONGEST_PLACE = 160
_LONGEST_TEXT = 500


def legible(text: str, most: int) -> str:
    """``text`` in one line of at most ``most`` letters; what does not print is written as its code."""
    if len(text) > most:
        text = f"{text[: most - 1]}…"
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


_MOST_KNOWN = 2000
"""Words beyond which only those that begin alike are compared, since each comparison takes its time."""


def nearest(word: str, known: Iterable[str], otherwise: str, *, alike: float = 0.6) -> str:
    """A remedy for a word that is not known: the most similar known one, else ``otherwise``.

    ``alike`` is how similar the two must be, from 0 to 1 (``difflib``'s ratio).
    """
    words = list(known)
    if len(words) > _MOST_KNOWN:
        words = [one for one in words if one[:3] == word[:3]][:_MOST_KNOWN]
    close = get_close_matches(word, words, n=1, cutoff=alike) if len(word) <= _LONGEST_PLACE else ()
    return f"did you mean {close[0]}?" if close else otherwise


_LANGUAGES = {
    "kk": "Kazakh", "en": "English", "ru": "Russian", "az": "Azerbaijani", "tr": "Turkish", "hy": "Armenian",
}  # fmt: skip

_PLAIN_WORDS: list[tuple[Any, str, str]] = [
    (model.Id, "an id", "an id of lower-case Latin letters, digits and single hyphens, such as port-aktau"),
    (model.Text, "a text", "a text"),
    (model.CountryCode, "a country code", "a country's two capital letters (ISO 3166-1), such as KZ"),
    (model.LanguageCode, "a language code", "a language's two or three small letters (BCP 47), such as kk"),
    (model.EdtfField, "a date", "an EDTF date such as 2028, 2028-03, 2028-03-15, 2030~ or 2025-10-20/2025-10-21"),
    (model.Geometry, "a geometry", "a GeoJSON geometry with type and coordinates, or null"),
    (model.Value, "a value", "a number, a text, true, false or null"),
    (model.Count, "a number of texts", "a whole number, 0 or more"),
    (bool, "true or false", "true or false"),
    (int, "a whole number", "a whole number"),
    (float, "a number", "a number"),
    (Decimal, "a number", "a number"),
    (str, "a text", "a text"),
]
"""A type of the model, what it is in short, and what to write."""
_FIELD_WORDS = {
    "url": "an address that begins with http:// or https:// and has no spaces",
    "unlocode": "a UN/LOCODE of five letters or digits without a space, such as KZAAU",
    "accuracy_km": "a number greater than 0, in kilometres",
    "paragraph": "the number of the article's paragraph, counted from 1",
    "number": "a whole number, counted from 1",
    "zoom": "a number from 2 to 18",
    "first": "a year from 1 to 9999",
    "last": "a year from 1 to 9999",
    "latitude": "a number from -90 to 90",
    "longitude": "a number from -180 to 180",
    "west": "a number from -180 to 180",
    "south": "a number from -90 to 90",
    "east": "a number from -180 to 180",
    "north": "a number from -90 to 90",
}


@lru_cache(maxsize=64)
def _hints(kind: type[BaseModel]) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _bare(hint: Any) -> Any:
    """The hint without "or null" and without annotations that have no words of their own."""
    while True:
        if any(hint == known for known, *_ in _PLAIN_WORDS):
            return hint
        if get_origin(hint) is Annotated:
            hint = get_args(hint)[0]
        elif get_origin(hint) in (Union, types.UnionType):
            hint = next(choice for choice in get_args(hint) if choice is not type(None))
        else:
            return hint


def _at(kind: type[BaseModel], path: Sequence[str | int]) -> Any:
    """The type that the model expects at ``path``; None where it expects nothing."""
    hint: Any = kind
    for step in path:
        hint = _bare(hint)
        if isinstance(hint, type) and issubclass(hint, BaseModel):
            hint = _hints(hint).get(str(step))
        elif get_origin(hint) is tuple:
            hint = get_args(hint)[0]
        elif get_origin(hint) is dict:
            hint = get_args(hint)[1]
        else:
            return None
    return _bare(hint)


def _expected(hint: Any, field: str = "") -> str:
    """What to write where the model expects ``hint``."""
    if field in _FIELD_WORDS:
        return _FIELD_WORDS[field]
    for known, _, words in _PLAIN_WORDS:
        if hint == known:
            return words
    if get_origin(hint) is Literal:
        return f"{'one of: ' if len(get_args(hint)) > 1 else ''}{', '.join(map(str, get_args(hint)))}"
    if get_origin(hint) is tuple:
        entry = _bare(get_args(hint)[0])
        return "a list of ids, such as [port-aktau]" if entry == model.Id else f"a list, each entry {_expected(entry)}"
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        return f"lines of key: value with the keys {', '.join(_hints(hint))}"
    return "lines of key: value"


def _short(hint: Any) -> str:
    """What the model expects, in a word or two."""
    for known, words, _ in _PLAIN_WORDS:
        if hint == known:
            return words
    return "a list" if get_origin(hint) is tuple else "a mapping"


_SHOWN = 60
"""Letters of a wrong value that are enough to find it again."""


def _shown(value: Any) -> str:
    """The offending value, as its author would recognise it."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if len(text) > _SHOWN:
        text = f"{text[:_SHOWN]}…"
    return text if isinstance(value, int | float | Decimal) else repr(text)


def field_path(path: Iterable[str | int]) -> str:
    """``("history", 1, "date")`` as its author reads it: ``history[2].date``."""
    text = ""
    for step in path:
        name = f"[{step + 1}]" if isinstance(step, int) else step.strip() or f"'{step}'"
        text += f".{name}" if text and not isinstance(step, int) else name
    return text


_MOST_REFUSALS = 50
"""Mistakes of one entry that are told; nobody reads more."""


def refusals(error: ValidationError, kind: type[BaseModel], file: str, thing: str) -> Iterator[Problem]:
    """The model's refusal of one entry, a Problem for each field that is wrong."""
    # a list of which no entry is right counts as empty too, which it is not
    details = [one for one in error.errors(include_url=False) if not (one["type"] == "too_short" and one["input"])]
    for detail in details[:_MOST_REFUSALS]:
        path = detail["loc"]
        if path and path[-1] == "[key]":  # so pydantic marks what is wrong with a mapping's key, not its value
            expected = get_args(_at(kind, path[:-2]))[0]
            yield Problem(file, thing, field_path(path[:-1]), *_misfit(detail["type"], detail["input"], expected, ""))
            continue
        problem, remedy = _in_words(detail, kind, path)
        yield Problem(file, thing, field_path(path), problem, remedy)
    if len(details) > _MOST_REFUSALS:
        problem = f"has {len(details) - _MOST_REFUSALS} more mistakes"
        yield Problem(file, thing, field_path(details[_MOST_REFUSALS]["loc"]), problem, "mend the others first")


def _in_words(detail: "ErrorDetails", kind: type[BaseModel], path: Sequence[str | int]) -> tuple[str, str]:
    """Problem and remedy of one refusal."""
    field = str(path[-1]) if path else ""
    if detail["type"] == "missing":
        a_name = field in _LANGUAGES and _at(kind, path[:-1]) is model.Names
        what = f"the name in {_LANGUAGES[field]}" if a_name else f"{field}: {_expected(_at(kind, path), field)}"
        return "is missing", f"add {what}"
    if detail["type"] == "extra_forbidden":
        known = list(_hints(_at(kind, path[:-1]) or kind))
        return "unknown key", nearest(field, known, f"the known keys are {', '.join(known)}")
    if detail["type"] == "value_error":
        problem, _, remedy = str(detail.get("ctx", {}).get("error", detail["msg"])).partition("; ")
        return problem, remedy or f"write {_expected(_at(kind, path), field)}"
    return _misfit(detail["type"], detail["input"], _at(kind, path), field)


_TOO_MUCH = {
    "string_too_long": (
        f"is longer than {model.LONGEST_TEXT} letters",
        "shorten it, or spread it over several entries",
    ),
    "decimal_max_digits": ("has too many digits", "write a number of at most 30 digits"),
}


def _misfit(refusal: str, value: Any, hint: Any, field: str) -> tuple[str, str]:
    """Problem and remedy of a value that is not of the kind that belongs there."""
    remedy = f"write {_expected(hint, field)}"
    if refusal == "literal_error":
        close = nearest(str(value), get_args(hint), "")
        return f"{_shown(value)} is not a known word", f"{close} {remedy}".strip()
    if refusal == "string_type" and isinstance(value, int | float):
        return f"{_shown(value)} is not a text", "put it in quotes"
    if refusal in _TOO_MUCH and hint in (model.Text, Decimal):
        return _TOO_MUCH[refusal]
    if refusal == "too_short":
        return "is empty", "write at least one entry"
    if refusal == "string_too_short" or value in ([], {}, ""):
        return "is empty", remedy
    what = "what belongs here" if field in _FIELD_WORDS else _short(hint)
    return f"{_shown(value)} is not {what}", remedy
