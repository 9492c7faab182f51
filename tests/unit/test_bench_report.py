"""The page that the benchmark writes, from a few numbers."""

from datetime import date
from pathlib import Path

from geodata import check_atlas
from tests.bench import layers
from tests.bench.report import p95, render

OURS = {"values": {"cold load": [900.0, 1000.0, 1100.0], "remounts": [0], "cpu": [10.0]}, "failed": {}}
OTHER = {
    "values": {"cold load": [2500.0], "remounts": [8], "cpu": [1234.5]},
    "failed": {"date": "no answer", "cpu": "gave up"},
}
RESULTS = {"about": ["A machine"], "sizes": {"1000": {"ours": OURS, "streamlit-folium": OTHER}}}


def test_each_number_stands_beside_its_ratio_to_ours():
    lines = render(RESULTS).splitlines()
    assert "| Cold load: until all features are drawn | 1 000 ms | 2 500 ms (2.5×) |" in lines
    assert "- A machine" in lines
    assert "## 1 000 features" in lines


def test_there_is_no_ratio_to_nothing():
    assert "| Remounts of the map in all of this | 0 | 8 |" in render(RESULTS)


def test_what_failed_is_said_in_the_table_and_why_below_it():
    page = render(RESULTS)
    assert "| Date → redraw | – | fails |" in page
    assert "1 234 ms, then fails (123×)" in page
    assert "- streamlit-folium, date: no answer" in page


def test_what_nobody_measured_is_no_line():
    assert "Click → mark" not in render(RESULTS)
    assert "dash-leaflet |" not in render(RESULTS)


def test_a_program_alone_has_no_ratios():
    alone = {"about": [], "sizes": {"50": {"dash-leaflet": OTHER}}}
    assert "| Cold load: until all features are drawn | 2 500 ms |" in render(alone)


def test_95_of_100_are_below_p95():
    assert p95(range(100)) == 95
    assert p95([7.0]) == 7.0


def test_the_invented_atlas_is_the_same_every_time_and_sound(tmp_path: Path):
    layers.write(tmp_path, 50)
    assert check_atlas(tmp_path, today=date(2026, 1, 1)) == ((), ())
    assert list(layers.features(50)) == list(layers.features(80))[:50]
    kinds = [feature["geometry"]["type"] for _, feature in layers.features(30)]
    assert kinds.count("Point") == 10
    assert all(
        len(feature["geometry"]["coordinates"]) == 20
        for _, feature in layers.features(30)
        if feature["geometry"]["type"] == "LineString"
    )
