"""The site without a server, behind the nginx that `deploy/site.conf` describes (rows 48, 49)."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.harness import Explore, NewPage
from tests.browser.proxy import Nginx, compress, missing

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, small_atlas: Path) -> Path:
    """A small site, compressed as the configuration tells to."""
    folder = tmp_path_factory.mktemp("site") / "public"
    corridors = Path(sys.executable).with_name("corridors")
    subprocess.run([corridors, "export", "site", small_atlas, "--lang", "en", "-o", folder], check=True)
    compress(folder)
    return folder


@pytest.fixture(scope="module")
def nginx(site: Path) -> Iterator[Nginx]:
    nginx = Nginx.of(site.parent, site)
    try:
        nginx.wait()
        yield nginx
    finally:
        nginx.stop()


def test_it_opens(nginx: Nginx, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{nginx.url}/?lang=en")
    page.wait_for_function("() => window.atlasMap?.state().ready")
    expect(page.locator("#panel-heading")).to_be_visible()
    assert Explore(page, nginx.url).page.evaluate("() => atlasMap.state().lang") == "en"


@pytest.mark.parametrize(
    ("pattern", "media_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("atlas/*/map.js", "text/javascript; charset=utf-8"),
        ("atlas/*/page.css", "text/css; charset=utf-8"),
        ("data/objects.geojson", "application/geo+json"),
        ("manifest.json", "application/json"),
    ],
)
def test_files_are_handed_out_as_they_were_compressed(site: Path, nginx: Nginx, pattern: str, media_type: str) -> None:
    (file,) = site.glob(pattern)
    path = f"/{file.relative_to(site).as_posix()}"
    status, headers, content = nginx.get(path, Accept_Encoding="gzip, br")
    assert (status, headers["content-encoding"], headers["content-type"]) == (200, "gzip", media_type)
    assert content == file.with_name(f"{file.name}.gz").read_bytes()
    assert gzip.decompress(content) == file.read_bytes()
    assert nginx.get(path)[2] == file.read_bytes()
    assert headers["cache-control"].startswith("public, max-age=600")
    assert nginx.get(path, Accept_Encoding="gzip", If_None_Match=headers["etag"])[0] == 304


def test_nothing_but_reading_is_allowed(nginx: Nginx) -> None:
    assert nginx.get("/index.html", method="POST")[0] == 403
    assert nginx.get("/../nginx.conf")[0] in (400, 404)
