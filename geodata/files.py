"""Reads a folder into an :class:`~geodata.model.Atlas`; nothing else in the program reads content files.

    atlas.yaml                    Description, with the layers in drawing order
    layers/<layer id>.geojson     FeatureCollection; a Feature has id, geometry (or null), properties
    layers/<layer id>.gpkg        the same of a tiled layer, and tiles.pmtiles with its tiles: see :mod:`geodata.tiled`
    figures/ events/ statements/ commentary/ documents/ sources/ people/ briefings/   *.yaml, each a list of entries
    changes/<release>.yaml        what that release changed: the same, but no part of what its hash is made of
    vocabulary/{properties,units,topics,parties}.yaml                      lists of terms
    article/*.txt                 stored articles; a paragraph is a line
    base/base.geojson             the base map (may be missing)

Text is UTF-8; a byte order mark and line ends of any system do no harm. YAML is read strictly: a key may
stand once in a mapping, anchors and tags are refused, dates stay text, only ``true`` and ``false``
are truth values (so that Norway's NO stays text). Reading goes on after a mistake, so that one run
names them all, and stops where a file has so many that nobody would read on. Hidden files and ``*~`` are passed
over; links are followed within the folder, never out of it. A file of more than ``_MOST_BYTES`` is not read.
"""

import gc
import hashlib
import json
import os
import re
import shutil
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import partial
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, ClassVar

import yaml
from pydantic import BaseModel
from yaml.composer import ComposerError

if TYPE_CHECKING:
    from yaml import SafeDumper, SafeLoader
else:
    try:
        from yaml import CSafeDumper as SafeDumper
        from yaml import CSafeLoader as SafeLoader
    except ImportError:  # PyYAML without libyaml: ten times slower, otherwise the same
        from yaml import SafeDumper, SafeLoader

from geodata import model, tiled
from geodata.entries import ENTRIES, RECORDED, VOCABULARY, Entries, Plain, Reading, belongs, nothing, place_of, plain_of
from geodata.model import UNFIT, unfit_letter
from geodata.problems import AtlasError, Problem, nearest

_FOLDERS = {
    "layers": ".geojson",
    **dict.fromkeys((*ENTRIES, "vocabulary"), ".yaml"),
    "article": ".txt",
    "base": ".geojson",
}
_STRICT_FOLDERS = tuple(folder for folder in _FOLDERS if folder != "base")
_MOST_BYTES = {".yaml": 2_000_000, ".txt": 4_000_000, ".geojson": 32_000_000}
"""How large a file may be: to read one that is larger would take the program's memory, or minutes."""
_MOST_VALUES = {".yaml": 200_000, ".geojson": 3_000_000}
"""Numbers, texts, lists and mappings in one file, for the same reason."""
_SMALLER = {
    ".yaml": "split it into several files",
    ".txt": "store the part that is quoted",
    ".geojson": "write tiled: true at its layer, see docs/large-layers.md",
}
_MOST_TOLD = 200
"""Mistakes in one file after which its other entries are not looked at."""


def read(folder: Path) -> Reading:
    """Read an atlas folder to the end, whatever is wrong with it.

    Rules across things are not applied here, see :mod:`geodata.check`.
    """
    if not folder.is_dir():
        remedy = "give the folder that holds atlas.yaml"
        return nothing(Problem(str(folder), "", "", "there is no such folder", remedy))
    with _without_collecting():
        return _Reader(folder).read()


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Reading makes very many things and drops none, so that to look for what was dropped takes half of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


Refuse = Callable[[str, str, str], object]
"""Is told of a file that is not handed over: its path within the folder, problem and remedy."""


def files_of(folder: Path, refuse: Refuse = lambda *_: None) -> Iterator[tuple[str, Path]]:
    """The files of an atlas folder, each with its path relative to it, sorted by that; hidden ones are passed over."""
    whole = folder.resolve()

    def locked(error: OSError) -> None:
        name = Path(error.filename).relative_to(folder).as_posix()
        refuse(name, f"cannot be read: {error.strerror}", "see who may read the folder")

    found: list[tuple[str, Path]] = []
    for place, folders, names in os.walk(folder, onerror=locked):
        folders[:] = [name for name in folders if _seen(name)]
        within = Path(place).relative_to(folder)
        found += [((within / name).as_posix(), Path(place, name)) for name in (*folders, *names) if _seen(name)]
    for name, path in sorted(found):
        refusal = _refusal(name, path, whole)
        if refusal:
            if _is_content(name):
                refuse(name, *refusal)
        elif path.is_file():
            yield name, path


