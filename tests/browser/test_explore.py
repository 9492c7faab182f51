"""The journeys on Explore, as a person makes them."""

import re
import urllib.parse

import pytest
from playwright.sync_api import WebSocketRoute, expect

from geodata import Atlas
from geodata.model import LANGUAGES, Language
from tests.browser.harness import Explore, NewPage, Server

PANEL = "#panel-heading"
SPOKEN = "Орта дәліз және логистика бойынша, Ақтау-Құрық-Баку-Алят порттары арқылы тасымал өсіп келеді."


def look(explore: Explore, feature: str) -> dict[str, object]:
    """How the map draws a feature."""
    return explore.map().evaluate("id => atlasMap.look(id)", feature)


def address(explore: Explore) -> dict[str, str]:
    """The parameters in the address bar."""
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(explore.page.url).query))


def test_sees_every_theme_on_the_map_without_any_network(explore: Explore, atlas: Atlas) -> None:
    """Rows 47, 48: the harness blocks every other host and asks that nobody tried."""
    explore.open(lang="en")
    visible = set(explore.state()["visible"])
    for layer in atlas.description.layers:
        assert visible & {feature.id for feature in atlas.features.values() if feature.layer == layer.id}, layer.id
    assert explore.state()["release"] == atlas.release


def test_the_base_map_is_drawn_under_it(explore: Explore) -> None:
    """Row 48: land, water and borders are different colours on the canvas."""
    explore.open(lang="en", at="6/44/55")
    frame = explore.map()
    colours = frame.evaluate("""() => {
        const canvas = atlasMap.baseCanvas._container;
        const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
        const seen = new Set();
        for (let i = 0; i < data.length; i += 148) seen.add(data.slice(i, i + 4).join(","));
        return [...seen];
    }""")
    assert "241,238,232,255" in colours, "land"
    assert "214,228,234,255" in colours, "water"


def test_click_on_aktau_and_read_what_was_said(explore: Explore) -> None:
    """Rows 9, 10, 11, 12: panel beside the map, word for word, with translation, kind and speaker."""
    explore.open(lang="en")
    explore.click_feature("port-aktau")
    panel = explore.panel("Port of Aktau")
    expect(panel).to_be_visible()
    quote = panel.locator("blockquote[data-statement=ports-growing]")
    expect(quote).to_have_text(SPOKEN)
    expect(quote).to_have_attribute("lang", "kk")
    figure = panel.locator("figure", has=explore.page.locator("[data-statement=ports-growing]"))
    expect(figure).to_contain_text("Unofficial translation")
    expect(figure).to_contain_text("On the Middle Corridor and logistics")
    expect(figure).to_contain_text("observation")
    expect(figure).to_contain_text("Zhanat Momynkulov")
    expect(figure).to_contain_text("paragraph 3")
    map_box = explore.page.locator("iframe").bounding_box()
    panel_box = panel.bounding_box()
    assert map_box
    assert panel_box
    assert panel_box["x"] >= map_box["x"] + map_box["width"] - 1, "the panel covers the map"


def test_figures_link_their_sources_and_conflicts_stand_side_by_side(explore: Explore) -> None:
    """Rows 23, 26."""
    explore.open(lang="en", select="middle-corridor")
    panel = explore.panel()
    rows = panel.locator("[data-figure]")
    assert rows.count() > 20
    for row in rows.all():
        assert row.locator(".refs a").count() > 0, row.get_attribute("data-figure")
    disputed = panel.locator(".group.disputed", has=explore.page.locator("[data-figure=titr-2024-volume]"))
    expect(disputed.locator("[data-figure=titr-2024-volume-rail]").first).to_be_visible()
    expect(disputed.locator("h4").first).to_contain_text("sources disagree")


def test_an_object_nobody_spoke_about_says_so(explore: Explore) -> None:
    """Row 13."""
    explore.open(lang="en", select="port-batumi")
    expect(explore.panel("Port of Batumi")).to_contain_text("Nobody spoke about this object in the interview.")


