"""What follows from atlas and view: status, light, quotations, conflicts (rows 11, 13, 14, 23, 26, 62)."""

from datetime import date

import pytest

from dashboard.html import environment
from dashboard.panel import TEMPLATES, panel, panel_context
from dashboard.scene import Notes, Scene, scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Feature

TODAY = date(2026, 11, 23)


def look(atlas: Atlas, **query: str) -> Scene:
    view = View.from_query(query, atlas)
    return scene(atlas, view, Words(view.language), TODAY)


def test_a_status_on_a_past_day_is_the_one_of_that_day(atlas: Atlas):
    """Row 14."""
    cable = atlas.features["fibre-trans-caspian"]
    names = {day: look(atlas, date=day).status(cable) for day in ("2025-06", "2026-06", "2030")}
    assert [status.name if status else None for status in names.values()] == [
        "planned",
        "under_construction",
        "operating",
    ]
    assert names["2030"] is not None
    assert names["2030"].promised


def test_a_promise_that_is_overdue_is_said_and_not_believed(atlas: Atlas):
    line = look(atlas, lang="en").status_line(atlas.features["fibre-west-east"], Notes())
    assert line is not None
    assert line.name != "operating"
    assert line.overdue is not None
    assert "2025" in line.overdue


def test_a_whole_lights_its_parts_and_a_statement_what_it_is_about(atlas: Atlas):
    """Row 62."""
    assert set(look(atlas, select="middle-corridor").lit) == {
        "middle-corridor",
        *atlas.features["middle-corridor"].parts,
    }
    assert set(atlas.statements["ports-growing"].about) <= set(look(atlas, select="ports-growing").lit)


def test_a_translation_stands_beside_the_original_in_every_other_language(atlas: Atlas):
    """Row 11."""
    statement = atlas.statements["zangezur-2028"]
    for language in LANGUAGES:
        quote = look(atlas, lang=language).quote(statement)
        assert quote.original.language == "kk"
        assert quote.original.text == statement.text.kk
        assert (quote.translation is None) == (language == "kk")


def test_conflicting_figures_stand_in_one_group_even_from_another_object(atlas: Atlas):
    """Row 26."""
    groups = look(atlas, lang="en").figure_groups("fibre-trans-caspian", Notes())
    length = next(group for group in groups if group.label == "Length")
    assert length.disputed
    assert {"tcfo-length-380", "tcfo-length-341"} <= {row.id for row in length.rows}
    assert next(row for row in length.rows if row.id == "tcfo-length-341").about is not None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_object_has_a_panel_in_every_language_with_a_note_for_each_source(atlas: Atlas, language: str):
    """Rows 13, 23, 52."""
    for feature in atlas.features.values():
        html = panel(look(atlas, lang=language, select=feature.id))
        assert f'lang="{language}"' in html
        context = panel_context(look(atlas, lang=language, select=feature.id))
        rows = [row for group in getattr(context, "figures", ()) for row in group.rows]
        assert all(row.refs for row in rows)
        assert html.count("<blockquote") == len(atlas.statements_about(feature.id))


def test_text_of_the_content_cannot_become_markup(atlas: Atlas):
    """Row 59: hostile names, notes and owners are shown as they are written."""
    hostile = "<img src=x onerror=alert(1)>\"'{{7*7}}</script><script>alert(1)</script>"
    port = atlas.features["port-aktau"]
    names = port.names.model_copy(update=dict.fromkeys(LANGUAGES, hostile))
    bad = port.model_copy(update={"names": names, "owners": (hostile,), "note": None})
    features: dict[str, Feature] = {**atlas.features, "port-aktau": bad}
    changed = Atlas(**{**{field: getattr(atlas, field) for field in atlas.__dataclass_fields__}, "features": features})
    for query in ({"select": "port-aktau"}, {"select": "ports-growing"}, {}):
        html = panel(look(changed, lang="en", **query))
        assert "<img" not in html
        assert "<script" not in html
        assert "{{7*7}}" in html or "select" not in query


def test_each_panel_template_is_there_and_nothing_is_marked_safe():
    loader = environment().loader
    assert loader is not None
    for name in TEMPLATES.values():
        source, _, _ = loader.get_source(environment(), name)
        assert "|safe" not in source.replace(" ", "")
