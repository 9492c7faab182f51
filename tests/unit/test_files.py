"""A folder becomes an atlas; whatever is wrong with it is told, all at once (row 56)."""

import gc
import json
import os
import shutil
from pathlib import Path

import jsonschema
import pytest
import yaml

from geodata import AtlasError, open_atlas, schema
from geodata.entries import COUNTED
from geodata.files import _SMALLER, read, write

ATLAS = Path(__file__).parents[1] / "atlas"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(ATLAS, tmp_path / "atlas")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def problems(folder: Path) -> list[str]:
    with pytest.raises(AtlasError) as refused:
        open_atlas(folder)
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def test_a_folder_opens_with_everything_in_it():
    atlas = open_atlas(ATLAS)
    assert {kind: len(getattr(atlas, kind)) for kind in COUNTED} == atlas.description.counts
    assert list(atlas.features)[:2] == ["port-east", "port-west"]
    assert atlas.features["fibre-east-west"].layer == "digital"
    assert atlas.articles["article/interview.txt"].startswith("Сынақ")
    assert open_atlas(str(ATLAS)).release == atlas.release


def test_every_entry_is_remembered_with_its_file():
    origins = read(ATLAS).origins
    assert origins["figures", "ferry-length"] == "figures/figures.yaml"
    assert origins["features", "topic-security"] == "layers/digital.geojson"
    assert origins["units", "km"] == "vocabulary/units.yaml"


def test_the_release_changes_with_every_byte_and_with_nothing_else(folder: Path):
    """Row 29: a release can be cited."""
    release = open_atlas(folder).release
    assert release == open_atlas(ATLAS).release
    assert release.startswith("2026-11-22-")
    assert len(release.rpartition("-")[2]) == 12
    (folder / ".hidden").write_text("left by a file manager")
    (folder / "figures" / "figures.yaml~").write_text("left by an editor")
    assert open_atlas(folder).release == release
    edit(folder / "article" / "interview.txt", "Ол тағы сөйледі.", "Ол тағы сөйледі!")
    assert open_atlas(folder).release != release