def test_the_same_port_opens_again_after_closing(explore: Explore) -> None:
    """Row 9: a second click on the same object must not be swallowed."""
    explore.open(lang="en")
    explore.click_feature("port-aktau")
    expect(explore.panel("Port of Aktau")).to_be_visible()
    explore.panel().locator("a.close").click()
    expect(explore.panel("Caspian Corridors")).to_be_visible()
    expect(explore.page).not_to_have_url(re.compile("select"))
    explore.click_feature("port-aktau")
    expect(explore.panel("Port of Aktau")).to_be_visible()


def test_a_planned_line_changes_its_look_when_the_date_moves(explore: Explore) -> None:
    """Rows 6, 14, 17: status on the date, a promise marked as a promise."""
    explore.open(lang="en", select="fibre-trans-caspian")
    before = look(explore, "fibre-trans-caspian")
    assert before["status"] == "under_construction"
    explore.move_date("2030")
    after = look(explore, "fibre-trans-caspian")
    assert after["status"] == "operating"
    assert after["promise"] is True
    assert after["dash"] != before["dash"]
    expect(explore.panel()).to_contain_text("promised, not yet a fact")


def test_an_object_that_has_not_begun_is_not_on_the_map(explore: Explore) -> None:
    """Row 14."""
    explore.open(lang="en", date="2018-02")
    assert "zangezur-horadiz-aghband" not in explore.state()["visible"]
    explore.move_date("2022")
    explore.until("state.visible.includes(value)", "zangezur-horadiz-aghband")


def test_dates_can_be_stepped_played_and_typed_wrong(explore: Explore) -> None:
    """Row 14: play, step, type."""
    explore.open(lang="en", date="2027-01")
    frame = explore.map()
    frame.get_by_role("button", name="One month on").click()
    explore.until("state.date === '2027-02-28'")
    frame.get_by_role("button", name="Play the years").click()
    explore.until("state.date > '2027-05-01'")
    frame.get_by_role("button", name="Play the years").click()
    stopped = explore.state()["date"]
    box = frame.get_by_role("textbox")
    box.fill("soon")
    box.press("Enter")
    expect(box).to_have_attribute("aria-invalid", "true")
    assert explore.state()["date"] == stopped


def test_the_language_changes_names_and_panel_without_mounting_the_map_again(explore: Explore) -> None:
    """Rows 50, 52."""
    explore.open(lang="en")
    explore.click_feature("port-alat")
    expect(explore.panel("Port of Baku at Alat")).to_be_visible()
    headings = {"kk": "Баку халықаралық теңіз порты (Алят)", "az": "Bakı Beynəlxalq Dəniz Limanı (Ələt)"}
    for language, heading in headings.items():
        explore.page.locator(".st-key-lang").get_by_role("radio", name=language, exact=True).click()
        expect(explore.panel(heading)).to_be_visible()
        expect(explore.page.locator("section.panel")).to_have_attribute("lang", language)
        explore.until("state.lang === value", language)
        explore.until("state.selected === 'port-alat'")
    assert explore.mounts() == 1


def test_a_link_opens_the_same_state(new_page: NewPage, server: Server) -> None:
    """Rows 20, 21."""
    first = Explore(new_page(), server.url).open(lang="ru")
    first.click_feature("port-aktau")
    first.move_date("2029-06")
    frame = first.map()
    frame.get_by_role("checkbox").nth(1).uncheck()
    first.until("state.layers.length === 7")
    first.page.wait_for_function("location.search.includes('layers=')")
    second = Explore(new_page(), server.url).open(urllib.parse.urlsplit(first.page.url).query)
    for key in ("date", "layers", "selected", "lang"):
        assert second.state()[key] == first.state()[key], key
    expect(second.panel("Морской порт Актау")).to_be_visible()


@pytest.mark.parametrize(
    "query",
    [
        "select=nothing-of-the-kind",
        "date=soon&lang=xx&at=here&layers=none,of,these",
        "select=%3Cscript%3Ealert(1)%3C/script%3E&q=%3Cimg%20src=x%20onerror=alert(1)%3E",
        "at=99/999/9999&date=2026-02-31",
        "lang=&select=&date=&layers=&at=",
    ],
)
def test_a_bad_address_shows_the_default_and_no_error(explore: Explore, query: str) -> None:
    """Rows 21, 59."""
    explore.open(query)
    expect(explore.panel("Каспий дәліздері")).to_be_visible()
    assert explore.page.get_by_test_id("stException").count() == 0
    assert explore.page.get_by_test_id("stAlert").count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_four_ports_have_their_names_at_once(explore: Explore, atlas: Atlas, language: Language) -> None:
    """Rows 1, 2."""
    explore.open(lang=language)
    said = explore.state()["names"]
    for port in ("port-aktau", "port-kuryk", "port-baku-old", "port-alat"):
        assert atlas.features[port].names.of(language) in said, port


