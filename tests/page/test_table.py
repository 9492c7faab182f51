"""The page Table: filters through the address (row 32) and files to take away (row 45)."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from geodata import Atlas
from geodata.model import Language


def _script(folder: str, language: str) -> None:
    from datetime import date  # noqa: PLC0415 (a script of its own)

    from dashboard.pages import table  # noqa: PLC0415
    from dashboard.served import Served  # noqa: PLC0415
    from dashboard.words import Words  # noqa: PLC0415
    from geodata import open_atlas  # noqa: PLC0415
    from geodata.model import LANGUAGES  # noqa: PLC0415

    words = next(Words(one) for one in LANGUAGES if one == language)
    table.page(Served.of(open_atlas(folder)), words, date(2026, 11, 23))


def open_page(folder: Path, language: Language = "en", **query: str) -> AppTest:
    page = AppTest.from_function(_script, kwargs={"folder": str(folder), "language": language}, default_timeout=60)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def html(page: AppTest) -> str:
    return "".join(element.proto.body for element in page.get("html"))


def test_filters_by_status_through_the_address(shipped_atlas: Path, atlas: Atlas):
    text = html(open_page(shipped_atlas, status="cancelled"))
    assert text.count("data-feature=") >= 1
    assert 'data-feature="port-aktau"' not in text
    assert len(atlas.features) > text.count("data-feature=")


@pytest.mark.parametrize(("name", "value"), [("theme", "transport"), ("country", "KZ"), ("status", "operating")])
def test_what_a_widget_says_is_in_the_address(small_atlas: Path, name: str, value: str):
    page = open_page(small_atlas)
    page.selectbox(key=f"table-{name}").set_value(value).run()
    assert not page.exception
    assert page.query_params[name] in (value, [value])
    page.selectbox(key=f"table-{name}").set_value("").run()
    assert name not in page.query_params


def test_a_date_that_cannot_be_read_falls_back_to_today(small_atlas: Path):
    page = open_page(small_atlas)
    page.text_input(key="table-date").set_value("soon").run()
    assert not page.exception
    assert "date" not in page.query_params
    page.text_input(key="table-date").set_value("2028").run()
    assert "2028" in html(page)


def test_four_files_can_be_taken_away(small_atlas: Path):
    assert len(open_page(small_atlas).get("download_button")) == 4