def _seen(name: str) -> bool:
    return not (name.startswith(".") or name.endswith("~"))


def _is_content(name: str) -> bool:
    """Whether a path within an atlas folder is one of those from which an atlas is read."""
    return name in ("atlas.yaml", tiled.ARCHIVE) or name.split("/", maxsplit=1)[0] in _FOLDERS


def _refusal(name: str, path: Path, whole: Path) -> tuple[str, str] | None:
    """Problem and remedy of what is not opened at all, within the folder ``whole``."""
    if not name.isprintable():
        return "has a name of letters that do not show", "rename it: lower-case Latin letters, digits and hyphens"
    refusal = _link_refusal(path, whole) if path.is_symlink() else None
    return refusal or _kind_refusal(name, path)


def _link_refusal(path: Path, whole: Path) -> tuple[str, str] | None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):  # RuntimeError: in a circle, until Python 3.13
        return "is a link to nothing", "put the file itself there"
    if not target.is_relative_to(whole):
        return "is a link out of the atlas's folder", "put a copy of the file there"
    return ("is a link to a folder", "put the folder itself there") if target.is_dir() else None


def _kind_refusal(name: str, path: Path) -> tuple[str, str] | None:
    if path.is_dir():
        folder, _, last = name.rpartition("/")
        if name == "atlas.yaml" or (folder in _FOLDERS and last.endswith(_FOLDERS[folder])):
            return "is a folder", "put a file there, or rename the folder"
        return None
    if not path.is_file():
        return "is no file", "put a file there that can be read more than once"
    return ("is a file", f"make it a folder with files named *{_FOLDERS[name]}") if name in _FOLDERS else None


def write(reading: Reading, folder: Path) -> None:
    """Store in a folder what was read elsewhere, whole or not at all; tiles are to be made again.

    A folder in use is never replaced: much may lie in it that no atlas is made of.

    Args:
        reading: of an atlas without errors.
        folder: does not exist yet, or is empty.

    Raises:
        AtlasError: the folder is in use, or cannot be written.
    """
    _write_folder(folder, partial(_write_files, reading))


def new(folder: Path) -> None:
    """Write a small working atlas to begin with: invented content with a comment at each field, and our base map.

    Raises:
        AtlasError: the folder is in use, or cannot be written.
    """
    ours = Path(__file__).parent

    def copy(part: Path) -> None:
        shutil.copytree(ours / "template", part, dirs_exist_ok=True)
        (part / "base").mkdir()
        shutil.copyfile(ours / "caspian" / "base" / "base.geojson", part / "base" / "base.geojson")

    _write_folder(folder, copy)


def record(revision: model.Revision, folder: Path) -> Path:
    """Write what a release changed into its folder; gives the file's path.

    Raises:
        AtlasError: it is recorded already, or cannot be written.
    """
    name = place_of(revision)
    path = folder / name
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(_yaml_of([plain_of(revision)]))
    except OSError as error:
        problem, remedy = f"cannot be written: {error.strerror}", "see who may write there"
        if path.exists():
            problem = "is recorded already"
            remedy = "a record stays as it was published; to write it anew, take the file away first"
        raise AtlasError([Problem(name, revision.id, "", problem, remedy)]) from error
    return path


def _write_folder(folder: Path, fill: Callable[[Path], None]) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        remedy = "name a folder that does not exist yet"
        raise AtlasError([Problem(str(folder), "", "", "is no empty folder", remedy)])
    try:
        with TemporaryDirectory(dir=folder.absolute().parent, prefix=f".{folder.name}.") as beside:
            part = Path(beside) / "new"
            part.mkdir()
            fill(part)
            part.replace(folder)
    except OSError as error:
        raise AtlasError(
            [
                Problem(
                    str(folder), "", "", f"cannot be written: {error.strerror}", "make room, or see who may write there"
                )
            ]
        ) from error


def _write_files(reading: Reading, folder: Path) -> None:
    plain = reading.plain
    lists: dict[str, list[Any]] = {}
    layers = reading.atlas.description.layers if reading.atlas else ()
    for layer in layers:
        if not layer.tiled:
            lists[f"layers/{layer.id}.geojson"] = []
    for _, name, value in plain.entries:
        lists.setdefault(name, []).append(value)
    texts = {name: _written(name, values) for name, values in lists.items()} | dict(plain.articles)
    texts["atlas.yaml"] = _yaml_of(plain.description)
    if plain.base:
        texts["base/base.geojson"] = json.dumps(plain.base, ensure_ascii=False, separators=(",", ":")) + "\n"
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    if reading.atlas and reading.atlas.tiled:
        (folder / "layers").mkdir(exist_ok=True)
        for layer, rows in groupby(reading.atlas.tiled.rows(), key=itemgetter(0)):
            tiled.write_package(folder / "layers" / f"{layer}.gpkg", (row[1:] for row in rows))


