"""What each release of the atlas changed (row 28)."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dashboard.about import about
from dashboard.changes import FEW, ChangesPage, changes, changes_page, newest_first
from dashboard.scene import Scene, scene
from dashboard.view import View
from dashboard.words import Words
from geodata import Atlas, open_atlas
from geodata.model import LANGUAGES, Change, Language, Revision

TODAY = date(2026, 11, 23)


def seen(atlas: Atlas, language: Language = "en", *, alone: bool = False) -> Scene:
    return scene(atlas, View(language=language), Words(language), TODAY, alone=alone)


def recorded(atlas: Atlas, *changes: Change, id: str = "new", before: str = "old", day: str = "2026-11-22") -> Atlas:
    """The atlas with one more release on record."""
    one = Revision.model_validate(
        {"id": id, "date": day, "before": before, "before_date": "2026-10-01", "changes": changes}
    )
    return replace(atlas, changes={**atlas.changes, one.id: one})


@pytest.fixture(scope="module")
def small(small_atlas: Path) -> Atlas:
    return open_atlas(small_atlas)


@pytest.fixture(scope="module")
def page(small: Atlas) -> ChangesPage:
    return changes_page(seen(small))


def test_what_moved_comes_before_what_was_corrected_and_that_before_the_rest(page: ChangesPage):
    (release,) = page.releases
    headings = [part.heading for part in release.parts]
    assert headings[:3] == ["Promised dates that moved", "Corrected figures", "Events and promises"]
    assert [(tally.label, tally.number) for tally in release.tallies][:2] == [
        ("Promised dates that moved", "2"),
        ("Corrected figures", "1"),
    ]
    assert release.translated == (("Kazakh", "3"), ("Turkish", "700"))


def test_each_line_leads_to_its_object_where_there_is_still_one(page: ChangesPage):
    """Rows 20 and 22: under the id that it has now."""
    rows = {row.id: row.href for part in page.releases[0].parts for row in part.rows}
    assert rows == {
        "fc-fibre-2024": "./?lang=en&select=fc-fibre-2024",
        "fibre-east-west": "./?lang=en&select=fibre-east-west",
        "ferry-length": "./?lang=en&select=ferry-east-west",
        "port-east": "./?lang=en&select=port-east",
        "ferry-east-west": "./?lang=en&select=ferry-east-west",
        "corridor-test": "./?lang=en&select=corridor-test",
        "port-north": None,
        "fibre-capacity-report": "./?lang=en&select=fibre-east-west",
        "ev-signing": "./?lang=en&select=ev-signing",
        "ev-signing-again": None,
        "test-briefing": "briefing?lang=en&briefing=test-briefing",
        "doc-01": "./?lang=en&select=ev-signing",
        "view-cautious": "./?lang=en&select=corridor-test",
        "transport": "./?lang=en&layers=transport",
        "km": None,
    }


@pytest.mark.parametrize("kind", ["features", "events", "statements", "figures", "sources", "briefings", "commentary"])
def test_a_record_of_an_id_that_was_given_up_leads_to_the_present_one(small: Atlas, kind: str):
    """Row 22: each kind that can have another id."""
    things = dict(getattr(small, kind))
    id = next(iter(things))
    things[id] = things[id].model_copy(update={"aliases": ("as-it-was-called",)})
    renamed = replace(small, **{kind: things}, changes={})
    now = Change(kind=kind, id=id, what="added")  # type: ignore[arg-type]
    then = now.model_copy(update={"id": "as-it-was-called"})
    links = [changes_page(seen(recorded(renamed, change))).releases[0].parts[0].rows[0].href for change in (now, then)]
    assert links[0] is not None
    assert links[0] == links[1]


def test_in_a_copy_without_a_server_the_links_stay_in_it(small: Atlas):
    """Rows 46 and 65."""
    rows = changes_page(seen(small, alone=True)).releases[0].parts
    assert all(row.href.startswith("?") for part in rows for row in part.rows if row.href)


def test_a_long_list_is_folded_and_moved_dates_are_not(small: Atlas):
    many = [Change(kind="sources", id=f"source-{number}", what="added") for number in range(FEW + 1)]
    moved = [
        Change(kind="events", id="fc-fibre-2024", what="changed", field="date", old=str(year), new="2024")
        for year in range(2000, 2000 + FEW + 1)
    ]
    few = many[:FEW]
    for some, folded in ((many, True), (few, False), (moved, False)):
        (part,) = changes_page(seen(recorded(replace(small, changes={}), *some))).releases[0].parts
        assert part.folded is folded
    assert "<details>" in changes(seen(recorded(small, *many)))


def test_the_newest_comes_first_and_releases_of_one_day_in_their_order(small: Atlas):
    atlas = replace(small, changes={})
    for id, before, day in (("c", "b", "2026-11-22"), ("a", "0", "2026-11-22"), ("d", "c", "2026-11-30"),
                            ("b", "a", "2026-11-22")):  # fmt: skip
        atlas = recorded(atlas, id=id, before=before, day=day)
    assert [one.id for one in newest_first(tuple(atlas.changes.values()))] == ["d", "c", "b", "a"]


def test_releases_in_a_circle_do_no_harm(small: Atlas):
    """Row 56: the check refuses them."""
    atlas = recorded(recorded(replace(small, changes={}), id="a", before="b"), id="b", before="a")
    assert len(newest_first(tuple(atlas.changes.values()))) == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_any_record_it_says_so(small: Atlas, language: Language):
    empty = replace(small, changes={})
    said = changes(seen(empty, language))
    told = Words(language)(
        "No release has been recorded yet, so that nothing can be compared. The present release is {release}.",
        release=small.release,
    )
    assert told in said
    assert told not in changes(seen(small, language))


def test_a_release_that_is_not_on_record_yet_is_told(small: Atlas):
    assert changes_page(seen(small)).unrecorded
    assert not changes_page(seen(recorded(small, id=small.release))).unrecorded
    assert not changes_page(seen(replace(small, changes={}))).unrecorded


def test_a_live_edit_stands_first_until_it_is_recorded(small: Atlas):
    """Row 57."""
    edit = Revision.model_validate(
        {"id": small.release, "date": "2026-11-22", "before": "old", "before_date": "2026-11-22",
         "changes": [{"kind": "events", "id": "ev-signing", "what": "added"}]}
    )  # fmt: skip
    page = changes_page(seen(small), edit)
    assert page.edited
    assert page.edited.parts[0].rows[0].id == "ev-signing"
    assert changes(seen(small), edit).index("Just now") < changes(seen(small), edit).index("2026-11-22-000000000002")
    assert changes_page(seen(recorded(small, id=small.release)), edit).edited is None


def test_what_a_record_says_is_text_and_never_markup(small: Atlas):
    """Row 59."""
    hostile = "<img src=x onerror=alert(1)>"
    atlas = recorded(
        small,
        Change(kind="events", id="gone", what="removed", name={"en": hostile}),
        Change(kind="events", id="ev-signing", what="changed", field="title", part="en", old=hostile, new=hostile),
        Change(kind="features", id="port-east", what="changed", field="owners", old=(hostile,), new=()),
    )
    said = changes(seen(atlas))
    assert "<img" not in said
    assert said.count("&lt;img src=x onerror=alert(1)&gt;") == 4


def test_the_release_on_the_page_about_leads_here(small: Atlas):
    assert 'href="changes?lang=en"' in about(seen(small))
    assert 'href="?page=changes&amp;lang=en"' in about(seen(small, alone=True))


def test_the_atlas_that_ships_tells_its_releases(atlas: Atlas):
    """The merged promises among them, under the names that they had."""
    page = changes_page(seen(atlas, "kk"))
    assert len(page.releases) >= 3
    for newer, older in zip(page.releases, page.releases[1:], strict=False):
        assert newer.before == older.id
    rows = {row.id: row for release in page.releases for part in release.parts for row in part.rows}
    assert rows["fc-oil-7mt"].what == "merged"
    assert rows["fc-oil-7mt"].name.text.startswith("Болжам: БТД арқылы")
    assert rows["fc-oil-7mt"].href == "./?select=ev-7mt-2025"
