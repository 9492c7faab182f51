"""Copies without a server: what is packed says what a server would; a damaged copy is found (rows 29, 46, 65)."""

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from dashboard.cli import main
from dashboard.export.manifest import MANIFEST, verify
from dashboard.export.site import site
from dashboard.export.standalone import html, texts
from dashboard.html import Verbatim
from dashboard.panel import panel, status_box
from dashboard.scene import Scene, scene
from dashboard.served import Served
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.dates import parse
from geodata.model import LANGUAGES
from geodata.status import begins

TODAY = date(2026, 3, 1)


def plain(html: str) -> str:
    """HTML without the space between its lines."""
    return "\n".join(line for written in html.split("\n") if (line := written.strip()))


@pytest.fixture(scope="module")
def packed(atlas: Atlas) -> dict[str, Any]:
    return texts(atlas, TODAY, "az")


@pytest.fixture(scope="module")
def shown(atlas: Atlas) -> Scene:
    return scene(atlas, View(language="az"), Words("az"), TODAY, alone=True)


def unpacked(packed: dict[str, Any], indices: list[int]) -> str:
    return "".join(packed["pieces"][index] for index in indices)


def test_every_panel_says_what_the_app_says(atlas: Atlas, packed: dict[str, Any], shown: Scene) -> None:
    ids = (*atlas.features, *atlas.events, *atlas.statements, *atlas.sources)
    assert set(packed["panels"]) == {"", *ids}
    for id in ("", *ids):
        expected = panel(replace(shown, view=shown.view.but(selected=id or None)))
        assert unpacked(packed, packed["panels"][id]) == plain(expected), id


def test_the_status_of_every_object_is_there_for_every_day(atlas: Atlas, packed: dict[str, Any], shown: Scene) -> None:
    """Row 14: on the days around each change, and at both ends of the time axis, after the app's own day is set in."""
    for feature in atlas.features.values():
        if not feature.history:
            assert feature.id not in packed["statuses"]
            continue
        found = packed["statuses"][feature.id]
        days = {date(2018, 1, 1), TODAY, date(2032, 12, 31)}
        days |= {begins(change) + timedelta(days=more) for change in feature.history for more in (-1, 0, 1)}
        for day in days:
            box = next((box for first, box in reversed(found[1:]) if first <= day.isoformat()), found[0][1])
            view = View(language="az", date=parse(day.isoformat()))
            expected = plain(status_box(replace(shown, view=view), feature))
            said = unpacked(packed, box)
            on = re.compile(r'(<span class="on">)[^<]*')
            assert on.sub(r"\1", said) == on.sub(r"\1", expected), (feature.id, day)


def test_nothing_is_packed_twice(packed: dict[str, Any]) -> None:
    assert len(packed["pieces"]) == len(set(packed["pieces"]))


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Served:
    return Served.of(open_atlas(small_atlas))


def seen(served: Served) -> Scene:
    return scene(served.atlas, View(language="en"), Words("en"), TODAY)


def test_the_html_file_allows_its_own_scripts_and_nothing_else(small: Served) -> None:
    """Row 59: no script but those whose checksum the policy names, no other host, and nothing is fetched."""
    page = html(small, seen(small)).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy
    rules = dict(rule.split(" ", 1) for rule in policy[1].replace("&#39;", "'").split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    assert re.fullmatch(r"('sha256-[\w+/=]{44}' ?){2}", rules["script-src"])
    assert re.fullmatch(r"'sha256-[\w+/=]{44}'", rules["style-src"])
    assert not re.search(r"<(?:script|link|img|iframe)[^>]*\s(?:src|href)=", page)
    assert not re.search(r"\son\w+=", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("text", ["a</script>b", "a</STYLE >b", "<!-- b"])
def test_what_would_end_a_script_early_is_refused(text: str) -> None:
    """Row 59."""
    with pytest.raises(ValueError, match="would end it early"):
        Verbatim(text)


def test_the_same_day_makes_the_same_files(small: Served) -> None:
    """Row 29: a frozen copy can be compared."""
    assert html(small, seen(small)) == html(small, seen(small))
    without_gpkg = [
        {path: content for path, content in site(small, seen(small)) if not path.endswith(("gpkg", MANIFEST))}
        for _ in range(2)
    ]
    assert without_gpkg[0] == without_gpkg[1]


@pytest.fixture
def folder(small: Served, tmp_path: Path) -> Path:
    """A site of the small atlas."""
    for path, content in site(small, seen(small)):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        assert isinstance(content, bytes)  # only an archive of tiles is too large to be
        (tmp_path / path).write_bytes(content)
    return tmp_path


def test_the_manifest_names_release_day_and_every_file(folder: Path, small: Served) -> None:
    """Row 29."""
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    assert (told["release"], told["made"]) == (small.atlas.release, "2026-03-01")
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert {*told["sha256"], MANIFEST} == files
    assert verify(folder) == []
    assert all(f"texts/{language}.json" in " ".join(files) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("path", "what", "told"),
    [
        ("index.html", "changed", "index.html:-:-: has been changed"),
        ("data/figures.csv", "deleted", "data/figures.csv:-:-: is missing"),
        ("data/more.csv", "added", "data/more.csv:-:-: is not in the manifest"),
        (MANIFEST, "changed", "manifest.json:-:-: cannot be read"),
    ],
)
def test_check_finds_what_is_wrong_with_a_copy(
    folder: Path, path: str, what: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Row 29: each damage with file, problem and remedy."""
    target = folder / path
    if what == "deleted":
        target.unlink()
    else:
        target.write_bytes((target.read_bytes() if target.exists() else b"") + b"x")
    assert main(["check", str(folder)]) == 1
    said = capsys.readouterr().out.splitlines()
    assert len(said) == 1
    assert said[0].startswith(told)
    assert said[0].endswith(")")


def test_a_manifest_cannot_lead_out_of_its_folder(folder: Path) -> None:
    told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    told["sha256"] |= {"../outside": "0" * 64, "/etc/hostname": "0" * 64}
    (folder / MANIFEST).write_text(json.dumps(told), encoding="utf-8")
    assert [problem.problem for problem in verify(folder)] == [
        "'../outside' leads out of the folder",
        "'/etc/hostname' leads out of the folder",
    ]


def test_only_a_site_is_replaced(small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder of somebody's own is left alone; an older copy gives way as a whole."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear", encoding="utf-8")
    assert main(["export", "site", str(small_atlas), "-o", str(mine)]) == 1
    assert "exists and is no site" in capsys.readouterr().err
    assert [path.name for path in mine.iterdir()] == ["letter.txt"]
    copy = tmp_path / "copy"
    for _ in range(2):
        assert main(["export", "site", str(small_atlas), "-o", str(copy)]) == 0
        assert main(["check", str(copy)]) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["copy", "mine"]


def test_no_half_folder_is_left(small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main(["export", "site", str(small_atlas), "-o", str(tmp_path / "file" / "site")]) == 1
    assert "cannot be written: Not a directory" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