def _written(name: str, values: Sequence[Any]) -> str:
    if not name.endswith(".geojson"):
        return _yaml_of(list(values))
    lines = ",\n".join(json.dumps(value, ensure_ascii=False) for value in values)
    return f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n'


def _yaml_of(value: object) -> str:
    return yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)


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


class _Reader(Entries):
    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.refused: set[str] = set()
        """Files and folders that were not read; nothing can be said of what they lack."""

    def read(self) -> Reading:
        files, large, digest = self._contents()
        self._strays(files)
        stored, description = self._description(files)
        self._layers(files, description)
        packages = self._tiled(large, description)
        for kind in ENTRIES:
            for name in _in(files, kind):
                self._entries(name, files[name], kind)
        for kind in VOCABULARY:
            name = f"vocabulary/{kind}.yaml"
            if name in files:
                self._entries(name, files[name], kind)
        articles = {name: self._text(name, files[name]) for name in _in(files, "article") if name.endswith(".txt")}
        texts = {name: text for name, text in articles.items() if text is not None}
        if unread := articles.keys() - texts.keys():
            self.origins["article", ""] = min(unread)
        base = self._base(files)
        plain = Plain(stored, (), texts, base)
        return self.reading(description, plain, digest, packages)

    def _contents(self) -> tuple[dict[str, bytes], dict[str, Path], str]:
        """The files that are read as a whole, those that are read in parts, and the digest of them all."""
        digest = hashlib.sha256()
        files: dict[str, bytes] = {}
        large: dict[str, Path] = {}
        for name, path in files_of(self.folder, self._refuse):
            try:
                if name == tiled.ARCHIVE or fnmatch(name, "layers/*.gpkg"):
                    large[name] = path
                    with path.open("rb") as file:
                        content = hashlib.file_digest(file, "sha256").digest()
                elif too_large := self._too_large(name, path):
                    self._refuse(name, *too_large)
                    continue
                else:
                    content = path.read_bytes()
                    files[name] = content
            except OSError as error:
                self._refuse(name, f"cannot be read: {error.strerror}", "see who may read the file")
                continue
            if not belongs(RECORDED, name):
                digest.update(name.encode() + b"\0" + content + b"\0")
        return files, large, digest.hexdigest()

    def _refuse(self, name: str, problem: str, remedy: str) -> None:
        self.report(name, problem, remedy)
        self.refused.add(name)
        top, _, rest = name.partition("/")
        kinds = {"layers": ["features"], "vocabulary": [Path(rest).stem] if rest else VOCABULARY}.get(top, [top])
        self.origins.update({(kind, ""): name for kind in kinds if kind in self.things or kind == "article"})

    def _too_large(self, name: str, path: Path) -> tuple[str, str] | None:
        """Problem and remedy of a file that would not be read."""
        size, most = path.stat().st_size, _MOST_BYTES.get(path.suffix, max(_MOST_BYTES.values()))
        if size <= most:
            return None
        remedy = _SMALLER.get(path.suffix, "") if _is_content(name) else ""
        return f"has {size / 1e6:.0f} MB, more than {most / 1e6:.0f}", remedy or "keep it outside of the atlas's folder"

    def _strays(self, files: Mapping[str, bytes]) -> None:
        """Whatever lies in a content folder and would not be read is a mistake, not to be dropped in silence."""
        for name in files:
            folder, _, rest = name.rpartition("/")
            if folder in _STRICT_FOLDERS and not name.endswith(_FOLDERS[folder]):
                self.report(name, "is not read", f"name it *{_FOLDERS[folder]} or take it out of {folder}/")
            elif folder == "vocabulary" and rest.removesuffix(".yaml") not in VOCABULARY:
                known = [f"{kind}.yaml" for kind in VOCABULARY]
                self.report(name, "is not read", nearest(rest, known, f"the vocabulary is {', '.join(known)}"))
            elif (top := name.split("/")[0]) in _STRICT_FOLDERS and folder != top:
                self.report(name, "is not read", f"put it directly into {top}/")
            elif folder and top not in _FOLDERS and (near := nearest(top, _FOLDERS, "")):
                self.report(name, f"the folder {top}/ is not read", near)

    def _base(self, files: Mapping[str, bytes]) -> dict[str, Any]:
        name = "base/base.geojson"
        base = self._json(name, files[name]) if name in files else {}
        if isinstance(base, dict):
            return base
        if base is not _UNREADABLE:
            self.report(name, "is not a FeatureCollection", 'write {"type": "FeatureCollection", "features": […]}')
        return {}

    def _description(self, files: Mapping[str, bytes]) -> tuple[Any, model.Description | None]:
        """The description as it stands in its file, and as it is understood."""
        name = "atlas.yaml"
        if name in self.refused:
            return None, None
        if name not in files:
            twin = next((other for other in files if other.lower() in (name, "atlas.yml")), None)
            needed = "an atlas folder needs atlas.yaml with title, layers and counts"
            self.report(name, "is missing", f"rename {twin} to {name}" if twin else needed)
            return None, None
        value = self._yaml(name, files[name])
        if value is _UNREADABLE:
            return None, None
        return value, self.describe(name, value)

    def _layers(self, files: Mapping[str, bytes], description: model.Description | None) -> None:
        found = [name for name in _in(files, "layers") if name.endswith(".geojson")]
        layers = [layer for layer in description.layers if not layer.tiled] if description else []
        declared = [f"layers/{layer.id}.geojson" for layer in layers] if description else found
        for name in dict.fromkeys(declared):
            if declared.count(name) > 1:
                self.report("atlas.yaml", f"layer {Path(name).stem} stands twice", "keep one", "atlas", "layers")
            if name not in found and not self.refused & {name, "layers"}:
                layer = Path(name).stem
                self.origins["features", ""] = name
                self.report(
                    "atlas.yaml", f"layer {layer} has no file", f"add {name}, or take the layer out", "atlas", "layers"
                )
        for name in found:
            if name not in declared:
                remedy = nearest(name, declared, "list its layer in atlas.yaml, or take the file away")
                self.report(name, "belongs to no layer of atlas.yaml", remedy)
        for name in dict.fromkeys((*declared, *found)):
            if name in found:
                self._layer(name, files[name])

    def _tiled(self, large: Mapping[str, Path], description: model.Description | None) -> tiled.GeoPackages | None:
        """The layers that stay on disk; their form is looked at, not each feature."""
        layers = [layer.id for layer in description.layers if layer.tiled] if description else []
        declared = {f"layers/{layer}.gpkg": layer for layer in layers}
        for name in large if description else ():
            if name not in declared and (name != tiled.ARCHIVE or not layers):
                remedy = nearest(name, declared, "write tiled: true at its layer in atlas.yaml, or take the file away")
                self.report(name, "belongs to no tiled layer of atlas.yaml", remedy)
        sound: dict[str, Path] = {}
        for name, layer in declared.items():
            if self.refused & {name, "layers"}:
                continue
            if name not in large:
                self.origins["features", ""] = name
                remedy = f"add {name}, or take tiled: true out"
                self.report("atlas.yaml", f"the tiled layer {layer} has no file", remedy, "atlas", "layers")
            elif problems := list(tiled.problems_of(name, large[name])):
                self.origins["features", ""] = name
                self.problems += problems
            else:
                sound[layer] = large[name]
        if not sound:
            return None
        found = tiled.GeoPackages(sound, large.get(tiled.ARCHIVE))
        for id in self.things["features"]:
            if twin := found.get(id):
                remedy = "ids are unique; rename one of the two"
                self.report(f"layers/{twin.layer}.gpkg", f"{id} is already taken", remedy, id, "id")
        return found

    def _layer(self, name: str, data: bytes) -> None:
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
            self.report(name, "is not a FeatureCollection", 'write {"type": "FeatureCollection", "features": […]}')
            return
        for key in value:
            if key == "crs" and not _is_wgs84(value[key]):
                self.report(
                    name, "is not in WGS 84", "save it as WGS 84 (EPSG:4326), longitude before latitude", field="crs"
                )
            elif key not in ("type", "features", "name", "crs"):
                remedy = nearest(key, ("type", "features", "name"), "take it out")
                self.report(name, "unknown key", remedy, field=key)
        self._each(name, "features", value["features"], self.add_feature)

    def _each(self, name: str, kind: str, items: Sequence[Any], add: Callable[[str, int, Any], None]) -> None:
        """Take in the entries of a file, until it has more mistakes than anybody would read."""
        before = len(self.problems)
        for number, item in enumerate(items, 1):
            if len(self.problems) - before > _MOST_TOLD:
                problem = f"has more than {_MOST_TOLD} mistakes; those after entry {number - 1} are not told"
                self.report(name, problem, "mend the others first")
                self.origins[kind, ""] = name
                return
            add(name, number, item)

    def _entries(self, name: str, data: bytes, kind: str) -> None:
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
            self.report(name, "is not a list of entries", "begin each entry with '- id: …'")
            return
        self._each(name, kind, value, partial(self.add, kind))

    def _text(self, name: str, data: bytes) -> str | None:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.report(name, f"line {line} is not UTF-8", "save the file as UTF-8")
            return None
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if unfit := (UNFIT if name.endswith(".txt") else _CONTROLS).search(text):
            line = text.count("\n", 0, unfit.start()) + 1
            problem, remedy = unfit_letter(unfit.group())
            self.report(name, f"line {line} {problem}", remedy)
            return None
        return text

    def _too_many(self, name: str, text: str, suffix: str, signs: str) -> bool:
        """Whether a text holds more values than are read; ``signs`` begin or end one each."""
        most = _MOST_VALUES[suffix]
        if sum(map(text.count, signs)) <= most:
            return False
        remedy = "derive it anew, with less detail" if name.startswith("base/") else _SMALLER[suffix]
        self.report(name, f"holds more than {most} values", remedy)
        return True

    def _json(self, name: str, data: bytes) -> Any:
        text = self._text(name, data)
        if text is None or self._too_many(name, text, ".geojson", ",{["):
            return _UNREADABLE
        doubles: list[str] = []

        def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
            mapping = dict(pairs)
            if len(mapping) != len(pairs):
                times = Counter(key for key, _ in pairs)
                given = mapping.get("id")
                thing = given if isinstance(given, str) else ""
                doubles.extend(f"{thing}\0{key}" for key, number in times.items() if number > 1)
            return mapping

        def no_number(word: str) -> float:
            line = text.count("\n", 0, text.index(word)) + 1
            raise _NoNumberError(f"line {line} has {word}, which is not a number")

        try:
            value = json.loads(text, object_pairs_hook=once, parse_constant=no_number)
        except (ValueError, RecursionError) as error:
            self.report(name, *_no_json(error))
            return _UNREADABLE
        for double in doubles[:_MOST_TOLD]:
            thing, _, key = double.partition("\0")
            self.report(name, f"the key {key} stands twice", "keep one of the two", thing, key)
        return value

    def _yaml(self, name: str, data: bytes) -> Any:
        text = self._text(name, data)
        if text is None or self._too_many(name, text, ".yaml", ",{[\n"):
            return _UNREADABLE
        loader = _Loader(text)
        try:
            # what is not in brackets needs a column more for each level, or each second one
            columns = max(map(len, text.split("\n")))
            if text.count("[") + text.count("{") + 2 * columns > _DEEPEST and _depth(text) > _DEEPEST:
                raise RecursionError  # noqa: TRY301 - libyaml's own recursion would end the whole process
            node = loader.get_single_node()
            plain = _Plain()
            value = plain.value(node)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f"line {mark.line + 1}" if mark else "the file"
            if isinstance(error, ComposerError) and "single document" in str(error.context):
                self.report(name, f"{line} begins a second document", "take the line --- out")
            else:
                self.report(name, f"{line} is not YAML: {error.problem}", _YAML_REMEDY)
            return _UNREADABLE
        except RecursionError:
            self.report(name, "nests too deep", "look for brackets that are not closed, and for too much indentation")
            return _UNREADABLE
        except yaml.YAMLError as error:
            self.report(name, f"is not YAML: {str(error).splitlines()[0]}", _YAML_REMEDY)
            return _UNREADABLE
        finally:
            loader.dispose()
        begins = [child.start_mark.line + 1 for child in node.value] if node and isinstance(value, list) else []
        for line, problem, remedy in plain.refused[:_MOST_TOLD]:
            self.report(name, f"line {line}: {problem}", remedy, _entry_at(line, begins, value))
        return _UNREADABLE if plain.aliased else value


