"""Dates as EDTF (Extended Date/Time Format, ISO 8601-2): exact, approximate, uncertain, or a span.

Every date of the atlas is an :class:`Edtf`: the text that the author wrote, and the first and the
last day that it can mean. The grammar is the ``edtf`` library's; the three plain forms ``YYYY``,
``YYYY-MM`` and ``YYYY-MM-DD``, nine in ten of all dates, are read directly because the library
needs four milliseconds for each.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from time import struct_time
from typing import Annotated, Any

from edtf import EDTFParseException, parse_edtf
from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_PLAIN = re.compile(r"(\d{4})(?:-(0\d|1[0-2])(?:-(\d\d))?)?", re.ASCII)
_OPEN_SPAN = re.compile(r"/\s*$|^\s*/|unknown|open")
_LONGEST = 100
"""A date of more characters is none, and the library may need minutes to find that out."""
REMEDY = "write an EDTF date such as 2028, 2028-03, 2028-03-15, 2030~ or 2025-10-20/2025-10-21"


@dataclass(frozen=True, slots=True)
class Edtf:
    """A date or span of days, as exact as the author knew it.

    ``earliest`` and ``latest`` are inclusive; ``approximate`` is EDTF's ``~``, ``uncertain`` its ``?``.
    """

    text: str
    earliest: date
    latest: date
    approximate: bool = False
    uncertain: bool = False

    def __str__(self) -> str:
        return self.text

    @property
    def is_day(self) -> bool:
        """Whether it names one single day."""
        return self.earliest == self.latest


@lru_cache(maxsize=4096)
def parse(text: str) -> Edtf:
    """Read an EDTF text.

    Raises:
        ValueError: it is not EDTF, has no first or last day, or lies outside the years 1 to 9999.
    """
    if plain := _PLAIN.fullmatch(text):
        year, month, day = plain.groups()
        return _plain(text, int(year), int(month) if month else None, int(day) if day else None)
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:_LONGEST]!r}… is too long for a date; {REMEDY}")
    # a year of five digits or more; the library would calculate ten to the power of Y1E999999999
    if "y" in text.lower():
        raise ValueError(f"{text!r} lies outside the years 1 to 9999; {REMEDY}")
    if _OPEN_SPAN.search(text):  # the library would invent ten years for the missing end
        raise ValueError(f"{text!r} has no first or no last day; {REMEDY}")
    try:
        parsed: Any = parse_edtf(text)
        earliest, latest = _day(parsed.lower_strict()), _day(parsed.upper_strict())
    except (EDTFParseException, AttributeError, ArithmeticError, LookupError, ValueError, TypeError) as error:
        raise ValueError(f"{text!r} is not a date that has a first and a last day; {REMEDY}") from error
    if latest < earliest:
        raise ValueError(f"{text!r} ends before it begins; {REMEDY}")
    return Edtf(text, earliest, latest, approximate="~" in text or "%" in text, uncertain="?" in text or "%" in text)


def _plain(text: str, year: int, month: int | None, day: int | None) -> Edtf:
    try:
        first = date(year, 1 if month is None else month, 1 if day is None else day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not a day of the calendar; {REMEDY}") from error
    if day is not None:
        return Edtf(text, first, first)
    last_month = 12 if month is None else month
    return Edtf(text, first, date(year, last_month, calendar.monthrange(year, last_month)[1]))


def _day(moment: struct_time | Any) -> date:
    return date(moment.tm_year, moment.tm_mon, moment.tm_mday)


def _read(value: object) -> Edtf:
    """What a YAML or JSON reader hands over (text, year as a number, date) as an Edtf."""
    if isinstance(value, Edtf):
        return value
    if isinstance(value, bool) or not isinstance(value, str | int | date):
        shown = "a list or mapping" if isinstance(value, list | dict) else "nothing" if value is None else repr(value)
        raise ValueError(f"{shown} is not a date; {REMEDY}")  # noqa: TRY004 (pydantic reports ValueError only)
    return parse(f"{value:04d}" if isinstance(value, int) else str(value))


EdtfField = Annotated[
    Edtf,
    BeforeValidator(_read),
    PlainSerializer(str),
    WithJsonSchema(
        {"type": ["string", "integer"], "title": "EDTF date", "examples": ["2028", "2030~", "2025-10-20/2025-10-21"]}
    ),
]
"""The type of a model's date field: reads EDTF text, writes EDTF text."""
