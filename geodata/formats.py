"""A file of somebody's own -> a layer: GeoJSON, GeoPackage, CSV, zipped Shapefile and KML.

Which of them a file is, its ending says and its content must confirm; no library is ever left to guess, because some
guess that a file is a list of other files to read. Reading goes on after a mistake, so that one attempt names them all.
Whoever does not trust a file reads it by :func:`geodata.confined.read`.
"""

import csv
import io
import json
import re
import stat
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from math import isfinite, nan
from pathlib import PurePosixPath
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import numpy as np
import shapely
from pyproj import CRS, Transformer
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import ShapelyError
from shapely.geometry import GeometryCollection, LineString, Point, Polygon, shape
from shapely.geometry.base import BaseGeometry

from geodata.own import (
    EARTH,
    GIVE_PLACE,
    IN_DEGREES,
    LESS,
    LONGEST_NAME,
    MOST_BYTES,
    MOST_FEATURES,
    N_,
    NO_PLACE,
    SHOWN,
    Box,
    Collector,
    OwnLayer,
    Raw,
    Said,
    clean,
    say,
)

MOST_UNPACKED = 60_000_000
"""Bytes of a Shapefile's parts together, unpacked."""
MOST_MEMBERS = 100
MOST_DEPTH = 8
"""Collections within collections."""
DRIVERS = ("GPKG", "ESRI Shapefile")
"""The only parts of GDAL that are of use here; :mod:`geodata.confined` has all others switched off."""

LATITUDES = ("latitude", "lat", "y")
LONGITUDES = ("longitude", "lon", "lng", "long", "x")
WKT = ("wkt", "geometry", "geom", "the_geom")
SEPARATORS = (",", ";", "\t")

WHOLE = N_("see whether the file is whole")
UTF_8 = N_("save it in the encoding UTF-8")
OWN_ENDING = N_("save it in this format, or give the file its own ending")
ONE_SHAPEFILE = N_("pack the .shp, .shx, .dbf and .prj of one layer")

Turn = Callable[[BaseGeometry], BaseGeometry]
"""Coordinates as they are in the file -> WGS 84."""