def _depth(text: str) -> int:
    """How deep a YAML text nests, up to one more than ``_DEEPEST``."""
    depth = deepest = 0
    loader = _Loader(text)
    try:
        while deepest <= _DEEPEST and (event := loader.get_event()) is not None:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, depth)
    finally:
        loader.dispose()
    return deepest


def _is_wgs84(crs: Any) -> bool:
    """Whether a GeoJSON file's old-fashioned member ``crs`` names the one system that GeoJSON has."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return isinstance(properties, dict) and "CRS84" in str(properties.get("name"))


class _NoNumberError(ValueError):
    """A word that JSON has not, in place of a number."""


def _no_json(error: ValueError | RecursionError) -> tuple[str, str]:
    """Problem and remedy of a text that is not taken for JSON."""
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is not JSON: {error.msg}", "mend the line; commas, quotes and brackets"
    if isinstance(error, _NoNumberError):
        return f"is not JSON: {error}", "write a finite number, or null"
    if isinstance(error, RecursionError):
        return "nests too deep", "write each feature directly into features, and its fields into properties"
    # Python takes no number of more than some thousand digits
    return "has a number of thousands of digits", "look for it, and write the number that was meant"


_UNREADABLE = object()
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
"""What neither YAML nor JSON takes; the rest of ``UNFIT`` is told with its entry and field."""
_DEEPEST = 5000
"""Levels of nesting from which on a text is not even composed; far fewer are told by Python."""
_ENDLESS = 30
"""Digits from which a whole number is taken for a slip of the keyboard."""
_YAML_REMEDY = "mend the line: indentation by spaces, quotes around a text with ': ' or ' #'"
_TAG = "tag:yaml.org,2002:"


class _Loader(SafeLoader):
    """YAML 1.2's plain words: null, true, false, decimal numbers; all else, dates too, is text."""

    yaml_implicit_resolvers: ClassVar[Any] = {}


