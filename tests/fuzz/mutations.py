"""Atlases as a hand, an editor or somebody of ill will would leave them, as Hypothesis strategies.

A :class:`Case` says what differs from a sound atlas. Most are made by taking a file apart, changing one place of its
tree, and writing it again; the rest change bytes, or the files themselves.
"""

import gzip
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from hypothesis import strategies as st

from geodata.files import _Dumper, _Loader

Place = tuple[str | int, ...]


class Huge(NamedTuple):
    """A content that is only written out on the disk: ``head``, ``unit`` many times, ``tail``."""

    head: bytes
    unit: bytes
    times: int
    tail: bytes = b""


class Special(NamedTuple):
    """A file that is something else: gone, a folder, a pipe, a link to ``target``."""

    what: str
    target: str = ""


Edit = bytes | Huge | Special


@dataclass(frozen=True)
class Case:
    """What differs from a sound atlas: file -> what stands there instead."""

    edits: Mapping[bytes, Edit] = field(default_factory=dict)
    within: str = ""
    """The file of which one entry was changed, and nothing else."""
    deeper: bool = False
    """Whether the change was to a field of that entry, not to the entry as a whole."""


def apply(case: Case, atlas: Path, folder: Path) -> None:
    """Put the atlas with the case's edits into a new ``folder``; what is not edited is linked, not copied."""
    shutil.copytree(atlas, folder, copy_function=os.link)
    for name, edit in case.edits.items():
        path = os.path.join(os.fsencode(folder), name)  # noqa: PTH118 - a Path has no names of odd bytes
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - as above
        if os.path.lexists(path):
            os.unlink(path)  # noqa: PTH108 - as above
        if isinstance(edit, Special):
            _make_special(edit, path)
            continue
        with open(path, "wb") as file:  # noqa: PTH123 - as above
            file.write(edit.head + edit.unit * edit.times + edit.tail if isinstance(edit, Huge) else edit)


def _make_special(edit: Special, path: bytes) -> None:
    if edit.what == "folder":
        os.mkdir(path)  # noqa: PTH102 - a Path has no names of odd bytes
    elif edit.what == "pipe":
        os.mkfifo(path)
    elif edit.what == "link":
        os.symlink(edit.target, path)  # noqa: PTH211 - as above


# --- values that do not belong where they are put --------------------------------------------------

