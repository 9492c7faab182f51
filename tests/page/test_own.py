"""The dialog for layers of a viewer's own, in every language (rows 50, 55, 59)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

import dashboard
from dashboard.own import Own
from dashboard.shelf import MOST_LAYERS, Belongings, Shelf
from dashboard.words import Words
from geodata.formats import parse
from geodata.model import LANGUAGES, Language
from geodata.own import EARTH

Opened = Callable[[Language], AppTest]
MAIN = Path(dashboard.__file__).with_name("main.py")
PORTS = b"name,lat,lon\n<script>alert(1)</script>,43.6,51.2\n"


def _script(language: str, folder: str) -> None:
    from dashboard.pages import own  # noqa: PLC0415 (a script of its own)
    from dashboard.served import Served  # noqa: PLC0415
    from dashboard.words import Words  # noqa: PLC0415
    from geodata import open_atlas  # noqa: PLC0415
    from geodata.model import LANGUAGES  # noqa: PLC0415

    words = next(Words(one) for one in LANGUAGES if one == language)
    served = Served.of(open_atlas(folder))
    own.own_button(served, words)
    own._dialog(served, words)


@pytest.fixture
def opened(small_atlas: Path) -> Callable[[Language], AppTest]:
    """A function that opens the dialog in a language; AppTest closes it again at each run of the whole page."""

    def run(language: Language) -> AppTest:
        arguments = {"language": language, "folder": str(small_atlas)}
        return AppTest.from_function(_script, kwargs=arguments, default_timeout=60).run()

    return run


def bodies(page: AppTest) -> str:
    return "\n".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_can_be_added_and_who_sees_it(opened: Opened, language: Language):
    words, page = Words(language), opened(language)
    assert not page.exception
    assert words("Add a layer") in [button.label for button in page.button]
    said = bodies(page)
    for text in (
        words(
            "GeoJSON, GeoPackage, CSV (latitude and longitude, or WKT), zipped Shapefile or KML, up to {n} MB.", n=20
        ),
        words(
            "Nobody else sees it, nothing keeps it: it goes when you close the page."
            " Pictures, files and links that you share leave it out."
        ),
        f'--own-choose: "{words("Choose a file")}"',
        f'--own-refused: "{words("The file is larger than {n} MB.", n=20)}"',
    ):
        assert text in said, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_wrong_with_a_file_is_said(opened: Opened, language: Language):
    words, page = Words(language), opened(language)
    page.file_uploader[0].set_value(("ports.csv", b"lat,lon\n<b>,51\n", "text/csv")).run()
    said = bodies(page)
    assert not page.exception
    assert words("is not a number: {value}", value="&lt;b&gt;") in said
    assert words("write degrees as a number, such as 43.65") in said
    assert "ports.csv" in said


def test_another_file_may_follow_one_that_is_refused(opened: Opened):
    page = opened("en")
    page.file_uploader[0].set_value(("bad.csv", b"lat,lon\n", "text/csv")).run()
    assert "holds no objects" in bodies(page)
    page.file_uploader[0].set_value(("ports.csv", PORTS, "text/csv")).run()
    assert "holds no objects" not in bodies(page)
    assert "<b>ports</b>" in bodies(page)


def test_a_layer_is_added_listed_and_removed(opened: Opened):
    page = opened("en")
    page.file_uploader[0].set_value(("ports.csv", PORTS, "text/csv")).run()
    assert not page.exception
    assert [toast.value for toast in page.toast] == ["ports is on the map."]
    assert "<b>ports</b> <small>1 object</small>" in bodies(page)
    page.button(key="own-remove-1").click().run()
    assert "<b>ports</b>" not in bodies(page)


def test_there_is_an_end_to_adding(opened: Opened):
    page = opened("en")
    for _ in range(MOST_LAYERS):
        page.file_uploader[0].set_value(("ports.csv", PORTS, "text/csv")).run()
    assert not page.file_uploader
    assert [caption.value for caption in page.caption] == [
        "These are as many as fit: remove one before you add another."
    ]
    page.button(key="own-remove-3").click().run()
    assert page.file_uploader


def explored(select: str, mine: Belongings | None = None) -> AppTest:
    """Explore, where an object was picked by somebody with these layers."""
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.session_state["map"] = {"select": select, "n": 1}
    if mine:
        page.session_state["belongings"] = mine
    return page.run()


@pytest.fixture
def mine() -> Belongings:
    mine = Belongings(Shelf())
    mine.add(Own.of(parse("ports.csv", PORTS), EARTH))
    return mine


def test_the_panel_of_an_object_is_placed_for_who_added_it_only(mine: Belongings):
    said = bodies(explored("own:1:0", mine))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;</h2>" in said
    assert "<script>alert" not in said
    assert "alert(1)" not in bodies(explored("own:1:0"))


@pytest.mark.parametrize(
    "asked",
    ["own:", "own:1", "own:1:", "own:1:9", "own:2:0", "own:-1:0", "own:1:0:0", "own:²:0", "own:1:" + "9" * 5000],
)
def test_an_id_that_means_nothing_is_never_an_error(asked: str, mine: Belongings):
    page = explored(asked, mine)
    assert not page.exception
    assert not page.error
    assert "alert(1)" not in bodies(page)
