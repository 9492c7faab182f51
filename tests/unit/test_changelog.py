"""What changed between two releases, in words (rows 28, 22)."""

import re
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dashboard.changelog import FIELD_WORDS, KIND_WORDS, WHAT_WORDS, Known, changelog, groups
from dashboard.cli import main
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.dates import parse
from geodata.diff import KINDS, revision
from geodata.model import LANGUAGES, Change, Language, Revision

AFTER = {
    "en": "2027 → 2029 (later by 2 years)",
    "kk": "2027 → 2029 (2 жыл кейін)",
    "ru": "2027 → 2029 (позже на 2 года)",
    "az": "2027 → 2029 (2 il gec)",
    "tr": "2027 → 2029 (2 yıl daha geç)",
}
ENGLISH = Words("en")


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Atlas:
    return open_atlas(small_atlas)


def promising(atlas: Atlas, year: str) -> Atlas:
    """The atlas with its first forecast promised for another year, and less or more of everything else."""
    id = next(id for id, event in atlas.events.items() if event.kind == "forecast")
    return replace(atlas, events={**atlas.events, id: atlas.events[id].model_copy(update={"date": parse(year)})})


def told(old: Atlas, new: Atlas, words: Words) -> str:
    found = revision(old, new)
    return changelog(found, Known(new, (found,)), words)


def lines(atlas: Atlas, *changes: dict[str, Any], words: Words = ENGLISH) -> list[str]:
    """What is said of changes on record, without the headings."""
    recorded = Revision.model_validate(
        {"id": "new", "date": "2026-11-22", "before": "old", "before_date": "2026-10-01", "changes": changes}
    )
    said = changelog(recorded, Known(atlas, (recorded,)), words)
    return [line.removeprefix("- ") for line in said.splitlines() if line.startswith("- ")]


def test_every_kind_of_thing_has_its_heading():
    """Row 28."""
    assert set(KIND_WORDS) == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promised_date_that_moved_comes_first_and_says_by_how_much(atlas: Atlas, language: Language):
    """Row 28: in every language."""
    words = Words(language)
    said = told(promising(atlas, "2027"), replace(promising(atlas, "2029"), people={}), words).replace("\xa0", " ")
    first, second = re.findall("^## .*$", said, re.MULTILINE)[:2]
    assert first == f"## {words('Promised dates that moved')}"
    assert second == f"## {words('People quoted')}"
    assert re.sub(r"\s*(г\.|ж\.)", "", AFTER[language]) in re.sub(r"\s*(г\.|ж\.)", "", said)


def test_corrected_figures_come_second_with_their_unit(small: Atlas):
    """Row 28: of releases on record, whose atlases nobody needs any more."""
    recorded = next(iter(small.changes.values()))
    found = groups(recorded, Known(small, (recorded,)), ENGLISH)
    assert [group.heading for group in found if group.first] == ["Promised dates that moved", "Corrected figures"]
    assert [entry.id for entry in found[0].entries] == ["fc-fibre-2024", "fibre-east-west"]
    assert found[0].entries[1].told == ("operating: 2027 → about 2028",)
    assert found[0].entries[0].told == ("Date: 2022 → 2024",)
    assert found[0].entries[0].moved == "later by 2 years"
    assert found[1].entries[0].told == ("Value: 290 km → 300.5 km",)


def test_what_is_gone_is_called_by_the_name_on_record(small: Atlas):
    """Row 28: in the reader's language, else in English, else by its id."""
    gone = {"kind": "features", "layer": "transport", "id": "port-north", "what": "removed"}
    named = gone | {"name": {"en": "Port North", "ru": "Порт Северный"}}
    assert lines(small, named) == ["Port North (removed)"]
    assert lines(small, named, words=Words("ru")) == ["Порт Северный (удалено)"]
    assert lines(small, named, words=Words("tr")) == ["Port North (çıkarıldı)"]
    assert lines(small, gone) == ["port-north (removed)"]


def test_what_was_renamed_later_is_called_as_it_is_now(small: Atlas):
    """Rows 22 and 28: a record names the id that a thing had then."""
    known = lines(small, {"kind": "features", "id": "port-of-the-east", "what": "changed", "field": "owners",
                          "old": [], "new": ["A state"]})  # fmt: skip
    assert known == ["Port East: Owner: added: A state"]


