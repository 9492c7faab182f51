"""Texts that are scripts, formulas or programs stay texts in all that is made of an atlas (row 59).

What a browser does with pages and copies is in tests/browser/test_injection.py.
"""

import csv
import io
import json
import re
import shutil
import sqlite3
import subprocess
import zipfile
from collections import Counter
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from itertools import count
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pypdf
import pytest
from pypdf.generic import ArrayObject, DictionaryObject

from dashboard.about import about
from dashboard.briefing import briefing, briefing_list, presenter
from dashboard.changelog import Known, as_markdown, changelog
from dashboard.cite import citations
from dashboard.export import data
from dashboard.export.briefings import pdf, pptx
from dashboard.export.picture import HEIGHT, WIDTH, svg
from dashboard.export.standalone import texts
from dashboard.export.typeset import png
from dashboard.forecasts import forecasts
from dashboard.front import first_page
from dashboard.html import render
from dashboard.panel import panel
from dashboard.scene import Scene, scene
from dashboard.served import Troubles
from dashboard.share import embedding
from dashboard.sources import sources
from dashboard.table import head, table
from dashboard.view import FILTERS, View
from dashboard.words import Words
from geodata import Atlas, AtlasError, Problem, open_atlas
from geodata.diff import revision
from geodata.model import LANGUAGES, Language
from tests import hostile
from tests.payloads import LINES, PAYLOADS, REFUSED

TODAY = date(2026, 11, 30)
BRIEFING = "test-briefing"
TURNS = tuple(range(0, len(PAYLOADS), 97))
"""With which payload atlases begin, so that many stand in each field."""
TAME = "x"


def open_hostile(small_atlas: Path, folder: Path, skip: int = 0) -> Atlas:
    return open_atlas(str(hostile.write(small_atlas, folder / hostile.FOLDER, skip).folder))


@pytest.fixture(scope="module")
def made(small_atlas: Path, tmp_path_factory: pytest.TempPathFactory) -> hostile.Hostile:
    return hostile.write(small_atlas, tmp_path_factory.mktemp("atlas") / hostile.FOLDER)


@pytest.fixture(scope="module")
def known(made: hostile.Hostile) -> Atlas:
    return open_atlas(str(made.folder))


def look(atlas: Atlas, language: Language = "en", **query: str) -> Scene:
    return scene(atlas, View.from_query(query, atlas).but(language=language), Words(language), TODAY)


def plain(text: str) -> str:
    return " ".join(text.split())


def test_there_are_enough_and_each_is_another():
    assert len(PAYLOADS) >= 200
    every = (*PAYLOADS, *LINES, *REFUSED)
    assert len(set(every)) == len(every)
    assert all(payload == payload.strip() and "\n" not in payload for payload in PAYLOADS)


def test_every_text_field_of_the_model_holds_one(made: hostile.Hostile, known: Atlas):
    """A field that is added to the model is looked at from then on; each payload is somewhere."""
    fields = {field for kind in hostile.KINDS.values() for field in hostile.text_fields(kind)}
    assert fields == made.fields
    assert len(fields) >= 42
    assert made.used == {*PAYLOADS, *LINES}
    assert len(known.features) == len({*known.features})


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_in_no_text_is_told(small_atlas: Path, tmp_path: Path, text: str):
    """Characters that steer terminals, that XML forbids, or that turn the order of all letters after them."""
    folder = shutil.copytree(small_atlas, tmp_path / "atlas")
    layer = folder / "layers" / "transport.geojson"
    content = layer.read_text(encoding="utf-8")
    layer.write_text(content.replace('"Port East"', json.dumps(text)), encoding="utf-8")
    with pytest.raises(AtlasError) as told:
        open_atlas(str(folder))
    assert "layers/transport.geojson:port-east:names.en: has the character U+" in str(told.value)
    assert all(line.isprintable() for line in str(told.value).split("\n"))