class _Dumper(SafeDumper):
    """Quotes each text that we or other readers of YAML would take for something else."""


_WORDS: dict[str, re.Pattern[str]] = {}
"""What the words of each tag look like."""
for _name, _pattern, _first in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
    (
        "float",
        r"[-+]?(?:0|[1-9][0-9]*)?(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|(?<=[0-9])(?:\.|[eE][-+]?[0-9]+))",
        list("-+.0123456789"),
    ),
):
    _WORDS[_TAG + _name] = re.compile(rf"^(?:{_pattern})$")
    for _side in (_Loader, _Dumper):
        _side.add_implicit_resolver(_TAG + _name, _WORDS[_TAG + _name], _first)


class _Plain:
    """Turns YAML nodes into plain values and notes what it refuses: (line, problem, remedy)."""

    def __init__(self) -> None:
        self.refused: list[tuple[int, str, str]] = []
        self.aliased = False
        """Whether a part stands in several places: nine of nine of nine would be more than a memory holds."""
        self._made: dict[int, Any] = {}

    def value(self, node: Any) -> Any:
        """The plain value of a node; None of no node."""
        if node is None:
            return None
        kind = type(node)
        if kind is yaml.ScalarNode:
            return self._scalar(node)
        if id(node) in self._made:
            self.aliased = True
            self._refuse(node, "an anchor (&) is repeated by an alias (*)", "write the repeated part out")
            return self._made[id(node)]
        if node.tag not in (_TAG + "map", _TAG + "seq"):
            self._refuse_tag(node)
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
        if tag not in _WORDS or not _WORDS[tag].fullmatch(text):  # written by hand: !!int x
            self._refuse_tag(node)
            return text
        if tag == _TAG + "null":
            return None
        if tag == _TAG + "bool":
            return text[0] in "tT"
        if tag == _TAG + "int":
            return int(text) if len(text) < _ENDLESS else text
        return float(text)

    def _refuse_tag(self, node: Any) -> None:
        self._refuse(node, f"the tag {node.tag.replace(_TAG, '!!')} is not understood", "take it out")

    def _refuse(self, node: Any, problem: str, remedy: str) -> None:
        self.refused.append((node.start_mark.line + 1, problem, remedy))


def _entry_at(line: int, begins: Sequence[int], value: Any) -> str:
    """What the list entry that a line of a YAML file belongs to is called; ``begins`` has the line of each."""
    if not begins:
        return "" if isinstance(value, list) else "atlas"
    number = max(bisect_right(begins, line) - 1, 0)
    given = value[number].get("id") if isinstance(value[number], dict) else None
    return given if isinstance(given, str) else f"entry {number + 1}"


def _in(files: Mapping[str, bytes], folder: str) -> Sequence[str]:
    return [name for name in files if name.rpartition("/")[0] == folder]
