"""EDTF dates (row 16: approximate dates look approximate)."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from geodata.dates import EdtfField, parse

DAYS = st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 12, 31))
PLAIN = DAYS.flatmap(lambda day: st.sampled_from([f"{day:%Y}".zfill(4), f"{day:%Y-%m}", f"{day:%Y-%m-%d}"]))
ONE = st.builds(str.__add__, PLAIN, st.sampled_from(["", "~", "?", "%"]))
SPANS = st.lists(ONE, min_size=2, max_size=2).map(lambda pair: "/".join(sorted(pair)))


@given(st.one_of(ONE, SPANS))
def test_a_date_lies_between_its_own_bounds(text: str):
    edtf = parse(text)
    assert edtf.earliest <= edtf.latest
    assert str(edtf) == text
    assert edtf.is_day == (edtf.earliest == edtf.latest)


@given(PLAIN)
def test_plain_dates_mean_what_the_edtf_library_says(text: str):
    library: Any = parse_edtf(text)
    first, last = library.lower_strict(), library.upper_strict()
    edtf = parse(text)
    assert (edtf.earliest.year, edtf.earliest.month, edtf.earliest.day) == first[:3]
    assert (edtf.latest.year, edtf.latest.month, edtf.latest.day) == last[:3]


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2028", date(2028, 1, 1), date(2028, 12, 31)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2025-10-21", date(2025, 10, 21), date(2025, 10, 21)),
        ("2030~", date(2030, 1, 1), date(2030, 12, 31)),
        ("2025-10-20/2025-10-21", date(2025, 10, 20), date(2025, 10, 21)),
        ("203X", date(2030, 1, 1), date(2039, 12, 31)),
        ("2026-21", date(2026, 3, 1), date(2026, 5, 31)),
    ],
)
def test_a_date_is_as_exact_as_its_author_wrote_it(text: str, earliest: date, latest: date):
    assert (parse(text).earliest, parse(text).latest) == (earliest, latest)


def test_approximate_and_uncertain_are_told_apart():
    assert (parse("2030~").approximate, parse("2030~").uncertain) == (True, False)
    assert (parse("2030?").approximate, parse("2030?").uncertain) == (False, True)
    assert (parse("2030%").approximate, parse("2030%").uncertain) == (True, True)
    assert (parse("2030").approximate, parse("2030").uncertain) == (False, False)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2025-13", "2025-00", "2025-03-00", "2025-02-29", "0000", "2025/", "/2025", "2025/..", "2026/2025",
     "unknown", "2025/open", "12.10.2025", "2025-1-1", "٢٠٢٥", "XXXX", "Y12025"],
)  # fmt: skip
def test_what_has_no_first_and_last_day_is_refused_with_a_remedy(text: str):
    """Row 56."""
    with pytest.raises(ValueError, match="write an EDTF date"):
        parse(text)


@pytest.mark.parametrize("text", ["Y1E999999999", "y-17E7", "Y" + "9" * 90, "(" * 100_000, "2025," * 100_000])
def test_a_date_that_would_take_for_ever_is_refused_at_once(text: str):
    """Row 21: anybody can write it into an address; the library would calculate all of its digits."""
    begun = perf_counter()
    with pytest.raises(ValueError, match="write an EDTF date") as refused:
        parse(text)
    assert perf_counter() - begun < 2
    assert len(str(refused.value)) < 300


class _Dated(BaseModel):
    date: EdtfField


def test_a_year_may_be_written_as_a_number_but_truth_is_no_date():
    assert _Dated.model_validate({"date": 2028}).date == parse("2028")
    assert _Dated(date=parse("2028")).model_dump() == {"date": "2028"}
    for value in (True, 2.5, None, ["2028"]):
        with pytest.raises(ValueError, match="is not a date"):
            _Dated.model_validate({"date": value})