CONTROLS = ".search input, .legend, .leaflet-control-zoom, .leaflet-control-scale"
NAMES_UNDER = """(controls) => {
    const map = atlasMap.leaflet.getContainer().getBoundingClientRect();
    const { written, view } = atlasMap.painter.labels;
    const boxes = [...document.querySelectorAll(controls)].map((control) => control.getBoundingClientRect());
    return written.filter(({ box }) => {
        const [left, right] = [box[0], box[2]].map((x) => x - view[0] + map.left);
        const [top, bottom] = [box[1], box[3]].map((y) => y - view[1] + map.top);
        return boxes.some((one) => left < one.right && right > one.left && top < one.bottom && bottom > one.top);
    }).map(({ text }) => text);
}"""


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)])
def test_no_name_lies_under_a_control(new_page: NewPage, server: Server, size: tuple[int, int]) -> None:
    """Row 1: not at first, not when the legend is folded, not when it is opened again."""
    explore = Explore(new_page(size), server.url).open(lang="en")
    frame = explore.map()
    toggle = frame.locator(".legend-toggle")
    shown = set(explore.state()["names"])
    assert shown
    assert frame.evaluate(NAMES_UNDER, CONTROLS) == []
    for _ in range(2):
        before = explore.state()["names"]
        toggle.click()
        explore.until("JSON.stringify(state.names) !== JSON.stringify(value)", before)
        assert frame.evaluate(NAMES_UNDER, CONTROLS) == []
    assert set(explore.state()["names"]) == shown


def test_layers_are_switched_in_the_maps_own_symbols(explore: Explore) -> None:
    """Rows 4, 5, 6: a switch each, all and none; symbols drawn, not words alone."""
    explore.open(lang="en")
    frame = explore.map()
    switches = frame.locator(".legend input[data-layer]")
    assert switches.count() == len(explore.state()["layers"])
    assert frame.locator(".legend li label svg path").count() >= switches.count()
    frame.get_by_role("button", name="None", exact=True).click()
    explore.until("state.visible.length === 0")
    frame.get_by_role("button", name="All", exact=True).click()
    explore.until("state.visible.length > 100")
    frame.get_by_role("checkbox", name=re.compile("^Ferr")).uncheck()
    explore.until("!state.visible.includes('ferry-aktau-alat')")
    expect(explore.page).to_have_url(re.compile("layers=.*rail"))
    assert address(explore)["layers"].count(",") == len(explore.state()["layers"]) - 1
    assert explore.mounts() == 1


def test_choosing_a_whole_lights_its_parts_and_a_part_names_its_whole(explore: Explore) -> None:
    """Rows 19, 62."""
    explore.open(lang="en", select="zangezur-corridor")
    lit = explore.map().evaluate("() => atlasMap.view.lit")
    assert "zangezur-tripp-meghri" in lit
    assert "kars-igdir-dilucu" in lit
    explore.panel().get_by_role("link", name=re.compile("Meghri section")).first.click()
    explore.until("state.selected === 'zangezur-tripp-meghri'")
    expect(explore.panel().get_by_role("link", name=re.compile("Zangezur corridor")).first).to_be_visible()
    assert explore.mounts() == 1


def test_events_stand_in_lanes_and_open_by_mouse_and_keyboard(explore: Explore) -> None:
    """Rows 15, 19, 53."""
    explore.open(lang="en")
    frame = explore.map()
    assert frame.locator(".axis .lane").count() == 8
    event = frame.locator(".axis [data-event=ev-launch-ceremony-2019]")
    event.dispatch_event("click")
    expect(explore.panel()).to_contain_text("First launch ceremony of the cable in Aktau")
    explore.until("state.selected === 'ev-launch-ceremony-2019'")
    first = frame.locator(".axis [data-event][tabindex='0']")
    first.focus()
    explore.page.keyboard.press("ArrowRight")
    explore.page.keyboard.press("Enter")
    explore.until("state.selected && state.selected !== 'ev-launch-ceremony-2019'")