def test_what_was_merged_says_under_what_it_stands(small: Atlas):
    """Rows 22 and 28."""
    merged = {"kind": "events", "id": "ev-2", "what": "merged", "old": "ev-2", "new": "ev-signing",
              "name": {"en": "Signing twice"}}  # fmt: skip
    assert lines(small, merged) == ["Signing twice (merged): stands under “Signing” now; the old id, ev-2, leads there"]


@pytest.mark.parametrize(
    "field", ["history", "date", "value", "outcome", "geometry", "sources", "drawn", "unit", "title"]
)
@pytest.mark.parametrize("old", [None, True, False, 5.0, "2024", ["a"]])
def test_whatever_a_record_says_of_whatever_is_gone_can_be_told(small: Atlas, field: str, old: Any):
    """Row 56: what the model lets through is never an error on the page."""
    change = {"kind": "figures", "id": "nobody", "what": "changed", "field": field, "old": old, "new": "2025"}
    try:
        Change.model_validate(change)
    except ValueError:
        return
    (line,) = lines(small, change)
    assert line.startswith("nobody: ")


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_of_ours_is_left_in_another_language(atlas: Atlas, language: Language):
    """Row 28: everything of a large atlas taken away, which uses every heading."""
    kinds = [kind for kind in KIND_WORDS if kind != "layers"]
    said = told(atlas, replace(atlas, **{kind: {} for kind in kinds}), Words(language))
    english = {*KIND_WORDS.values(), "What changed"}
    headings = " ".join(part for part in said.splitlines() if part.startswith("#"))
    assert headings.count("##") > len(kinds) - 4
    assert not [text for text in english if text in headings]
    assert "(removed)" not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_is_told_has_a_name_in_the_language(language: Language):
    """Row 28."""
    words = Words(language)
    for text in (*FIELD_WORDS.values(), *WHAT_WORDS.values()):
        assert (words(text) == text) == (language == "en")


def test_hundreds_of_translations_are_one_line(small: Atlas):
    """Row 28."""
    recorded = next(iter(small.changes.values()))
    said = changelog(recorded, Known(small, (recorded,)), ENGLISH)
    assert said.endswith("## Texts translated\n\n- Kazakh: 3\n- Turkish: 700\n")


def test_the_command_says_what_became_of_a_renamed_figure(
    small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Rows 22 and 28: the old id is an alias of the new one."""
    new = tmp_path / "new"
    shutil.copytree(small_atlas, new)
    id = "ferry-length"
    for other in new.rglob("*.yaml"):
        text = re.sub(rf"\b{id}\b(?!-)", f"{id}-renamed", other.read_text(encoding="utf-8"))
        other.write_text(
            text.replace(f"- id: {id}-renamed\n", f"- id: {id}-renamed\n  aliases: [{id}]\n"), encoding="utf-8"
        )
    assert main(["diff", str(small_atlas), str(new), "--lang", "en"]) == 0
    assert f"(new id): now {id}-renamed; the old id, {id}, still works" in capsys.readouterr().out
    assert main(["diff", str(small_atlas), str(small_atlas), "--lang", "en"]) == 0
    assert "Nothing changed." in capsys.readouterr().out


def test_what_cannot_be_read_is_not_compared(tmp_path: Path, small_atlas: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["diff", str(tmp_path), str(small_atlas)]) == 1
    assert "atlas.yaml" in capsys.readouterr().err


def test_an_older_atlas_need_not_keep_the_rules_of_today(
    tmp_path: Path, small_atlas: Path, capsys: pytest.CaptureFixture[str]
):
    """Row 28: it was published by the rules of its day; the newer one must be sound."""
    old = shutil.copytree(small_atlas, tmp_path / "old")
    (old / "atlas.yaml").write_text(
        (old / "atlas.yaml").read_text(encoding="utf-8").replace("people: ", "person: "), encoding="utf-8"
    )
    assert main(["check", str(old)]) == 1
    assert main(["diff", str(old), str(small_atlas)]) == 0
    capsys.readouterr()
    assert main(["diff", str(small_atlas), str(old)]) == 1
    assert "counts.people: is missing" in capsys.readouterr().err
