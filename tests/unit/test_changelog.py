"""What changed between two releases, in words (rows 28, 22)."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from dashboard.changelog import FIELD_WORDS, KIND_WORDS, Releases, changelog
from dashboard.cli import main
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.dates import parse
from geodata.diff import KINDS, differences
from geodata.model import LANGUAGES, Language

AFTER = {
    "en": "2027 → 2029 (later by 2 years)",
    "kk": "2027 → 2029 (2 жыл кейін)",
    "ru": "2027 → 2029 (позже на 2 года)",
    "az": "2027 → 2029 (2 il gec)",
    "tr": "2027 → 2029 (2 yıl daha geç)",
}


def promising(atlas: Atlas, year: str) -> Atlas:
    """The atlas with its first forecast promised for another year, and less or more of everything else."""
    id = next(id for id, event in atlas.events.items() if event.kind == "forecast")
    return replace(atlas, events={**atlas.events, id: atlas.events[id].model_copy(update={"date": parse(year)})})


def test_every_kind_of_thing_has_its_heading():
    """Row 28."""
    assert set(KIND_WORDS) == set(KINDS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_promised_date_that_moved_comes_first_and_says_by_how_much(atlas: Atlas, language: Language):
    """Row 28: in every language."""
    releases = Releases(promising(atlas, "2027"), promising(atlas, "2029"))
    words = Words(language)
    without = replace(releases.new, people={})
    said = changelog(differences(releases.old, without), Releases(releases.old, without), words).replace("\xa0", " ")
    first, second = re.findall("^## .*$", said, re.MULTILINE)[:2]
    assert first == f"## {words('Promised dates that moved')}"
    assert second == f"## {words('People quoted')}"
    assert re.sub(r"\s*(г\.|ж\.)", "", AFTER[language]) in re.sub(r"\s*(г\.|ж\.)", "", said)


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_no_english_of_ours_is_left_in_another_language(atlas: Atlas, language: Language):
    """Row 28: everything of a large atlas taken away, which uses every heading."""
    kinds = [kind for kind in KIND_WORDS if kind != "layers"]
    empty = replace(atlas, **{kind: {} for kind in kinds})
    said = changelog(differences(atlas, empty), Releases(atlas, empty), Words(language))
    english = {*KIND_WORDS.values(), "Removed", "What changed", "Words of the atlas"}
    headings = " ".join(part for part in said.splitlines() if part.startswith("#"))
    assert headings.count("##") > len(kinds) - 4
    assert not [text for text in english if text in headings]
    assert "Removed: " not in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_that_is_told_has_a_name_in_the_language(language: Language):
    """Row 28."""
    words = Words(language)
    for text in FIELD_WORDS.values():
        assert (words(text) == text) == (language == "en")


def test_the_command_says_what_became_of_a_renamed_event(
    small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Rows 22 and 28: the old id is an alias of the new one."""
    new = tmp_path / "new"
    shutil.copytree(small_atlas, new)
    id, path = next(
        (id, path) for id in open_atlas(small_atlas).figures for path in new.glob("figures/*.yaml")
        if f"- id: {id}\n" in path.read_text(encoding="utf-8")
    )  # fmt: skip
    for other in new.rglob("*.yaml"):
        text = re.sub(rf"\b{id}\b(?!-)", f"{id}-renamed", other.read_text(encoding="utf-8"))
        other.write_text(
            text.replace(f"- id: {id}-renamed\n", f"- id: {id}-renamed\n  aliases: [{id}]\n"), encoding="utf-8"
        )
    assert path.exists()
    assert main(["diff", str(small_atlas), str(new), "--lang", "en"]) == 0
    assert f"has a new id, {id}-renamed; the old one, {id}, still works" in capsys.readouterr().out
    assert main(["diff", str(small_atlas), str(small_atlas), "--lang", "en"]) == 0
    assert "Nothing changed." in capsys.readouterr().out


def test_what_cannot_be_read_is_not_compared(tmp_path: Path, small_atlas: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["diff", str(tmp_path), str(small_atlas)]) == 1
    assert "atlas.yaml" in capsys.readouterr().err
