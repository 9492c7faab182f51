"""Reads a folder into an :class:`~geodata.model.Atlas`; nothing else in the program reads content files.

    atlas.yaml                    Description, with the layers in drawing order
    layers/<layer id>.geojson     FeatureCollection; a Feature has id, geometry (or null), properties
    layers/<layer id>.gpkg        the same of a tiled layer, and tiles.pmtiles with its tiles: see :mod:`geodata.tiled`
    figures/ events/ statements/ commentary/ documents/ sources/ people/ briefings/   *.yaml, each a list of entries
    vocabulary/{properties,units,topics,parties}.yaml                      lists of terms
    article/*.txt                 stored articles; a paragraph is a line
    base/base.geojson             the base map (may be missing)

Text is UTF-8; a byte order mark and Windows line ends do no harm. YAML is read strictly: a key may
stand once in a mapping, anchors and tags are refused, dates stay text, only ``true`` and ``false``
are truth values (so that Norway's NO stays text). Reading goes on after a mistake, so that one run
names them all. Hidden files and ``*~`` are passed over.
"""

import hashlib
import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import yaml
from pydantic import BaseModel, ValidationError

if TYPE_CHECKING:
    from yaml import SafeLoader
else:
    try:
        from yaml import CSafeLoader as SafeLoader
    except ImportError:  # PyYAML without libyaml: ten times slower, otherwise the same
        from yaml import SafeLoader

from geodata import model, tiled
from geodata.problems import Problem, nearest, refusals

ENTRIES: Mapping[str, type[BaseModel]] = {
    "figures": model.Figure,
    "events": model.Event,
    "statements": model.Statement,
    "commentary": model.Commentary,
    "documents": model.Document,
    "sources": model.Source,
    "people": model.Person,
    "briefings": model.Briefing,
}
"""Folders of YAML lists, and what each entry is. The folder's name is the Atlas's field."""
VOCABULARY = ("properties", "units", "topics", "parties")
COUNTED = ("features", *ENTRIES)
"""The kinds whose number ``atlas.yaml`` guards with ``counts``."""
ONE_ID_SPACE = ("features", "figures", "events", "statements", "commentary", "documents", "sources")
"""Kinds that can be selected by id in an address: an id means one thing among all of them."""

Origins = Mapping[tuple[str, str], str]
"""(kind, id) -> file, for every entry that was seen, also those that could not be read.

An entry without an id stands there as "entry 3 of …"; the id is empty for a file that could not be read at all.
"""

_FOLDERS = {
    "layers": ".geojson",
    **dict.fromkeys((*ENTRIES, "vocabulary"), ".yaml"),
    "article": ".txt",
    "base": ".geojson",
}
_STRICT_FOLDERS = tuple(folder for folder in _FOLDERS if folder != "base")


class Reading(NamedTuple):
    """What a folder holds: the atlas of everything readable (None without a readable atlas.yaml), and what is wrong."""

    atlas: model.Atlas | None
    origins: Origins
    problems: tuple[Problem, ...]


def read(folder: Path) -> Reading:
    """Read an atlas folder to the end, whatever is wrong with it.

    Rules across things are not applied here, see :mod:`geodata.check`.
    """
    if not folder.is_dir():
        remedy = "give the folder that holds atlas.yaml"
        return Reading(None, {}, (Problem(str(folder), "", "", "there is no such folder", remedy),))
    reader = _Reader(folder)
    atlas = reader.atlas()
    return Reading(atlas, reader.origins, tuple(reader.problems))