def test_windows_line_ends_and_a_byte_order_mark_do_no_harm(folder: Path):
    before = open_atlas(folder)
    for path in folder.rglob("*.*"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = open_atlas(folder)
    assert (after.features, after.statements, after.articles) == (before.features, before.statements, before.articles)


def test_the_line_ends_of_old_do_no_harm(folder: Path):
    before = open_atlas(folder)
    for path in folder.rglob("*.*"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    assert open_atlas(folder).articles == before.articles


def test_dates_stay_text_and_norway_stays_a_country(folder: Path):
    edit(folder / "figures" / "figures.yaml", "{en: One terabit a second}", "{en: no}")
    edit(folder / "atlas.yaml", "countries: [KZ, AZ]", "countries: [NO, AZ]")
    edit(folder / "sources" / "sources.yaml", "published: 2025-10-23", "published: 2025-10")
    atlas = open_atlas(folder)
    assert atlas.figures["fibre-capacity-report"].text.en == "no"
    assert atlas.description.layers[0].countries == ("NO", "AZ")
    assert str(atlas.sources["test-gazette"].published) == "2025-10"


@pytest.mark.parametrize(
    "text", ["1e5", "-3E2", "5.", ".5", ".", "-e5", "+", "~", "no", "null", "2025-10-23", "0x1F", "12:30"]
)
def test_a_text_that_looks_like_something_else_stays_a_text(folder: Path, tmp_path: Path, text: str):
    edit(folder / "figures" / "figures.yaml", "{en: One terabit a second}", f"{{en: '{text}'}}")
    write(read(folder), tmp_path / "written")
    assert open_atlas(tmp_path / "written").figures["fibre-capacity-report"].text.en == text


def test_a_folder_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def full(_path: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AtlasError, match="cannot be written: No space left on device"):
        write(read(ATLAS), tmp_path / "new")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_not_replaced(folder: Path):
    before = open_atlas(folder)
    with pytest.raises(AtlasError, match=r"is no empty folder \(name a folder that does not exist yet\)"):
        write(read(ATLAS), folder)
    assert open_atlas(folder) == before


@pytest.mark.parametrize("text", [".", "-e5", "+e5", "-."])
def test_signs_without_a_digit_are_no_number(folder: Path, text: str):
    edit(folder / "figures" / "figures.yaml", "{en: One terabit a second}", f"{{en: {text}}}")
    assert open_atlas(folder).figures["fibre-capacity-report"].text.en == text


def test_all_mistakes_of_all_files_are_told_at_once(folder: Path):
    edit(folder / "figures" / "figures.yaml", "confidence: low", "confidence: lowish")
    edit(folder / "events" / "events.yaml", "date: 2019-05-01", "date: May")
    edit(folder / "layers" / "digital.geojson", '"kind": "topic"', '"kind": "theme"')
    edit(folder / "statements" / "interview.yaml", "speaker: expert-test", "speaker: nobody")
    told = problems(folder)
    assert len(told) == 4
    for where in (
        "fibre-capacity-report:confidence",
        "ev-ferry-opens:date",
        "topic-security:kind",
        "st-gateway:speaker",
    ):
        assert any(where in line for line in told)


def test_a_mistake_in_an_entry_makes_no_second_mistake_of_those_who_name_it(folder: Path):
    edit(folder / "sources" / "sources.yaml", "publisher: Test Institute", "publisher: null")
    told = problems(folder)
    assert len(told) == 1
    assert told[0].startswith("sources/sources.yaml:test-report:publisher: nothing (null) is not a text (write a text)")


def test_no_problem_speaks_the_language_of_the_program(folder: Path):
    for path in folder.rglob("*.yaml"):
        path.write_text("- {id: 5, names: [], text: 7, sources: {}, about: 0, date: [], value: [], paragraph: x}\n")
    for path in folder.rglob("*.geojson"):
        path.write_text(
            '{"type": "FeatureCollection", "features": [5, {"type": "Feature", "properties": {"names": 5}}]}'
        )
    told = "\n".join(problems(folder))
    for jargon in ("pydantic", "NoneType", "dict", "tuple", "Traceback", "input", "str_", "_type", "validation"):
        assert jargon not in told


def test_a_folder_that_is_not_there_says_so(tmp_path: Path):
    assert "there is no such folder" in problems(tmp_path / "nowhere")[0]
    assert "atlas.yaml:-:-: is missing" in problems(tmp_path)[0]


def test_an_address_that_is_no_folder_says_what_can_be_opened():
    with pytest.raises(AtlasError, match="is neither a folder nor a database"):
        open_atlas("https://localhost/atlas")


def test_deeply_nested_text_is_refused_and_does_no_harm(folder: Path):
    (folder / "figures" / "deep.yaml").write_text("[" * 2000 + "]" * 2000)
    (folder / "events" / "open.yaml").write_text("[" * 5000)
    (folder / "layers" / "digital.geojson").write_text("[" * 200_000)
    told = problems(folder)
    assert len(told) == 3
    assert any(line.startswith("figures/deep.yaml:-:-: nests too deep") for line in told)


def test_numbers_without_end_are_refused_and_do_no_harm(folder: Path):
    edit(folder / "figures" / "figures.yaml", "value: 490", "value: 1e999")
    edit(folder / "layers" / "transport.geojson", "[51.02, 43.5]}", "[1e999, 43.5]}")
    edit(folder / "statements" / "interview.yaml", "paragraph: 2", f"paragraph: {'9' * 5000}")
    told = problems(folder)
    assert len(told) == 3
    assert any("layers/transport.geojson:port-east:geometry: is not valid" in line for line in told)


def test_a_file_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    whole = Path.read_bytes

    def locked(path: Path) -> bytes:
        if path.name == "people.yaml":
            raise PermissionError(13, "Permission denied")
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", locked)
    assert "people/people.yaml:-:-: cannot be read: Permission denied (see who may read the file)" in problems(folder)


def test_layers_without_a_place_and_a_missing_base_map_are_welcome(folder: Path):
    shutil.rmtree(folder / "base")
    assert open_atlas(folder).base == {}


@pytest.mark.parametrize("pattern", schema())
def test_the_schema_for_editors_accepts_what_the_reader_accepts(pattern: str):
    files = list(ATLAS.glob(pattern))
    assert files
    kind = schema()[pattern]
    jsonschema.Draft202012Validator.check_schema(kind)
    for path in files:
        text = path.read_text(encoding="utf-8")
        value = (
            json.loads(text) if path.suffix == ".geojson" else json.loads(json.dumps(yaml.safe_load(text), default=str))
        )
        jsonschema.validate(value, kind)


def test_the_schema_for_editors_refuses_an_unknown_key():
    kind = schema()["figures/*.yaml"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([{"id": "a", "remark": "?"}], kind)


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000])
def test_a_file_that_nests_without_end_is_told_and_ends_nothing(folder: Path, text: str):
    """The library for YAML would end the whole process."""
    (folder / "events" / "events.yaml").write_text(text, encoding="utf-8")
    told = [problem for problem in read(folder).problems if problem.file == "events/events.yaml"]
    assert len(told) == 1
    assert told[0].remedy


# --- what is no file as it should be ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (b"figures/\xff.yaml", r"figures/\udcff.yaml:-:-: has a name of letters that do not show"),
        (b"article/a\nb.txt", r"article/a\nb.txt:-:-: has a name of letters that do not show"),
        ("events/\u202elmay.yaml".encode(), r"events/\u202elmay.yaml:-:-: has a name of letters that do not show"),
    ],
)
def test_a_name_that_cannot_be_shown_is_told_as_far_as_it_can(folder: Path, name: bytes, told: str):
    Path(os.fsdecode(os.path.join(os.fsencode(folder), name))).write_bytes(b"[]\n")  # noqa: PTH118 - a name of odd bytes
    assert problems(folder) == [f"{told} (rename it: lower-case Latin letters, digits and hyphens)"]


