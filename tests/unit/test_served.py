"""What browsers fetch by address, and the addresses themselves (rows 47, 58)."""

import asyncio
import json
import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response

import dashboard
from dashboard import app, served
from dashboard.cli import OPTIONS
from dashboard.served import panel_html
from dashboard.view import View
from geodata import Atlas


def get(path: str, release: str | None = None, version: str = "", **headers: str) -> Response:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": version.encode(),
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
        "path_params": {"release": release or served.served().atlas.release, "path": path},
    }
    # in a thread of its own: the browser tests of the same run keep an event loop in this one
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, app.atlas_file(Request(scope))).result()


def panel(id: str, language: str = "en", release: str | None = None, query: bytes = b"") -> Response:
    release = release or served.served().atlas.release
    parts = {"release": release, "language": language, "id": id}
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": query, "headers": [], "path_params": parts}
    return app.panel_file(Request(scope))


def test_a_panel_is_the_very_html_that_the_page_places(atlas: Atlas):
    response = panel("port-aktau", query=b"today=2026-11-23&date=2030")
    assert "immutable" in response.headers["cache-control"]
    view = View.from_query({"lang": "en", "select": "port-aktau", "date": "2030"}, atlas)
    assert bytes(response.body).decode() == panel_html(served.served(), view.subject, date(2026, 11, 23))
    assert b"Port of Aktau" in bytes(response.body)


def test_nobody_keeps_an_answer_under_another_programs_address():
    """While replicas are updated one after another."""
    version = served.served().version
    kept = "public, max-age=31536000, immutable"
    for asked, expected in ((version, kept), ("", kept), ("another", "no-cache")):
        assert get("map.js", version=asked).headers["cache-control"] == expected
        assert panel("port-aktau", query=f"version={asked}".encode()).headers["cache-control"] == expected


def test_the_overview_is_the_panel_of_nothing():
    assert b'class="panel overview"' in bytes(panel("overview", query=b"today=2026-11-23").body)


@pytest.mark.parametrize(
    "wrong", [{"id": "port-of-nowhere"}, {"language": "xx"}, {"release": "2020-01-01-000000000000"}]
)
def test_a_panel_of_nothing_known_is_not_there(wrong: dict[str, str]):
    asked = {"id": "port-aktau", "language": "en", "release": served.served().atlas.release} | wrong
    assert panel(asked["id"], asked["language"], asked["release"]).status_code == 404


def test_a_bad_day_is_today():
    assert panel("port-aktau", query=b"today=soon&date=never").status_code == 200


def test_a_newer_program_does_not_find_an_older_ones_files_in_the_cache(monkeypatch: pytest.MonkeyPatch):
    """The release says which content; the version says which program too."""
    before = served.served()
    monkeypatch.setattr(served, "CLIENT_PARTS", ("tools.js",))
    after = served.Served.of(before.atlas)
    assert after.atlas.release == before.atlas.release
    assert after.version != before.version


def test_layers_are_geojson_with_every_feature(atlas: Atlas):
    ids = set()
    for layer in atlas.description.layers:
        response = get(f"layers/{layer.id}.geojson")
        assert response.media_type == "application/geo+json"
        collection = json.loads(bytes(response.body))
        assert collection["type"] == "FeatureCollection"
        ids |= {feature["id"] for feature in collection["features"]}
    assert ids == set(atlas.features)


def test_files_of_a_release_may_be_kept_for_ever():
    response = get("events.json", accept_encoding="gzip, br")
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-encoding"] == "gzip"
    assert get("events.json", if_none_match=response.headers["etag"]).status_code == 304


def test_what_the_map_needs_first_comes_in_one_piece():
    now = served.served()
    assert len(now.first) > len(now.atlas.description.layers)
    data = {path: json.loads(now.files[path].content) for path in now.first if path.endswith("json")}
    assert json.loads(bytes(get("opening.json").body)) == data


@pytest.mark.parametrize("path", ["../../pyproject.toml", "..%2f..%2fetc/passwd", "layers/none.geojson", ""])
def test_nothing_else_is_handed_out(path: str):
    assert get(path).status_code == 404


def test_another_release_is_not_there():
    assert get("events.json", release="2020-01-01-000000000000").status_code == 404


def test_the_browser_is_told_of_no_other_host():
    """Rows 47, 58: the map's script and styles name nobody but SVG's namespace and, in comments, Leaflet's."""
    for name in ("map.js", "map.css"):
        text = served.served().files[name].content.decode()
        hosts = set(re.findall(r"https?://([\w.-]+)", text))
        assert hosts <= {"www.w3.org", "leafletjs.com", "bugzilla.mozilla.org"}, f"{name}: {hosts}"


def test_streamlit_sends_no_telemetry_and_shows_no_developers_menu():
    """Row 58."""
    assert OPTIONS["browser.gatherUsageStats"] is False
    assert OPTIONS["client.toolbarMode"] == "viewer"
    assert OPTIONS["client.showErrorDetails"] == "none"
    assert OPTIONS["runner.postScriptGC"] is False


def test_the_configuration_file_says_what_the_command_passes():
    with (Path(dashboard.__file__).parents[1] / ".streamlit" / "config.toml").open("rb") as file:
        sections = tomllib.load(file)
    assert {f"{name}.{key}": value for name, section in sections.items() for key, value in section.items()} == OPTIONS


def test_a_broken_atlas_is_told_in_full_and_not_served(tmp_path: Path, small_atlas: Path):
    """Row 56."""
    for source in small_atlas.rglob("*"):
        target = tmp_path / "broken" / source.relative_to(small_atlas)
        if source.is_dir():
            target.mkdir(parents=True, exist_ok=True)
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    events = tmp_path / "broken" / "events" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    events.write_text(text.replace("kind:", "kinds:", 1).replace("date:", "date: soon #", 1), encoding="utf-8")
    command = [Path(sys.executable).with_name("corridors"), "serve", str(tmp_path / "broken"), "--port", "1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.count("events/events.yaml:") >= 2
    assert "kind" in done.stderr
    assert "Traceback" not in done.stderr
    assert "http://" not in done.stdout