def parse(file: str, content: bytes, frame: Box = EARTH) -> OwnLayer:
    """Read a file of somebody's own.

    Args:
        file: its name as the viewer knows it; only its ending is of importance.
        content: all of it, at most ``MOST_BYTES``.
        frame: what the map can show. A layer of which nothing lies there is refused.

    Raises:
        OwnError: it cannot be shown; holds all that is wrong with it.
    """
    path = PurePosixPath(clean(file.replace("\\", "/")))
    into = Collector(clean(path.name, LONGEST_NAME) or "?", clean(path.stem, LONGEST_NAME) or "?")
    reader = _READERS.get(path.suffix.lower())
    if len(content) > MOST_BYTES:
        into.fault(N_("is larger than {n} MB"), LESS, n=MOST_BYTES // 1_000_000)
    elif not content.strip():
        into.fault(N_("is empty"), N_("choose a file with at least one object"))
    elif reader is None:
        into.fault(N_("is of no kind that is known here"), N_("save it as one of: {known}"), known=", ".join(_READERS))
    if into.faults or reader is None:
        raise into.error()
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of GDAL, in English; what cannot be shown is told below
        for raw in reader(into, content):
            into.add(raw)
    return into.layer(frame)


# ---- what several formats have in common


def _decoded(into: Collector, content: bytes) -> str | None:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        into.fault(N_("is not UTF-8: line {n}"), UTF_8, n=len(content[: error.start].split(b"\n")))
        return None


def _crs(into: Collector, text: str) -> CRS | None:
    try:
        return CRS.from_user_input(text)
    except CRSError:
        name = clean(text, SHOWN)
        into.fault(N_("names a reference system that is not known: {name}"), IN_DEGREES, name=name)
        return None


def _turn(into: Collector, crs: CRS | None) -> Turn | None:
    """What turns coordinates of a reference system into WGS 84; None if nothing does, which is told."""
    if crs is None or crs.equals(CRS("OGC:CRS84"), ignore_axis_order=True):
        return lambda geometry: geometry
    try:
        turn = Transformer.from_crs(crs, CRS("OGC:CRS84"), always_xy=True).transform
    except ProjError:
        name = clean(crs.name, SHOWN)
        into.fault(N_("is in a reference system that has no place on Earth: {name}"), IN_DEGREES, name=name)
        return None
    return lambda geometry: shapely.transform(into.flat(geometry), lambda at: np.column_stack(turn(*at.T)))


def _nested(value: Any) -> bool:
    """Whether collections are in each other more deeply than anybody means."""
    level = [value]
    for _ in range(MOST_DEPTH):
        found = [one.get("geometries") for one in level if isinstance(one, dict)]
        level = [inner for one in found if isinstance(one, list) for inner in one]
    return bool(level)


# ---- GeoJSON


def _geojson(into: Collector, content: bytes) -> Iterator[Raw]:
    text = _decoded(into, content)
    if text is None:
        return
    try:
        value = json.loads(text, parse_int=_number, parse_constant=_number)
    except json.JSONDecodeError as error:
        problem = N_("is not JSON: line {line}, column {column}")
        into.fault(problem, WHOLE, line=error.lineno, column=error.colno)
        return
    except RecursionError:
        into.fault(N_("is nested too deeply"), N_("write it as GeoJSON does (RFC 7946)"))
        return
    turn = _turn(into, _declared(into, value))
    if turn is None or into.faults:
        return
    for number, item in enumerate(_features(value), 1):
        label = say(N_("object {n}"), n=number)
        if not isinstance(item, dict) or item.get("type") != "Feature":
            into.fault(N_("is not a Feature"), N_("write it as GeoJSON does (RFC 7946)"), label)
            continue
        properties = item.get("properties")
        attributes = properties if isinstance(properties, dict) else {}
        if isinstance(item.get("id"), str | int) and "id" not in attributes:
            attributes = {"id": item["id"], **attributes}
        yield Raw(label, _shape(into, item.get("geometry"), label, turn), attributes)


def _number(text: str) -> float | None:
    """A number; one that is of no use stays unsaid."""
    try:
        return int(text) if len(text) <= SHOWN else float(text)
    except ValueError:
        return None


def _declared(into: Collector, value: Any) -> CRS | None:
    """The reference system that an older GeoJSON file names."""
    crs = value.get("crs") if isinstance(value, dict) else None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return _crs(into, name) if isinstance(name, str) else None


def _features(value: Any) -> Sequence[Any]:
    """The Features of a GeoJSON text; a geometry alone is one too."""
    kind = value.get("type") if isinstance(value, dict) else None
    if kind == "FeatureCollection" and isinstance(value.get("features"), list):
        return value["features"]
    return (value,) if kind in ("Feature", None) else ({"type": "Feature", "geometry": value},)


def _shape(into: Collector, value: Any, label: Said, turn: Turn) -> BaseGeometry | None:
    if value is None:
        into.fault(NO_PLACE, GIVE_PLACE, label)
        return None
    try:
        if not _nested(value):
            return turn(shape(value))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError, ShapelyError, ProjError):
        pass  # told below, with what is nested too deeply
    remedy = N_("write type and coordinates as GeoJSON does, positions as [longitude, latitude]")
    into.fault(N_("has a geometry that cannot be read"), remedy, label)
    return None


# ---- CSV


