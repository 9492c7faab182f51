"""An atlas that passes every check and has nothing but hostile texts: every text field holds a payload.

The fields are found in the model, so that none that is added later is forgotten.
"""

import json
import re
import shutil
import types
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import yaml
from pydantic import BaseModel

from geodata import model
from geodata.entries import ENTRIES, VOCABULARY
from tests.payloads import LINES, PAYLOADS

ODD_ID = "constructor"
"""An id that every object of JavaScript has a property of."""
FOLDER = "\"><img src=x onerror=__hit()> {{7*7}} $(touch hit) 'x"
"""Of the atlas; no file system lets a name have a slash."""
FILE = "'\"><img src=x onerror=__hit()>{{7*7}};touch hit"
"""Of files of which the model does not say the name."""
MORE = ("more-1", "more-2", "more-3")
"""Objects beyond those of the small atlas, so that there is a place for each payload."""
KINDS: dict[str, type[BaseModel]] = {
    "atlas": model.Description,
    "features": model.Feature,
    **ENTRIES,
    **dict.fromkeys(VOCABULARY, model.Term),
}


def text_fields(kind: type[BaseModel]) -> Iterator[str]:
    """The fields of a kind of thing that hold free text, such as ``Feature.history.note``."""
    yield from _fields(kind, kind.__name__)


def _fields(kind: type[BaseModel], path: str) -> Iterator[str]:
    for name, hint in get_type_hints(kind, include_extras=True).items():
        where, what = f"{path}.{name}", _what(hint)
        if isinstance(what, type) and issubclass(what, BaseModel) and what not in (model.Texts, model.Names):
            yield from _fields(what, where)
        elif _is_text(what) or where == "Source.url":
            yield where


def _what(hint: Any) -> Any:
    """A field's type without "or null", or that of each entry of its list."""
    while True:
        if hint in (model.Text, model.Value):
            return hint
        if get_origin(hint) in (Union, types.UnionType, tuple) or (get_origin(hint) is Annotated and _is_list(hint)):
            hint = next(part for part in get_args(hint) if part not in (type(None), ...))
        else:
            return hint


def _is_list(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return _is_list(get_args(hint)[0])
    if get_origin(hint) in (Union, types.UnionType):
        return any(map(_is_list, get_args(hint)))
    return get_origin(hint) is tuple


def _is_text(what: Any) -> bool:
    return what in (str, model.Text, model.Texts, model.Names, model.Value)


@dataclass
class Hostile:
    """The atlas in a folder, and which payload stands where."""

    folder: Path
    used: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._pool = cycle((*PAYLOADS, *LINES))

    def skip(self, number: int) -> None:
        """Begin with another payload, so that each comes to stand in other fields."""
        for _ in islice(self._pool, number):
            pass

    def text(self) -> str:
        """The next payload."""
        payload = next(self._pool)
        self.used.add(payload)
        return payload

    def fill(self, kind: type[BaseModel], entry: dict[str, Any], path: str) -> None:
        """Put payloads into all text fields of an entry, those that it left out included."""
        for name, hint in get_type_hints(kind, include_extras=True).items():
            where, what = f"{path}.{name}", _what(hint)
            if isinstance(what, type) and issubclass(what, BaseModel) and what not in (model.Texts, model.Names):
                inner = entry.get(name)
                for each in inner if isinstance(inner, list) else [inner] if inner else []:
                    self.fill(what, each, where)
            elif where == "Source.article":
                if name in entry:
                    entry[name] = f"article/{FILE}.txt"
                    self.fields.add(where)
            elif where == "Source.url":
                # the model lets an address have no spaces, and no other scheme
                entry[name] = "https://example.org/" + re.sub(r"\s", "/", self.text())
                self.fields.add(where)
            elif _is_text(what) and (where != "Event.announced_by" or entry["kind"] == "forecast"):
                entry[name] = self._value(what, several=_is_list(hint))
                self.fields.add(where)

    def _value(self, what: Any, *, several: bool) -> Any:
        if what in (model.Texts, model.Names):
            return {language: self.text() for language in get_type_hints(what)}
        return [self.text(), self.text()] if several else self.text()


def write(source: Path, folder: Path, skip: int = 0) -> Hostile:
    """Write the hostile twin of the small atlas ``source``; it may begin with another payload."""
    made = Hostile(folder)
    made.skip(skip)
    folder.mkdir(parents=True)
    shutil.copytree(source / "base", folder / "base")
    about = _yaml(source / "atlas.yaml")
    made.fill(model.Description, about, "Description")
    about["groups"] = [{"id": "all-of-it", "names": made._value(model.Names, several=False), "layers": ["transport"]}]
    made.fields.add("Description.groups.names")
    about["counts"]["features"] = int(about["counts"]["features"]) + len(MORE)
    _write(folder / "atlas.yaml", about)
    _write_layers(made, source)
    for kind in ENTRIES:
        entries = [entry for path in sorted((source / kind).iterdir()) for entry in _yaml(path)]
        for entry in entries:
            made.fill(KINDS[kind], entry, KINDS[kind].__name__)
        if kind == "statements":
            _quote(folder, entries)
        _write(folder / kind / f"{FILE}.yaml", entries)
    for kind in VOCABULARY:
        terms = _yaml(source / "vocabulary" / f"{kind}.yaml")
        for term in terms:
            made.fill(model.Term, term, "Term")
        _write(folder / "vocabulary" / f"{kind}.yaml", terms)
    base = json.loads((folder / "base" / "base.geojson").read_text(encoding="utf-8"))
    for item in base["features"]:
        if "names" in item["properties"]:
            item["properties"]["names"] = {language: made.text() for language in model.LANGUAGES}
    _write(folder / "base" / "base.geojson", base)
    return made


def _write_layers(made: Hostile, source: Path) -> None:
    for path in sorted((source / "layers").iterdir()):
        layer = json.loads(path.read_text(encoding="utf-8"))
        if path.stem == "digital":
            more = {"type": "Feature", "geometry": None}
            layer["features"] += [more | {"id": id, "properties": {"kind": "topic"}} for id in MORE]
        for feature in layer["features"]:
            feature["id"] = ODD_ID if feature["id"] == "topic-security" else feature["id"]
            properties = feature["properties"]
            made.fill(model.Feature, properties, "Feature")
            # one for each position, or none
            stops = feature["geometry"]["coordinates"] if properties["kind"] == "ferry" else ()
            properties["waypoints"] = [made.text() for _ in stops]
        _write(made.folder / "layers" / path.name, layer)


def _quote(folder: Path, statements: list[dict[str, Any]]) -> None:
    """The stored article that has each quotation in its paragraph; a paragraph is a line."""
    (folder / "article").mkdir()
    lines = ["<script>__hit()</script>"]
    for number, statement in enumerate(statements, 2):
        text = statement["text"]
        text[statement["original"]] = re.sub(r"\s+", " ", text[statement["original"]])
        lines.append(f"{{{{7*7}}}} {text[statement['original']]} <img src=x onerror=__hit()>")
        statement["paragraph"] = number
    (folder / "article" / f"{FILE}.txt").write_text("\n".join(lines), encoding="utf-8")


def _yaml(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - every scalar stays text


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    written = json.dumps(value) if path.suffix == ".geojson" else yaml.safe_dump(value, sort_keys=False)
    path.write_text(written, encoding="utf-8")
