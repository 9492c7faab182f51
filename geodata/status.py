"""The status ladder, and which step of it an object stands on at a given day.

Transport and energy follow the ladder of Global Energy Monitor, cables the network status list of
the Open Fibre Data Standard; the two agree on these eight words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args

from geodata.dates import Edtf
from geodata.model import Feature, StatusChange, StatusName

LADDER: tuple[StatusName, ...] = get_args(StatusName)


@dataclass(frozen=True, kw_only=True)
class Status:
    """What an object is at a day: ``promised`` if it rests on a promise that is not yet due.

    ``overdue`` holds a promise that should have been kept by that day and of which no source says that it was.
    """

    name: StatusName
    since: Edtf
    promised: bool
    sources: tuple[str, ...]
    overdue: StatusChange | None = None


def begins(change: StatusChange) -> date:
    """The day from which a change counts: a fact from its first possible day, a promise from its last."""
    return change.date.latest if change.promise else change.date.earliest


def status_on(history: Sequence[StatusChange], day: date, today: date) -> Status | None:
    """The status on ``day`` as known ``today``; None before the first entry.

    A promise whose day has passed without a later confirmation changes nothing; it is handed over as ``overdue``.
    """
    current: StatusChange | None = None
    overdue: StatusChange | None = None
    for change in sorted(history, key=begins):
        if begins(change) > day:
            break
        if change.promise and begins(change) < today:
            if current is None or current.status != change.status:  # else it was kept ahead of time
                overdue = change
            continue
        if not change.promise and overdue and LADDER.index(change.status) >= LADDER.index(overdue.status):
            overdue = None  # kept, overtaken by a later step, or given up
        current = change
    if current is None:
        return None
    return Status(
        name=current.status,
        since=current.date,
        promised=current.promise,
        sources=current.sources,
        overdue=overdue,
    )


def changes(feature: Feature) -> list[dict[str, object]]:
    """A feature's history as plain data: from which day which status, and whether it is a promise."""
    return [
        {"from": begins(change).isoformat(), "status": change.status, "promise": change.promise}
        for change in sorted(feature.history, key=begins)
    ]