def test_picking_a_statement_lights_everything_it_speaks_about(explore: Explore) -> None:
    """Row 62."""
    explore.open(lang="en", select="ports-growing")
    lit = set(explore.map().evaluate("() => atlasMap.view.lit"))
    assert {"port-aktau", "port-kuryk", "port-baku-old", "port-alat", "ferry-aktau-alat"} <= lit


@pytest.mark.parametrize("written", ["Актау", "aktau", "Aqtau", "Ақтау порты"])
def test_finds_aktau_however_it_is_written(explore: Explore, written: str) -> None:
    """Row 30."""
    explore.open(lang="en")
    explore.page.keyboard.press("/")
    field = explore.map().get_by_role("combobox", name=re.compile("^Search"))
    expect(field).to_be_focused()
    field.fill(written)
    hits = explore.map().get_by_role("option")
    expect(hits.first).to_be_visible()
    assert "port-aktau" in [hit.get_attribute("data-hit") for hit in hits.all()]


def test_filters_leave_out_what_does_not_fit_but_never_what_is_chosen(explore: Explore) -> None:
    """Rows 5, 31."""
    explore.open(lang="en", country="TM", select="port-aktau")
    visible = explore.state()["visible"]
    assert "port-turkmenbashi" in visible
    assert "port-poti" not in visible
    assert "port-aktau" in visible


def test_a_panel_is_there_at_once_and_stays_what_the_server_says(explore: Explore) -> None:
    """Row 9: the browser fetches it itself while the page's server is silent; that one follows and is the same."""
    silent: list[bool] = []
    kept: list[str | bytes] = []

    def listen(ours: WebSocketRoute) -> None:
        theirs = ours.connect_to_server()
        theirs.on_message(lambda message: kept.append(message) if silent else ours.send(message))
        routes.append(ours)

    routes: list[WebSocketRoute] = []
    explore.page.route_web_socket("**/_stcore/stream", listen)
    explore.open(lang="en")
    shown = explore.page.locator(".st-key-panel-side .stHtml")
    silent.append(True)
    explore.click_feature("port-aktau")
    expect(explore.panel("Port of Aktau")).to_be_visible()
    assert explore.state()["answered"] == 0
    at_once = shown.inner_text()
    silent.clear()
    for message in kept:
        routes[-1].send(message)
    explore.until("state.answered >= 1")
    assert shown.inner_text() == at_once


def test_everything_is_usable_on_a_phone(new_page: NewPage, server: Server) -> None:
    """Row 3: map, time axis and panel below each other; touch targets of 44 pixels."""
    explore = Explore(new_page(size=(390, 844), has_touch=True, is_mobile=True), server.url).open(lang="en")
    assert explore.page.evaluate("() => document.documentElement.scrollWidth") <= 390
    frame = explore.map()
    for button in frame.locator(".controls button:visible, .legend-toggle, .leaflet-control-zoom a").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= 44, button.get_attribute("aria-label")
    x, y = explore.where("port-aktau")
    explore.page.touchscreen.tap(x, y)
    expect(explore.panel("Port of Aktau")).to_be_attached()
    map_box = explore.page.locator("iframe").bounding_box()
    panel_box = explore.panel().bounding_box()
    assert map_box
    assert panel_box
    assert panel_box["y"] >= map_box["y"] + map_box["height"] - 1


def test_the_address_is_written_before_anything_else_is_done(explore: Explore) -> None:
    """It waits for the picture, but not longer than the viewer: what comes next finds the view in it."""
    explore.open(lang="en", select="port-aktau")
    dates = explore.map().evaluate(
        """() => {
            const date = () => new URLSearchParams(top.location.search).get("date");
            atlasMap.setDate("2027");
            const before = date();
            top.document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
            return [before, date()];
        }"""
    )
    assert dates == [None, "2027"]
    explore.until("state.answered === state.reported")
    expect(explore.panel()).to_contain_text("2027")


def test_the_first_picture_does_not_wait_for_streamlits_icons(new_page: NewPage, server: Server) -> None:
    page = new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with page.expect_request("**/MaterialSymbols*"):
        Explore(page, server.url).open(lang="en")
        assert not [url for url in asked if "MaterialSymbols" in url]
