"""Handouts and slides: what is in them, in every language (rows 41, 42, 44, 51)."""

import io
import re
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pptx import Presentation
from pypdf import PdfReader

from dashboard import cli
from dashboard.export.briefings import Orientation, pdf, pptx
from dashboard.scene import Scene, scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Language

TODAY = date(2026, 11, 23)
VISIT = "visit-2025-10-briefing"
ADDRESS = "https://atlas.example/briefing"
SPOKEN = "Орта дәліз және логистика бойынша"


def look(atlas: Atlas, language: Language = "en") -> Scene:
    return scene(atlas, View(language=language), Words(language), TODAY)


def plain(text: str) -> str:
    """Without the line breaks and hyphens of typesetting."""
    return re.sub(r"\s+", " ", text.replace("-\n", "-")).strip()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("orientation", ["landscape", "portrait"])
def test_a_handout_has_a_page_for_each_step(atlas: Atlas, language: Language, orientation: Orientation):
    """Row 41: words, quotations, sources and the address of the step on one page each."""
    briefing = atlas.briefings[VISIT]
    reader = PdfReader(io.BytesIO(pdf(look(atlas, language), briefing, orientation=orientation, address=ADDRESS)))
    assert len(reader.pages) == len(briefing.steps)
    width, height = reader.pages[0].mediabox.width, reader.pages[0].mediabox.height
    assert (width > height) == (orientation == "landscape")
    for number, (step, page) in enumerate(zip(briefing.steps, reader.pages, strict=True), 1):
        said = plain(page.extract_text())
        assert plain(step.headline.best(language)[1])[:12] in said
        links = [note.get_object()["/A"]["/URI"] for note in page.get("/Annots", ())]
        assert any(link.startswith(f"{ADDRESS}?") and f"step={number}" in link for link in links)
    assert SPOKEN in plain(reader.pages[3].extract_text())


def test_a_handout_embeds_its_letters(atlas: Atlas):
    """Row 51: nothing depends on the reader's machine."""
    reader = PdfReader(io.BytesIO(pdf(look(atlas, "kk"), atlas.briefings[VISIT], address=ADDRESS)))
    resources: list[Any] = [page["/Resources"] for page in reader.pages]
    names = {font.get_object()["/BaseFont"] for one in resources for font in one["/Font"].values()}
    assert names
    assert all("SourceSansPro" in name for name in names), names


@pytest.mark.parametrize("language", LANGUAGES)
def test_slides_can_be_edited_and_have_notes_and_descriptions(atlas: Atlas, language: Language):
    """Row 42."""
    briefing = atlas.briefings["zangezur-promises"]
    deck = Presentation(io.BytesIO(pptx(look(atlas, language), briefing, address=ADDRESS)))
    assert len(deck.slides) == len(briefing.steps)
    assert [layout.name for layout in deck.slide_layouts] == ["Caspian Corridors"]
    slides: list[Any] = list(deck.slides)
    for step, slide in zip(briefing.steps, slides, strict=True):
        assert slide.shapes.title.text_frame.text == getattr(step.headline, language)
        assert slide.notes_slide.notes_text_frame.text == getattr(step.notes, language)
        picture = next(shape for shape in slide.shapes if shape.name == "Map")
        assert picture._element.nvPicPr.cNvPr.get("descr")
        said = "\n".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        for id in step.statements:
            statement = atlas.statements[id]
            assert getattr(statement.text, statement.original) in said
        assert ADDRESS in said


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed (libreoffice-impress)")
def test_slides_open_in_libreoffice(atlas: Atlas, tmp_path: Path):
    """Row 42: without repair, a page for each step."""
    briefing = atlas.briefings[VISIT]
    (tmp_path / "deck.pptx").write_bytes(pptx(look(atlas, "az"), briefing, address=ADDRESS))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "deck.pptx")], check=True, timeout=120)
    assert len(PdfReader(tmp_path / "deck.pdf").pages) == len(briefing.steps)


@pytest.mark.parametrize("kind", cli.KINDS)
def test_the_command_writes_every_kind(kind: str, tmp_path: Path):
    target = tmp_path / f"out.{kind}"
    assert (
        cli.main(["export", kind, "--lang", "az", "--view", "select=port-aktau&layers=ports", "-o", str(target)]) == 0
    )
    assert target.stat().st_size > 1000
    assert [path.name for path in tmp_path.iterdir()] == [target.name]


def test_what_cannot_be_written_leaves_no_half_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    target = tmp_path / "missing" / "out.svg"
    assert cli.main(["export", "svg", "-o", str(target)]) == 1
    assert str(target) in capsys.readouterr().err
    folder = tmp_path / "taken.svg"
    folder.mkdir()
    assert cli.main(["export", "svg", "-o", str(folder)]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["taken.svg"]


def test_a_briefing_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert cli.main(["export", "pdf", "--briefing", "none-such", "-o", str(tmp_path / "x.pdf")]) == 2
    assert VISIT in capsys.readouterr().err
