"""Texts that are scripts stay texts: in the app, in its addresses, and in each copy that a browser opens (row 59).

What is walked through is so twice: as it is served, where the browser itself would run no foreign script, and with the
Content-Security-Policy bypassed, so that it is seen that none would even ask to be run.
"""

import http.server
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
import yaml
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from dashboard.view import FILTERS
from geodata import Atlas, open_atlas
from geodata.model import Language
from tests import hostile
from tests.browser.harness import HOST, Explore, NewPage, Server, Watch
from tests.browser.test_standalone import Alone, Quiet
from tests.payloads import HANDLERS, LINES, PAYLOADS

WAYS: tuple[tuple[bool, Language], ...] = ((False, "kk"), (True, "en"))
"""Whether the policy is bypassed, and the language; all others are in tests/unit/test_injection.py."""
PARAMETERS: tuple[str, ...] = (
    "select",
    "date",
    "layers",
    "at",
    "q",
    *FILTERS,
    "briefing",
    "step",
    "look",
    "page",
    "embed",
    "lang",
    "x",
)
PLACES = ("", "briefing", "table", "sources", "forecasts", "about")
BRIEFING = "test-briefing"
STARTS = tuple(start for text in (*PAYLOADS, *LINES) if len(start := " ".join(text[:24].split())) >= 6)
"""By which a text is known that is shown in part."""
PROBE = """() => {
    window.hits = [];
    window.__hit = () => { window.hits.push(new Error().stack); };
}"""
SUSPECTS = r"""() => [...document.querySelectorAll("*")].flatMap((element) =>
    [...element.attributes].filter(({ name, value }) =>
        /^on/i.test(name) || name === "srcdoc"
        || (/^(href|src|action|formaction|data|xlink:href|poster|ping|background)$/i.test(name)
            && /^[\s\0-\x20]*(javascript|vbscript|data:text|file):/i.test(value))
    ).map(({ name, value }) => `<${element.localName} ${name}=${value}>`))"""
"""What could run a script, of all that is on a page."""


@dataclass
class Probe:
    """Whether any payload ran, or asked for something."""

    new_page: NewPage
    asked: list[str] = field(default_factory=list)

    def page(self, *, bypass: bool = True) -> Page:
        """A page with the probe in it; as nothing else says, without any policy."""
        page = self.new_page(bypass_csp=bypass)
        self.over(page.context)
        return page

    def over(self, context: BrowserContext) -> None:
        """Begin to listen."""
        context.add_init_script(f"({PROBE})()")
        context.on("dialog", self._on_dialog)
        context.on("request", lambda request: self._on_request(request.url))

    def _on_dialog(self, dialog: Dialog) -> None:
        self.asked.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _on_request(self, url: str) -> None:
        address = urlsplit(url)
        if address.path.lstrip("/").startswith("hit") or address.hostname == "hit":
            self.asked.append(url)

    def untouched(self, page: Page) -> None:
        """Nothing ran so far, and there is nothing that could."""
        assert self.asked == []
        for frame in page.frames:
            assert frame.evaluate("() => window.hits") == [], frame.url
            assert frame.evaluate(SUSPECTS) == [], frame.url


@pytest.fixture(scope="module")
def made(small_atlas: Path, tmp_path_factory: pytest.TempPathFactory) -> hostile.Hostile:
    return hostile.write(small_atlas, tmp_path_factory.mktemp("atlas") / hostile.FOLDER)


@pytest.fixture(scope="module")
def known(made: hostile.Hostile) -> Atlas:
    return open_atlas(str(made.folder))