def files_of(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of an atlas folder, each with its path relative to it, sorted by that; hidden ones are passed over."""
    for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") or part.endswith("~") for part in name.split("/")):
            yield name, path


def schema() -> dict[str, dict[str, Any]]:
    """JSON Schema for each kind of file, by its path pattern, derived from the models."""

    def entries(kind: type[BaseModel]) -> dict[str, Any]:
        entry = kind.model_json_schema()
        definitions = entry.pop("$defs", {})
        return {"type": "array", "items": entry, "$defs": definitions}

    feature = model.Feature.model_json_schema()
    definitions = feature.pop("$defs", {})
    properties = feature["properties"]
    outside = {name: properties.pop(name) for name in ("id", "geometry")}
    del properties["layer"]
    feature["required"] = [name for name in feature["required"] if name in properties]
    collection = {
        "type": "object",
        "required": ["type", "features"],
        "properties": {
            "type": {"const": "FeatureCollection"},
            "features": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["type", "id", "properties", "geometry"],
                    "properties": {"type": {"const": "Feature"}, **outside, "properties": feature},
                    "additionalProperties": False,
                },
            },
        },
        "$defs": definitions,
    }
    draft = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        "atlas.yaml": draft | model.Description.model_json_schema(),
        "layers/*.geojson": draft | collection,
        **{f"{kind}/*.yaml": draft | entries(entry) for kind, entry in ENTRIES.items()},
        "vocabulary/*.yaml": draft | entries(model.Term),
    }


@dataclass
class _Reader:
    folder: Path
    problems: list[Problem] = field(default_factory=list)
    origins: dict[tuple[str, str], str] = field(default_factory=dict)
    seen: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)

    def atlas(self) -> model.Atlas | None:
        digest = hashlib.sha256()
        files: dict[str, bytes] = {}
        large: dict[str, Path] = {}
        for name, path in files_of(self.folder):
            try:
                if name == tiled.ARCHIVE or fnmatch(name, "layers/*.gpkg"):
                    large[name] = path
                    with path.open("rb") as file:
                        content = hashlib.file_digest(file, "sha256").digest()
                else:
                    content = files[name] = path.read_bytes()
            except OSError as error:
                self._report(name, f"cannot be read: {error.strerror}", "see who may read the file")
                continue
            digest.update(name.encode() + b"\0" + content + b"\0")
        self._strays(files)
        description = self._description(files)
        things: dict[str, dict[str, Any]] = {kind: {} for kind in (*ENTRIES, *VOCABULARY)}
        features: dict[str, Any] = {}
        self._layers(files, description, features)
        packages = self._tiled(large, description, features)
        for kind, entry in ENTRIES.items():
            for name in _in(files, kind):
                self._entries(name, files[name], kind, entry, things[kind])
        for kind in VOCABULARY:
            name = f"vocabulary/{kind}.yaml"
            if name in files:
                self._entries(name, files[name], kind, model.Term, things[kind])
        articles = {name: self._text(name, files[name]) for name in _in(files, "article") if name.endswith(".txt")}
        base = self._json("base/base.geojson", files["base/base.geojson"]) if "base/base.geojson" in files else None
        if description is None:
            return None
        return model.Atlas(
            description=description,
            release=f"{description.date}-{digest.hexdigest()[:12]}",
            articles={name: text for name, text in articles.items() if text is not None},
            base=base if isinstance(base, dict) else {},
            tiled=packages,
            features=model.Features(features, packages) if packages else features,
            **things,
        )

    def _report(self, file: str, problem: str, remedy: str, thing: str = "", field: str = "") -> None:
        self.problems.append(Problem(file, thing, field, problem, remedy))

    def _strays(self, files: Mapping[str, bytes]) -> None:
        """Whatever lies in a content folder and would not be read is a mistake, not to be dropped in silence."""
        for name in files:
            folder, _, rest = name.rpartition("/")
            if folder in _STRICT_FOLDERS and not name.endswith(_FOLDERS[folder]):
                self._report(name, "is not read", f"name it *{_FOLDERS[folder]} or take it out of {folder}/")
            elif folder == "vocabulary" and rest.removesuffix(".yaml") not in VOCABULARY:
                known = [f"{kind}.yaml" for kind in VOCABULARY]
                self._report(name, "is not read", nearest(rest, known, f"the vocabulary is {', '.join(known)}"))
            elif (top := name.split("/")[0]) in _STRICT_FOLDERS and folder != top:
                self._report(name, "is not read", f"put it directly into {top}/")
            elif folder and top not in _FOLDERS and (near := nearest(top, _FOLDERS, "")):
                self._report(name, f"the folder {top}/ is not read", near)

    def _description(self, files: Mapping[str, bytes]) -> model.Description | None:
        name = "atlas.yaml"
        if name not in files:
            self._report(name, "is missing", "an atlas folder needs atlas.yaml with title, layers and counts")
            return None
        value = self._yaml(name, files[name])
        if value is _UNREADABLE:
            return None
        return self._model(name, "atlas", model.Description, value)

    def _layers(
        self, files: Mapping[str, bytes], description: model.Description | None, features: dict[str, Any]
    ) -> None:
        found = [name for name in _in(files, "layers") if name.endswith(".geojson")]
        layers = [layer for layer in description.layers if not layer.tiled] if description else []
        declared = [f"layers/{layer.id}.geojson" for layer in layers] if description else found
        for name in dict.fromkeys(declared):
            if declared.count(name) > 1:
                self._report("atlas.yaml", f"layer {Path(name).stem} stands twice", "keep one", "atlas", "layers")
            if name not in found:
                layer = Path(name).stem
                self.origins["features", ""] = name
                self._report(
                    "atlas.yaml", f"layer {layer} has no file", f"add {name}, or take the layer out", "atlas", "layers"
                )
        for name in found:
            if name not in declared:
                remedy = nearest(name, declared, "list its layer in atlas.yaml, or take the file away")
                self._report(name, "belongs to no layer of atlas.yaml", remedy)
        for name in dict.fromkeys((*declared, *found)):
            if name in found:
                self._layer(name, files[name], features)

    def _tiled(
        self, large: Mapping[str, Path], description: model.Description | None, features: Mapping[str, Any]
    ) -> tiled.GeoPackages | None:
        """The layers that stay on disk; their form is looked at, not each feature."""
        layers = [layer.id for layer in description.layers if layer.tiled] if description else []
        declared = {f"layers/{layer}.gpkg": layer for layer in layers}
        for name in large if description else ():
            if name not in declared and (name != tiled.ARCHIVE or not layers):
                remedy = nearest(name, declared, "write tiled: true at its layer in atlas.yaml, or take the file away")
                self._report(name, "belongs to no tiled layer of atlas.yaml", remedy)
        sound: dict[str, Path] = {}
        for name, layer in declared.items():
            if name not in large:
                self.origins["features", ""] = name
                remedy = f"add {name}, or take tiled: true out"
                self._report("atlas.yaml", f"the tiled layer {layer} has no file", remedy, "atlas", "layers")
            elif problems := list(tiled.problems_of(name, large[name])):
                self.origins["features", ""] = name
                self.problems += problems
            else:
                sound[layer] = large[name]
        if not sound:
            return None
        found = tiled.GeoPackages(sound, large.get(tiled.ARCHIVE))
        for id in features:
            if twin := found.get(id):
                remedy = "ids are unique; rename one of the two"
                self._report(f"layers/{twin.layer}.gpkg", f"{id} is already taken", remedy, id, "id")
        return found

    def _layer(self, name: str, data: bytes, features: dict[str, Any]) -> None:
        value = self._json(name, data)
        if value is _UNREADABLE:
            self.origins["features", ""] = name
            return
        if (
            not isinstance(value, dict)
            or value.get("type") != "FeatureCollection"
            or not isinstance(value.get("features"), list)
        ):
            self.origins["features", ""] = name
            self._report(name, "is not a FeatureCollection", 'write {"type": "FeatureCollection", "features": […]}')
            return
        for key in value:
            if key == "crs" and "CRS84" not in json.dumps(value[key]):
                self._report(
                    name, "is not in WGS 84", "save it as WGS 84 (EPSG:4326), longitude before latitude", field="crs"
                )
            elif key not in ("type", "features", "name", "crs"):
                remedy = nearest(key, ("type", "features", "name"), "take it out")
                self._report(name, "unknown key", remedy, field=key)
        for number, item in enumerate(value["features"], 1):
            self._feature(name, number, item, features)

    def _feature(self, name: str, number: int, item: object, features: dict[str, Any]) -> None:
        if not isinstance(item, dict) or item.get("type") != "Feature" or not isinstance(item.get("properties"), dict):
            remedy = 'write {"type": "Feature", "id": …, "properties": {…}, "geometry": …}'
            label = self._register("features", item if isinstance(item, dict) else {}, name, number)
            self._report(name, "is not a Feature", remedy, label)
            return
        label = self._register("features", item, name, number)
        complete = True
        for key in item:
            if key not in ("type", "id", "properties", "geometry"):
                remedy = nearest(
                    key, ("type", "id", "properties", "geometry"), "a feature's own fields stand in its properties"
                )
                self._report(name, "unknown key", remedy, label, key)
                complete = False
        properties = item["properties"]
        for key in ("id", "layer", "geometry"):
            if key in properties:
                remedy = "take it out: id and geometry stand beside properties, the layer is the file's name"
                self._report(name, "does not belong into properties", remedy, label, key)
                complete = False
        if "geometry" not in item:
            self._report(
                name, "is missing", "add geometry, or geometry: null for a subject without a place", label, "geometry"
            )
            complete = False
        outside = {key: item[key] for key in ("id", "geometry") if key in item}
        value = {
            **properties,
            "geometry": None,
            **outside,
            "layer": name.removeprefix("layers/").removesuffix(".geojson"),
        }
        feature = self._model(name, label, model.Feature, value)
        if feature is not None and complete:
            self._keep(features, "features", feature, name)

    def _entries(self, name: str, data: bytes, kind: str, entry: type[BaseModel], things: dict[str, Any]) -> None:
        if not name.endswith(".yaml"):
            return
        value = self._yaml(name, data)
        if value is None:
            return
        if value is _UNREADABLE:
            self.origins[kind, ""] = name
            return
        if not isinstance(value, list):
            self.origins[kind, ""] = name
            self._report(name, "is not a list of entries", "begin each entry with '- id: …'")
            return
        for number, item in enumerate(value, 1):
            label = self._register(kind, item, name, number)
            thing = self._model(name, label, entry, item)
            if thing is not None:
                self._keep(things, kind, thing, name)

    def _register(self, kind: str, item: object, name: str, number: int) -> str:
        """Note that an entry was seen; gives the word that problems call it by."""
        given = item.get("id") if isinstance(item, Mapping) else None
        if not isinstance(given, str):
            label = f"entry {number}"
            self.origins.setdefault((kind, f"{label} of {name}"), name)
            return label
        self.origins.setdefault((kind, given), name)
        return given

    def _keep(self, things: dict[str, Any], kind: str, thing: Any, name: str) -> None:
        space = "" if kind in ONE_ID_SPACE else kind
        aliases = getattr(thing, "aliases", ())
        for key, wanted in [("id", thing.id), *(("aliases", alias) for alias in aliases)]:
            other, where = self.seen.setdefault((space, wanted), (thing.id, name))
            if (other, where) != (thing.id, name) or (key == "id" and thing.id in things):
                owner = "" if other == wanted else f" by {other}"
                remedy = "ids and aliases are unique; rename one of the two"
                self._report(name, f"{wanted} is already taken{owner} in {where}", remedy, thing.id, key)
        things.setdefault(thing.id, thing)

    def _model(self, name: str, label: str, kind: type[BaseModel], value: object) -> Any:
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.problems.extend(refusals(error, kind, name, label))
            return None

    def _text(self, name: str, data: bytes) -> str | None:
        try:
            return data.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self._report(name, f"line {line} is not UTF-8", "save the file as UTF-8")
            return None

    def _json(self, name: str, data: bytes) -> Any:
        text = self._text(name, data)
        if text is None:
            return _UNREADABLE
        doubles: list[str] = []

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            mapping = dict(pairs)
            if len(mapping) != len(pairs):
                keys = [key for key, _ in pairs]
                doubles.extend(f"{mapping.get('id', '')}\0{key}" for key in mapping if keys.count(key) > 1)
            return mapping

        def no_number(word: str) -> float:
            line = text.count("\n", 0, text.index(word)) + 1
            raise ValueError(f"line {line} has {word}, which is not a number")

        try:
            value = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
        except json.JSONDecodeError as error:
            self._report(
                name, f"line {error.lineno} is not JSON: {error.msg}", "mend the line; commas, quotes and brackets"
            )
            return _UNREADABLE
        except (ValueError, RecursionError) as error:
            self._report(name, f"is not JSON: {error}", "write finite numbers, and nest less")
            return _UNREADABLE
        for double in doubles:
            thing, _, key = double.partition("\0")
            self._report(name, f"the key {key} stands twice", "keep one of the two", thing, key)
        return value

    def _yaml(self, name: str, data: bytes) -> Any:
        text = self._text(name, data)
        if text is None:
            return _UNREADABLE
        loader = _Loader(text)
        try:
            node = loader.get_single_node()
            plain = _Plain()
            value = plain.value(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f"line {mark.line + 1}" if mark else "the file"
            self._report(name, f"{line} is not YAML: {error.problem}", _YAML_REMEDY)
            return _UNREADABLE
        except (yaml.YAMLError, RecursionError) as error:
            problem = (
                "nests too deep" if isinstance(error, RecursionError) else f"is not YAML: {str(error).splitlines()[0]}"
            )
            self._report(name, problem, _YAML_REMEDY)
            return _UNREADABLE
        finally:
            loader.dispose()
        for line, problem, remedy in plain.refused:
            self._report(name, f"line {line}: {problem}", remedy, _entry_at(line, node, value))
        return value


_UNREADABLE = object()
_ENDLESS = 30
"""Digits from which a whole number is taken for a slip of the keyboard."""
_YAML_REMEDY = "mend the line: indentation by spaces, quotes around a text with ': ' or ' #'"
_TAG = "tag:yaml.org,2002:"


class _Loader(SafeLoader):
    """YAML 1.2's plain words: null, true, false, decimal numbers; all else, dates too, is text."""

    yaml_implicit_resolvers: ClassVar[Any] = {}


for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    ("float", r"[-+]?(?:0|[1-9][0-9]*)?(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|\.|[eE][-+]?[0-9]+)", list("-+.0123456789")),
):
    _Loader.add_implicit_resolver(_TAG + _name, re.compile(rf"^(?:{_pattern})$"), _first)


