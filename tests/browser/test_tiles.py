"""Layers that are too large for memory: drawn from tiles, picked, dated and linked to like all others (row 66)."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pmtiles.tile import zxy_to_tileid

from geodata import Atlas, open_atlas
from geodata.status import status_on
from tests.browser.harness import Explore, NewPage, Server, Watch
from tests.browser.proxy import Nginx, missing
from tests.large import SIZE, write_large

LINE = "line-34"
DAY = "2015-07-01"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_large(tmp_path_factory.mktemp("large"))


@pytest.fixture(scope="module")
def large(folder: Path) -> Atlas:
    return open_atlas(folder)


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The large atlas instead of the one that ships."""
    server = Server(tmp_path_factory.mktemp("elsewhere"), str(folder))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


def shown(explore: Explore) -> None:
    """Until the tiles are there."""
    explore.map().wait_for_function("() => atlasMap.tiled.pieces.length > 0")


def test_the_map_shows_some_from_afar_and_all_from_near(explore: Explore) -> None:
    explore.open(lang="en", at="3/42.7/51")
    shown(explore)
    afar = len(explore.state()["visible"])
    assert 0 < afar < SIZE / 2
    explore.map().evaluate("() => atlasMap.leaflet.setView([42.7, 51], 7, { animate: false })")
    explore.map().wait_for_function("(afar) => atlasMap.state().visible.length > 2 * afar", arg=afar)


def test_what_is_picked_on_the_map_opens_in_the_panel(explore: Explore, large: Atlas) -> None:
    explore.open(lang="en", at="8/42.7/51")
    shown(explore)
    script = """() => atlasMap.tiled.pieces.find(({ id, point, visible }) => {
        const at = point && visible && atlasMap.pixel(id);
        return at && at.x > 350 && at.x < 800 && at.y > 60 && at.y < 500;
    }).id"""
    place = explore.map().evaluate(script)
    explore.click_feature(place)
    name = large.features[place].names
    expect(explore.panel(name.en)).to_be_visible()
    explore.page.locator(".st-key-lang").get_by_role("radio", name="az", exact=True).click()
    expect(explore.panel(name.az)).to_be_visible()
    assert explore.mounts() == 1


def test_a_link_opens_one_of_them_and_frames_it(explore: Explore, large: Atlas) -> None:
    explore.open(select=LINE, lang="en", at="4/30/60")
    expect(explore.panel(large.features[LINE].names.en)).to_be_visible()
    explore.open(select=LINE, lang="en")
    explore.map().wait_for_function("(id) => atlasMap.feature(id)", arg=LINE)
    x, y = explore.where(LINE)
    assert 0 < x < 1000
    assert 0 < y < 800


def test_each_has_the_status_of_the_day(explore: Explore, large: Atlas) -> None:
    explore.open(lang="en", at="8/42.7/51", date=DAY)
    shown(explore)
    state = explore.state()
    drawn = explore.map().evaluate(
        "() => atlasMap.tiled.pieces.map(({ id }) => [id, atlasMap.look(id)?.status ?? null])"
    )
    assert len(drawn) > 20
    day, today = (explore.map().evaluate(f"() => {what}") for what in ("atlasMap.state().date", "atlasMap.view.today"))
    for id, status in drawn:
        expected = status_on(large.features[id].history, date.fromisoformat(day), date.fromisoformat(today))
        assert status == (expected.name if expected else None), id
        assert (id in state["visible"]) == (expected is not None)


def test_layers_and_filters_leave_them_out(explore: Explore) -> None:
    explore.open(lang="en", at="7/42.7/51", layers="ports")
    shown(explore)
    visible = explore.state()["visible"]
    assert visible
    assert all(id.startswith("place-") for id in visible)
    explore.map().get_by_text("None", exact=True).click()
    explore.until("state.visible.length === 0")


def test_tiles_that_do_not_come_are_asked_for_again(explore: Explore, watch: Watch) -> None:
    page = explore.page
    page.route("**/tiles.pmtiles*", lambda route: route.fulfill(status=503))
    explore.open(lang="en")
    page.unroute_all()
    shown(explore)
    assert watch.console
    assert all("503" in told for told in watch.console)
    watch.console.clear()


def test_the_curve_of_the_archive_is_the_libraries(explore: Explore) -> None:
    """The place of a tile in a PMTiles archive, as the library that wrote it has it."""
    explore.open(lang="en")
    shown(explore)
    places = [(zoom, column, row) for zoom in range(7) for column in range(2**zoom) for row in range(2**zoom)]
    places += [(16, 41_999, 23_001), (20, 2**20 - 1, 0), (20, 700_000, 370_000)]
    script = """async (places) => {
        const { constructor } = await atlasMap.tiled.source;
        return places.map((one) => constructor.place(...one));
    }"""
    assert explore.map().evaluate(script, places) == [zxy_to_tileid(*place) for place in places]


@pytest.mark.skipif(bool(missing()), reason=missing())
def test_a_site_shows_them_too(folder: Path, tmp_path: Path, new_page: NewPage, large: Atlas) -> None:
    """Rows 46, 65: behind nginx the archive is read by ranges; what only the server knows is said to be missing."""
    site = tmp_path / "public"
    corridors = Path(sys.executable).with_name("corridors")
    subprocess.run([corridors, "export", "site", folder, "--lang", "en", "-o", site], check=True)
    assert subprocess.run([corridors, "check", site], check=False).returncode == 0
    nginx = Nginx.of(tmp_path, site)
    try:
        nginx.wait()
        page = new_page()
        page.goto(f"{nginx.url}/?lang=en&at=8/42.7/51")
        page.wait_for_function("() => window.atlasMap?.tiled?.pieces.length > 0")
        place = page.evaluate("() => atlasMap.tiled.pieces.find(({ point, visible }) => point && visible).id")
        page.evaluate("(id) => atlasMap.select(id)", place)
        expect(page.get_by_role("heading", name=large.features[place].names.en)).to_be_visible()
        expect(page.get_by_text("This layer has very many objects.")).to_be_visible()
    finally:
        nginx.stop()


def test_one_file_says_that_they_are_not_in_it(folder: Path, tmp_path: Path, new_page: NewPage) -> None:
    corridors = Path(sys.executable).with_name("corridors")
    out = tmp_path / "atlas.html"
    subprocess.run([corridors, "export", "html", folder, "--lang", "en", "-o", out], check=True)
    page = new_page()
    page.goto(out.as_uri())
    page.wait_for_function("() => window.atlasMap?.state().ready")
    expect(page.get_by_text("Layers with very many objects are not in this copy.")).to_be_visible()
