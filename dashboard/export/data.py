"""Scene -> the objects that it shows as GeoJSON, GeoPackage and CSV.

Each file says by itself from which release it is, for which date, under which licence, and on which sources each
value rests. Words for machines (status, kind, ids) stay as they are in the atlas; names come in all five languages.
A table has two CSV files, objects and figures, because one row can hold one figure only and none may be left out.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas
import pandas as pd
from pyogrio import write_dataframe
from pyogrio.errors import DataSourceError, FeatureError
from shapely.geometry import mapping

from dashboard.scene import Scene
from dashboard.table import shown
from dashboard.words import N_
from geodata.model import LANGUAGES, Feature, Figure, Id, Source

LICENCE = "MIT, © Caspian Corridors contributors; positions of places partly from GeoNames (CC BY 4.0)"
FORMULA = re.compile("(^|[;\t\r\n])(?=[\\s\"']*[=+@＝＋－＠\t\r-])")
"""Before what a spreadsheet would run as a formula.

That is how a cell begins, or how it goes on after what is the end of a cell elsewhere: where a comma stands before
decimals, as in our readers' countries, spreadsheets cut a line at its semicolons, quoted or not.
"""

Row = dict[str, Any]


def geojson(scene: Scene) -> bytes:
    """The objects shown with their figures and sources (RFC 7946, WGS 84)."""
    features = shown(scene)
    members = [
        {
            "type": "Feature",
            "id": feature.id,
            "properties": _object(scene, feature)
            | {
                "figures": [_figure(scene, figure) for figure in scene.atlas.figures_about(feature.id)],
                "sources": list(scene.sources_of(feature)),
            },
            "geometry": mapping(feature.geometry) if feature.geometry else None,
        }
        for feature in features
    ]
    sources = [_source(scene.atlas.sources[id]) for id in _all_sources(scene, features)]
    collection = {"type": "FeatureCollection", **_about(scene), "sources": sources, "features": members}
    return json.dumps(collection, ensure_ascii=False, indent=1, default=_plain).encode()


def geopackage(scene: Scene) -> bytes:
    """The objects shown as a GeoPackage: layers by geometry, and tables of figures, sources and where it is from.

    Raises:
        OSError: there is no room for it in the folder of temporary files.
    """
    features = shown(scene)
    kinds = {"Point": "places", "LineString": "lines", "Polygon": "areas"}
    layers: dict[str, list[Feature]] = {}
    for feature in features:
        form = feature.geometry.geom_type.removeprefix("Multi") if feature.geometry else ""
        layers.setdefault(kinds.get(form, "without_place"), []).append(feature)
    figures = [figure for feature in features for figure in scene.atlas.figures_about(feature.id)]
    tables = {
        "figures": [_flat(_figure(scene, figure)) for figure in figures],
        "sources": [_flat(_source(scene.atlas.sources[id])) for id in _all_sources(scene, features)],
        "about": [_flat(_about(scene))],
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "atlas.gpkg"
        try:
            for name, members in layers.items():
                rows = [_flat(_object(scene, feature) | _cited(scene, feature)) for feature in members]
                if name == "without_place":
                    tables[name] = rows
                    continue
                shapes = [feature.geometry for feature in members if feature.geometry is not None]
                frame = geopandas.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4326")
                write_dataframe(frame, path, layer=name, driver="GPKG", promote_to_multi=name != "places")
            for name, rows in tables.items():
                if rows:
                    write_dataframe(pd.DataFrame(rows), path, layer=name, driver="GPKG")
        except (DataSourceError, FeatureError) as error:
            raise OSError(f"no GeoPackage can be written in {folder}") from error
        return path.read_bytes()


def objects_csv(scene: Scene) -> bytes:
    """One row for each object shown; a place with its position, a line without its course."""
    rows = [
        _object(scene, feature) | _position(feature) | _cited(scene, feature) | _about(scene)
        for feature in shown(scene)
    ]
    return _csv(rows)


def figures_csv(scene: Scene) -> bytes:
    """One row for each figure about an object shown."""
    figures = [figure for feature in shown(scene) for figure in scene.atlas.figures_about(feature.id)]
    return _csv([_figure(scene, figure) | _about(scene) for figure in figures])


def _about(scene: Scene) -> Row:
    return {
        "title": scene.atlas.description.title.en,
        "release": scene.atlas.release,
        "status_on": scene.day.isoformat(),
        "view": scene.view.address(),
        "licence": LICENCE,
        "credits": list(scene.atlas.description.credits),
    }


def _object(scene: Scene, feature: Feature) -> Row:
    status = scene.status(feature)
    return {
        "id": feature.id,
        **{f"name_{language}": feature.names.of(language) for language in LANGUAGES},
        "kind": feature.kind,
        "theme": feature.layer,
        "countries": list(feature.countries),
        "status": status.name if status else None,
        "since": str(status.since) if status else None,
        "promised": status.promised if status else None,
        "overdue_promise": f"{status.overdue.status} {status.overdue.date}" if status and status.overdue else None,
        "status_sources": list(status.sources) if status else [],
        "owners": list(feature.owners),
        "capacity": feature.capacity.value if feature.capacity else None,
        "capacity_unit": feature.capacity.unit if feature.capacity else None,
        "unlocode": feature.unlocode,
        "drawn": feature.drawn,
        "position_source": feature.position.source if feature.position else None,
        "accuracy_km": feature.position.accuracy_km if feature.position else None,
        "parts": list(feature.parts),
        "statements": [statement.id for statement in scene.atlas.statements_about(feature.id)],
    }


def _position(feature: Feature) -> Row:
    point = feature.geometry if feature.geometry is not None and feature.geometry.geom_type == "Point" else None
    longitude, latitude = point.coords[0][:2] if point is not None else (None, None)
    return {"longitude": longitude, "latitude": latitude}


def _cited(scene: Scene, feature: Feature) -> Row:
    return {"sources": [_named(scene.atlas.sources[id]) for id in scene.sources_of(feature)]}


def _figure(scene: Scene, figure: Figure) -> Row:
    atlas = scene.atlas
    return {
        "id": figure.id,
        "about": figure.about,
        "about_name": scene.words.name(atlas.features[figure.about].names),
        "property": figure.property,
        "property_name": scene.words.name(atlas.properties[figure.property].names),
        "value": figure.value,
        "unit": figure.unit,
        "as_of": str(figure.as_of) if figure.as_of else None,
        "text": scene.said(figure.text).text,
        "note": scene.said(figure.note).text if figure.note else None,
        "confidence": figure.confidence,
        "conflicts_with": list(figure.conflicts_with),
        "sources": [_named(atlas.sources[id]) for id in figure.sources],
    }


def _source(source: Source) -> Row:
    return {
        "id": source.id,
        "publisher": source.publisher,
        "title": source.title,
        "url": source.url,
        "published": str(source.published) if source.published else None,
        "retrieved": str(source.retrieved) if source.retrieved else None,
        "language": source.language,
    }


def _named(source: Source) -> str:
    parts = (source.publisher, source.title, str(source.published or ""), source.url or "")
    return f"[{source.id}] {', '.join(part for part in parts if part)}"


def _all_sources(scene: Scene, features: Iterable[Feature]) -> tuple[Id, ...]:
    return tuple(dict.fromkeys(id for feature in features for id in scene.sources_of(feature)))


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"{value!r} has no place in JSON")


def _flat(row: Mapping[str, Any]) -> dict[str, object]:
    """A row whose lists are texts and whose numbers a database knows."""
    return {key: _cell(value) for key, value in row.items()}


def _cell(value: object) -> object:
    if isinstance(value, list):
        return "; ".join(str(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:f}" if isinstance(value, Decimal) else value


def _csv(rows: list[Row]) -> bytes:
    """UTF-8 with the mark by which Excel knows it."""
    text = io.StringIO()
    writer = csv.writer(text)
    if rows:
        writer.writerow(rows[0])
    writer.writerows([_safe(_cell(value)) for value in row.values()] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _safe(cell: object) -> object:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    return FORMULA.sub(r"\1'", cell) if isinstance(cell, str) and not _is_number(cell) else cell


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdecimal()


FILES: tuple[tuple[str, str, str, Callable[[Scene], bytes]], ...] = (
    (N_("GeoJSON"), "objects.geojson", "application/geo+json", geojson),
    (N_("GeoPackage"), "objects.gpkg", "application/geopackage+sqlite3", geopackage),
    (N_("CSV: objects"), "objects.csv", "text/csv", objects_csv),
    (N_("CSV: figures"), "figures.csv", "text/csv", figures_csv),
)
"""Every file of data: what it is called in words, its name, its media type, and what makes it."""