class _Plain:
    """Turns YAML nodes into plain values and notes what it refuses: (line, problem, remedy)."""

    def __init__(self) -> None:
        self.refused: list[tuple[int, str, str]] = []
        self._made: dict[int, Any] = {}

    def value(self, node: Any) -> Any:
        """The plain value of a node; None of no node."""
        if node is None:
            return None
        kind = type(node)
        if kind is yaml.ScalarNode:
            return self._scalar(node)
        if id(node) in self._made:
            self._refuse(node, "an anchor (&) is repeated by an alias (*)", "write the repeated part out")
            return self._made[id(node)]
        if node.tag not in (_TAG + "map", _TAG + "seq"):
            self._refuse(node, f"the tag {node.tag} is not understood", "take it out")
        if kind is yaml.SequenceNode:
            entries: list[Any] = []
            self._made[id(node)] = entries
            entries.extend(self.value(child) for child in node.value)
            return entries
        mapping: dict[str, Any] = {}
        self._made[id(node)] = mapping
        for key_node, value_node in node.value:
            key = key_node.value if type(key_node) is yaml.ScalarNode else None
            if key is None:
                self._refuse(key_node, "a key is a list or a mapping", "write a word before the colon")
            elif key in mapping:
                self._refuse(key_node, f"the key {key} stands twice", "keep one of the two")
            else:
                mapping[key] = self.value(value_node)
        return mapping

    def _scalar(self, node: Any) -> Any:
        tag, text = node.tag, node.value
        if tag == _TAG + "str":
            return text
        if tag == _TAG + "null":
            return None
        if tag == _TAG + "bool":
            return text[0] in "tT"
        if tag == _TAG + "int":
            return int(text) if len(text) < _ENDLESS else text
        if tag == _TAG + "float":
            return float(text)
        self._refuse(node, f"the tag {tag} is not understood", "take it out")
        return text

    def _refuse(self, node: Any, problem: str, remedy: str) -> None:
        self.refused.append((node.start_mark.line + 1, problem, remedy))


def _entry_at(line: int, node: Any, value: Any) -> str:
    """The id of the list entry that a line of a YAML file belongs to, if it can be told."""
    if not isinstance(value, list):
        return ""
    begins = [child.start_mark.line + 1 for child in node.value]
    entry = value[max(bisect_right(begins, line) - 1, 0)]
    given = entry.get("id") if isinstance(entry, dict) else None
    return given if isinstance(given, str) else ""


def _in(files: Mapping[str, bytes], folder: str) -> Sequence[str]:
    return [name for name in files if name.rpartition("/")[0] == folder]
