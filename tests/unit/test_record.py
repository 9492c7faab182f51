"""What a release changed is kept beside it (row 28)."""

import shutil
from pathlib import Path

import pytest

from dashboard.cli import main
from geodata import AtlasError, open_atlas, read, record
from geodata.diff import revision
from geodata.entries import plain_of
from geodata.model import Revision


@pytest.fixture
def edited(small_atlas: Path, tmp_path: Path) -> Path:
    """The small atlas with one event gone and another promised later, nothing of which is on record."""
    folder = shutil.copytree(small_atlas, tmp_path / "new")
    shutil.rmtree(folder / "changes")
    events = folder / "events" / "events.yaml"
    text = events.read_text(encoding="utf-8")
    assert "  date: 2024\n" in text
    events.write_text(text.replace("  date: 2024\n", "  date: 2029\n"), encoding="utf-8")
    return folder


def test_the_record_lies_beside_the_release_and_is_no_part_of_its_hash(
    small_atlas: Path, edited: Path, capsys: pytest.CaptureFixture[str]
):
    """Row 28: it names the hash, so that it cannot be in it."""
    old, new = open_atlas(small_atlas), open_atlas(edited)
    assert main(["diff", str(small_atlas), str(edited), "--record"]) == 0
    path = edited / "changes" / f"{new.release}.yaml"
    assert f"recorded: {path}" in capsys.readouterr().err
    again = open_atlas(edited)
    assert again.release == new.release != old.release
    assert again.changes == {new.release: revision(old, new)}
    (change,) = again.changes[new.release].changes
    assert (change.id, change.old, change.new) == ("fc-fibre-2024", "2024", "2029")
    assert main(["check", str(edited)]) == 0


def test_a_record_is_never_overwritten(small_atlas: Path, edited: Path, capsys: pytest.CaptureFixture[str]):
    """Row 28: what was published stays."""
    arguments = ["diff", str(small_atlas), str(edited), "--record"]
    assert main(arguments) == 0
    (path,) = (edited / "changes").iterdir()
    before = path.read_bytes()
    capsys.readouterr()
    assert main(arguments) == 1
    told = capsys.readouterr()
    assert (
        "is recorded already (a record stays as it was published; to write it anew, take the file away first)"
        in told.err
    )
    assert told.out == ""
    assert path.read_bytes() == before


def test_a_release_is_not_recorded_against_itself(
    small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    """Row 28."""
    same = shutil.copytree(small_atlas, tmp_path / "same")
    assert main(["diff", str(small_atlas), str(same), "--record"]) == 1
    told = capsys.readouterr().err
    assert "before: is the same release (compare it with the folder or database of the release before)" in told
    assert len(list((same / "changes").iterdir())) == 1


def test_where_nothing_can_be_written_nothing_is_recorded(small_atlas: Path, edited: Path):
    """Row 56: a file stands where the folder would be."""
    found = revision(open_atlas(small_atlas), open_atlas(edited))
    (edited / "changes").write_text("", encoding="utf-8")
    with pytest.raises(AtlasError) as refused:
        record(found, edited)
    assert [str(problem) for problem in refused.value.problems] == [
        f"changes/{found.id}.yaml:{found.id}:-: cannot be written: File exists (see who may write there)"
    ]


def test_what_is_recorded_is_read_as_it_was(small_atlas: Path):
    """Row 28: every form of value there is."""
    (stored,) = (value for kind, _, value in read(small_atlas).plain.entries if kind == "changes")
    recorded = open_atlas(small_atlas).changes[stored["id"]]
    assert Revision.model_validate(plain_of(recorded)) == recorded
    assert {type(change.new) for change in recorded.changes} == {type(None), bool, float, str, tuple}
