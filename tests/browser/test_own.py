"""A layer of a viewer's own, from the file to the map and back (rows 3, 54, 55, 59)."""

import http.client
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas
import pytest
from playwright.sync_api import Locator, Page, expect
from shapely.geometry import LineString

from dashboard.style import LOOKS
from tests.browser.axe import violations
from tests.browser.harness import HOST, Explore, NewPage, Server, Watch

HOSTILE = "<img src=x onerror=\"window.ran = 'attribute'\">"
PLACE = (50.9, 42.4)
"""In the sea, where the atlas has nothing."""


LINE = LineString([(50, 42), (52, 42.4)])
RING = [[51.3, 41.3], [52.1, 41.3], [52.1, 42.1], [51.3, 42.1], [51.3, 41.3]]
HOLE = [[51.5, 41.5], [51.8, 41.5], [51.8, 41.8], [51.5, 41.8], [51.5, 41.5]]


def feature(name: str, x: float, y: float) -> dict[str, object]:
    properties = {"name": name, "note": HOSTILE, "site": "javascript:window.ran=1"}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": [x, y]}}


@pytest.fixture
def rigs(tmp_path: Path) -> Path:
    """A file of two places with a hostile name and hostile attributes."""
    features = [feature(f"Rig {HOSTILE}", *PLACE), feature("Second rig", 50.4, 41.6)]
    path = tmp_path / "rigs.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


@pytest.fixture
def page(page: Page) -> Page:
    """Of somebody for whom nothing flies, so that the map is at rest as soon as it has changed."""
    page.emulate_media(reduced_motion="reduce")
    return page


def dialog(explore: Explore) -> Locator:
    """Open the dialog."""
    explore.page.get_by_role("button", name="Add a layer", exact=True).click()
    found = explore.page.get_by_role("dialog")
    expect(found.locator("button[aria-label='Choose a file']")).to_be_visible()
    return found


def add(explore: Explore, path: Path) -> None:
    """Choose a file in the dialog, as a person does."""
    place = dialog(explore)
    with explore.page.expect_file_chooser() as waiting:
        place.locator("button[aria-label='Choose a file']").click()
    waiting.value.set_files(path)
    explore.until("state.own.some(({ name }) => name === value)", path.stem)
    expect(place).to_be_hidden()


def test_a_layer_is_added_seen_picked_and_removed_by_who_owns_it(
    explore: Explore, rigs: Path, new_page: NewPage, server: Server
) -> None:
    explore.open(lang="en")
    add(explore, rigs)
    expect(explore.page.get_by_text("rigs is on the map.")).to_be_visible()
    assert explore.state()["own"] == [{"name": "rigs", "on": True, "count": 2}]
    inside = explore.map().evaluate("([x, y]) => atlasMap.leaflet.getBounds().contains([y, x])", PLACE)
    assert inside, "it is brought into view"
    explore.click_feature("own:1:1")
    expect(explore.panel("Second rig")).to_be_visible()
    expect(explore.panel()).to_contain_text("From a layer of your own, which nobody else sees.")
    explore.until("state.answered === state.reported")
    assert "own" not in explore.page.url
    expect(explore.panel("Second rig")).to_be_visible()
    assert explore.mounts() == 1

    other = Explore(new_page(), server.url).open(lang="en", select="own:1:1")
    assert other.state()["own"] == []
    assert other.state()["selected"] is None
    expect(other.panel("Caspian Corridors")).to_be_visible()

    place = dialog(explore)
    place.get_by_role("button", name="Remove").click()
    explore.until("state.own.length === 0 && state.selected === null")
    expect(explore.panel("Caspian Corridors")).to_be_visible()
    assert explore.map().evaluate("() => atlasMap.pixel('own:1:1')") is None
    assert explore.mounts() == 1


def test_what_a_file_says_is_text_wherever_it_is_shown(explore: Explore, rigs: Path) -> None:
    """Row 59: in tooltip, panel, legend, list and address; the harness fails if a script complains."""
    hostile = rigs.rename(rigs.with_name("<img src=x onerror=ran(1)>.geojson"))
    explore.open(lang="en")
    add(explore, hostile)
    explore.page.mouse.move(*explore.where("own:1:0"))
    expect(explore.map().get_by_role("tooltip")).to_have_text(f"Rig {HOSTILE}")
    explore.click_feature("own:1:0")
    expect(explore.panel(f"Rig {HOSTILE}")).to_be_visible()
    expect(explore.panel().get_by_role("row", name="site")).to_contain_text("javascript:window.ran=1")
    assert explore.panel().locator("a[href^='javascript'], img").count() == 0
    place = dialog(explore)
    expect(place.get_by_text(hostile.stem)).to_be_visible()
    assert [frame.evaluate("() => window.ran") for frame in explore.page.frames] == [None] * len(explore.page.frames)
    assert explore.map().locator("img").count() == 0


