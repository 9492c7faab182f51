"""The measurements as a page: one table for each size, each program with its ratio to ours."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

OURS = "ours"
TITLES = {OURS: "Caspian Corridors", "streamlit-folium": "streamlit-folium", "dash-leaflet": "dash-leaflet"}
SESSIONS = (1, 10, 50, 200)
"""So many people click at the same time."""


class Row(NamedTuple):
    """One line of a table: what the results call it, what the reader does, and how its values become one."""

    key: str
    label: str
    unit: str
    reduce: Callable[[Sequence[float]], float]


def p95(values: Sequence[float]) -> float:
    """The value below which 95 of 100 lie."""
    return sorted(values)[min(len(values) - 1, int(0.95 * len(values)))]


ROWS = (
    Row("start", "Server: start until it answers", "s", statistics.median),
    Row("cold load", "Cold load: until all features are drawn", "ms", statistics.median),
    Row("bytes", "Cold load: bytes received", "MB", statistics.median),
    Row("mark", "Click → mark", "ms", statistics.median),
    Row("panel", "Click → panel", "ms", statistics.median),
    Row("date", "Date → redraw", "ms", statistics.median),
    Row("search", "Search → selected: letters → hits, Enter → panel", "ms", statistics.median),
    Row("remounts", "Remounts of the map in all of this", "", max),
    *(Row(f"panel at {count}", f"Click → panel, p95, sessions at once: {count}", "ms", p95) for count in SESSIONS),
    *(Row(f"page at {count}", f"… the same by the page's own run: {count}", "ms", p95) for count in SESSIONS),
    Row("cpu", "Server: processor time per click", "ms", statistics.median),
    Row("memory", "Server: memory per session", "MB", statistics.median),
    Row("memory all", "Server: memory with the most sessions", "MB", max),
)
HEAD = """\
# Performance

Written by `make bench`; do not edit. A number is the median of several runs unless it says p95; in brackets stands how
many times as much it is as ours. How it is measured stands below the tables.

"""
METHOD = """\
## How it is measured

`tests/bench/` holds all of it. `make bench N="50 1000"` chooses sizes, `SECONDS_AT_ONCE=10` how long the crowd
clicks.

- **The data** are invented, the same on every machine: a third places, two thirds lines of 20 positions, with names
  in five languages, a note, a source and a dated history (`layers.py`). None of the programs draws a background.
- **streamlit-folium** is the program that most people write (`baseline_streamlit_folium.py`): the map is built anew
  whenever the script runs. It is written well of its kind: data read once, one GeoJson, canvas, only the click
  returned.
- **dash-leaflet** is the same with Dash as its documentation advises (`baseline_dash_leaflet.py`): the browser
  fetches the data once, compressed, and filters them itself; one gunicorn worker with 16 threads serves it.
- **No program reaches another host.** The scripts that Folium takes from elsewhere are answered by the benchmark:
  Leaflet from the package XStatic-Leaflet, all others (jQuery, Bootstrap, icons), which this page does not use, with
  nothing. Their bytes count only as far as they were answered.
- **Times in the browser** run from the event (the pointer goes up, a key goes down, a letter comes in) until the
  change has been painted, for the panel until it is in the page. A hand rests 150 ms on the place before it clicks,
  and before it presses Enter on what it has typed; our map uses that rest to fetch the panel. The rest itself is not
  counted: a search is the time from the letters to the list plus that from Enter to the panel. streamlit-folium
  itself waits 250 ms before it tells of a click.
- **Bytes** are counted for the first visitor of a server, whose time is left out: counting takes the browser time.
- **Mark**: our map draws the outline of what is chosen; the other two open its popup.
- **Sessions at once** are no browsers but one other process that speaks each server's own protocol (`load.py`): every
  person clicks every 2 s on a random feature, and who waits longer clicks again at once. Our browser fetches the
  panel by address and tells the page of the click at the same time: the panel is there with the first of the two, and
  both are listed.
- **Processor time and memory** are the server's with its children, from /proc. Memory per session is what 50 sessions
  add.
- *fails* means: an error, or no answer within the time allowed (a minute in the browser, 30 s in the crowd, two
  minutes to open all sessions); *–* means not measured, because something before it failed, or because the program
  has no such thing.
"""


def render(results: Mapping[str, Any]) -> str:
    """The page.

    ``results`` has ``about`` (lines on machine, day and versions) and ``sizes``: number of features -> program ->
    ``values`` (name of a row -> measurements) and ``failed`` (name of a row -> why).
    """
    parts = [HEAD, *(f"- {line}\n" for line in results["about"])]
    for size, programs in results["sizes"].items():
        parts += [f"\n## {int(size):,} features\n\n".replace(",", " "), _table(programs), _failures(programs)]
    return "".join([*parts, "\n", METHOD])


def _table(programs: Mapping[str, Any]) -> str:
    names = [name for name in TITLES if name in programs]
    lines = [" | ".join(["What", *(TITLES[name] for name in names)]), " | ".join(["---", *("---:" for _ in names)])]
    for row in ROWS:
        cells = [_cell(row, programs[name], programs.get(OURS), ours_itself=name == OURS) for name in names]
        if any(cell != "–" for cell in cells):
            lines.append(" | ".join([row.label, *cells]))
    return "".join(f"| {line} |\n" for line in lines)


def _cell(row: Row, program: Mapping[str, Any], ours: Mapping[str, Any] | None, *, ours_itself: bool = False) -> str:
    values = program["values"].get(row.key)
    if not values:
        return "fails" if row.key in program["failed"] else "–"
    value = row.reduce(values)
    text = f"{_number(value)} {row.unit}".strip()
    if row.key in program["failed"]:
        text += ", then fails"
    others = ours["values"].get(row.key) if ours and not ours_itself else None
    if others and (base := row.reduce(others)) > 0:
        text += f" ({_number(value / base)}×)"
    return text


def _number(value: float) -> str:
    """Three digits are enough."""
    if value >= 100:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.3g}"


def _failures(programs: Mapping[str, Any]) -> str:
    told = [
        f"- {TITLES[name]}, {what}: {why}\n"
        for name, program in programs.items()
        for what, why in program["failed"].items()
    ]
    return "".join(["\nWhat failed:\n\n", *told]) if told else ""
