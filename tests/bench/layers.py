"""An atlas of N invented features, the same on every machine: a third places, two thirds lines of twenty positions.

It is what the benchmark serves, to the product and to the two programs it is compared with. Each feature has names
in five languages, a note, a source and a dated history, so that the date and the panel have something to say. There
is no base map: the others would take theirs from other hosts.
"""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from shapely.geometry import shape

from geodata.tiled import write_package

SEED = 20251022
SIZES = (50, 1_000, 10_000, 100_000)
VERTICES = 20
WEST, SOUTH, EAST, NORTH = 46.0, 38.0, 56.0, 47.0
FIRST_YEAR, LAST_YEAR = 1990, 2040
NEWEST_FACT = 2025
THIS_YEAR = 2025
"""The year that is shown first; every feature has begun by then."""
OLDEST = 35
"""So many years before the newest fact the first features begin, in each year about as many."""
SOURCE = "bench-source"

PLACES = {
    "port": {"kk": "Порт", "en": "Port", "ru": "Порт", "az": "Liman", "tr": "Liman"},
    "rail_station": {"kk": "Бекет", "en": "Station", "ru": "Станция", "az": "Stansiya", "tr": "İstasyon"},
    "city": {"kk": "Қала", "en": "City", "ru": "Город", "az": "Şəhər", "tr": "Şehir"},
}
RAILWAY = {"kk": "Теміржол", "en": "Railway", "ru": "Железная дорога", "az": "Dəmir yolu", "tr": "Demiryolu"}
PIPELINE = {"kk": "Мұнай құбыры", "en": "Pipeline", "ru": "Нефтепровод", "az": "Neft kəməri", "tr": "Boru hattı"}
FIBRE = {"kk": "Талшық", "en": "Fibre", "ru": "Оптоволокно", "az": "Lif", "tr": "Fiber"}
LINES = {
    "rail": ("railway", RAILWAY),
    "oil-gas": ("oil_pipeline", PIPELINE),
    "fibre": ("terrestrial_fibre", FIBRE),
}
NOTE = {
    "kk": "Өлшеуге арналған ойдан шығарылған нысан.",
    "en": "Invented for measuring; nothing of it is true.",
    "ru": "Вымышленный объект для измерений.",
    "az": "Ölçmək üçün uydurulmuş obyekt.",
    "tr": "Ölçüm için uydurulmuş nesne.",
}
LAYERS = ("ports", *LINES)

_ATLAS = """\
id: bench-atlas
title: {{kk: Өлшеу атласы, en: Bench atlas, ru: Атлас для измерений, az: Ölçmə atlası, tr: Ölçüm atlası}}
text: {{en: Invented features for measuring}}
date: 2026-01-01
opening: {{zoom: 6, latitude: 42.7, longitude: 51.0}}
frame: {{west: {WEST}, south: {SOUTH}, east: {EAST}, north: {NORTH}}}
span: {{first: {FIRST_YEAR}, last: {LAST_YEAR}}}
layers:
{layers}
border_note: {{en: No borders are drawn}}
counts:
  features: {size}
  events: {events}
  sources: 1
  figures: 0
  statements: 0
  commentary: 0
  documents: 0
  people: 0
  briefings: 0
"""
_LAYER = """\
  - id: {id}
    names: {{kk: {id}, en: {id}, ru: {id}, az: {id}, tr: {id}}}
    text: {{en: Invented}}"""
_SOURCES = f"""\
- id: {SOURCE}
  publisher: The benchmark
  title: A generator of features
  language: en
"""
EVENTS = 24
_EVENT = """\
- id: event-{number}
  date: {year}
  about: [{about}]
  kind: opening
  title: {{en: Opening {number}}}
  text: {{en: Invented}}
  sources: [{source}]
"""


