"""Briefings: every step in every language, word for word (rows 33, 36, 50, 52)."""

from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.briefing import briefing, briefing_page, presenter, stage
from dashboard.scene import Scene, scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Language

TODAY = date(2026, 11, 23)


def look(atlas: Atlas, language: Language = "en", **query: str) -> Scene:
    return scene(atlas, View.from_query({"lang": language, **query}, atlas), Words(language), TODAY)


class Quotations(HTMLParser):
    """Each quotation of a page with the language that it is marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, str]] = {}
        self.current: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "blockquote":
            self.current = values["data-statement"] or ""
            self.found[self.current] = (values["lang"] or "", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self.current = None

    def handle_data(self, data: str) -> None:
        if self.current:
            language, text = self.found[self.current]
            self.found[self.current] = (language, text + data)


def test_there_are_three_with_a_first_and_a_last_step(atlas: Atlas):
    assert len(atlas.briefings) == 3
    for one in atlas.briefings.values():
        for step in (one.steps[0], one.steps[-1]):
            assert step.notes, f"{one.id}: the presenter needs notes to begin and to end with"


def test_every_text_of_every_step_is_there_in_all_five_languages(atlas: Atlas):
    """Rows 33, 52."""
    for one in atlas.briefings.values():
        for number, step in enumerate(one.steps, 1):
            for text in (step.headline, step.body, step.notes):
                missing = [language for language in LANGUAGES if text and not getattr(text, language)]
                assert not missing, f"{one.id}, step {number}"


def test_a_step_rests_on_what_it_names(atlas: Atlas):
    """Every claim has a source: a step without statement, figure or event only introduces."""
    for one in atlas.briefings.values():
        silent = [n for n, step in enumerate(one.steps, 1) if not (step.statements or step.figures or step.events)]
        assert set(silent) <= {1}, one.id


def test_the_visit_follows_the_interview_paragraph_by_paragraph(atlas: Atlas):
    steps = atlas.briefings["visit-2025-10-briefing"].steps
    paragraphs = [atlas.statements[id].paragraph for step in steps for id in step.statements]
    assert paragraphs == sorted(paragraphs)
    assert set(paragraphs) == {one.paragraph for one in atlas.statements.values()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_quotations_are_shown_word_for_word(atlas: Atlas, language: Language):
    """Rows 10, 33."""
    for one in atlas.briefings.values():
        page = Quotations()
        page.feed(briefing(look(atlas, language), one))
        named = {id for step in one.steps for id in step.statements}
        assert page.found == {
            id: (atlas.statements[id].original, getattr(atlas.statements[id].text, atlas.statements[id].original))
            for id in named
        }


@pytest.mark.parametrize(("asked", "step"), [("1", 1), ("5", 5), ("99", 9), ("0", 1), ("-3", 1), ("x", 1)])
def test_a_step_that_is_not_there_is_clamped(atlas: Atlas, asked: str, step: int):
    """Row 21."""
    one = atlas.briefings["visit-2025-10-briefing"]
    assert briefing_page(look(atlas, step=asked), one).current == step
    assert stage(look(atlas, step=asked), one)["step"] == step


def test_the_stage_says_what_the_map_shows_at_each_step(atlas: Atlas):
    one = atlas.briefings["visit-2025-10-briefing"]
    steps = stage(look(atlas), one)["steps"]
    assert len(steps) == len(one.steps)
    assert steps[3]["layers"] == ["ports", "ferries"]
    assert {"port-aktau", "port-alat"} <= set(steps[3]["lit"])
    assert steps[4]["date"] == "2028"
    assert steps[-1]["date"] is None, "today"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_presenter_reads_notes_and_what_comes_next(atlas: Atlas, language: Language):
    """Row 36."""
    one = atlas.briefings["zangezur-promises"]
    html = presenter(look(atlas, language, step="2"), one, "1a2b3c4d")
    assert html.lstrip().startswith("<!DOCTYPE html>")
    assert f'<html lang="{language}">' in html
    for step in one.steps:
        assert html.count(getattr(step.headline, language).replace("'", "&#39;").replace('"', "&#34;")) >= 1
    assert Words(language)("This is the last step.") in html


def _page(language: str, folder: str) -> None:
    from datetime import date  # noqa: PLC0415 (a script of its own)

    from dashboard.pages.briefing import page  # noqa: PLC0415
    from dashboard.served import Served  # noqa: PLC0415
    from dashboard.words import Words  # noqa: PLC0415
    from geodata import open_atlas  # noqa: PLC0415
    from geodata.model import LANGUAGES  # noqa: PLC0415

    words = next(Words(one) for one in LANGUAGES if one == language)
    page(Served.of(open_atlas(folder)), words, date(2026, 11, 23))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_opens_a_step_of_a_briefing(language: Language, shipped_atlas: Path, atlas: Atlas):
    """Row 21."""
    page = AppTest.from_function(_page, kwargs={"language": language, "folder": str(shipped_atlas)}, default_timeout=60)
    page.query_params["briefing"] = "across-the-caspian"
    page.query_params["step"] = "3"
    page.run()
    assert not page.exception
    body = "".join(element.proto.body for element in page.get("html"))
    assert 'data-briefing="across-the-caspian"' in body
    assert 'class="step" data-step="3"' in body
    assert 'class="step later" data-step="1"' in body
    assert getattr(atlas.briefings["across-the-caspian"].steps[2].headline, language) in body


def test_an_unknown_briefing_shows_the_list(shipped_atlas: Path, atlas: Atlas):
    page = AppTest.from_function(_page, kwargs={"language": "en", "folder": str(shipped_atlas)}, default_timeout=60)
    page.query_params["briefing"] = "<script>alert(1)</script>"
    page.run()
    assert not page.exception
    body = "".join(element.proto.body for element in page.get("html"))
    assert body.count("briefing=") == len(atlas.briefings)
    assert "alert" not in body
