"""A layer of a viewer's own as the browser gets it (rows 55, 59)."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

import dashboard
from dashboard import app, own
from dashboard.cli import OPTIONS
from dashboard.map.columns import columns
from dashboard.own import Own
from dashboard.shelf import LASTING, MOST_LAYERS, ROOM, shelf
from dashboard.words import Words
from geodata import Atlas, formats
from geodata.confined import LIMITS
from geodata.formats import parse
from geodata.model import LANGUAGES, Language
from geodata.own import MOST_BYTES, MOST_FEATURES, MOST_LETTERS, MOST_POSITIONS, Box, OwnError

FRAME = Box(20, 30, 95, 58)
HOSTILE = '<img src=x onerror="alert(1)">'
GEOMETRIES = [
    {"type": "MultiPoint", "coordinates": [[51, 43], [52, 44]]},
    {"type": "Polygon", "coordinates": [[[50, 40], [52, 40], [52, 42], [50, 40]]]},
    {"type": "Point", "coordinates": [-70, 10]},
]


@pytest.fixture
def layer() -> Own:
    features = [
        {
            "type": "Feature",
            "properties": {"name": f"{HOSTILE} {number}", "site": "javascript:alert(1)"},
            "geometry": one,
        }
        for number, one in enumerate(GEOMETRIES)
    ]
    content = json.dumps({"type": "FeatureCollection", "features": features}).encode()
    return Own.of(parse("mine.geojson", content, FRAME), FRAME)


def asked(**parts: object) -> Request:
    return Request(
        {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": [], "path_params": parts}
    )


def file_of(token: str) -> Response:
    return app.own_file(asked(token=token))


def panel_of(token: str, language: str, number: int) -> Response:
    return app.own_panel_file(asked(token=token, language=language, object=number))


def test_each_piece_has_a_row_with_the_number_of_its_object(layer: Own):
    found: dict[str, Any] = json.loads(gzip.decompress(layer.columns))
    assert found["ids"] == [0, 0, 1, 2]
    assert found["geometries"] == [1, 1, 3, 1]
    assert found["lengths"] == [1, 1, 1, 1, 1, 4, 1, 1]
    assert [name[-1] for name in found["names"]] == ["0", "1", "2"]


def test_the_browser_reads_it_as_it_reads_a_layer_of_the_atlas(layer: Own, atlas: Atlas):
    theirs = columns([atlas.features["port-aktau"]], atlas)
    assert json.loads(gzip.decompress(layer.columns)).keys() == {*theirs, "names"}


def test_it_is_framed_as_far_as_the_map_goes(layer: Own):
    assert layer.box == Box(50, 40, 52, 44)
    assert own.told(3, "token", layer)["kind"] == "own-3"
    assert own.told(6, "token", layer)["kind"] == "own-1"


def test_what_the_map_is_told_is_small(layer: Own):
    assert len(json.dumps(own.told(1, "t" * 32, layer))) < 300


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_panel_shows_texts_as_texts(layer: Own, language: Language):
    """Row 59: markup and addresses too."""
    html = own.panel(layer, 0, Words(language))
    assert f'lang="{language}"' in html
    assert "<img" not in html
    assert "&lt;img src=x onerror=&#34;alert(1)&#34;&gt; 0" in html
    assert "<td>javascript:alert(1)</td>" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_faults_are_told_in_the_language_of_the_page(language: Language):
    words = Words(language)
    with pytest.raises(OwnError) as refused:
        parse("<b>x.csv", f"lat,lon\n{HOSTILE},51\n".encode())
    html = own.faults(refused.value.file, refused.value.faults, words)
    assert words("line {n}", n=2) in html
    assert words("write degrees as a number, such as 43.65") in html
    assert "<img" not in html
    assert "<b>x.csv" not in html


def test_it_is_fetched_by_its_token_and_kept_by_nobody(layer: Own):
    token = shelf.put(layer)
    try:
        answer = file_of(token)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "private, no-store"
        assert gzip.decompress(bytes(answer.body)) == gzip.decompress(layer.columns)
        panel = panel_of(token, "kk", 1)
        assert panel.headers["cache-control"] == "private, no-store"
        assert bytes(panel.body).decode() == own.panel(layer, 1, Words("kk"))
        assert panel_of(token, "xx", 1).status_code == 404
        assert panel_of(token, "kk", 3).status_code == 404
    finally:
        shelf.remove(token)
    assert file_of(token).status_code == 404
    assert file_of(token).headers["cache-control"] == "private, no-store"
    assert panel_of(token, "kk", 1).status_code == 404


def test_the_documentation_names_the_limits_and_the_formats():
    text = (Path(dashboard.__file__).parents[1] / "docs" / "own-layers.md").read_text(encoding="utf-8")
    assert all(f"`{ending}`" in text for ending in formats._READERS)
    assert OPTIONS["server.maxUploadSize"] == MOST_BYTES // 1_000_000
    for said in (
        f"{MOST_BYTES // 1_000_000} MB; a Shapefile {formats.MOST_UNPACKED // 1_000_000} MB",
        f"{MOST_FEATURES:,}, {MOST_POSITIONS:,}, {MOST_LETTERS // 1_000_000} million".replace(",", " ").replace(
            "  ", ", "
        ),
        f"{MOST_LAYERS} for each viewer; {ROOM // 1_000_000} MB of all viewers",
        f"{LIMITS.processor} s of the processor, {LIMITS.memory // 1_000_000} MB of memory",
        "twelve hours" if LASTING == 12 * 3600 else "",
    ):
        assert said, "the time that a layer is kept"
        assert said in text, said