def _csv(into: Collector, content: bytes) -> Iterator[Raw]:
    text = _decoded(into, content)
    if text is None:
        return
    if "\0" in text:
        into.fault(N_("is no text"), UTF_8)
        return
    csv.field_size_limit(MOST_BYTES)
    head = text.lstrip().partition("\n")[0]
    separator = max(SEPARATORS, key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        header = [clean(cell, LONGEST_NAME) for cell in next((row for row in rows if any(row)), [])]
        columns = _Columns.of(header)
        if columns is None:
            remedy = N_("name two columns latitude and longitude, or one wkt")
            names = clean(", ".join(header), 2 * SHOWN)
            into.fault(N_("has no columns that say where: {names}"), remedy, say(N_("line {n}"), n=1), names=names)
            return
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            label = say(N_("line {n}"), n=rows.line_num)
            if len(row) > len(header):
                remedy = N_("put texts that hold the separator in quotes")
                into.fault(N_("has {n} cells, the first line has {m}"), remedy, label, n=len(row), m=len(header))
                continue
            cells = dict(zip(header, row, strict=False))
            place = columns.place(into, cells, label, comma=separator != ",")
            yield Raw(label, place, {key: cell for key, cell in cells.items() if key != columns.wkt})
    except csv.Error:
        remedy = N_("see whether each quotation mark is closed")
        into.fault(N_("cannot be read as CSV: line {n}"), remedy, n=rows.line_num)


class _Columns(NamedTuple):
    """The columns that say where a row lies: latitude and longitude, or a text in WKT."""

    latitude: str
    longitude: str
    wkt: str

    @classmethod
    def of(cls, header: Sequence[str]) -> "_Columns | None":
        by_key = {key.lower(): key for key in reversed(header)}
        latitude, longitude, wkt = (
            next((by_key[name] for name in names if name in by_key), "") for names in (LATITUDES, LONGITUDES, WKT)
        )
        if latitude and longitude:
            return cls(latitude, longitude, "")
        return cls("", "", wkt) if wkt else None

    def place(self, into: Collector, cells: Mapping[str, str], label: Said, *, comma: bool) -> BaseGeometry | None:
        """The place of a row; None where there is none, which is told."""
        if self.wkt:
            return self._drawn(into, cells.get(self.wkt, "").strip(), label)
        # both are looked at, so that both are told
        numbers = [
            self._degrees(into, cells.get(column, "").strip(), label, column, comma=comma)
            for column in (self.longitude, self.latitude)
        ]
        return Point(numbers) if all(map(isfinite, numbers)) else None

    def _drawn(self, into: Collector, text: str, label: Said) -> BaseGeometry | None:
        if not text:
            into.fault(NO_PLACE, GIVE_PLACE, label, self.wkt)
            return None
        try:
            return shapely.from_wkt(text)
        except ShapelyError:
            remedy = N_("write it as POINT (51.2 43.6), longitude before latitude")
            into.fault(N_("is no geometry in WKT: {value}"), remedy, label, self.wkt, value=clean(text, SHOWN))
            return None

    def _degrees(self, into: Collector, text: str, label: Said, column: str, *, comma: bool) -> float:
        try:
            number = float(text.replace(",", ".") if comma else text)
        except ValueError:
            number = nan
        if not isfinite(number):
            remedy = N_("write degrees as a number, such as 43.65")
            problem = N_("is not a number: {value}") if text else N_("is empty")
            into.fault(problem, remedy, label, column, value=clean(text, SHOWN))
        return number


# ---- KML


class _DoctypeError(Exception):
    """A document type stands in the file."""


class _Builder(ET.TreeBuilder):
    """Refuses a document type: nothing that a map needs, and the way to read other files or to fill the memory."""

    def doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        """Called where one stands."""
        raise _DoctypeError


def _kml(into: Collector, content: bytes) -> Iterator[Raw]:
    root = _xml(into, content)
    if root is None:
        return
    if _local(root) != "kml":
        into.fault(N_("is no {format}"), OWN_ENDING, format="KML")
        return
    if any(_local(one) == "NetworkLink" for one in root.iter()):
        into.note(N_("What the file links to elsewhere is left out."))
    for number, mark in enumerate((one for one in root.iter() if _local(one) == "Placemark"), 1):
        label = say(N_("object {n}"), n=number)
        yield Raw(label, _kml_place(into, mark, label), _kml_attributes(mark))


def _xml(into: Collector, content: bytes) -> ET.Element | None:
    try:
        parser = ET.XMLParser(target=_Builder())  # noqa: S314 - document types are refused, and with them entities
        parser.feed(content)
        return parser.close()
    except _DoctypeError:
        problem = N_("has a document type (DOCTYPE), which could name other files")
        into.fault(problem, N_("take the line with <!DOCTYPE out"))
    except ET.ParseError as error:
        line, column = error.position
        problem = N_("is not XML: line {line}, column {column}")
        into.fault(problem, N_("see whether the file is whole; a KMZ has to be unpacked"), line=line, column=column + 1)
    except (LookupError, ValueError):
        into.fault(N_("is in an encoding that is not known"), UTF_8)
    return None


def _local(element: ET.Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _kml_attributes(mark: ET.Element) -> dict[str, str]:
    found = {_local(part): "".join(part.itertext()) for part in mark if _local(part) in ("name", "description")}
    for part in mark.iter():
        key = part.get("name", "")
        if key and _local(part) == "Data":
            found[key] = "".join("".join(one.itertext()) for one in part if _local(one) == "value")
        elif key and _local(part) == "SimpleData":
            found[key] = "".join(part.itertext())
    return found


def _kml_place(into: Collector, mark: ET.Element, label: Said) -> BaseGeometry | None:
    try:
        found = [one for child in mark for one in _kml_shapes(child, 0)]
    except (ValueError, ShapelyError):
        remedy = N_("write longitude,latitude with a space between positions")
        into.fault(N_("has coordinates that cannot be read"), remedy, label)
        return None
    if not found:
        into.fault(NO_PLACE, GIVE_PLACE, label)
        return None
    return found[0] if len(found) == 1 else GeometryCollection(found)


def _kml_shapes(element: ET.Element, depth: int) -> Iterator[BaseGeometry]:
    kind = _local(element)
    if kind == "MultiGeometry" and depth < MOST_DEPTH:
        for child in element:
            yield from _kml_shapes(child, depth + 1)
    elif kind == "Point":
        yield Point(_kml_positions(element)[0])
    elif kind in ("LineString", "LinearRing"):
        yield LineString(_kml_positions(element))
    elif kind == "Polygon":
        rings = [_kml_positions(one) for one in element.iter() if _local(one) == "LinearRing"]
        if not rings:
            raise ValueError("a polygon without a ring")
        yield Polygon(rings[0], rings[1:])


def _kml_positions(element: ET.Element) -> list[tuple[float, float]]:
    text = next(("".join(one.itertext()) for one in element.iter() if _local(one) == "coordinates"), "")
    found = []
    # some programs write a space after the comma
    for position in re.sub(r"\s*,\s*", ",", text).split():
        x, y = position.split(",")[:2]
        found.append((float(x), float(y)))
    if not found:
        raise ValueError("no coordinates")
    return found


# ---- GeoPackage and Shapefile, by GDAL


def _geopackage(into: Collector, content: bytes) -> Iterator[Raw]:
    from pyogrio import list_layers  # noqa: PLC0415 - takes a second, and only two formats need it
    from pyogrio.errors import DataLayerError, DataSourceError  # noqa: PLC0415 - as above

    if not content.startswith(b"SQLite format 3\0"):
        into.fault(N_("is no {format}"), OWN_ENDING, format="GeoPackage")
        return
    try:
        layers = [str(name) for name, kind in list_layers(content) if kind]
    except (DataSourceError, DataLayerError):
        into.fault(N_("cannot be read"), WHOLE)
        return
    for layer in layers:
        yield from _gdal(into, content, layer, layer if len(layers) > 1 else "")


def _gdal(into: Collector, content: bytes, layer: str, shown: str = "", encoding: str | None = None) -> Iterator[Raw]:
    from pyogrio import errors, raw  # noqa: PLC0415 - as above

    try:
        meta, _, places, columns = raw.read(
            content, layer=layer, encoding=encoding, max_features=MOST_FEATURES + 1, datetime_as_string=True
        )
    except (
        errors.DataSourceError,
        errors.DataLayerError,
        errors.FeatureError,
        errors.FieldError,
        errors.CRSError,
        UnicodeDecodeError,
        UnboundLocalError,  # pyogrio 0.13 raises it where a reference system is not written in UTF-8
    ):
        into.fault(N_("cannot be read"), WHOLE, say(shown))
        return
    crs = _crs(into, meta["crs"]) if meta["crs"] else _trusted(into, places)
    turn = _turn(into, crs)
    if turn is None or into.faults:
        return
    for number, place in enumerate(places if places is not None else (), 1):
        label = say(N_("object {n}"), n=number)
        if shown:
            label = say(N_("object {n} of {layer}"), n=number, layer=clean(shown, SHOWN))
        values = (column[number - 1] for column in columns)
        attributes = {
            str(key): value.item() if hasattr(value, "item") else value
            for key, value in zip(meta["fields"], values, strict=True)
        }
        yield Raw(label, _from_wkb(into, place, label, turn), attributes)


def _from_wkb(into: Collector, place: bytes | None, label: Said, turn: Turn) -> BaseGeometry | None:
    if place is None:
        into.fault(NO_PLACE, GIVE_PLACE, label)
        return None
    try:
        return turn(shapely.from_wkb(place))
    except (ShapelyError, ProjError, ValueError):
        into.fault(N_("has a geometry that cannot be read"), N_("save it as points, lines or polygons"), label)
        return None


def _trusted(into: Collector, places: Any) -> None:
    """Coordinates of no known system are taken for degrees where they can be."""
    try:
        west, south, east, north = shapely.total_bounds(shapely.from_wkb(list(places)))
    except (ShapelyError, TypeError):
        return  # told for each object
    if EARTH.holds(west, south) and EARTH.holds(east, north):
        into.note(N_("The file does not say in which reference system it is; it was taken for degrees (WGS 84)."))
    elif isfinite(west):
        problem = N_("does not say in which reference system it is, and it is not in degrees")
        into.fault(problem, N_("add the .prj file, or save it in degrees (WGS 84, EPSG:4326)"))


_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_NEEDED = _PARTS[:3]
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PACKED = (".zip", ".gz", ".7z", ".rar")


def _shapefile(into: Collector, content: bytes) -> Iterator[Raw]:
    parts = _unpacked(into, content)
    if not parts:
        return
    if not parts[".shp"].startswith(b"\x00\x00\x27\x0a"):
        into.fault(N_("is no {format}"), ONE_SHAPEFILE, format="Shapefile")
        return
    sound = io.BytesIO()
    with zipfile.ZipFile(sound, "w") as packed:
        for ending, data in parts.items():
            packed.writestr(f"layer{ending}", data)
    encoding = None
    if ".cpg" not in parts:
        try:
            parts[".dbf"].decode("utf-8")
            encoding = "UTF-8"
        except UnicodeDecodeError:
            into.note(N_("The file does not say how its letters are written (.cpg); some may be wrong."))
    yield from _gdal(into, sound.getvalue(), "layer", encoding=encoding)


def _unpacked(into: Collector, content: bytes) -> dict[str, bytes]:
    """The parts of the one Shapefile in a ZIP file, by ending; empty where there is none, which is told.

    Nothing is written anywhere, and no more is unpacked than may be.
    """
    found: dict[str, bytes] = {}
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for ending, member in _members(into, packed.infolist()).items():
                with packed.open(member) as file:
                    found[ending] = file.read(left + 1)
                left -= len(found[ending])
                if left < 0:  # it is larger than it says
                    _too_large(into)
                    return {}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        into.fault(N_("cannot be unpacked"), WHOLE)
        return {}
    return found


def _too_large(into: Collector) -> None:
    into.fault(N_("is larger than {n} MB when unpacked"), LESS, n=MOST_UNPACKED // 1_000_000)


def _members(into: Collector, members: Sequence[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """What is to be unpacked, by ending."""
    if len(members) > MOST_MEMBERS:
        into.fault(N_("holds more than {n} files"), ONE_SHAPEFILE, n=MOST_MEMBERS)
        return {}
    by_path: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if problem := _suspect(member, path):
            into.fault(problem, ONE_SHAPEFILE, say("{file}", file=clean(member.filename, SHOWN)))
        elif "__MACOSX" not in path.parts:
            by_path[str(path).lower()] = member
    shapefiles = [path for path in by_path if path.endswith(".shp")]
    if len(shapefiles) != 1 and not into.faults:
        into.fault(N_("holds {n} Shapefiles, not one"), ONE_SHAPEFILE, n=len(shapefiles))
    if into.faults:
        return {}
    stem = shapefiles[0].removesuffix(".shp")
    found = {ending: by_path[stem + ending] for ending in _PARTS if stem + ending in by_path}
    for ending in _NEEDED:
        if ending not in found:
            into.fault(N_("has no {ending} beside the .shp"), ONE_SHAPEFILE, ending=ending)
    if sum(member.file_size for member in found.values()) > MOST_UNPACKED:
        _too_large(into)
    return {} if into.faults else found


def _suspect(member: zipfile.ZipInfo, path: PurePosixPath) -> str | None:
    """What must not be in a ZIP file of somebody unknown; None where nothing is."""
    if path.is_absolute() or ".." in path.parts or ":" in member.filename:
        return N_("would be written outside its folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        return N_("is a link to another file")
    if path.suffix.lower() in _PACKED:
        return N_("is packed within what is packed")
    if member.flag_bits & 1:
        return N_("is locked with a password")
    if member.compress_type not in _METHODS:
        return N_("is packed in a way that is not known here")
    return None


_READERS: Mapping[str, Callable[[Collector, bytes], Iterator[Raw]]] = {
    ".geojson": _geojson,
    ".json": _geojson,
    ".gpkg": _geopackage,
    ".csv": _csv,
    ".zip": _shapefile,
    ".kml": _kml,
}