def test_an_area_is_picked_anywhere_in_it_but_in_its_holes(explore: Explore, tmp_path: Path) -> None:
    """And what lies in it comes first."""
    around = [[[49, 40], [54, 40], [54, 43], [49, 43], [49, 40]]]
    features = [
        {"type": "Feature", "properties": {"name": name}, "geometry": {"type": "Polygon", "coordinates": rings}}
        for name, rings in (("All around", around), ("Field", [RING, HOLE]))
    ]
    path = tmp_path / "fields.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    explore.open(lang="en")
    add(explore, path)
    for (longitude, latitude), found in (
        ((52.0, 41.4), "own:1:1"),  # the smaller one, in which it is too
        ((51.65, 41.65), "own:1:0"),  # in the hole of the smaller one
        ((52.97, 40.02), "port-turkmenbashi"),
        ((51.8, 43.5), None),
    ):
        hit = explore.map().evaluate(
            "at => { const map = atlasMap; return map._hit(map.leaflet.latLngToContainerPoint(at), 8)?.id ?? null; }",
            [latitude, longitude],
        )
        assert hit == found, (longitude, latitude)
    x, y = explore.map().evaluate("""() => {
        const { x, y } = atlasMap.leaflet.latLngToContainerPoint([41.4, 52]);
        const { left, top } = atlasMap.leaflet.getContainer().getBoundingClientRect();
        return [x + left, y + top];
    }""")
    frame = explore.map().frame_element().bounding_box()
    assert frame
    explore.page.mouse.click(frame["x"] + x, frame["y"] + y)
    expect(explore.panel("Field")).to_be_visible()


def test_its_switch_hides_it_and_all_and_none_mean_it_too(explore: Explore, rigs: Path) -> None:
    explore.open(lang="en")
    add(explore, rigs)
    legend = explore.map().get_by_role("complementary", name="Layers")
    shown = "state.visible.includes('own:1:0')"
    switch = legend.get_by_role("checkbox", name="rigs")
    expect(switch).to_be_checked()
    switch.uncheck()
    explore.until(f"!{shown}")
    switch.check()
    explore.until(shown)
    legend.get_by_role("button", name="None").click()
    explore.until(f"!{shown} && state.layers.length === 0")
    legend.get_by_role("button", name="All").click()
    explore.until(shown)


def test_it_stays_through_language_look_and_other_pages(explore: Explore, rigs: Path) -> None:
    explore.open(lang="en")
    add(explore, rigs)
    explore.map().evaluate("() => atlasMap.leaflet.setView([44, 60], 6, {animate: false})")
    explore.page.get_by_role("radio", name="RU").click()
    explore.until("state.lang === 'ru' && state.own.length === 1")
    expect(explore.map().get_by_text("Ваши слои")).to_be_visible()
    explore.page.get_by_role("link", name="Таблица").click()
    expect(explore.page.get_by_role("button", name="Добавить слой")).to_have_count(0)
    explore.page.get_by_role("link", name="Карта").click()
    explore.ready()
    explore.until("state.own.length === 1")
    centre = explore.map().evaluate("() => atlasMap.leaflet.getCenter().lng")
    assert centre == pytest.approx(60, abs=0.1), "it is brought into view once"


def test_a_link_to_what_is_seen_leaves_it_out(explore: Explore, rigs: Path) -> None:
    explore.open(lang="en")
    add(explore, rigs)
    explore.click_feature("own:1:1")
    explore.page.get_by_role("button", name="Share", exact=True).click()
    link = explore.page.locator(".st-key-share-content code").first.inner_text()
    assert "own" not in link


def test_what_is_wrong_is_listed_and_the_next_file_is_taken(explore: Explore, rigs: Path, tmp_path: Path) -> None:
    """Row 56."""
    bad = tmp_path / "bad.csv"
    bad.write_text("name,lat,lon\na,x,51\nb,43,\n", encoding="utf-8")
    explore.open(lang="en")
    place = dialog(explore)
    place.locator("input[type=file]").set_input_files(bad)
    expect(place.get_by_role("alert")).to_contain_text("2 problems keep this file from being shown")
    expect(place.get_by_role("alert")).to_contain_text("line 2 · lat is not a number: x")
    assert violations(explore.page) == []
    place.locator("input[type=file]").set_input_files(rigs)
    explore.until("state.own.length === 1")


