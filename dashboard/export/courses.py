"""Lines that share a course are drawn side by side: the rule of the browser (dashboard/map/client/courses.js).

Positions are spherical Mercator (EPSG:3857), the whole world is 1, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from shapely import STRtree, box, points

SHARED = 1 / 6000
"""Lines nearer than this (about 5 km at 42° N) share a course."""
STEP = 1 / 9000
MOST_POSITIONS = 60_000
COINCIDENT = 1e-9
"""Beyond the errors of rounding."""
ALONG = 0.8
"""The least cosine of the angle between two lines that run along each other."""
EVEN_SLOTS = 8
EVEN_DIRECTIONS = 2
"""How many positions to each side a mean reaches that lets a line go over gently from one place to another."""
LEAST_SLOT = 0.05
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Course:
    """A part of a line in even steps.

    ``positions`` and ``shifts`` are n by 2: where the line is, and how far aside it is drawn, in units of the gap
    between two neighbours.
    """

    positions: Floats
    shifts: Floats

    def beside(self, gap: float) -> Floats:
        """Where the line is drawn (n by 2) when neighbours are ``gap`` apart, a length in the world of side 1."""
        return self.positions + self.shifts * gap


def separate(lines: Sequence[Sequence[Floats]]) -> list[tuple[Course, ...]]:
    """A place for each line beside the others along what it shares with them, on the side on which it runs.

    ``lines`` are the parts of each line, n by 2, in the order in which they are drawn. A line that shares nothing
    has no courses: it stays as it is.
    """
    parts = [[np.asarray(part, dtype=float) for part in line] for line in lines]
    if sum(len(part) for line in parts for part in line) > MOST_POSITIONS:
        return [() for _ in parts]
    walks = [(order, *_walk(part)) for order, line in enumerate(parts) for part in line]
    walks = [walk for walk in walks if len(walk[1])]
    if not walks:
        return [() for _ in parts]
    orders = np.repeat([order for order, _, _ in walks], [len(positions) for _, positions, _ in walks])
    slots = _slots(np.vstack([walk[1] for walk in walks]), np.vstack([walk[2] for walk in walks]), orders)
    courses: list[list[Course]] = [[] for _ in parts]
    shares = [False for _ in parts]
    start = 0
    for order, positions, directions in walks:
        slot = _even(slots[start : start + len(positions)], EVEN_SLOTS)
        dx, dy = (_even(values, EVEN_DIRECTIONS) for values in directions.T)
        courses[order].append(Course(positions, np.column_stack((-dy * slot, dx * slot))))
        shares[order] |= bool(np.any(np.abs(slot) > LEAST_SLOT))
        start += len(positions)
    return [tuple(found) if shared else () for found, shared in zip(courses, shares, strict=True)]


def _walk(part: Floats) -> tuple[Floats, Floats]:
    """Positions at even distances along a line, and the line's direction at each."""
    positions: list[Floats] = []
    directions: list[Floats] = []
    for index, (start, end) in enumerate(pairwise(part)):
        length = float(np.hypot(*(end - start)))
        if not length:
            continue
        steps = max(1, int(np.ceil(length / STEP)))
        along = np.arange(1 if index else 0, steps + 1)[:, None] / steps
        positions.append(start + (end - start) * along)
        directions.append(np.broadcast_to((end - start) / length, positions[-1].shape))
    if not positions:
        return np.empty((0, 2)), np.empty((0, 2))
    return np.vstack(positions), np.vstack(directions)


def _slots(positions: Floats, directions: Floats, orders: NDArray[np.int_]) -> Floats:
    """The place of each position among the lines that share its course: 0 in their middle, neighbours 1 apart."""
    x, y = positions.T
    tree = STRtree(np.asarray(points(positions)))
    here, there = tree.query(box(x - SHARED, y - SHARED, x + SHARED, y + SHARED))
    cosine = (directions[here] * directions[there]).sum(axis=1)
    shared = (orders[there] != orders[here]) & (np.abs(cosine) > ALONG)
    shared &= np.hypot(*(positions[here] - positions[there]).T) < SHARED
    here, there, cosine = here[shared], there[shared], cosine[shared]
    # for two lines, the earlier one first: how far to its right the later one runs, in all that they share
    away, along = positions[there] - positions[here], directions[here]
    right = np.where(orders[here] < orders[there], away[:, 1] * along[:, 0] - away[:, 0] * along[:, 1], 0)
    _, couple = np.unique(np.sort(orders[np.column_stack((here, there))]), axis=0, return_inverse=True)
    # lines on the very same course are told apart by their order
    side = np.where(np.bincount(couple, weights=right) < -COINCIDENT, -1, 1)[couple]
    # each position with each line that shares its course there
    found, which = np.unique(np.column_stack((here, orders[there], side)), axis=0, return_inverse=True)
    here, other, side = found.T
    opposed = np.bincount(which, weights=np.sign(cosine)) < 0
    slots = np.zeros(len(positions))
    np.subtract.at(slots, here, np.where((orders[here] < other) | opposed, side, -side) / 2)
    return slots


def _even(values: Floats, reach: int) -> Floats:
    """The mean over ``reach`` neighbours to each side, twice."""
    window = np.ones(2 * reach + 1)
    counts = np.convolve(np.ones(len(values)), window)[reach:-reach]
    for _ in range(2):
        values = np.convolve(values, window)[reach:-reach] / counts
    return values