BOMB = (
    "[&a [x, x], " + ", ".join(f"&{new} [{', '.join(['*' + old] * 9)}]" for old, new in pairwise("abcdefghijkl")) + "]"
)
HOSTILE_TEXTS = (
    "", " ", "\n", "a\nb", "\t", "a\x07b", "a\x00b", "\x1b[31mred", "\u202eevil", "\u2066a", "\ufeffa", "\ufffe",
    "\x85", "\u2028", "a" * 5000, "й" * 30_000, "<b>a</b>", "a: b # c", "'", '"', "{{7*7}}", "=1+1",
    "../../etc/passwd", "%s %(x)s {0} {x}", "🜨" * 50, "A-B", "port east", "Port-East", "-", "a--b", "nan", "null",
    "true", "1e400",
)  # fmt: skip
DATES = (
    "2025-13-45", "0000", "0000-00-00", "0001-01-01", "9999-12-31", "99999-01-01", "-0001", "Y1E999999999",
    "2028-02-30", "2030~", "2030?", "2030%", "2025-10-20/2025-10-21", "2026/2025", "2025/..", "/2025", "2025-21",
    "20XX", "2025-XX-XX", "{2025,2026}", "[..2025]", "2025-10-20T25:00", "1" * 101, "２０２５", "2025 10 20",
    "20.10.2025", "soon",
)  # fmt: skip
PLAIN: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 1.5, -1e308, 10**25, 10**300, [], {}, [[]], [None], {"a": 1}, {"": None}, [{}],
    ["x", "x"], {"kk": "тек"}, {"en": ""}, ["a"] * 300,
)  # fmt: skip
RAW_YAML = (
    "!!python/object/apply:os.system [true]", "!!python/name:os.system", "!!binary aGk=", "!!set {a, b}", "!local x",
    "!!timestamp 2001-01-01", "!!float x", "!!int 0x", "!!bool maybe", "&a [*a]", "&b {k: *b}", "*nowhere", "&c x",
    BOMB, ".nan", ".inf", "-.inf", "1e999", "-1e999", "0o17", "017", "0x1F", "1_000", "yes", "NO", "off", "~", "1:30",
    "9" * 29, "9" * 400, "9" * 5000, "{<<: {a: 1}}", "{<<: *x}", "{a: 1, a: 2}", "{[a]: 1}", "{? {a: 1} : 2}",
    "{5: 1}", "[" * 200 + "]" * 200, "[" * 900 + "]" * 900, "[" * 20_000, "{a: " * 3000, '"\\ud800"', '"\\0"',
    '"\\u202e"', '"\\x07"', "'unclosed", '"unclosed', "{a: 1", "[1, 2", "@at", "`tick", "%DIR", "| x", "a: b: c",
    "- - -", "\t", "?",
)  # fmt: skip
RAW_JSON = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "9" * 5000, "-0", "0x1F", "01", "1.", "'x'",
    "undefined", "True", '{"a": 1, "a": 2}', '{"a": NaN}', "[" * 500 + "]" * 500, "[" * 200_000, '{"a": ' * 50_000,
    '"\\ud800"', '"\\udc00x"', '"\\u0000"', '"\\u202e"', '"\t"', "/* */ 1", "[1,]", "{,}", '"unclosed', "", "1 2",
    "[1e400, 1]", "[" + "9" * 400 + ", 1]",
)  # fmt: skip


def _collections(depth: int) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "Point", "coordinates": [51, 43]}
    for _ in range(depth):
        value = {"type": "GeometryCollection", "geometries": [value]}
    return value