@pytest.fixture(scope="module")
def server(made: hostile.Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The hostile atlas, served."""
    server = Server(tmp_path_factory.mktemp("elsewhere"), str(made.folder))
    try:
        server.wait()
        yield server
    finally:
        server.stop()


@pytest.fixture
def probe(new_page: NewPage) -> Probe:
    return Probe(new_page)


def plain(text: str | None) -> str:
    """A text as it is read: a browser shows all white space alike."""
    return " ".join((text or "").split())


def headings(atlas: Atlas, language: Language) -> dict[str, str]:
    """What the panel of each object has as its heading."""
    return (
        {id: feature.names.of(language) for id, feature in atlas.features.items()}
        | {id: event.title.best(language)[1] for id, event in atlas.events.items()}
        | {id: source.title for id, source in atlas.sources.items()}
    )


def pick_everything(explore: Explore, atlas: Atlas, language: Language) -> None:
    """The panel of each object has its heading word for word."""
    heading = explore.page.locator("#panel-heading")
    for id, text in headings(atlas, language).items():
        explore.map().evaluate("(id) => { atlasMap.select(id, { frame: false }); }", id)
        explore.until("state.selected === value", id)
        expect(heading).to_contain_text(plain(text))
        explore.until("state.answered === state.reported || document.documentElement.dataset.alone !== undefined")
        assert plain(text) in plain(heading.text_content())
    for id, statement in atlas.statements.items():
        explore.map().evaluate("(id) => { atlasMap.select(id, { frame: false }); }", id)
        said = explore.page.locator(f".panel blockquote[data-statement={id}]")
        expect(said).to_have_text(plain(getattr(statement.text, statement.original)))


def use_the_map(explore: Explore, atlas: Atlas, language: Language) -> None:
    """Tooltip, search, legend, filters and time axis."""
    frame = explore.map()
    explore.page.mouse.move(*explore.where("port-west"))
    expect(frame.locator(".tip")).to_contain_text(plain(atlas.features["port-west"].names.of(language)))
    box = frame.get_by_role("combobox", name="").first
    for asked in ("hit", "script img", "7 7", "etc passwd", "javascript"):
        box.fill(asked)
        expect(frame.locator("#hits [data-hit]").first).to_be_visible()
        for shown in map(plain, frame.locator("#hits .hit").all_text_contents()):
            assert any(start in shown for start in STARTS), shown
    box.press("Escape")
    if not frame.locator(".legend.open").count():
        frame.locator(".legend-toggle").click()
    for layer in atlas.description.layers:
        expect(frame.locator(".legend-body")).to_contain_text(plain(layer.names.of(language)))
    for button in frame.locator(".legend-body button[aria-expanded]").all():
        button.click()
    frame.locator(".filters summary").click()
    offered = map(plain, frame.locator("select[data-filter=owner] option").all_text_contents())
    assert {plain(owner) for owner in atlas.owners} <= set(offered)
    frame.locator("select[data-filter=owner]").select_option(index=1)
    explore.until("new URLSearchParams((state.alone ? window : window.parent).location.search).has('owner')")
    explore.map().evaluate("() => atlasMap.clearFilters()")
    marks = frame.locator("[data-event]").evaluate_all("all => all.map((mark) => mark.getAttribute('aria-label'))")
    for event in atlas.events.values():
        assert any(plain(event.title.best(language)[1]) in plain(mark) for mark in marks)
    frame.locator("[data-event]").first.hover(force=True)


def present(explore: Explore, atlas: Atlas, language: Language, probe: Probe) -> None:
    """Each step of a briefing, the covers over it, and the presenter's window."""
    page, steps = explore.page, atlas.briefings[BRIEFING].steps
    for number, step in enumerate(steps, 1):
        article = page.locator(f".briefing .step[data-step='{number}']")
        expect(article).to_be_visible()
        assert plain(step.headline.best(language)[1]) in plain(article.text_content())
        page.keyboard.press("ArrowRight")
    for key in ("?", "o"):
        page.keyboard.press(key)
        expect(page.locator(".briefing .cover:visible")).to_have_count(1)
        page.keyboard.press("Escape")
    with page.expect_popup() as waiting:
        page.keyboard.press("s")
    presenter = waiting.value
    presenter.wait_for_selector("article.step:visible")
    for number, step in enumerate(steps, 1):
        assert step.notes
        notes = presenter.locator(f"article.step[data-step='{number}'] .notes").text_content()
        assert plain(step.notes.best(language)[1]) in plain(notes)
    probe.untouched(presenter)
    presenter.close()


def test_the_probe_notices_what_runs(probe: Probe, server: Server, watch: Watch) -> None:
    """Placed as markup, the same texts do run; else all that follows would prove nothing."""
    page = probe.page()
    page.goto(f"{server.url}/healthz")
    for text in HANDLERS:
        page.evaluate("(text) => { document.body.innerHTML = text; }", text)
    page.wait_for_function("() => window.hits.length > 9")
    assert page.evaluate(SUSPECTS) != []
    with pytest.raises(AssertionError):
        probe.untouched(page)
    watch.console.clear()
    watch.scripts.clear()
    watch.other_hosts.clear()


@pytest.mark.parametrize(("bypass", "language"), WAYS)
def test_the_app_shows_texts_as_texts(
    server: Server, known: Atlas, probe: Probe, *, bypass: bool, language: Language
) -> None:
    """Panels, map, dialog, pages and stage."""
    page = probe.page(bypass=bypass)
    explore = Explore(page, server.url).open(lang=language)
    title = plain(known.description.title.of(language))
    expect(page).to_have_title(title)
    expect(page.locator("h1")).to_have_text(title)
    pick_everything(explore, known, language)
    use_the_map(explore, known, language)
    probe.untouched(page)
    page.locator(".st-key-share button").click()
    code = page.get_by_role("dialog").locator("code").nth(1)
    expect(code).to_contain_text("<iframe src=")
    assert "<script" not in (code.text_content() or "").lower()
    probe.untouched(page)
    shown = {
        "briefing": known.briefings[BRIEFING].title.of(language),
        "table": known.features["port-east"].names.of(language),
        "sources": known.sources["test-report"].publisher,
        "forecasts": known.events["fc-fibre-2024"].title.best(language)[1],
        "about": known.description.credits[0],
    }
    for place, text in shown.items():
        page.goto(f"{server.url}/{place}?lang={language}")
        expect(page.locator(".stMain")).to_contain_text(plain(text))
        probe.untouched(page)
    explore.open(lang=language, embed="true", select="port-east")
    probe.untouched(page)
    page.goto(f"{server.url}/briefing?lang={language}&briefing={BRIEFING}")
    explore.ready()
    present(explore, known, language, probe)
    probe.untouched(page)


def addresses() -> Iterator[dict[str, str]]:
    """Each payload in some parameter, and each parameter with many of them."""
    texts = iter((*PAYLOADS, *LINES))
    number = 0
    while payloads := tuple(islice(texts, len(PARAMETERS))):
        number += 1
        names = PARAMETERS[number % len(PARAMETERS) :] + PARAMETERS[: number % len(PARAMETERS)]
        yield dict(zip(names, payloads, strict=False))


def test_addresses_are_never_more_than_asked_for(server: Server, probe: Probe) -> None:
    """Whatever stands in an address, the page is the default one; what is searched for is so word for word."""
    page = probe.page()
    explore = Explore(page, server.url)
    for number, parameters in enumerate(addresses()):
        place = PLACES[number % len(PLACES)]
        page.goto(f"{server.url}/{place}?{urlencode(parameters)}#{quote(parameters.get('q', ''))}")
        if place:
            page.locator("#page-heading").wait_for()
        else:
            explore.ready()
            field = explore.map().get_by_role("combobox").first
            assert plain(field.input_value()) == plain(parameters.get("q"))
        probe.untouched(page)


def test_what_is_searched_for_arrives_word_for_word(server: Server, probe: Probe) -> None:
    """It goes to the map's frame inside a script, which Folium makes of a template."""
    page = probe.page()
    explore = Explore(page, server.url)
    for text in ("{{7*7}}{{__hit()}}", "</script><script>__hit()</script>", "`${__hit()}` map_atlas\u2028'\"\\"):
        explore.open(lang="en", q=text)
        assert explore.map().get_by_role("combobox").first.input_value() == text.strip()
        probe.untouched(page)


def test_a_notice_of_problems_shows_them_as_texts(small_atlas: Path, tmp_path: Path, probe: Probe) -> None:
    """Names of files, keys and values of an edit that went wrong stand in the notice, all of them hostile."""
    folder = hostile.write(small_atlas, tmp_path / hostile.FOLDER).folder
    (tmp_path / "elsewhere").mkdir()
    server = Server(tmp_path / "elsewhere", str(folder))
    try:
        server.wait()
        page = probe.page()
        explore = Explore(page, server.url).open(lang="en")
        wrong = [{"id": payload, payload: payload, "kind": payload} for payload in PAYLOADS]
        (folder / "events" / f"{hostile.FILE}2.yaml").write_text(yaml.safe_dump(wrong), encoding="utf-8")
        notice = page.locator(".troubles")
        expect(notice).to_be_visible()
        notice.locator("summary").click()
        expect(notice).to_contain_text(f"events/{hostile.FILE}2.yaml · {plain(PAYLOADS[0])}")
        assert len(notice.locator("li").all()) > 40
        assert explore.state()["ready"]
        probe.untouched(page)
        page.close()
    finally:
        server.stop()


def export(kind: str, atlas: Path, target: Path, *more: str) -> Path:
    corridors = Path(sys.executable).with_name("corridors")
    subprocess.run([corridors, "export", kind, atlas, *more, "-o", target], check=True, capture_output=True)
    return target


@pytest.fixture(scope="module")
def copies(made: hostile.Hostile, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The addresses of the copies of the hostile atlas: one file, and a site on a plain file server."""
    folder = tmp_path_factory.mktemp("copies")
    html = export("html", made.folder, folder / "atlas.html", "--lang", "en")
    site = export("site", made.folder, folder / "site", "--lang", "en", "--address", "https://atlas.example/map")
    (site / "favicon.ico").touch()  # the browser asks any host for it
    host = http.server.ThreadingHTTPServer((HOST, 0), partial(Quiet, directory=site))
    thread = threading.Thread(target=host.serve_forever)
    thread.start()
    yield {"html": html.as_uri(), "site": f"http://{HOST}:{host.server_port}/"}
    host.shutdown()
    thread.join()
    host.server_close()


@pytest.mark.parametrize("form", ["html", "site"])
@pytest.mark.parametrize("way", WAYS)
def test_a_copy_shows_texts_as_texts(
    copies: dict[str, str], known: Atlas, form: str, way: tuple[bool, Language], probe: Probe
) -> None:
    """One file from a disk, and a site from a plain file server."""
    bypass, language = way
    page = probe.page(bypass=bypass)
    alone = Alone(page, copies[form]).open(lang=language)
    alone.ready()
    expect(page).to_have_title(plain(known.description.title.of(language)))
    pick_everything(alone, known, language)
    use_the_map(alone, known, language)
    probe.untouched(page)
    for place in PLACES[1:]:
        alone.open(page=place, lang=language)
        page.locator("#page-heading").wait_for()
        probe.untouched(page)
    alone.open(briefing=BRIEFING, lang=language).ready()
    present(alone, known, language, probe)
    probe.untouched(page)


def test_addresses_of_a_copy_are_never_more_than_asked_for(copies: dict[str, str], probe: Probe) -> None:
    page = probe.page()
    alone = Alone(page, copies["html"])
    odd: list[dict[str, str]] = [dict.fromkeys(PARAMETERS, word) for word in ("constructor", "__proto__", "toString")]
    for parameters in (*addresses(), *odd):
        alone.open(urlencode(parameters))
        alone.ready()
        if not page.locator(".explore").is_hidden():
            assert plain(alone.map().get_by_role("combobox").first.input_value()) == plain(parameters.get("q"))
        probe.untouched(page)


def test_a_copy_runs_no_script_but_its_own(probe: Probe, copies: dict[str, str], watch: Watch) -> None:
    """Both name their scripts by checksum or by address; nothing else would run, whoever put it there."""
    page = probe.page(bypass=False)
    for address in copies.values():
        Alone(page, address).open(lang="en").ready()
        policy = page.locator("meta[http-equiv=Content-Security-Policy]").get_attribute("content") or ""
        said = dict(part.split(" ", 1) for part in policy.split("; "))
        assert "unsafe" not in said["script-src"]
        assert said["default-src"] == "'none'"
        assert "unsafe" not in said["style-src"]
        page.evaluate(
            """() => {
                const script = document.createElement("script");
                script.textContent = "__hit()";
                document.body.append(script);
                const box = document.createElement("div");
                box.setAttribute("onclick", "__hit()");
                document.body.append(box);
                box.click();
            }"""
        )
        assert page.evaluate("() => window.hits") == []
        assert any("Content Security Policy" in told for told in watch.console)
        watch.console.clear()


def test_a_picture_and_data_open_as_what_they_are(
    made: hostile.Hostile, server: Server, known: Atlas, tmp_path: Path, probe: Probe
) -> None:
    """SVG as a document of its own, and the layers as they are served."""
    page = probe.page()
    for _, language in WAYS:
        picture = export("svg", made.folder, tmp_path / f"{language}.svg", "--lang", language)
        page.goto(picture.as_uri())
        assert page.evaluate("() => document.documentElement.localName") == "svg"
        texts = {plain(text) for text in page.locator("text").all_text_contents()}
        assert plain(known.features["port-east"].names.of(language)) in texts
        probe.untouched(page)
    answer = page.request.get(f"{server.url}/atlas/{known.release}/layers/transport.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    names = [feature["properties"]["names"]["en"] for feature in answer.json()["features"]]
    assert names == [feature.names.en for feature in known.features.values() if feature.layer == "transport"]


def test_no_name_of_a_folder_is_run_by_a_shell(made: hostile.Hostile) -> None:
    """Neither by us nor by a program that we start."""
    assert not list(made.folder.parent.rglob("hit"))
    assert not Path("hit").exists()
    assert shutil.which("hit") is None
