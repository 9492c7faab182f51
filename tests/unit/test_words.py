"""Interface texts, dates and numbers in five languages (rows 50, 51)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import dashboard
from dashboard.words import Words
from geodata.dates import parse
from geodata.model import LANGUAGES, Language

ROOT = Path(dashboard.__file__).parents[1]
KEYWORDS = {"N_": None, "words": None, "t": None, "count": (1, 2)}


def messages() -> set[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def catalogue(language: Language) -> Catalog:
    with (ROOT / "dashboard" / "locale" / language / "LC_MESSAGES" / "dashboard.po").open("rb") as file:
        return read_po(file, locale=language)


def fields(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_text_of_the_interface_is_left_untranslated(language: Language):
    """Row 50: each text found in the code and the templates has a translation that keeps its {names}."""
    known = catalogue(language)
    assert len(messages()) > 200
    for message in messages():
        first = message if isinstance(message, str) else message[0]
        entry = known.get(first)
        assert entry is not None, f"{language}: {first!r} is not in the catalogue; run make messages"
        assert not entry.fuzzy, first
        strings = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        assert strings, first
        for text in strings:
            assert text, f"{language}: {first!r} has no translation"
            assert fields(text) == fields(first), f"{language}: {first!r} -> {text!r}"


@pytest.mark.parametrize(
    ("text", "language", "shown"),
    [
        ("2028", "en", "2028"),
        ("2025-10-22", "en", "October 22, 2025"),
        ("2025-10-22", "ru", "22 октября 2025\u202fг."),
        ("2025-10-22", "az", "22 oktyabr 2025"),
        ("2025-10-22", "tr", "22 Ekim 2025"),
        ("2028-06", "en", "June 2028"),
        ("2030~", "en", "about 2030"),
        ("2027?", "en", "2027 (uncertain)"),
        ("2025-10-20/2025-10-21", "en", "Oct 20\u2009–\u200921, 2025"),
        ("2029/2030", "en", "2029–2030"),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(text: str, language: Language, shown: str):
    """Row 16."""
    said = Words(language).date(parse(text))
    plain = {ord(space): " " for space in "\u202f\u2009\xa0"}
    assert said.translate(plain) == shown.translate(plain)


def test_kazakh_dates_use_kazakh_months():
    assert "қазан" in Words("kk").day(date(2025, 10, 22))


def test_numbers_follow_the_language():
    assert Words("en").number(Decimal("1234.5")) == "1,234.5"
    assert Words("ru").number(Decimal("1234.5")) == "1\xa0234,5"
    assert Words("tr").number(Decimal("1234.5")) == "1.234,5"


def test_russian_counts_in_three_forms():
    counted = [Words("ru").count("{n} object", "{n} objects", number) for number in (1, 2, 5, 21)]
    assert counted == ["1 объект", "2 объекта", "5 объектов", "21 объект"]


def test_two_languages_at_once_do_not_mix():
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda language: Words(language)("Sources"), ["kk", "ru"] * 100))
    assert said == ["Дереккөздер", "Источники"] * 100