GEOMETRIES: tuple[Any, ...] = (
    {"type": "Point", "coordinates": []}, {"type": "Point", "coordinates": [51]}, {"type": "Point"},
    {"type": "Point", "coordinates": [51, 43, 7]}, {"type": "Point", "coordinates": [51, 43, 7, 8]},
    {"type": "Point", "coordinates": [43.5, 51.02]}, {"type": "Point", "coordinates": ["51", "43"]},
    {"type": "Point", "coordinates": [None, None]}, {"type": "Point", "coordinates": [True, False]},
    {"type": "Point", "coordinates": [5_700_000, 5_400_000]}, {"type": "Point", "coordinates": [10**300, 10**300]},
    {"type": "Point", "coordinates": [10**400, 0]}, {"type": "Point", "coordinates": {"lon": 51, "lat": 43}},
    {"type": "Point", "coordinates": [[51, 43]]}, {"type": "point", "coordinates": [51, 43]},
    {"type": "Point", "coordinates": [180, 90]}, {"type": "Point", "coordinates": [-180.0000001, 0]},
    {"type": "LineString", "coordinates": []}, {"type": "LineString", "coordinates": [[51, 43]]},
    {"type": "LineString", "coordinates": [[51, 43], [51, 43]]},
    {"type": "LineString", "coordinates": [[179, 45], [-179, 45]]},
    {"type": "LineString", "coordinates": [[51, 43], [50, 42, 7]]},
    {"type": "LineString", "coordinates": [[51, 43, 1], [50, 42, 7]]},
    {"type": "LineString", "coordinates": [[51, 43], [50, 42], [51, 42], [50, 43]]},
    {"type": "LineString", "coordinates": [51, 43]}, {"type": "LineString", "coordinates": [[51, 43], None]},
    {"type": "LineString", "coordinates": [[51, 43], [50]]},
    {"type": "LineString", "coordinates": [[1e-320, 43], [50, 42]]},
    {"type": "LineString", "coordinates": [[46, 38], [56, 47]]},
    {"type": "MultiLineString", "coordinates": [[[51, 43], [50, 42]], []]},
    {"type": "MultiLineString", "coordinates": [[]]},
    {"type": "MultiLineString", "coordinates": [[[51, 43], [50, 42]], [[50, 42], [49.6, 41]], [[51, 43], [50, 42]]]},
    {"type": "Polygon", "coordinates": [[[50, 42], [51, 43], [51, 42], [50, 43], [50, 42]]]},
    {"type": "Polygon", "coordinates": [[[50, 42], [51, 43], [51, 42]]]}, {"type": "Polygon", "coordinates": [[]]},
    {"type": "Polygon", "coordinates": [[[50, 42], [51, 42]]]}, {"type": "Polygon", "coordinates": []},
    {"type": "Polygon", "coordinates": [[[50, 42], [51, 42], [51, 43], [50, 42]], [[0, 0], [1, 0], [1, 1], [0, 0]]]},
    {"type": "MultiPolygon", "coordinates": [[[[50, 42], [51, 42], [51, 43], [50, 42]]]] * 2},
    {"type": "MultiPoint", "coordinates": [[51, 43]]}, {"type": "MultiPoint", "coordinates": []},
    {"type": "GeometryCollection", "geometries": []}, {"type": "GeometryCollection"}, _collections(3),
    _collections(90), {"type": "Circle", "coordinates": [51, 43]}, {"type": None}, {"coordinates": [51, 43]}, {}, [],
    "POINT (51 43)", 5, None,
    {"type": "LineString", "coordinates": [[50 + n / 10_000, 42 + n % 2 / 10] for n in range(3000)]},
    {"type": "Feature", "geometry": {"type": "Point", "coordinates": [51, 43]}},
    {"type": ["Point"], "coordinates": [51, 43]}, {"type": {"a": 1}, "coordinates": [51, 43]},
)  # fmt: skip

# --- one place of a file's tree ---------------------------------------------------------------------


@cache
def _tree(path: Path) -> tuple[Any, tuple[Place, ...]]:
    """The content of a YAML or GeoJSON file, and every place in it."""
    text = path.read_text(encoding="utf-8")
    value = json.loads(text) if path.suffix == ".geojson" else yaml.load(text, _Loader)  # noqa: S506 - ours, and safe

    def places(value: Any, place: Place) -> Iterator[Place]:
        inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for step, child in inner:
            yield (*place, step)
            if len(place) < 7:  # each corner of a coast would drown all else
                yield from places(child, (*place, step))

    return value, tuple(places(value, ()))


def _at(tree: Any, place: Place) -> Any:
    for step in place:
        tree = tree[step]
    return tree


def _misspelt(word: str, how: int) -> str:
    return (word[:-1], word + "s", word.upper(), word.replace("_", "-") + " ", word[1:], f"{word}_", "<<", "")[how % 8]


Change = Callable[[Any, Any], object]


def _remove(parent: Any, step: Any) -> None:
    del parent[step]


def _wrap(parent: Any, step: Any) -> None:
    parent[step] = [parent[step]]


def _as_text(parent: Any, step: Any) -> None:
    parent[step] = str(parent[step])


def _double(parent: Any, step: Any) -> None:
    if isinstance(parent, list):
        parent.insert(step, deepcopy(parent[step]))
    else:
        parent[f"{step}-2"] = deepcopy(parent[step])


def _put(value: Any) -> Change:
    def change(parent: Any, step: Any) -> None:
        parent[step] = deepcopy(value)

    return change


def _rename(how: int) -> Change:
    def change(parent: Any, step: Any) -> None:
        if isinstance(parent, dict):
            items = [(_misspelt(key, how) if key == step else key, value) for key, value in parent.items()]
            parent.clear()
            parent.update(items)
        else:
            parent.append(parent.pop(step))

    return change


CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.sampled_from((_remove, _wrap, _as_text, _double)),
    st.integers(0, 7).map(_rename),
    st.sampled_from(PLAIN).map(_put),
    st.sampled_from(HOSTILE_TEXTS).map(_put),
    st.sampled_from(DATES).map(_put),
    st.text(max_size=12).map(_put),
)
MARK = "PUTHERE"


def _written(path: Path, tree: Any, raw: str | None) -> bytes:
    if path.suffix == ".geojson":
        text = json.dumps(tree, ensure_ascii=True)
        return text.replace(f'"{MARK}"', raw or "").encode()
    text = yaml.dump(tree, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=10**9)
    return text.replace(MARK, raw or "").encode("utf-8", "surrogatepass")


@st.composite
def _tree_changes(draw: st.DrawFn, atlas: Path) -> Case:
    path = draw(st.sampled_from(_trees(atlas)))
    kept, places = _tree(path)
    tree, place = deepcopy(kept), draw(st.sampled_from(places))
    if path.parent.name == "layers" and draw(st.integers(0, 3)) == 0:
        features = range(len(kept["features"]))
        place = ("features", draw(st.sampled_from(features)), "geometry")
        _put(draw(st.sampled_from(GEOMETRIES)))(_at(tree, place[:-1]), place[-1])
        raw = None
    elif draw(st.integers(0, 3)) == 0:
        raw = draw(st.sampled_from(RAW_JSON if path.suffix == ".geojson" else RAW_YAML))
        _put(MARK)(_at(tree, place[:-1]), place[-1])
    elif draw(st.integers(0, 9)) == 0:  # what stands elsewhere in the file
        raw = None
        _put(_at(kept, draw(st.sampled_from(places))))(_at(tree, place[:-1]), place[-1])
    else:
        raw = None
        draw(CHANGES)(_at(tree, place[:-1]), place[-1])
    name = path.relative_to(atlas).as_posix()
    depth = len(place) - (path.suffix == ".geojson")
    inside = raw is None and depth > 1 and path.parent.name not in {atlas.name, "base"}
    return Case({name.encode(): _written(path, tree, raw)}, name if inside else "", inside and path.suffix == ".yaml")


# --- bytes ------------------------------------------------------------------------------------------

PIECES = (
    b"\x00", b"\xff", b"\xfe\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\r", b"\r\n", b"\n", b"\t", b" ",
    b"\x07", b"\x1b[2J", "\u202e".encode(), "\u2028".encode(), "\x85".encode(), b"'", b'"', b"{", b"}", b"[", b"]",
    b":", b": ", b",", b"#", b" #", b"- ", b"---\n", b"...\n", b"%YAML 1.1\n---\n", b"&a ", b"*a",
    b"!!python/object:a.b ", b"<<: ", b"? ", b"|\n",
)  # fmt: skip
ENCODINGS: tuple[Callable[[bytes], bytes], ...] = (
    lambda data: data.decode().encode("utf-16"),
    lambda data: data.decode().encode("utf-16-le"),
    lambda data: data.decode().encode("utf-32"),
    lambda data: data.decode().encode("cp1251", "replace"),
    lambda data: data.decode().encode("latin-1", "ignore"),
    lambda data: data.decode().encode().decode("latin-1").encode(),
    lambda data: b"\xef\xbb\xbf" + data,
    lambda data: b"\xef\xbb\xbf\xef\xbb\xbf" + data,
    lambda data: data.replace(b"\n", b"\r\n"),
    lambda data: data.replace(b"\n", b"\r"),
    lambda data: data.replace(b"  ", b"\t"),
    lambda data: data.replace(b" ", b"\xc2\xa0"),
    lambda data: data.replace(b"\n", b""),
    lambda data: data + data,
    lambda data: data[::-1],
    gzip.compress,
    lambda _: b"",
    lambda _: b" \n\n",
    lambda _: b"\x00" * 4096,
    lambda _: b"# nothing yet\n",
)