def write(folder: Path, size: int, *, tiled: bool = False) -> None:
    """Write the atlas of ``size`` features into a folder that may exist.

    ``tiled``: its layers are too large for memory (docs/large-layers.md); their tiles are still to be made.
    """
    for name in ("layers", "events", "sources"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    layers = "\n".join(_LAYER.format(id=layer) + ("\n    tiled: true" if tiled else "") for layer in LAYERS)
    bounds = {"WEST": WEST, "SOUTH": SOUTH, "EAST": EAST, "NORTH": NORTH}
    years = {"FIRST_YEAR": FIRST_YEAR, "LAST_YEAR": LAST_YEAR}
    (folder / "atlas.yaml").write_text(
        _ATLAS.format(layers=layers, size=size, events=EVENTS, **bounds, **years), encoding="utf-8"
    )
    (folder / "sources" / "sources.yaml").write_text(_SOURCES, encoding="utf-8")
    events = [
        _EVENT.format(number=number, year=FIRST_YEAR + number, about=_id(number), source=SOURCE)
        for number in range(EVENTS)
    ]
    (folder / "events" / "events.yaml").write_text("".join(events), encoding="utf-8")
    members: dict[str, list[dict[str, Any]]] = {layer: [] for layer in LAYERS}
    for layer, feature in features(size):
        members[layer].append(feature)
    for layer, found in members.items():
        if tiled:
            rows = ((one["id"], json.dumps(one["properties"]), shape(one["geometry"]).wkb) for one in found)
            write_package(folder / "layers" / f"{layer}.gpkg", rows)
            continue
        collection = {"type": "FeatureCollection", "features": found}
        text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
        (folder / "layers" / f"{layer}.geojson").write_text(text, encoding="utf-8")


def features(size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The features with their layers; those of a smaller size are the first of a larger one."""
    dice = random.Random(SEED)  # noqa: S311 - the same features every time, not a secret
    kinds, lines = tuple(PLACES.items()), tuple(LINES.items())
    for number in range(size):
        at = (dice.uniform(WEST + 0.5, EAST - 0.5), dice.uniform(SOUTH + 0.5, NORTH - 0.5))
        if number % 3 == 0:
            kind, word = kinds[number // 3 % len(kinds)]
            geometry = {"type": "Point", "coordinates": _rounded(at)}
            yield "ports", _feature(kind, word, number, geometry, _history(dice, number))
        else:
            layer, (kind, word) = lines[(number + number // 3) % len(lines)]
            geometry = {"type": "LineString", "coordinates": _course(dice, at)}
            yield layer, _feature(kind, word, number, geometry, _history(dice, number), drawn="surveyed")


def first_year(feature: dict[str, Any]) -> int:
    """The year from which a feature is on the map."""
    return int(feature["properties"]["history"][0]["date"][:4])


def name(feature: dict[str, Any], language: str = "en") -> str:
    """What a feature is called."""
    return feature["properties"]["names"][language]


def _feature(
    kind: str, word: dict[str, str], number: int, geometry: dict[str, Any], history: list[dict[str, Any]],
    **more: str,
) -> dict[str, Any]:  # fmt: skip
    names = {language: f"{text} {number}" for language, text in word.items()}
    said = {"names": names, "kind": kind, "history": history, "note": NOTE, "sources": [SOURCE]}
    return {"type": "Feature", "id": _id(number), "properties": said | more, "geometry": geometry}


def _id(number: int) -> str:
    return f"line-{number}" if number % 3 else f"place-{number}"


def _history(dice: random.Random, number: int) -> list[dict[str, Any]]:
    begun = NEWEST_FACT - number % OLDEST
    built = dice.randint(begun, NEWEST_FACT)
    changes: list[dict[str, Any]] = [
        {"date": str(begun), "status": "planned", "sources": [SOURCE]},
        {"date": f"{built}-0{dice.randint(1, 9)}", "status": "operating", "sources": [SOURCE]},
    ]
    if dice.random() < 0.2:  # one in five is to be closed
        year = str(dice.randint(2030, LAST_YEAR - 1))
        changes.append({"date": year, "status": "retired", "promise": True, "sources": [SOURCE]})
    return changes


def _course(dice: random.Random, start: tuple[float, float]) -> list[list[float]]:
    """A line that wanders in about one direction and stays inside the frame."""
    x, y = start
    dx, dy = dice.uniform(-0.06, 0.06), dice.uniform(-0.06, 0.06)
    course = []
    for _ in range(VERTICES):
        course.append(_rounded((x, y)))
        if not WEST + 0.2 < x + dx < EAST - 0.2:
            dx = -dx
        if not SOUTH + 0.2 < y + dy < NORTH - 0.2:
            dy = -dy
        x, y = x + dx + dice.uniform(-0.01, 0.01), y + dy + dice.uniform(-0.01, 0.01)
    return course


def _rounded(position: tuple[float, float]) -> list[float]:
    return [round(position[0], 4), round(position[1], 4)]
