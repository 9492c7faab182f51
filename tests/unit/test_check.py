"""Rules across things: each is broken once in ``tests/atlas-broken`` (rows 23, 56 and 63).

A case holds only the files that differ from ``tests/atlas``, ``removed.txt`` with those that are taken
away, and ``expected.txt`` with every line that must be told, and no other.
"""

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from shapely.geometry import LineString, MultiPolygon, box

from geodata import AtlasError, check_atlas, open_atlas
from geodata.check import (
    _ERRORS,
    _WARNINGS,
    AT_SEA,
    LINES,
    PLACES,
    WITHOUT_PLACE,
    _difference,
    _on_land,
    missing_texts,
)

TESTS = Path(__file__).parents[1]
ATLAS = TESTS / "atlas"
TODAY = date(2026, 11, 23)
CASES = sorted(path.name for path in (TESTS / "atlas-broken").iterdir())


def told(folder: Path) -> list[str]:
    problems = check_atlas(folder, today=TODAY)
    return [*map(str, problems.errors), *(f"warning: {problem}" for problem in problems.warnings)]


def broken(case: str, folder: Path) -> Path:
    shutil.copytree(ATLAS, folder)
    shutil.copytree(TESTS / "atlas-broken" / case, folder, dirs_exist_ok=True)
    (folder / "expected.txt").unlink()
    if (removed := folder / "removed.txt").exists():
        for name in removed.read_text().split():
            (folder / name).unlink()
        removed.unlink()
    return folder


def test_a_sound_atlas_has_neither_errors_nor_warnings():
    assert told(ATLAS) == []


@pytest.mark.parametrize("case", CASES)
def test_a_mistake_is_told_with_file_object_field_problem_and_remedy(case: str, tmp_path: Path):
    folder = broken(case, tmp_path / "atlas")
    expected = (TESTS / "atlas-broken" / case / "expected.txt").read_text(encoding="utf-8").splitlines()
    assert told(folder) == expected


@pytest.mark.parametrize("case", CASES)
def test_an_error_keeps_the_atlas_closed_and_a_warning_does_not(case: str, tmp_path: Path):
    folder = broken(case, tmp_path / "atlas")
    errors = [line for line in told(folder) if not line.startswith("warning: ")]
    if errors:
        with pytest.raises(AtlasError) as refused:
            open_atlas(folder)
        assert [str(problem) for problem in refused.value.problems] == errors
    else:
        assert open_atlas(folder).features


def test_every_rule_is_broken_once():
    """Whoever adds a rule adds a case: the rule's name and the case stand together here."""
    cases = {
        "_vocabulary": "vocabulary-missing",
        "_references": "unresolved-source",
        "_conflicts_go_both_ways": "one-way-conflict",
        "_no_whole_is_part_of_itself": "parts-in-a-circle",
        "_releases_lead_back": "releases-in-a-circle",
        "_counts": "wrong-count",
        "_document_numbers": "document-number-twice",
        "_opening_in_frame": "opening-outside-frame",
        "_facts_are_past": "fact-in-the-future",
        "_history_in_order": "history-out-of-order",
        "_forecast_announced_before": "announced-afterwards",
        "_articles_are_stored": "article-not-stored",
        "_quotations_are_true": "misquoted",
        "_base_map": "base-map-malformed",
        "_geometries": "line-of-one-place",
        "_inside_the_frame": "swapped-coordinates",
        "_lines_say_how_they_were_drawn": "not-drawn",
        "_places_in_their_country": "place-in-the-wrong-country",
        "_lines_reach_their_countries": "line-elsewhere",
        "_sea_lines_stay_in_water": "ferry-over-land",
        "_lengths_agree": "length-off",
        "_forecast_due": "forecast-due",
        "_groups_hold_layers": "group-of-no-layer",
        "_steps_can_be_shown": "step-of-nothing",
        "_everything_is_used": "source-not-used",
    }
    assert {rule.__name__ for rule in (*_ERRORS, *_WARNINGS)} == set(cases)
    assert set(cases.values()) <= set(CASES)


def test_no_forecast_is_due_before_its_last_day(tmp_path: Path):
    folder = broken("forecast-due", tmp_path / "atlas")
    assert check_atlas(folder, today=date(2024, 12, 31)).warnings == ()
    assert len(check_atlas(folder, today=date(2025, 1, 1)).warnings) == 1


def test_every_kind_is_a_place_a_line_or_neither():
    assert len(PLACES | LINES | WITHOUT_PLACE) == len(PLACES) + len(LINES) + len(WITHOUT_PLACE)
    assert AT_SEA <= LINES


def test_missing_texts_are_counted_and_are_no_mistake():
    """Row 13."""
    missing = missing_texts(open_atlas(ATLAS))
    assert missing["en"] == 0
    assert 0 < missing["kk"] < missing["tr"] == missing["ru"] == missing["az"]


