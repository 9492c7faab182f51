"""Every forecast that has come due and what became of it (row 18)."""

from datetime import date

from dashboard.forecasts import ForecastsPage, forecasts, forecasts_page
from dashboard.scene import scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas

TODAY = date(2026, 11, 23)


def page(atlas: Atlas, today: date = TODAY) -> ForecastsPage:
    return forecasts_page(scene(atlas, View(language="en"), Words("en"), today))


def test_the_cable_that_was_promised_for_2025_is_listed_as_not_kept(atlas: Atlas):
    promise = next(one for one in page(atlas).due if one.id == "ev-tokayev-2025-deadline")
    assert promise.state == "missed"
    assert promise.note
    assert promise.refs
    assert "2025" in promise.promised


def test_the_promises_about_the_cable_stand_in_the_order_in_which_they_were_made(atlas: Atlas):
    projects = {project.id: project for theme in page(atlas).themes for project in theme.projects}
    promises = projects["fibre-trans-caspian"].promises
    assert len(promises) >= 4
    assert [one.made for one in promises] == sorted(one.made for one in promises)
    assert [one.before for one in promises] == [None, *(one.target for one in promises[:-1])]


def test_no_promise_is_left_out(atlas: Atlas):
    known = {event.id for event in atlas.events.values() if event.kind == "forecast"}
    listed = {one.id for theme in page(atlas).themes for project in theme.projects for one in project.promises}
    assert listed == known
    assert page(atlas).number == len(known)


def test_due_is_asked_of_today_and_not_of_the_date_shown(atlas: Atlas):
    assert len(page(atlas, date(2024, 6, 1)).due) < len(page(atlas, date(2033, 1, 1)).due)


def test_promised_statuses_whose_day_has_passed_are_listed(atlas: Atlas):
    overdue = {row.subject.id for row in page(atlas).overdue}
    assert "fibre-az-tm" in overdue


def test_the_strip_is_also_text(atlas: Atlas):
    html = forecasts(scene(atlas, View(language="en"), Words("en"), TODAY))
    for event in atlas.events.values():
        if event.kind == "forecast":
            assert f'data-promise="{event.id}"' in html
