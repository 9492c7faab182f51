"""Interface texts, dates, numbers, units and country names in one language.

A :class:`Words` is a value that is passed by hand; nothing is installed globally. Message ids are the
English texts; the catalogues are ``locale/<language>/LC_MESSAGES/dashboard.po``, read as they are.
"""

import gettext
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import NewType

from babel import Locale
from babel.dates import format_date, format_interval, format_skeleton, get_date_format
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from geodata.dates import Edtf
from geodata.model import Language, Names

Message = NewType("Message", str)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for "to be translated later"
    """Mark a text for the catalogues without translating it here."""
    return message


@dataclass(frozen=True)
class Words:
    """Everything that the interface says, in one language."""

    language: Language

    @cached_property
    def locale(self) -> Locale:
        """The CLDR locale of the language."""
        return Locale.parse(self.language)

    @cached_property
    def _catalogue(self) -> gettext.NullTranslations:
        return _read_catalogue(self.language)

    def __call__(self, message: str, /, **values: object) -> str:
        """The text of ``message``; ``values`` fill its ``{names}``."""
        text = self._catalogue.gettext(message)
        return text.format(**values) if values else text

    def count(self, one: str, many: str, number: int) -> str:
        """``one`` or ``many`` as the language counts, with ``{n}`` filled in."""
        return self._catalogue.ngettext(one, many, number).format(n=self.number(number))

    def number(self, value: Decimal | float) -> str:
        """A number with the language's own separators."""
        return format_decimal(value, locale=self.locale, decimal_quantization=False)

    def country(self, code: str) -> str:
        """The name of a country (ISO 3166-1 alpha-2) after CLDR."""
        return self.locale.territories.get(code, code)

    def name(self, names: Names) -> str:
        """The one of ``names`` that is in this language."""
        return names.of(self.language)

    def language_name(self, code: str) -> str:
        """The name of a language (BCP 47) in this language, after CLDR."""
        return self.locale.languages.get(code, code)

    def day(self, day: date) -> str:
        """A day in full."""
        return self.date(Edtf(day.isoformat(), day, day))

    @lru_cache(maxsize=8192)  # noqa: B019 - a Words is one of five values, and Babel takes its time
    def date(self, value: Edtf) -> str:
        """A date as exact as it is known: a day, a month, a year or a span, with "about" where approximate."""
        t, first, last = self, value.earliest, value.latest
        if first == last:
            text = format_date(first, "long", locale=self.locale)
        elif first == date(first.year, 1, 1) and last == date(last.year, 12, 31):
            text = format_skeleton("y", first, locale=self.locale)
            if first.year != last.year:
                text = f"{first.year}–{format_skeleton('y', last, locale=self.locale)}"
        elif (first.year, first.month, first.day) == (last.year, last.month, 1):
            text = format_skeleton("yMMMM", first, locale=self.locale)
        else:
            text = format_interval(first, last, "yMMMd", locale=self.locale)
        if value.approximate:
            text = t("about {date}", date=text)
        return t("{date} (uncertain)", date=text) if value.uncertain else text

    @cached_property
    def day_pattern(self) -> str:
        """CLDR's pattern for a day in full, for the browser."""
        return get_date_format("long", locale=self.locale).pattern

    @cached_property
    def months(self) -> tuple[str, ...]:
        """The twelve months as they stand beside a day."""
        return tuple(self.locale.months["format"]["wide"][month] for month in range(1, 13))

    @cached_property
    def months_short(self) -> tuple[str, ...]:
        """The twelve months, abbreviated, as they stand alone."""
        return tuple(self.locale.months["stand-alone"]["abbreviated"][month] for month in range(1, 13))


@lru_cache
def _read_catalogue(language: Language) -> gettext.NullTranslations:
    path = files("dashboard") / "locale" / language / "LC_MESSAGES" / "dashboard.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