def _wholes(folder: Path, count: int, last: str) -> Path:
    """An atlas in which each of many wholes has the next one as its part."""
    shutil.copytree(ATLAS, folder)
    names = dict.fromkeys(("kk", "en", "ru", "az", "tr"), "a")
    features = [
        {
            "type": "Feature",
            "id": f"whole-{number}",
            "geometry": None,
            "properties": {
                "names": names,
                "kind": "topic",
                "parts": [f"whole-{number + 1}" if number < count else last],
            },
        }
        for number in range(count + 1)
    ]
    layer = json.loads((folder / "layers" / "digital.geojson").read_text(encoding="utf-8"))
    layer["features"] += features
    (folder / "layers" / "digital.geojson").write_text(json.dumps(layer), encoding="utf-8")
    edited = (folder / "atlas.yaml").read_text(encoding="utf-8").replace("features: 6", f"features: {7 + count}")
    (folder / "atlas.yaml").write_text(edited, encoding="utf-8")
    return folder


def test_a_long_chain_of_parts_is_no_circle_and_a_long_circle_is_one(tmp_path: Path):
    """Longer than Python's own calls may be nested."""
    assert told(_wholes(tmp_path / "chain", 3000, "port-east")) == []
    circle = told(_wholes(tmp_path / "circle", 3000, "whole-5"))
    assert len(circle) == 1
    assert circle[0].startswith("layers/digital.geojson:whole-0:parts: goes in a circle: whole-5 > whole-6 >")


def test_after_two_hundred_breaches_a_rule_is_not_told_on(tmp_path: Path):
    folder = shutil.copytree(ATLAS, tmp_path / "atlas")
    (folder / "events" / "events.yaml").unlink()
    statement = (
        "- {id: a, speaker: null, attribution: newsroom, stance: fact, about: [%s], "
        "original: kk, text: {kk: Ол}, source: x, paragraph: 1}"
    )
    (folder / "statements" / "interview.yaml").write_text(statement % ", ".join(["nothing"] * 900), encoding="utf-8")
    lines = [line for line in told(folder) if "there is no feature nothing" in line or "more than 200" in line]
    assert len(lines) <= 201
    assert lines[-1].endswith(
        "there are more than 200 of this kind, from here on they are not told (mend the others first)"
    )


def test_a_long_quotation_is_not_compared_with_a_long_article_letter_by_letter():
    """It would take minutes."""
    assert _difference("Сынақ дәлізі – жаңа" * 500, "Сынақ дәлізі – жана" * 50_000) == (
        "the quotation is not in the article",
        "quote it character by character",
    )


COASTS = [box(46, 38, 49.5, 44), box(51, 38, 54, 44)]
CAPE = box(49.5, 40.3, 50.4, 40.5)
"""A cape of 22 km across and 76 km out to sea, as long as the Absheron peninsula."""
ISLET = box(50.45, 40.38, 50.5, 40.42)
"""4 km across: no more than what a simplified coast is off by."""


def on_land(*positions: tuple[float, float], land: object = (*COASTS, CAPE, ISLET), far: bool = False):
    return _on_land(LineString(positions), land, landfall_may_be_far=far)  # type: ignore[arg-type]


def test_a_ship_may_not_cross_a_cape_but_may_pass_the_strait_beyond_it():
    """Row 8: the Absheron strait is drawn by a simplified coast, the Absheron peninsula is not water."""
    across = on_land((49.52, 41.5), (50, 40.8), (50, 39.9), (49.52, 39.5))
    assert across is not None
    kilometres, longitude, latitude = across
    assert kilometres == pytest.approx(22 - 6, abs=1)
    assert (longitude, latitude) == (pytest.approx(50, abs=0.05), pytest.approx(40.4, abs=0.05))
    assert on_land((49.52, 41.5), (50.42, 40.6), (50.42, 40.2), (49.52, 39.5)) is None
    assert on_land((49.52, 41.5), (50.48, 40.6), (50.48, 40.2), (49.52, 39.5)) is None


def test_a_ship_may_start_in_a_harbour_but_not_inland():
    assert on_land((49.45, 41.5), (51.03, 42)) is None
    assert on_land((49.2, 41.5), (51.03, 42)) is not None


def test_a_power_cable_may_begin_inland_but_not_cross_land_on_its_way():
    inland = [(48.5, 41.5), (50.2, 41.5), (52.5, 42)]
    assert on_land(*inland) is not None
    assert on_land(*inland, far=True) is None
    assert on_land((48.5, 41.5), (50, 41.5), (50, 39.5), (52.5, 39.5), far=True) is not None
    assert on_land((47, 41), (48, 41), far=True) is None


def test_a_border_between_two_countries_is_no_water():
    two = MultiPolygon([box(49.5, 40, 50, 41)]), box(50, 40, 50.5, 41)
    assert on_land((50, 41.5), (50, 39.5), land=two) is not None
