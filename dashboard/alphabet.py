"""The order of words in a dictionary of each language, because the operating system's locales cannot be relied on.

A word is compared letter by letter after its language's own alphabet, written out below; letters in one group
("её") count as the same and decide only between words that are otherwise equal. Words come before what they are
the beginning of; spaces and hyphens divide words, other marks and accents that the alphabet does not know are passed
over. Kazakh and Russian put Cyrillic first, the others Latin; what is in neither script follows by its code.
"""

import unicodedata

from geodata.model import Language

_RUSSIAN = "а б в г д её ж з и й к л м н о п р с т у ф х ц ч ш щ ъ ы ь э ю я"
_KAZAKH = "а ә б в г ғ д е ё ж з и й к қ л м н ң о ө п р с т у ұ ү ф х һ ц ч ш щ ъ ы і ь э ю я"
_ENGLISH = "a b c d e f g h iı j k l m n o p q r s t u v w x y z"
_AZERBAIJANI = "a b c ç d e ə f g ğ h x ı i j k q l m n o ö p r s ş t u ü v w y z"
_TURKISH = "a b c ç d e f g ğ h ı i j k l m n o ö p q r s ş t u ü v w x y z"

ALPHABETS: dict[Language, tuple[str, str]] = {
    "kk": (_KAZAKH, _ENGLISH),
    "ru": (_RUSSIAN, _ENGLISH),
    "en": (_ENGLISH, _KAZAKH),
    "az": (_AZERBAIJANI, _KAZAKH),
    "tr": (_TURKISH, _KAZAKH),
}
"""Each language's own alphabet and the one that follows it."""

_PLACES: dict[Language, dict[str, tuple[int, int]]] = {
    language: {
        letter: (place, inner)
        for place, group in enumerate(" ".join(alphabets).split())
        for inner, letter in enumerate(group)
    }
    for language, alphabets in ALPHABETS.items()
}
_DIGITS, _LETTERS, _OTHERS = 1, 100, 10_000

Key = tuple[tuple[int, ...], tuple[int, ...], str]


def sort_key(language: Language, text: str) -> Key:
    """What to sort ``text`` by, so that a list reads as a dictionary of ``language`` would have it."""
    first: list[int] = []
    second: list[int] = []
    for character in _small(language, text):
        place, inner = _place(language, character)
        if place or (first and first[-1]):  # one gap, however it is written, and none at the beginning
            first.append(place)
            second.append(inner)
    return tuple(first), tuple(second), text


def _small(language: Language, text: str) -> str:
    if language in ("az", "tr"):
        text = text.replace("I", "ı").replace("İ", "i")
    composed = unicodedata.normalize("NFC", text.lower().replace("i\u0307", "i"))
    return "".join(character for character in composed if character in " -–—/" or character.isalnum())


def _place(language: Language, character: str) -> tuple[int, int]:
    if not character.isalnum():
        return 0, 0
    if character.isdecimal():
        return _DIGITS + int(character), 0
    places = _PLACES[language]
    plain = character if character in places else unicodedata.normalize("NFD", character)[0]
    if plain in places:
        place, inner = places[plain]
        return _LETTERS + place, inner + 10 * (plain != character)
    return _OTHERS + ord(character), 0
