"""Files of a viewer's own: what can be read, and what is refused in words (row 55)."""

import io
import json
import stat
import time
import zipfile
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import geopandas
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from shapely.geometry import GeometryCollection, LineString, MultiPoint, MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from geodata import formats, own
from geodata.formats import parse
from geodata.own import Box, OwnError, OwnLayer, pieces
from geodata.problems import Problem

CASPIAN = Box(20, 30, 95, 58)
AKTAU = Point(51.22, 43.6)
SECONDS = 2.0
"""The longest that any small file may take (row 56)."""


def problems(file: str, content: bytes | str, frame: Box = CASPIAN) -> list[str]:
    """What is said of a file that is refused."""
    with pytest.raises(OwnError) as refused:
        parse(file, content.encode() if isinstance(content, str) else content, frame)
    assert refused.value.faults
    return [str(problem) for problem in refused.value.problems]


def told(file: str, content: bytes) -> Sequence[Problem]:
    """What is said of a file; nothing if it is shown."""
    try:
        parse(file, content)
    except OwnError as error:
        return error.problems
    return ()


def collection(*geometries: object, **properties: object) -> str:
    features = [{"type": "Feature", "properties": properties, "geometry": one} for one in geometries]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def point(x: float, y: float) -> dict[str, object]:
    return {"type": "Point", "coordinates": [x, y]}


def packed(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


@pytest.fixture
def table() -> geopandas.GeoDataFrame:
    return geopandas.GeoDataFrame({"name": ["Ақтау порты"], "berths": [12]}, geometry=[AKTAU], crs="EPSG:4326")


@pytest.fixture
def shapefile(table: geopandas.GeoDataFrame, tmp_path: Path) -> Callable[..., dict[str, bytes]]:
    """A function that gives the parts of a Shapefile."""

    def write(crs: str = "EPSG:32639") -> dict[str, bytes]:
        table.to_crs(crs).to_file(tmp_path / "ports.shp", driver="ESRI Shapefile", encoding="UTF-8")
        return {path.name: path.read_bytes() for path in tmp_path.glob("ports.*")}

    return write


def only(layer: OwnLayer) -> tuple[str, dict[str, str], BaseGeometry]:
    (feature,) = layer.features
    return feature.name, dict(feature.attributes), feature.geometry


def near(geometry: BaseGeometry, expected: BaseGeometry = AKTAU) -> bool:
    return geometry.distance(expected) < 1e-6


# ---- what can be read


def test_geojson():
    name, attributes, place = only(
        parse("ports.geojson", collection(point(51.22, 43.6), name="Ақтау", berths=12).encode())
    )
    assert (name, attributes) == ("Ақтау", {"name": "Ақтау", "berths": "12"})
    assert near(place)


def test_a_geometry_alone_is_a_layer_of_one():
    layer = parse("line.json", json.dumps({"type": "LineString", "coordinates": [[50, 40], [51, 41]]}).encode())
    assert only(layer)[2].equals(LineString([(50, 40), (51, 41)]))


def test_an_older_geojson_file_names_its_reference_system():
    value = json.loads(collection(point(5701784, 5403000)))
    value["crs"] = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    assert only(parse("old.geojson", json.dumps(value).encode()))[2].distance(AKTAU) < 0.1


def test_values_are_texts():
    said = {
        "yes": True,
        "none": None,
        "list": [1, "ә"],
        "two": 2.0,
        "half": 0.5,
        "lines": "a\n\x00b",
        "broken": "\ud800",
    }
    text = json.dumps(json.loads(collection(point(51, 43), **said).encode("utf-8", "surrogatepass")))
    assert only(parse("x.geojson", text.encode()))[1] == {
        "yes": "true", "list": '[1, "ә"]', "two": "2", "half": "0.5", "lines": "a b", "broken": "?",
    }  # fmt: skip


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["plain", "byte order mark"])
@pytest.mark.parametrize(
    "text",
    [
        "name,lat,lon\nАқтау,43.6,51.22\n",
        "name;Latitude;LONGITUDE\r\nАқтау;43,6;51,22\r\n",
        "x\ty\tname\n51.22\t43.6\tАқтау\n\n",
        'name,wkt\n"Ақтау","POINT (51.22 43.6)"\n',
        "name,lng,lat\nАқтау,51.22,43.6",
    ],
)
def test_csv(text: str, mark: bytes):
    name, _, place = only(parse("ports.csv", mark + text.encode()))
    assert name == "Ақтау"
    assert near(place)