def test_a_file_that_is_too_large_is_not_even_sent(explore: Explore, tmp_path: Path) -> None:
    large = tmp_path / "large.csv"
    large.write_bytes(b"x" * 20_100_000)
    explore.open(lang="en")
    place = dialog(explore)
    sent: list[str] = []
    explore.page.on("request", lambda request: sent.append(request.url) if request.method == "PUT" else None)
    place.locator("input[type=file]").set_input_files(large)
    told = "getComputedStyle(document.querySelector('.stFileUploader'), '::after').content"
    explore.page.wait_for_function(f"() => {told} === '\"The file is larger than 20 MB.\"'")
    expect(place.locator("button[aria-label='Choose a file']:visible")).to_have_count(1)
    assert sent == []


@pytest.fixture
def line(tmp_path: Path) -> Callable[[str], Path]:
    """A function that stores one line in a format."""

    def store(ending: str) -> Path:
        table = geopandas.GeoDataFrame(
            {"name": ["Жол"]}, geometry=[LineString([(50, 42), (52, 42.4)])], crs="EPSG:4326"
        )
        target = tmp_path / f"line.{ending}"
        if ending == "gpkg":
            table.to_crs("EPSG:3857").to_file(target, driver="GPKG")
        elif ending == "zip":
            table.to_crs("EPSG:32639").to_file(tmp_path / "line.shp", driver="ESRI Shapefile", encoding="UTF-8")
            with zipfile.ZipFile(target, "w") as packed:
                for part in tmp_path.glob("line.[sdpc]*"):
                    packed.write(part, part.name)
        elif ending == "csv":
            target.write_text("name;wkt\nЖол;LINESTRING (50 42, 52 42.4)\n", encoding="utf-8-sig")
        else:
            course = "<LineString><coordinates>50,42 52,42.4</coordinates></LineString>"
            target.write_text(f"<kml><Placemark><name>Жол</name>{course}</Placemark></kml>", encoding="utf-8")
        return target

    return store


@pytest.mark.parametrize("ending", ["gpkg", "zip", "csv", "kml"])
def test_every_format_is_taken(explore: Explore, line: Callable[[str], Path], ending: str) -> None:
    """GeoJSON is what the other journeys bring."""
    explore.open(lang="en")
    add(explore, line(ending))
    box = explore.map().evaluate("() => atlasMap.own.layers[0].box")
    assert box == pytest.approx([50, 42, 52, 42.4], abs=1e-5)
    explore.click_feature("own:1:0")
    expect(explore.panel("Жол")).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_dialog_the_panel_and_the_legend_in_every_look(explore: Explore, rigs: Path, look: str) -> None:
    """Row 54."""
    explore.open(lang="en", look=look)
    add(explore, rigs)
    explore.click_feature("own:1:1")
    expect(explore.panel("Second rig")).to_be_visible()
    expect(explore.page.get_by_text("rigs is on the map.")).to_be_hidden()
    assert violations(explore.page) == []
    place = dialog(explore)
    expect(place.get_by_role("button", name="Remove")).to_be_visible()
    assert violations(explore.page) == []


def test_it_is_added_and_picked_on_a_phone(new_page: NewPage, server: Server, rigs: Path) -> None:
    """Row 3."""
    page = new_page(size=(390, 844), has_touch=True, is_mobile=True, reduced_motion="reduce")
    explore = Explore(page, server.url).open(lang="en")
    add(explore, rigs)
    page.touchscreen.tap(*explore.where("own:1:1"))
    expect(explore.panel("Second rig")).to_be_attached()
    place = dialog(explore)
    for button in place.locator("button:visible").all():
        box = button.bounding_box()
        assert box
        if "Close" not in (button.get_attribute("aria-label") or ""):  # Streamlit's own
            assert box["height"] >= 44, button.inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_nobody_uploads_without_the_sessions_own_token(server: Server, explore: Explore, watch: Watch) -> None:
    """A page of another site cannot send a file in a viewer's name, nor can anybody without a session."""
    explore.open(lang="en")
    connection = http.client.HTTPConnection(HOST, server.port, timeout=10)
    try:
        connection.request("PUT", "/_stcore/upload_file/nobody/nothing", body=b"x")
        assert connection.getresponse().status in {http.client.FORBIDDEN, http.client.BAD_REQUEST}
    finally:
        connection.close()
    assert not watch.console
