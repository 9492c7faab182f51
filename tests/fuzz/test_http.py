"""The server answers any request line, and never with an error of its own (row 21).

Requests are written by hand, because every library for them would tidy up what is asked for.
"""

import re
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.view import PAGES
from tests.browser.harness import HOST, Server
from tests.fuzz.queries import NASTY, VALUES, queries, query_of

OK, BAD, NOT_FOUND, SERVER_ERROR = 200, 400, 404, 500
fuzz = settings(settings.get_profile("fuzz"))
METHODS = ("HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE", "PATCH", "get", "X")
SEGMENTS = (
    "", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "..;", "%00", "%", "%zz", "%ff", "%ED%A0%80", "%c0%ae%c0%ae",
    "a" * 5000, "~", "*", "..%5c..%5c", "%0d%0aX:%20y", "<script>", "%3Cscript%3E", "'", '"', "{}", "[x]", "\\", "$",
    "-1", "9" * 30, "9" * 4301, "1e9", "%D9%A3", "kk", "xx", "panel", "tiles", "layers", "map.js", "atlas.json",
    "port-aktau.html", "overview.html", "None.html", ".html", "%00.html", "0", "0.mvt", "9.mvt", "9" * 4301 + ".mvt",
    "tiles.pmtiles", "presenter", "visit-2025-10.html", "con", "__class__",
)  # fmt: skip
PANEL_QUERIES = (
    "today=0001-01-01", "today=9999-12-31", "today=%00", "today=99999-01-01", "today=2026-W01",
    "date=9999&today=0001-01-01", "date=0001-01-01&today=0001-01-01", "date=9999-12-31&today=9999-12-31",
    "date=%ff&today=%ff", "version=%0a", "today=20261123",
)  # fmt: skip


def ask(port: int, method: str, target: str, *headers: str) -> tuple[int, bytes]:
    """The status and the body of an answer to exactly this request line."""
    lines = [f"{method} {target} HTTP/1.1", f"Host: {HOST}:{port}", "Connection: close", *headers, "", ""]
    with socket.create_connection((HOST, port), timeout=20) as connection:
        connection.sendall("\r\n".join(lines).encode("utf-8", "surrogatepass"))
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(maxsplit=2)[1]), body


@pytest.fixture(scope="module")
def release(server: Server) -> str:
    _, body = ask(server.port, "GET", "/readyz")
    return body.decode().split('"release":"')[1].split('"')[0]


@pytest.fixture(autouse=True)
def quiet(server: Server) -> Iterator[None]:
    """Whatever is asked, the server logs no error."""
    server.complaints()
    yield
    assert server.complaints() == []


@fuzz
@given(st.sampled_from(list(PAGES)), queries)
def test_every_page_is_there_for_any_query(server: Server, place: str, query: str):
    status, body = ask(server.port, "GET", f"/{place}?{query}")
    assert status == OK, query
    assert b"Traceback" not in body


@pytest.mark.parametrize("place", PAGES)
def test_every_page_is_there_for_nasty_queries(server: Server, place: str):
    tried = [*NASTY, *(query_of([("lang", value), ("select", value), ("date", value)]) for value in VALUES)]
    for query in tried:
        status, _ = ask(server.port, "GET", f"/{place}?{query}")
        assert status == OK, query[:200]


paths = st.lists(
    st.one_of(st.sampled_from(SEGMENTS), st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=20)),
    max_size=6,
)


targets = st.tuples(
    st.sampled_from(("{release}", "x")),
    paths.map("/".join),
    st.one_of(st.just(""), queries, st.sampled_from(PANEL_QUERIES)),
).map(lambda three: f"/atlas/{three[0]}/{re.sub('[?#{}]', '', three[1])}?{three[2]}")


@fuzz
@given(st.sampled_from(("GET", "GET", *METHODS)), targets)
def test_a_file_is_there_or_not_and_nothing_breaks(server: Server, release: str, method: str, target: str):
    """Row 21."""
    status, body = ask(server.port, method, target.replace("{release}", release, 1))
    assert status < SERVER_ERROR, target
    assert method != "GET" or status in (OK, BAD, NOT_FOUND), target
    assert b"root:" not in body


@pytest.mark.parametrize("query", PANEL_QUERIES)
@pytest.mark.parametrize("id", ["overview", "port-aktau", "zangezur-2028", "baq-kz-2025-10-22"])
def test_a_panel_is_drawn_for_any_day(server: Server, release: str, id: str, query: str):
    status, body = ask(server.port, "GET", f"/atlas/{release}/panel/kk/{id}.html?{query}")
    assert status == OK
    assert b"panel-heading" in body


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "target",
    ["/", "/table", "/atlas/{release}/map.js", "/atlas/x/tiles/0/0/0.mvt", "/healthz", "/start.js", "*", "//", "/%00"],
)
def test_other_methods_are_refused_at_most(server: Server, release: str, method: str, target: str):
    status, _ = ask(server.port, method, target.format(release=release))
    assert status < SERVER_ERROR


@pytest.mark.parametrize("segment", SEGMENTS)
@pytest.mark.parametrize(
    "before",
    [
        "",
        "atlas/",
        "atlas/{release}/",
        "atlas/{release}/panel/kk/",
        "atlas/{release}/tiles/0/0/",
        "static/",
        "component/",
        "_stcore/",
    ],
)
def test_a_hostile_segment_is_answered(server: Server, release: str, before: str, segment: str):
    status, body = ask(server.port, "GET", f"/{before.format(release=release)}{segment}")
    assert status < SERVER_ERROR
    assert b"root:" not in body
    assert b"Traceback" not in body