def test_a_geometry_in_wkt_is_seen_and_not_read():
    text = 'name;wkt;km\nroad;"LINESTRING (50 40, 51 41)";140\n'
    assert only(parse("x.csv", text.encode()))[1] == {"name": "road", "km": "140"}


KML = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>All</name><Folder>
  <Placemark><name>Ақтау</name><description><![CDATA[<b>port</b>]]></description>
    <ExtendedData><Data name="berths"><value>12</value></Data>
      <SchemaData schemaUrl="#a"><SimpleData name="owner">KTZ</SimpleData></SchemaData></ExtendedData>
    <Point><coordinates>51.22, 43.6, 5</coordinates></Point></Placemark>
  <Placemark><MultiGeometry>
    <LineString><coordinates>50,40 51,41</coordinates></LineString>
    <Polygon><outerBoundaryIs><LinearRing>
      <coordinates>50,40 51,40 51,41 50,40</coordinates>
    </LinearRing></outerBoundaryIs></Polygon>
  </MultiGeometry></Placemark>
</Folder></Document></kml>"""


def test_kml():
    aktau, other = parse("ports.kml", KML.encode()).features
    assert dict(aktau.attributes) == {"name": "Ақтау", "description": "<b>port</b>", "berths": "12", "owner": "KTZ"}
    assert near(aktau.geometry)
    assert other.name == "ports 2"
    assert [part.geom_type for part in pieces(other.geometry)] == ["MultiLineString", "MultiPolygon"]


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:32639"])
def test_geopackage(table: geopandas.GeoDataFrame, tmp_path: Path, crs: str):
    table.to_crs(crs).to_file(tmp_path / "ports.gpkg", layer="one", driver="GPKG")
    name, attributes, place = only(parse("ports.gpkg", (tmp_path / "ports.gpkg").read_bytes()))
    assert (name, attributes["berths"]) == ("Ақтау порты", "12")
    assert near(place)


def test_every_layer_of_a_geopackage_is_read(table: geopandas.GeoDataFrame, tmp_path: Path):
    for layer in ("one", "two"):
        table.to_file(tmp_path / "ports.gpkg", layer=layer, driver="GPKG")
    assert len(parse("ports.gpkg", (tmp_path / "ports.gpkg").read_bytes()).features) == 2


@pytest.mark.parametrize("folder", ["", "My ports/"])
@pytest.mark.parametrize(("encoding", "cpg"), [("UTF-8", True), ("UTF-8", False), ("CP1251", True)])
def test_zipped_shapefile(shapefile: Callable[..., dict[str, bytes]], folder: str, encoding: str, cpg: bool):  # noqa: FBT001 - a case
    parts = shapefile()
    if encoding != "UTF-8":
        written = "Ақтау порты".encode()
        other = "Актау порты".encode(encoding).ljust(len(written))
        parts["ports.dbf"] = parts["ports.dbf"].replace(written, other)
        parts["ports.cpg"] = encoding.encode()
    if not cpg:
        del parts["ports.cpg"]
    members = {folder + name: content for name, content in parts.items()} | {folder + "README.txt": b"about"}
    name, _, place = only(parse("ports.zip", packed(members)))
    assert name == ("Ақтау порты" if encoding == "UTF-8" else "Актау порты")
    assert near(place)


def test_a_shapefile_without_prj_is_taken_for_degrees_and_says_so(shapefile: Callable[..., dict[str, bytes]]):
    parts = shapefile("EPSG:4326")
    del parts["ports.prj"]
    layer = parse("ports.zip", packed(parts))
    assert near(only(layer)[2])
    assert any("reference system" in str(note) for note in layer.notes)


def test_heights_are_left_out_and_it_is_said():
    layer = parse("x.geojson", collection({"type": "LineString", "coordinates": [[50, 40, 7], [51, 41, 8]]}).encode())
    assert not only(layer)[2].has_z
    assert [str(note) for note in layer.notes] == ["Heights and measures are left out."]


def test_what_lies_outside_the_map_is_counted():
    layer = parse("x.geojson", collection(point(51, 43), point(-70, 10)).encode(), CASPIAN)
    assert [str(note) for note in layer.notes] == ["Outside the map: 1 of 2 objects."]


def test_collections_are_drawn_in_pieces():
    outline = Polygon([(50, 40), (52, 40), (52, 42)], [[(51, 40.5), (51.5, 40.5), (51.5, 41)]])
    mixed = GeometryCollection(
        [MultiPoint([(1, 2), (3, 4)]), outline, GeometryCollection([LineString([(0, 0), (1, 1)])])]
    )
    found = pieces(mixed)
    assert [piece.geom_type for piece in found] == ["Point", "Point", "MultiLineString", "MultiPolygon"]
    assert found[-1] == MultiPolygon([outline])


# ---- what is refused


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("x.geojson", "", "x.geojson:-:-: is empty"),
        ("x.geojson", " \n", "x.geojson:-:-: is empty"),
        ("x.vrt", "<OGRVRTDataSource/>", "is of no kind that is known here (save it as one of: .geojson"),
        ("x", "a,b", "is of no kind that is known here"),
        ("x.gpkg", "<OGRVRTDataSource/>", "is no GeoPackage"),
        ("x.zip", "<OGRVRTDataSource/>", "cannot be unpacked"),
        ("x.kml", "<OGRVRTDataSource><OGRVRTLayer name='passwd'/></OGRVRTDataSource>", "is no KML"),
        ("x.csv", "<OGRVRTDataSource/>", "has no columns that say where"),
        ("x.geojson", "{", "is not JSON: line 1, column 2 (see whether the file is whole)"),
        ("x.geojson", '{"type": "FeatureCollection", "features": [', "is not JSON: line 1"),
        ("x.geojson", "[" * 200_000, "is nested too deeply"),
        ("x.geojson", '{"type": "FeatureCollection", "features": []}', "holds no objects"),
        ("x.geojson", '{"type": "Topology"}', "has a geometry that cannot be read"),
        ("x.geojson", "7", "object 1:-: is not a Feature"),
        ("x.geojson", collection(None), "object 1:-: has no geometry (give it a place, or take it out)"),
        ("x.geojson", collection({"type": "Point", "coordinates": []}), "has no geometry"),
        ("x.geojson", collection({"type": "Point", "coordinates": ["a", "b"]}), "has a geometry that cannot be read"),
        (
            "x.geojson",
            collection({"type": "LineString", "coordinates": [[1, 2]]}),
            "has a geometry that cannot be read",
        ),
        (
            "x.geojson",
            collection(point(43.6, 151.2)),
            "is not on Earth: longitude 43.6, latitude 151.2 (longitude comes first",
        ),
        ("x.geojson", collection(point(5701784, 5403000)), "save the file in degrees (WGS 84, EPSG:4326)"),
        ("x.geojson", collection(point(190, 43)), "longitudes run from -180 to 180"),
        ("x.geojson", '{"type": "Point", "coordinates": [NaN, 43]}', "has a"),
        ("x.geojson", '{"type": "Point", "coordinates": [1e999, 43]}', "has a position that is not a number"),
        (
            "x.geojson",
            collection({"type": "LineString", "coordinates": [[179, 50], [-179, 51]]}),
            "across 180° of longitude",
        ),
        ("x.geojson", collection(point(-70, 10)), "lies outside the map, which shows longitudes 20 to 95"),
        ("x.geojson", collection(point(32, 94)), "is not on Earth"),
        ("x.csv", "name,place\na,b\n", "x.csv:line 1:-: has no columns that say where: name, place (name two columns"),
        ("x.csv", "lat,lon\n43,x\n", "x.csv:line 2:lon: is not a number: x (write degrees as a number"),
        ("x.csv", "lat,lon\n43,\n", "x.csv:line 2:lon: is empty"),
        ("x.csv", "lat,lon\n43,51,7\n", "x.csv:line 2:-: has 3 cells, the first line has 2"),
        ("x.csv", "lat,lon\n", "holds no objects"),
        ("x.csv", "lat;lon\n", "holds no objects"),
        ("x.csv", "name,wkt\na,POINT (51)\n", "x.csv:line 2:wkt: is no geometry in WKT: POINT (51)"),
        ("x.csv", "name,wkt\na,\n", "x.csv:line 2:wkt: has no geometry"),
        ("x.csv", 'lat,lon\n43,"51\n', "cannot be read as CSV: line 2"),
        ("x.csv", "lat,lon\n43,nan\n", "is not a number: nan"),
        ("x.csv", "a\0b", "is no text"),
        ("x.csv", "x" * 1_000_000, "has no columns that say where"),
        ("x.kml", "<kml>", "is not XML: line 1, column 6"),
        ("x.kml", "<kml/>", "holds no objects"),
        ("x.kml", "<kml><Placemark><name>a</name></Placemark></kml>", "object 1:-: has no geometry"),
        (
            "x.kml",
            "<kml><Placemark><Point><coordinates>a,b</coordinates></Point></Placemark></kml>",
            "has coordinates that cannot",
        ),
        ("x.kml", "<kml><Placemark><Point/></Placemark></kml>", "has coordinates that cannot be read"),
        ("x.kml", "<kml><Placemark><Polygon/></Placemark></kml>", "has coordinates that cannot be read"),
        ("x.kml", '<?xml version="1.0" encoding="no-such"?><kml/>', "is"),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else None,
)
def test_what_cannot_be_shown_is_told(file: str, content: str, said: str):
    """Row 56."""
    assert said in "\n".join(problems(file, content))


def test_all_problems_are_told_at_once():
    text = "lat,lon\nx,y\n43,51\n?,\n"
    assert [line.split(": ")[0] for line in problems("x.csv", text)] == [
        "x.csv:line 2:lon", "x.csv:line 2:lat", "x.csv:line 4:lon", "x.csv:line 4:lat",
    ]  # fmt: skip


def test_very_many_problems_are_counted():
    told = problems("x.csv", "lat,lon\n" + "x,y\n" * 300)
    assert len(told) == own.MOST_TOLD + 1
    assert "500 more problems of this file are not listed" in told[-1]


def test_latin_letters_of_old_are_told_with_their_line():
    assert (
        "is not UTF-8: line 2 (save it in the encoding UTF-8)"
        in problems("x.csv", "lat,lon\nAlmatı,é".encode("cp1254"))[0]
    )


def test_swapped_coordinates_within_the_bounds_are_guessed_by_the_map():
    (told,) = problems("x.geojson", collection(point(43, 71), point(44, 72)))
    assert told.endswith("(longitude comes first; the two are swapped)")
    (told,) = problems("x.csv", "lat,lon\n10,-70\n")
    assert told.endswith("(choose a file about places that are on the map)")


@pytest.mark.parametrize(
    "entity",
    [
        '<!DOCTYPE kml [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE kml SYSTEM "http://127.0.0.1/a.dtd">',
        '<!DOCTYPE kml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY e "&b;&b;&b;&b;&b;">]>',
    ],
    ids=["another file", "another host", "a bomb"],
)
def test_a_document_type_is_refused(entity: str):
    """Row 59."""
    mark = "<Placemark><name>&e;</name><Point><coordinates>51,43</coordinates></Point></Placemark>"
    (told,) = problems("x.kml", f'<?xml version="1.0"?>{entity}<kml>{mark}</kml>')
    assert "has a document type (DOCTYPE), which could name other files (take the line with <!DOCTYPE out)" in told


@pytest.mark.parametrize(
    ("most", "file", "content"),
    [
        ("MOST_FEATURES", "x.csv", "lat,lon\n" + "43,51\n" * 5),
        ("MOST_POSITIONS", "x.geojson", collection({"type": "LineString", "coordinates": [[50, 40]] * 5})),
        ("MOST_LETTERS", "x.csv", "lat,lon,a\n43,51,aaaaa\n"),
    ],
)
def test_more_than_may_be_is_told_with_the_limit(monkeypatch: pytest.MonkeyPatch, most: str, file: str, content: str):
    monkeypatch.setattr(own, most, 4)
    (told,) = problems(file, content)
    assert "more than 4" in told
    assert "(leave out what need not be seen, or simplify its lines)" in told


def test_a_file_that_is_too_large_is_not_looked_at():
    (told,) = problems("x.geojson", b"\xff" * (own.MOST_BYTES + 1))
    assert "is larger than 20 MB" in told


def test_collections_in_collections_are_refused():
    value: dict[str, object] = point(51, 43)
    for _ in range(50):
        value = {"type": "GeometryCollection", "geometries": [value]}
    assert "has a geometry that cannot be read" in problems("x.geojson", collection(value))[0]


# ---- what is packed


def test_a_bomb_is_refused_by_what_it_says(shapefile: Callable[..., dict[str, bytes]]):
    parts = shapefile() | {"ports.dbf": bytes(formats.MOST_UNPACKED + 1)}
    bomb = packed(parts)
    assert len(bomb) < 200_000
    assert "is larger than 60 MB when unpacked" in problems("x.zip", bomb)[0]


def test_a_bomb_that_lies_is_refused_while_it_is_unpacked(
    shapefile: Callable[..., dict[str, bytes]], monkeypatch: pytest.MonkeyPatch
):
    """Its sizes as they are stored are small; the limit is one that a small test can pass."""
    monkeypatch.setattr(formats, "MOST_UNPACKED", 2000)
    bomb = bytearray(packed(shapefile() | {"ports.dbf": bytes(100_000)}))
    size = (100_000).to_bytes(4, "little")
    assert bomb.count(size) == 2, "in the member's own header and in the list at the end"
    told = problems("x.zip", bytes(bomb.replace(size, (10).to_bytes(4, "little"))))
    assert "is larger than" in told[0] or "cannot be unpacked" in told[0]


@pytest.mark.parametrize(
    "name", ["../ports.shp", "a/../../ports.shp", "/etc/ports.shp", "..\\ports.shp", "C:\\ports.shp"]
)
def test_a_way_out_of_the_folder_is_refused(shapefile: Callable[..., dict[str, bytes]], name: str):
    told = problems("x.zip", packed(shapefile() | {name: b"x"}))
    assert "would be written outside its folder" in told[0]


def test_a_link_is_refused(shapefile: Callable[..., dict[str, bytes]]):
    target = io.BytesIO(packed({name: part for name, part in shapefile().items() if not name.endswith(".dbf")}))
    link = zipfile.ZipInfo("ports.dbf")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    assert "x.zip:ports.dbf:-: is a link to another file" in problems("x.zip", target.getvalue())[0]


@pytest.mark.parametrize(
    ("more", "less", "said"),
    [
        ({"inner.zip": b"PK"}, (), "x.zip:inner.zip:-: is packed within what is packed"),
        ({}, (".shp", ".shx"), "holds 0 Shapefiles, not one"),
        ({"other.shp": b""}, (), "holds 2 Shapefiles, not one"),
        ({}, (".dbf",), "has no .dbf beside the .shp"),
        ({}, (".shx",), "has no .shx beside the .shp"),
        ({"ports.shp": b"<OGRVRTDataSource/>"}, (), "is no Shapefile"),
        ({str(number): b"" for number in range(101)}, (), "holds more than 100 files"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else None,
)
def test_only_the_parts_of_one_shapefile_are_taken(
    shapefile: Callable[..., dict[str, bytes]], more: dict[str, bytes], less: tuple[str, ...], said: str
):
    parts = {name: part for name, part in shapefile().items() if not name.endswith(less)} if less else shapefile()
    assert said in problems("x.zip", packed(parts | more))[0]


def test_a_shapefile_in_metres_that_does_not_say_so_is_refused(shapefile: Callable[..., dict[str, bytes]]):
    parts = shapefile("EPSG:3857")
    del parts["ports.prj"]
    assert (
        "does not say in which reference system it is, and it is not in degrees (add the .prj file"
        in problems("x.zip", packed(parts))[0]
    )


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_truncated_file_is_told(
    shapefile: Callable[..., dict[str, bytes]], table: geopandas.GeoDataFrame, tmp_path: Path, share: float
):
    table.to_file(tmp_path / "ports.gpkg", driver="GPKG")
    package = (tmp_path / "ports.gpkg").read_bytes()
    whole = packed(shapefile())
    assert "cannot be unpacked" in problems("x.zip", whole[: int(len(whole) * share)])[0]
    problems("x.gpkg", package[: int(len(package) * share)])


# ---- anything at all

STARTS = (
    b"",
    b"{",
    b'{"type": "FeatureCollection", "features": [',
    b"lat,lon\n",
    b"wkt;a\n",
    b"<kml><Placemark>",
    b"PK\x03\x04",
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    ending=st.sampled_from([".geojson", ".csv", ".kml", ".zip", ".json"]),
    start=st.sampled_from(STARTS),
    rest=st.binary(max_size=400),
)
@example(ending=".csv", start=b"wkt\n", rest=b"POINT (1e400 1)")
@example(ending=".csv", start=b"lat,lon\n", rest=b"\r")
def test_any_bytes_give_a_layer_or_words(ending: str, start: bytes, rest: bytes):
    """Row 56: never another error, never long."""
    began = time.process_time()
    assert all(problem.problem and problem.remedy for problem in told(f"x{ending}", start + rest))
    assert time.process_time() - began < SECONDS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["type", "coordinates", "geometries", "properties", "geometry", "crs", "name", "id"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    ["Point", "LineString", "Polygon", "MultiPoint", "MultiPolygon", "GeometryCollection", "Feature", "?"]
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(kind=KINDS, coordinates=JSON, more=JSON)
def test_any_json_gives_a_layer_or_words(kind: str, coordinates: object, more: object):
    """Row 56."""
    geometry = {"type": kind, "coordinates": coordinates, "geometries": [coordinates, more]}
    value = {
        "type": "FeatureCollection",
        "crs": more,
        "features": [{"type": "Feature", "properties": more, "geometry": geometry}, more],
    }
    assert all(problem.problem and problem.remedy for problem in told("x.geojson", json.dumps(value).encode()))


@lru_cache
def stored() -> dict[str, bytes]:
    """The parts of a sound file of each kind that GDAL reads."""
    line = geopandas.GeoDataFrame({"name": ["a"]}, geometry=[LineString([(50, 40), (51, 41)])], crs="EPSG:4326")
    with TemporaryDirectory() as folder:
        line.to_file(Path(folder) / "x.gpkg", driver="GPKG")
        line.to_file(Path(folder) / "x.shp", driver="ESRI Shapefile")
        return {path.name: path.read_bytes() for path in Path(folder).glob("x.*")}


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    part=st.sampled_from(["x.gpkg", "x.shp", "x.shx", "x.dbf", "x.prj"]),
    at=st.floats(0, 1),
    junk=st.binary(max_size=60),
)
def test_what_gdal_reads_may_be_damaged_anywhere(part: str, at: float, junk: bytes):
    """Row 56: only GDAL's own crash would end the process, which is why it has one of its own."""
    sound = stored()[part]
    place = int(at * len(sound))
    damaged = sound[:place] + junk + sound[place + len(junk) :]
    if part == "x.gpkg":
        told(part, damaged)
        return
    parts = {name: content for name, content in stored().items() if name != "x.gpkg"}
    told("x.zip", packed(parts | {part: damaged}))
