"""A problem is one line that can be printed and read, whatever stands in the file (row 56)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geodata import Problem
from geodata.problems import field_path, nearest

texts = st.text(st.characters(), max_size=700)


@given(texts, texts, texts, texts, texts)
def test_a_problem_is_one_line_that_can_be_printed(file: str, thing: str, field: str, problem: str, remedy: str):
    line = str(Problem(file, thing, field, problem, remedy))
    assert line.isprintable()
    assert len(line.splitlines()) == 1
    assert line.encode()
    assert len(line) < 12_000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("\u202eevil", r"\u202eevil"),
        ("\udcff", r"\udcff"),
        ("\x00", r"\x00"),
        ("Ақтау – «a»", "Ақтау – «a»"),
    ],
)
def test_what_does_not_print_is_written_out(text: str, shown: str):
    assert Problem(text, "", "", "is wrong", "mend it").file == shown


def test_a_long_text_is_cut():
    problem = Problem("a" * 999, "b" * 999, "c" * 999, "d" * 999, "e" * 999)
    assert [len(part) for part in problem] == [160, 160, 160, 500, 500]
    assert problem.file.endswith("a…")


def test_a_key_without_letters_has_a_path():
    assert field_path(("history", 1, "date")) == "history[2].date"
    assert field_path(("",)) == "''"
    assert field_path(("a", " ")) == "a.' '"


def test_among_very_many_names_only_those_that_begin_alike_are_compared():
    many = [f"port-{number}" for number in range(5000)]
    assert nearest("port-17", many, "none").startswith("did you mean port-")
    assert nearest("fort-17", many, "none") == "none"
    assert nearest("fort-17", many[:100], "none").startswith("did you mean port-")
    assert nearest("x" * 5000, many[:100], "none") == "none"
