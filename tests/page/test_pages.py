"""Every page in every language, as Streamlit runs it (rows 21, 50, 52, 59)."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.view import PAGES as NAMES
from dashboard.words import Words
from geodata import Atlas
from geodata.model import LANGUAGES, Language

MAIN = Path(dashboard.__file__).with_name("main.py")
PLACES = tuple(NAMES)[1:]
PAGES = ("explore", *PLACES)
HOSTILE = [
    {"select": "<script>alert(1)</script>"},
    {"date": "soon", "at": "here", "layers": "none", "step": "-1", "lang": "xx"},
    {"select": "x" * 5000, "q": "\x00\ufffe", "country": "ZZZ"},
    {"date": "9999-99-99", "at": "nan/nan/nan", "theme": "../../etc"},
    {"at": "1e308/1e308/1e308", "status": "'; drop table", "owner": "{{7*7}}"},
]


class Texts(HTMLParser):
    """The texts of a page by the language that they are marked with."""

    def __init__(self) -> None:
        super().__init__()
        self.languages: list[str] = []
        self.headings: list[str] = []
        self.in_heading = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.languages += [value for name, value in attrs if name == "lang" and value]
        self.in_heading = tag in {"h1", "h2"}

    def handle_data(self, data: str) -> None:
        if self.in_heading and data.strip():
            self.headings.append(data.strip())
            self.in_heading = False


def run(place: str = "", **query: str) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    if place:
        page.switch_page(place).run()
    return page


def read(page: AppTest) -> Texts:
    texts = Texts()
    for element in page.get("html"):
        texts.feed(element.proto.body)
    return texts


def test_the_pages_are_those_in_the_folder():
    folder = MAIN.with_name("pages")
    on_every_page = {"__init__", "own", "share"}
    assert {path.stem for path in folder.glob("*.py")} - on_every_page == set(PAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_explore_speaks_every_language(language: Language, atlas: Atlas):
    page = run(lang=language, select="port-aktau")
    assert not page.exception
    texts = read(page)
    assert texts.headings[0] == atlas.description.title.of(language)
    assert atlas.features["port-aktau"].names.of(language) in texts.headings
    assert texts.languages[0] == language
    assert "kk" in texts.languages, "the quotation is marked as Kazakh"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_overview_speaks_every_language(language: Language, atlas: Atlas):
    texts = read(run(lang=language))
    assert texts.headings == [atlas.description.title.of(language)] * 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_beside_explore_speaks_every_language(language: Language, atlas: Atlas):
    page = run(lang=language)
    words = Words(language)
    labels = {link.proto.label for link in page.get("page_link")}
    assert labels == {words(title) for title in ("Map", "Briefings", "Table", "Sources", "Forecasts", "About")}
    assert read(page).headings[0] == atlas.description.title.of(language)


@pytest.mark.parametrize("kind", ["feature", "event", "statement", "source"])
def test_a_link_opens_anything(kind: str, atlas: Atlas):
    chosen = {
        "feature": "port-alat",
        "event": "ev-launch-ceremony-2019",
        "statement": "zangezur-2028",
        "source": "baq-kz-2025-10-22",
    }
    page = run(lang="en", select=chosen[kind])
    assert not page.exception
    assert "panel-heading" in "".join(element.proto.body for element in page.get("html"))
    assert atlas.description.title.en not in read(page).headings[1:], "not the overview"


@pytest.mark.parametrize("query", HOSTILE)
def test_a_bad_address_is_never_an_error(query: dict[str, str]):
    page = run(**query)
    assert not page.exception
    assert not page.error
    body = "".join(element.proto.body for element in page.get("html"))
    assert "<script>alert" not in body
    assert "panel-heading" in body


def _script(place: str, language: str, folder: str) -> None:
    from datetime import date  # noqa: PLC0415 (a script of its own)
    from importlib import import_module  # noqa: PLC0415

    from dashboard.served import Served  # noqa: PLC0415
    from dashboard.words import Words  # noqa: PLC0415
    from geodata import open_atlas  # noqa: PLC0415
    from geodata.model import LANGUAGES  # noqa: PLC0415

    words = next(Words(one) for one in LANGUAGES if one == language)
    import_module(f"dashboard.pages.{place}").page(Served.of(open_atlas(folder)), words, date(2026, 11, 23))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_page_is_written_in_the_language_asked_for(place: str, language: Language, shipped_atlas: Path):
    """Rows 50, 52."""
    arguments = {"place": place, "language": language, "folder": str(shipped_atlas)}
    page = AppTest.from_function(_script, kwargs=arguments, default_timeout=60)
    page.run()
    assert not page.exception
    texts = read(page)
    assert texts.languages[0] == language
    title = {"forecasts": "Promises and forecasts", "about": "About this atlas", "briefing": "Briefings"}.get(
        place, place.capitalize()
    )
    assert texts.headings[0] == Words(language)(title)