class Structure(HTMLParser):
    """Which elements a page has, with the names of their attributes, and where its links lead."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.links: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements[tag, tuple(name for name, _ in attrs)] += 1
        self.links |= {value or "" for name, value in attrs if name in ("href", "src", "action", "data")}


def pages(atlas: Atlas, language: Language) -> Iterator[tuple[str, str]]:
    """All HTML that is made of an atlas in one language."""
    now = look(atlas, language)
    words = now.words
    for id in (None, *atlas.features, *atlas.events, *atlas.statements, *atlas.sources):
        yield f"panel {id}", panel(scene(atlas, now.view.but(selected=id), words, TODAY))
    for page in (table, head, sources, forecasts, about, briefing_list):
        yield page.__name__, page(now)
    for one in atlas.briefings.values():
        yield "briefing", briefing(now, one)
        yield "presenter", presenter(now, one, "1a2b3c4d")
    yield "title", render("title.html.j2", words.name(atlas.description.title), words)
    yield "first page", first_page(atlas, words, "1a2b3c4d")


@pytest.mark.parametrize("turn", TURNS)
def test_no_page_has_an_element_more_than_with_plain_texts(
    small_atlas: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, turn: int
):
    """Every template, in all languages: the same elements and attributes, whatever the texts are."""
    atlas = open_hostile(small_atlas, tmp_path / "hostile", turn)
    numbers = count(1)
    monkeypatch.setattr(hostile.Hostile, "text", lambda _: f"{TAME}{next(numbers)}")
    tame = open_hostile(small_atlas, tmp_path / "tame")
    for language in LANGUAGES:
        others = dict(pages(tame, language))
        for name, page in pages(atlas, language):
            found, expected = Structure(page), Structure(others[name])
            assert found.elements == expected.elements, name
            assert {urlsplit(link).scheme for link in found.links} <= {"", "https"}, name


def test_a_copy_holds_the_same_pages_in_pieces(known: Atlas):
    """Its texts are cut at every tag; put together they have the elements that the server's have."""
    told = texts(known, TODAY, "en")
    for id, numbers in told["panels"].items():
        whole = "".join(told["pieces"][number] for number in numbers)
        assert Structure(whole).elements == Structure(panel(look(known, select=id))).elements
    assert all(not re.match(r"<(?![/a-z])", piece) for piece in told["pieces"])


def test_problems_are_texts_too():
    problems = tuple(Problem(text, text, text, text, text) for text in PAYLOADS[:50])
    words = Words("kk")
    page = Structure(render("troubles.html.j2", Troubles(release="x", problems=problems), words))
    tame = tuple(Problem(*(TAME,) * 5) for _ in problems)
    assert page.elements == Structure(render("troubles.html.j2", Troubles(release="x", problems=tame), words)).elements


@pytest.mark.parametrize("text", [*PAYLOADS, *LINES, *REFUSED])
def test_an_address_is_clamped_or_searched_for(known: Atlas, text: str):
    """Each payload in each parameter: the view is the default one, and its own address is sound."""
    for name in ("select", "date", "layers", "at", "lang", *FILTERS, "briefing", "step", "look", "embed", text):
        view = View.from_query({name: text}, known)
        kept = {name: text.strip()} if name == "owner" and text.strip() in known.owners else {}
        if name == "select" and text in known.features:  # the odd id
            kept = {name: text}
        assert view.to_query() == kept, name
    searched = View.from_query({"q": text}, known)
    assert searched.search == text.strip()
    assert dict(parse_qsl(searched.address().removeprefix("?"))) == {"q": text.strip()}
    shown = Structure(embedding(Words("en"), f"https://atlas.example/{searched.address()}", text))
    assert list(shown.elements) == [("iframe", ("src", "title", "width", "height", "style", "allowfullscreen"))]


SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("turn", TURNS)
def test_a_picture_is_xml_of_shapes_and_texts_only(small_atlas: Path, tmp_path: Path, turn: int):
    atlas = open_hostile(small_atlas, tmp_path, turn)
    for language in LANGUAGES:
        picture = ET.fromstring(svg(look(atlas, language, select="port-east")))  # noqa: S314 - our own
        tags = {element.tag.removeprefix(SVG) for element in picture.iter()}
        assert tags <= {"svg", "title", "defs", "clipPath", "rect", "g", "path", "circle", "text"}
        names = {name for element in picture.iter() for name in element.attrib}
        assert not [name for name in names if name.startswith("on") or "href" in name or name == "style"]
        texts = {plain(element.text or "") for element in picture.iter(f"{SVG}text")}
        assert {plain(layer.names.of(language)) for layer in atlas.description.layers} <= texts


def test_a_picture_as_png_is_a_picture(known: Atlas):
    assert png(svg(look(known)), WIDTH, HEIGHT).startswith(b"\x89PNG")


def dictionaries(paper: pypdf.PdfReader) -> Iterator[DictionaryObject]:
    """Every dictionary of a PDF, also those within others."""
    numbers = {number for numbers in paper.xref.values() for number in numbers} | {*paper.xref_objStm}
    inside: list[object] = [paper.get_object(number) for number in numbers if number]
    while inside:
        thing = inside.pop()
        if isinstance(thing, DictionaryObject):
            yield thing
            inside += thing.values()
        elif isinstance(thing, ArrayObject):
            inside += thing


OF_THE_HOST = "root:x:0:0"
"""What stands in /etc/passwd."""


@pytest.mark.parametrize("turn", TURNS[:3])
def test_a_handout_has_texts_and_links_and_nothing_that_acts(small_atlas: Path, tmp_path: Path, turn: int):
    atlas = open_hostile(small_atlas, tmp_path, turn)
    shown = atlas.briefings[BRIEFING]
    for language in ("kk", "en"):
        paper = pypdf.PdfReader(io.BytesIO(pdf(look(atlas, language), shown, address="https://atlas.example/briefing")))
        acts: set[str] = set()
        kinds: set[str] = set()
        addresses: set[str] = set()
        for thing in dictionaries(paper):
            kinds.add(str(thing.get("/Type")))
            acts |= {*thing} & {"/JS", "/JavaScript", "/OpenAction", "/AA", "/Launch", "/EmbeddedFiles", "/XFA"}
            acts |= {str(thing.get("/S"))} & {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR"}
            addresses |= {str(thing["/URI"])} if "/URI" in thing else set()
        assert {"/Page", "/Catalog"} <= kinds
        assert acts == set()
        assert any(address.startswith("https://atlas.example/briefing?") for address in addresses)
        assert {urlsplit(address).scheme for address in addresses} <= {"http", "https"}
        printed = "".join("".join(page.extract_text() for page in paper.pages).split())
        assert OF_THE_HOST not in printed
        for step in shown.steps:
            # long words are broken with a hyphen, which is not theirs
            beginning = "".join(step.headline.best(language)[1].split())[:16]
            assert beginning in printed


@pytest.mark.parametrize("turn", TURNS[:3])
def test_slides_are_sound_xml_with_texts_word_for_word(small_atlas: Path, tmp_path: Path, turn: int):
    atlas = open_hostile(small_atlas, tmp_path, turn)
    shown = atlas.briefings[BRIEFING]
    deck = zipfile.ZipFile(io.BytesIO(pptx(look(atlas), shown, address="https://atlas.example/briefing")))
    said = []
    for name in deck.namelist():
        if name.endswith((".xml", ".rels")):
            root = ET.fromstring(deck.read(name))  # noqa: S314 - our own
            said += [plain(element.text or "") for element in root.iter() if element.tag.endswith("}t")]
            outside = [each.attrib for each in root if each.attrib.get("TargetMode") == "External"]
            assert all(urlsplit(each["Target"]).scheme in ("http", "https") for each in outside)
            assert not [element for element in root.iter() if element.tag.endswith("}hlinkClick")]
        assert not re.search(r"vba|activeX|embeddings|\.vml$", name)
    for step in shown.steps:
        assert plain(step.headline.best("en")[1]) in said
        assert step.notes
        assert plain(step.notes.best("en")[1]) in " ".join(said)


SOFFICE = shutil.which("soffice") or ""


@pytest.mark.skipif(not SOFFICE, reason="LibreOffice is not installed")
def test_slides_open_elsewhere(known: Atlas, tmp_path: Path):
    """LibreOffice reads them to the end and finds the texts."""
    deck = tmp_path / "deck.pptx"
    deck.write_bytes(pptx(look(known), known.briefings[BRIEFING], address="https://atlas.example/briefing"))
    subprocess.run(
        [SOFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf",
         "--outdir", tmp_path, deck],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    assert len(pypdf.PdfReader(tmp_path / "deck.pdf").pages) == len(known.briefings[BRIEFING].steps)


def test_geojson_says_each_text_word_for_word(known: Atlas):
    told = json.loads(data.geojson(look(known)))
    assert [one["properties"]["name_en"] for one in told["features"]] == [
        known.features[one["id"]].names.en for one in told["features"]
    ]


def test_a_geopackage_says_each_text_word_for_word(known: Atlas, tmp_path: Path):
    path = tmp_path / "atlas.gpkg"
    path.write_bytes(data.geopackage(look(known)))
    with sqlite3.connect(path) as database:
        rows = database.execute("SELECT id, name_en FROM places UNION SELECT id, name_en FROM without_place").fetchall()
    database.close()
    assert dict(rows) == {id: known.features[id].names.en for id, _ in rows}
    assert hostile.ODD_ID in dict(rows)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("turn", TURNS)
def test_no_cell_is_a_formula_wherever_a_spreadsheet_cuts_the_line(
    small_atlas: Path, tmp_path: Path, turn: int, separator: str
):
    """By its commas, or by its semicolons where a comma stands before decimals; numbers stay numbers."""
    atlas = open_hostile(small_atlas, tmp_path, turn)
    for make in (data.objects_csv, data.figures_csv):
        table = make(look(atlas)).decode("utf-8-sig")
        for row in csv.reader(io.StringIO(table, newline=""), delimiter=separator):
            for cell in row:
                begun = cell.lstrip(" \"'\n")
                harmless = not begun.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))
                assert harmless or cell.startswith("'") or re.fullmatch(r"-?\d+(\.\d+)?", cell), repr(cell)