def test_a_link_stays_within_the_folder(folder: Path, tmp_path: Path):
    """Row 55: an atlas of somebody else does not show its readers what lies beside it."""
    (tmp_path / "secret.txt").write_text("secret\n", encoding="utf-8")
    (folder / "article" / "secret.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "events" / "gone.yaml").symlink_to("nowhere.yaml")
    (folder / "events" / "round.yaml").symlink_to("round.yaml")
    (folder / "events" / "more.yaml").symlink_to(folder / "events")
    (folder / "README.md").symlink_to(tmp_path / "secret.txt")  # not content, not read
    assert problems(folder) == [
        "article/secret.txt:-:-: is a link out of the atlas's folder (put a copy of the file there)",
        "events/gone.yaml:-:-: is a link to nothing (put the file itself there)",
        "events/more.yaml:-:-: is a link to a folder (put the folder itself there)",
        "events/round.yaml:-:-: is a link to nothing (put the file itself there)",
    ]


def test_a_link_within_the_folder_is_followed(folder: Path):
    (folder / "events" / "events.yaml").rename(folder / ".events")
    (folder / "events" / "events.yaml").symlink_to(folder / ".events")
    assert len(open_atlas(folder).events) == 3


def test_what_is_no_file_is_told_once(folder: Path):
    (folder / "people" / "people.yaml").unlink()
    (folder / "people" / "people.yaml").mkdir()
    os.mkfifo(folder / "figures" / "pipe.yaml")
    shutil.rmtree(folder / "documents")
    (folder / "documents").write_text("- id: doc-01\n")
    assert problems(folder) == [
        "documents:-:-: is a file (make it a folder with files named *.yaml)",
        "figures/pipe.yaml:-:-: is no file (put a file there that can be read more than once)",
        "people/people.yaml:-:-: is a folder (put a file there, or rename the folder)",
    ]


def test_a_folder_that_cannot_be_read_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    whole = os.scandir

    def locked(path: str | Path) -> object:
        if Path(path).name == "layers":
            raise PermissionError(13, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(os, "scandir", locked)
    assert problems(folder) == ["layers:-:-: cannot be read: Permission denied (see who may read the folder)"]


@pytest.mark.parametrize(
    ("name", "megabytes", "told"),
    [
        ("article/interview.txt", 5, "has 5 MB, more than 4 (store the part that is quoted)"),
        ("events/more.yaml", 3, "has 3 MB, more than 2 (split it into several files)"),
        (
            "layers/digital.geojson",
            33,
            "has 33 MB, more than 32 (write tiled: true at its layer, see docs/large-layers.md)",
        ),
        ("notes/film.mp4", 33, "has 33 MB, more than 32 (keep it outside of the atlas's folder)"),
    ],
)
def test_a_file_that_is_too_large_is_not_read(folder: Path, name: str, megabytes: int, told: str):
    (folder / name).parent.mkdir(exist_ok=True)
    with (folder / name).open("wb") as file:
        file.truncate(megabytes * 1_000_000)
    assert problems(folder) == [f"{name}:-:-: {told}"]


def test_a_file_of_too_many_values_is_not_taken_apart(folder: Path):
    (folder / "events" / "more.yaml").write_text("- [" + "[], " * 300_000 + "]\n")
    (folder / "layers" / "digital.geojson").write_text("[" + "0," * 3_000_001 + "0]")
    assert problems(folder) == [
        f"layers/digital.geojson:-:-: holds more than 3000000 values ({_SMALLER['.geojson']})",
        f"events/more.yaml:-:-: holds more than 200000 values ({_SMALLER['.yaml']})",
    ]


def test_after_two_hundred_mistakes_a_file_is_not_read_on(folder: Path):
    (folder / "events" / "events.yaml").write_text("- 5\n" * 1000)
    told = problems(folder)
    assert len(told) == 202
    assert told[-1] == (
        "events/events.yaml:-:-: has more than 200 mistakes; those after entry 201 are not told (mend the others first)"
    )


def test_after_fifty_mistakes_an_entry_is_not_told_on(folder: Path):
    figures = folder / "figures" / "figures.yaml"
    edit(figures, "sources: [test-report]\n  confidence: low", f"sources: [{', '.join(['Ä'] * 60)}]\n  confidence: low")
    told = [line for line in problems(folder) if "sources[" in line]
    assert len(told) == 51
    assert told[-1].endswith("sources[51]: has 10 more mistakes (mend the others first)")


def test_a_text_without_end_is_refused(folder: Path):
    edit(folder / "figures" / "figures.yaml", "{en: One terabit a second}", f"{{en: {'so and ' * 3000}}}")
    assert "text.en: is longer than 20000 letters (shorten it" in problems(folder)[0]


def test_a_number_of_thousands_of_digits_is_told_in_words(folder: Path):
    edit(folder / "layers" / "transport.geojson", '"value": 2.5', f'"value": {"9" * 5000}')
    assert problems(folder)[0] == (
        "layers/transport.geojson:-:-: has a number of thousands of digits "
        "(look for it, and write the number that was meant)"
    )


def test_collections_within_collections_are_refused(folder: Path):
    nested = '{"type": "GeometryCollection", "geometries": [' * 90 + "]}" * 90
    edit(folder / "layers" / "transport.geojson", '{"type": "Point", "coordinates": [49.48, 40.0]}', nested)
    assert "port-west:geometry: is a GeometryCollection" in problems(folder)[0]


def test_half_a_letter_is_told_with_its_field(folder: Path):
    edit(folder / "layers" / "transport.geojson", '"en": "Port West"', '"en": "Port \\ud800"')
    assert "port-west:names.en: has the character U+D800, which does not show" in problems(folder)[0]


def test_an_alias_that_holds_itself_ends(folder: Path):
    edit(folder / "figures" / "figures.yaml", "{en: One terabit a second}", "&a {en: *a}")
    assert any("an anchor (&) is repeated by an alias (*)" in line for line in problems(folder))


@pytest.mark.parametrize("collects", [True, False])
def test_reading_leaves_the_collector_of_garbage_as_it_was(*, collects: bool):
    before = gc.isenabled()
    try:
        (gc.enable if collects else gc.disable)()
        read(ATLAS)
        assert gc.isenabled() == collects
    finally:
        (gc.enable if before else gc.disable)()