@st.composite
def _byte_changes(draw: st.DrawFn, atlas: Path) -> Case:
    path = draw(st.sampled_from(_files(atlas)))
    data = path.read_bytes()
    start, length = draw(st.integers(0, len(data))), draw(st.integers(0, 40))
    lines = data.split(b"\n")
    line, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
    match draw(st.integers(0, 6)):
        case 0:
            data = data[:start]
        case 1:
            data = data[:start] + data[start + length :]
        case 2 | 3:
            data = data[:start] + draw(st.sampled_from(PIECES)) + data[start:]
        case 4:
            data = draw(st.sampled_from(ENCODINGS))(data)
        case 5:
            data = b"\n".join((*lines[:other], lines[line], *lines[other:]))
        case _:
            data = data[:start] + draw(st.binary(min_size=1, max_size=8)) + data[start + length :]
    return Case({path.relative_to(atlas).as_posix().encode(): data})


# --- files ------------------------------------------------------------------------------------------

ODD_NAMES = (
    b"figures/\xff\xfe.yaml", b"layers/\xe9.geojson", b"article/a\nb.txt", b"events/\x1b[2J.yaml", b"\xff",
    b"sources/.yaml", b"figures/\xe2\x80\xaeLMAY.yaml", b"layers/ .geojson", b"vocabulary/Units.yaml",
    b"Figures/more.yaml", b"ATLAS.YAML", b"people/people.YAML", b"layers/Transport.geojson",
    b"figures/" + b"x" * 240 + b".yaml", b"figures/a/b/c.yaml", b"atlas.yml", b"notes/notes.txt",
    b"base/Base.geojson", b"figures/CON.yaml", b"figures/a:b.yaml", b"figures/'.yaml", b"layers/x.gpkg",
    b"tiles.pmtiles", b"layer/x.geojson", b"article/interview.txt.txt",
)  # fmt: skip
SPECIALS = (
    Special("gone"), Special("folder"), Special("pipe"), Special("link", "nowhere"), Special("link", "/etc/passwd"),
    Special("link", "."), Special("link", "/dev/zero"), Special("link", "../../../../../etc/hostname"),
    Special("link", "/"),
)  # fmt: skip


@st.composite
def _file_changes(draw: st.DrawFn, atlas: Path) -> Case:
    path, other = draw(st.sampled_from(_files(atlas))), draw(st.sampled_from(_files(atlas)))
    name, beside = (one.relative_to(atlas).as_posix().encode() for one in (path, other))
    match draw(st.integers(0, 4)):
        case 0 | 1:
            return Case({name: draw(st.sampled_from(SPECIALS))})
        case 2:
            return Case({draw(st.sampled_from(ODD_NAMES)): path.read_bytes()})
        case 3:
            return Case({beside: path.read_bytes()})
        case _:
            stem, dot, suffix = name.rpartition(b".")
            return Case(
                {
                    name: Special("gone"),
                    draw(st.sampled_from((name.upper(), stem, stem + b"2" + dot + suffix))): path.read_bytes(),
                }
            )


def cases(atlas: Path) -> st.SearchStrategy[Case]:
    """One change of an atlas, or two of different files."""
    one = st.one_of(_tree_changes(atlas), _tree_changes(atlas), _byte_changes(atlas), _file_changes(atlas))
    return st.one_of(one, one, one, st.tuples(one, one).map(lambda two: Case({**two[0].edits, **two[1].edits})))


@cache
def _files(atlas: Path) -> Sequence[Path]:
    return sorted(path for path in atlas.rglob("*") if path.is_file())


@cache
def _trees(atlas: Path) -> Sequence[Path]:
    return [path for path in _files(atlas) if path.suffix in {".yaml", ".geojson"}]
