"""Atlases that are wrong by sheer size, and what else was made to keep a reader busy."""

from collections.abc import Mapping

from tests.fuzz.mutations import BOMB, Case, Edit, Huge

_POINT = '{"type": "Point", "coordinates": [51.02, 43.5]}'
_LAYER = b'{"type": "FeatureCollection", "features": ['
_NAMES = '{"kk": "a", "en": "a", "ru": "a", "az": "a", "tr": "a"}'
_EVENT = (
    "- {id: big, date: 2020, about: [port-east], kind: visit, title: {en: a}, text: {en: b}, sources: [test-gazette]"
)


def _feature(id: str, more: str = "", geometry: str = "null", kind: str = "topic") -> str:
    properties = f'{{"names": {_NAMES}, "kind": "{kind}"{more}}}'
    return f'{{"type": "Feature", "id": "{id}", "geometry": {geometry}, "properties": {properties}}}'


def _layer(*features: str) -> dict[bytes, Edit]:
    return {b"layers/digital.geojson": _LAYER + ",".join(features).encode() + b"]}"}


def _listed(unit: str, times: int = 100_000) -> str:
    return ", ".join([unit] * times)


def too_much() -> Mapping[str, Case]:
    """Changes of the small atlas by sheer size, by what each one is."""
    chain = [_feature(f"whole-{n}", f', "parts": ["whole-{n + 1}"]') for n in range(5000)]
    ring = [*chain, _feature("whole-5000", ', "parts": ["whole-0"]')]
    zigzag = ", ".join(f"[{50 + n / 1e5}, {42 + n % 2 / 10}]" for n in range(100_000))
    promise = '{"date": "2019", "status": "planned", "sources": ["test-gazette"]}'
    found: dict[str, Mapping[bytes, Edit]] = {
        "an article of 50 MB": {b"article/interview.txt": Huge(b"", "Сынақ дәлізі. ".encode(), 2_000_000)},
        "an article in one line": {
            b"article/interview.txt": Huge("Тақырып\n".encode(), "Сынақ дәлізі – ".encode(), 140_000)
        },
        "a text of 50 MB": {
            b"events/big.yaml": Huge(_EVENT.replace("{en: b}", "{en: ").encode(), b"word ", 10_000_000, b"}}")
        },
        "a text of 1.9 MB": {
            b"events/big.yaml": Huge(_EVENT.replace("{en: b}", "{en: ").encode(), b"word ", 380_000, b"}}")
        },
        "a comment of 1.9 MB": {b"events/big.yaml": Huge(b"#", b" word", 380_000)},
        "a key of 1.9 MB": {b"events/big.yaml": Huge(b"- ", b"w", 1_900_000, b": 1")},
        "100 000 entries": {b"events/big.yaml": Huge(b"", b"- {a: b}\n", 100_000)},
        "100 000 empty entries": {b"events/big.yaml": Huge(b"", b"-\n", 100_000)},
        "100 000 times the same entry": {b"people/people.yaml": Huge(b"", b"- {id: a}\n", 100_000)},
        "100 000 unknown keys": {
            b"events/big.yaml": (_EVENT + "".join(f", k{n}: 1" for n in range(100_000)) + "}").encode()
        },
        "100 000 equal keys": {b"events/big.yaml": Huge(_EVENT.encode(), b", note: 1", 100_000, b"}")},
        "100 000 sources": {
            b"events/big.yaml": _EVENT.replace("test-gazette", _listed("test-gazette")).encode() + b"}"
        },
        "100 000 references to nothing": {
            b"events/big.yaml": _EVENT.replace("test-gazette", _listed("test-gazete")).encode() + b"}"
        },
        "100 000 wrong references": {b"events/big.yaml": _EVENT.replace("test-gazette", _listed("Ä")).encode() + b"}"},
        "100 000 aliases": {b"events/big.yaml": Huge(b"- &a {id: a}\n", b"- *a\n", 100_000)},
        "100 000 tags": {b"events/big.yaml": Huge(b"", b"- !x {}\n", 100_000)},
        "100 000 documents": {b"events/big.yaml": Huge(b"", b"---\n", 100_000)},
        "aliases of aliases": {b"events/big.yaml": b"- " + BOMB.encode()},
        "aliases of aliases in place of a word": {b"events/big.yaml": _EVENT.replace("visit", BOMB).encode() + b"}"},
        "aliases of aliases in place of a text": {b"events/big.yaml": _EVENT.replace("{en: a}", BOMB).encode() + b"}"},
        "aliases of aliases in place of an id": {b"events/big.yaml": _EVENT.replace("big", BOMB).encode() + b"}"},
        "aliases of aliases in place of a date": {b"events/big.yaml": _EVENT.replace("2020", BOMB).encode() + b"}"},
        "an alias that holds itself": {b"events/big.yaml": _EVENT.replace("visit", "&a [*a]").encode() + b"}"},
        "a whole file of brackets": {b"events/big.yaml": Huge(b"", b"[", 1_900_000)},
        "a whole file of pairs of brackets": {b"events/big.yaml": Huge(b"- [", b"[],", 600_000, b"]")},
        "a whole file of dashes": {b"events/big.yaml": Huge(b"", b"- ", 900_000)},
        "a whole file of question marks": {b"events/big.yaml": Huge(b"", b"? ", 900_000)},
        "a whole file of spaces": {b"events/big.yaml": Huge(b"", b" ", 1_900_000)},
        "a whole file of line ends": {b"events/big.yaml": Huge(b"", b"\n", 1_900_000)},
        "a whole file of quotes": {b"events/big.yaml": Huge(b"", b"'", 1_900_001)},
        "steps of indentation": {b"events/big.yaml": "".join(f"{' ' * n}a:\n" for n in range(1900)).encode()},
        "a number of 1.9 MB": {b"events/big.yaml": Huge(b"- ", b"9", 1_900_000)},
        "100 000 empty features": {b"layers/digital.geojson": Huge(_LAYER, b"{},", 100_000, b"{}]}")},
        "100 000 times the same feature": {
            b"layers/digital.geojson": Huge(
                _LAYER, f"{_feature('a')},".encode(), 100_000, _feature("a").encode() + b"]}"
            )
        },
        "ten million values": {b"layers/digital.geojson": Huge(_LAYER, b"[],", 10_000_000, b"[]]}")},
        "a million and a half mappings": {b"layers/digital.geojson": Huge(_LAYER, b'{"a":1},', 1_490_000, b"{}]}")},
        "three million nothings": {b"base/base.geojson": Huge(_LAYER, b"0,", 2_990_000, b"0]}")},
        "a layer of 50 MB": {b"layers/digital.geojson": Huge(_LAYER, f"{_feature('a')},".encode(), 300_000, b"{}]}")},
        "JSON with 100 000 equal keys": {b"layers/digital.geojson": Huge(b"{", b'"a": 1, ', 100_000, b'"a": 1}')},
        "JSON with 100 000 unknown keys": {
            b"layers/digital.geojson": ("{" + ", ".join(f'"a{n}": 1' for n in range(100_000)) + "}").encode()
        },
        "JSON of brackets": {b"layers/digital.geojson": Huge(b"", b"[", 2_900_000)},
        "a line of 100 000 positions": _layer(
            _feature(
                "a", ', "drawn": "surveyed"', f'{{"type": "LineString", "coordinates": [{zigzag}]}}', "submarine_fibre"
            )
        ),
        "a line of 100 000 equal positions": _layer(
            _feature("a", "", f'{{"type": "LineString", "coordinates": [{_listed("[51, 43]")}]}}', "road")
        ),
        "an area of 100 000 corners": _layer(
            _feature("a", "", f'{{"type": "Polygon", "coordinates": [[{zigzag}, [50, 42]]]}}', "corridor")
        ),
        "30 000 changes of status": _layer(_feature("a", f', "history": [{_listed(promise, 30_000)}]')),
        "100 000 owners": _layer(_feature("a", f', "owners": [{_listed(chr(34) + "A" + chr(34))}]')),
        "a chain of 5 000 wholes": _layer(*chain),
        "a circle of 5 000 wholes": _layer(*ring),
        "3 000 references to nothing among 3 000 names": _layer(
            *(_feature(f"wole-{n}", f', "parts": ["whole-{n}"]') for n in range(3000))
        ),
        "3 000 features outside the frame": _layer(
            *(
                _feature(f"a-{n}", ', "countries": ["KZ"]', '{"type": "Point", "coordinates": [0, 0]}', "city")
                for n in range(3000)
            )
        ),
        "a base map of 5 000 countries": {
            b"base/base.geojson": Huge(
                _LAYER,
                b'{"type": "Feature", "properties": {"kind": "country", "iso": "KZ"}, "geometry": {"type": "Polygon", '
                b'"coordinates":'
                b" [[[51, 41.5], [56, 41.5], [56, 47], [51, 47], [51, 41.5]]]}},",
                5000,
                b"{}]}",
            )
        },
        "2 000 files": {f"events/{n}.yaml".encode(): b"[]\n" for n in range(2000)},
        "2 000 stray files": {f"figures/{n}.yml".encode(): b"[]\n" for n in range(2000)},
        "a folder within a folder, 300 times": {b"figures/" + b"a/" * 300 + b"x.yaml": b"[]\n"},
        "a quotation of 19 000 letters": {
            b"statements/interview.yaml": (
                "- {id: a, speaker: null, attribution: newsroom, stance: fact, about: [port-east], "
                "original: kk, source: test-interview, "
                "paragraph: 1, text: {kk: " + "Ол тағы сөйледі және " * 900 + "}}"
            ).encode(),
            b"article/interview.txt": ("Ол тағы сөйледі немесе " * 10_000).encode(),
        },
        "dates that no grammar likes": {
            b"events/big.yaml": "\n".join(
                _EVENT.replace("2020", f"'{date}'").replace("big", f"big-{n}") + "}"
                for n, date in enumerate(
                    ("{" * 90, "[" * 90, "2020-" * 18, "2020/" * 18, "X" * 90, "?~%" * 30, "{2020..2021}" * 8)
                )
            ).encode()
        },
        "a number of 99 999 digits": {b"figures/figures.yaml": b"- {id: a, value: 1" + b"0" * 99_999 + b"}"},
        "a capacity with a billion zeros": _layer(
            _feature("a", ', "capacity": {"value": "1e999999999", "unit": "km"}, "countries": ["KZ"]', _POINT, "port")
        ),
    }
    return {what: Case(edits) for what, edits in found.items()}
