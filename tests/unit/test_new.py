"""A small working atlas to begin with (row 55)."""

from datetime import date
from pathlib import Path

import pytest

from dashboard.cli import main
from dashboard.panel import panel
from dashboard.scene import scene
from dashboard.served import Served
from dashboard.view import View
from dashboard.words import Words
from geodata import check_atlas, open_atlas
from geodata.check import missing_texts
from geodata.files import files_of
from geodata.model import LANGUAGES


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "mine"
    assert main(["new", str(folder)]) == 0
    assert capsys.readouterr().out.startswith(f"corridors serve {folder} ")
    return folder


def test_nothing_is_wrong_with_it(folder: Path):
    found = check_atlas(folder, today=date(2026, 1, 1))
    assert (found.errors, found.warnings) == ((), ())
    assert set(missing_texts(open_atlas(folder)).values()) == {0}


def test_it_can_be_served_and_presented_in_every_language(folder: Path):
    served = Served.of(open_atlas(folder))
    assert served.atlas.base
    (briefing,) = served.atlas.briefings.values()
    assert len(briefing.steps) == 2
    for language in LANGUAGES:
        view = View.from_query({"select": "line-east-west", "lang": language}, served.atlas)
        shown = panel(scene(served.atlas, view, Words(language), date(2026, 1, 1)))
        assert served.atlas.features["line-east-west"].names.of(language) in shown


def test_every_file_that_people_edit_explains_itself(folder: Path):
    for name, path in files_of(folder):
        if name.startswith(("atlas.yaml", "events", "figures", "statements", "sources", "briefings")):
            assert "#" in path.read_text(encoding="utf-8"), name


def test_what_is_there_is_never_overwritten(folder: Path, capsys: pytest.CaptureFixture[str]):
    (folder / "atlas.yaml").write_text("mine", encoding="utf-8")
    assert main(["new", str(folder)]) == 1
    assert "is no empty folder (name a folder that does not exist yet)" in capsys.readouterr().err
    assert (folder / "atlas.yaml").read_text(encoding="utf-8") == "mine"