def test_every_payload_is_safe_in_a_cell():
    for text in (*PAYLOADS, *LINES):
        cell = str(data._safe(text))
        assert not re.search(r"(^|[;\t\r\n])\s*[=+@-]", cell), cell
    assert data._safe("-12.5") == "-12.5"
    assert data._safe("Aktau – Baku; 2028") == "Aktau – Baku; 2028"


def test_a_change_log_is_a_list_of_texts(small_atlas: Path, tmp_path: Path):
    """As Markdown: no link, no picture, no HTML, and no line that is not ours."""
    hostile = open_hostile(small_atlas, tmp_path)
    found = revision(open_atlas(str(small_atlas)), hostile)
    for language in LANGUAGES:
        told = changelog(found, Known(hostile, (found,)), Words(language))
        assert len(told.splitlines()) > 40
        for line in told.splitlines():
            assert re.match(r"$|- |##? ", line), line
            bare = re.sub(r"\\.", "", line.removeprefix("- "))
            assert not re.search(r"[<>\[\]`*_&|~$]", bare), line


@pytest.mark.parametrize("text", [*PAYLOADS, *LINES])
def test_a_text_in_markdown_says_just_this(text: str):
    written = as_markdown(text)
    assert re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", written) == plain(text)
    assert not re.match(r"\d*[-#+=>.)]", written)


def test_a_citation_ends_where_its_braces_do(known: Atlas):
    """BibTeX: no text closes the field that it stands in, and none is a command of TeX."""
    for citation in citations(known).values():
        bare = (
            re.sub(r"\\([{}%&#_$]|text\w+\{\})", "", citation["bibtex"]).replace("{address}", "").replace("{day}", "")
        )
        depth = 0
        for letter in bare:
            depth += {"{": 1, "}": -1}.get(letter, 0)
            assert depth >= 0
        assert depth == 0
        assert "\\" not in bare
