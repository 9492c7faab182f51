"""The status of an object on a date (row 14), promises and what became of them (row 18)."""

from datetime import date
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from geodata.dates import parse
from geodata.model import StatusChange, StatusName
from geodata.status import LADDER, begins, status_on

TODAY = date(2026, 11, 22)


def fact(when: str, status: StatusName) -> StatusChange:
    return StatusChange(date=parse(when), status=status, sources=("source",))


def promise(when: str, status: StatusName) -> StatusChange:
    return StatusChange(date=parse(when), status=status, promise=True, sources=("source",))


CHANGES = st.builds(
    StatusChange,
    date=st.dates(min_value=date(2015, 1, 1), max_value=date(2035, 12, 31)).map(lambda day: parse(day.isoformat())),
    status=st.sampled_from(LADDER),
    promise=st.booleans(),
    sources=st.just(("source",)),
)
DAYS = st.dates(min_value=date(2014, 1, 1), max_value=date(2036, 12, 31))


@given(st.lists(CHANGES, max_size=8), DAYS, DAYS)
def test_the_status_on_a_date_depends_on_no_later_entry(history: list[StatusChange], day: date, today: date):
    known = [change for change in history if begins(change) <= day]
    assert status_on(history, day, today) == status_on(known, day, today)


@given(st.lists(CHANGES, max_size=8, unique_by=begins), DAYS, DAYS, st.randoms())
def test_the_status_does_not_depend_on_the_order_of_the_entries(
    history: list[StatusChange], day: date, today: date, chance: Random
):
    shuffled = list(history)
    chance.shuffle(shuffled)
    assert status_on(history, day, today) == status_on(shuffled, day, today)


@given(st.lists(CHANGES, max_size=8), DAYS)
def test_a_past_day_never_shows_a_promise_as_if_it_had_been_kept(history: list[StatusChange], day: date):
    status = status_on(history, day, date.max)
    assert status is None or not status.promised


def test_nothing_is_known_before_the_first_entry():
    assert status_on([fact("2019", "proposed")], date(2018, 12, 31), TODAY) is None


def test_a_fact_counts_from_its_first_possible_day_a_promise_from_its_last():
    history = [fact("2019", "planned"), promise("2028~", "operating")]
    assert _name(history, date(2019, 1, 1)) == "planned"
    assert _name(history, date(2028, 12, 30)) == "planned"
    status = status_on(history, date(2028, 12, 31), TODAY)
    assert status is not None
    assert (status.name, status.promised) == ("operating", True)


def test_a_promise_that_was_not_kept_changes_nothing_and_is_handed_over_as_overdue():
    history = [fact("2019", "planned"), promise("2024", "operating")]
    status = status_on(history, TODAY, TODAY)
    assert status is not None
    assert (status.name, status.overdue) == ("planned", history[1])


def test_an_overdue_promise_is_settled_by_a_late_fact():
    history = [fact("2019", "planned"), promise("2024", "operating"), fact("2026-03", "operating")]
    assert _overdue(history) is None


def test_an_overdue_promise_is_settled_when_the_project_is_given_up():
    history = [fact("2019", "planned"), promise("2024", "operating"), fact("2026-03", "cancelled")]
    assert _overdue(history) is None


def test_an_overdue_promise_stays_open_while_the_work_goes_on():
    history = [fact("2019", "planned"), promise("2024", "operating"), fact("2026-03", "under_construction")]
    assert _overdue(history) == history[1]


def test_a_promise_kept_ahead_of_time_is_never_overdue():
    history = [fact("2019", "planned"), fact("2024-03", "operating"), promise("2024", "operating")]
    assert _overdue(history) is None
    assert _name(history, TODAY) == "operating"


def _name(history: list[StatusChange], day: date) -> str | None:
    status = status_on(history, day, TODAY)
    return status.name if status else None


def _overdue(history: list[StatusChange]) -> StatusChange | None:
    status = status_on(history, TODAY, TODAY)
    assert status is not None
    return status.overdue
