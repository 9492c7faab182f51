"""Lists in the order of each language's dictionary (row 24: sources can be found)."""

from dashboard.alphabet import ALPHABETS, sort_key
from geodata.model import Language


def in_order(language: Language, *words: str) -> list[str]:
    return sorted(words, key=lambda word: sort_key(language, word))


def test_kazakh_letters_stand_beside_the_letters_they_come_from():
    words = ("Ақтау", "Әзербайжан", "Баку", "Қазақстан", "Құрық", "Үстірт", "Іле")
    assert in_order("kk", *reversed(words)) == list(words)


def test_azerbaijani_x_follows_h_and_schwa_follows_e():
    assert in_order("az", "Xəzər", "Horadiz", "İmişli", "Ələt", "Fizuli", "Ermənistan") == [
        "Ermənistan", "Ələt", "Fizuli", "Horadiz", "Xəzər", "İmişli",
    ]  # fmt: skip


def test_turkish_dotless_i_precedes_dotted_i():
    assert in_order("tr", "İran", "Iğdır", "Çin", "Ceyhan", "Şah", "Sivas") == [
        "Ceyhan", "Çin", "Iğdır", "İran", "Sivas", "Şah",
    ]  # fmt: skip


def test_russian_yo_counts_as_ye():
    assert in_order("ru", "ёлка", "ель", "ежи") == ["ежи", "ёлка", "ель"]


def test_each_language_puts_its_own_script_first():
    for language in ALPHABETS:
        own = "Баку" if language in ("kk", "ru") else "Baku"
        assert in_order(language, "Баку", "Baku")[0] == own


def test_marks_are_passed_over_and_the_shorter_word_comes_first():
    assert in_order("en", "Report.az", "«Report»", "News", "Reporter") == [
        "News",
        "«Report»",
        "Report.az",
        "Reporter",
    ]
