"""The archive of vector tiles (rows 45, 66), read back by libraries that are not ours."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pmtiles.reader import MmapSource, Reader, all_tiles
from pyogrio import read_dataframe
from starlette.requests import Request
from starlette.responses import Response

from dashboard import app
from dashboard.cli import main
from dashboard.export.tiles import pmtiles
from dashboard.served import Served
from geodata import open_atlas
from geodata.tiled import ARCHIVE
from tests.large import IN_TILE, SIZE, write_large

Source = Callable[[int, int], bytes]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_large(tmp_path_factory.mktemp("large"))


@pytest.fixture
def archive(folder: Path) -> Iterator[Source]:
    with (folder / ARCHIVE).open("rb") as file:
        yield MmapSource(file)


def test_it_says_what_it_is(archive: Source) -> None:
    reader = Reader(archive)
    header, told = reader.header(), reader.metadata()
    assert header["version"] == 3
    assert (header["min_zoom"], header["max_zoom"]) == (0, told["vector_layers"][0]["maxzoom"])
    assert header["max_zoom"] > 2
    assert sum(told["counts"].values()) == SIZE
    assert 46e7 < header["min_lon_e7"] < header["max_lon_e7"] < 56e7


def test_every_feature_is_in_the_last_zoom_and_few_are_in_the_first(folder: Path, archive: Source) -> None:
    last = Reader(archive).header()["max_zoom"]
    found = [read_dataframe(folder / ARCHIVE, layer="features", ZOOM_LEVEL=zoom) for zoom in (0, last)]
    first, whole = found
    atlas = open_atlas(folder)
    assert atlas.tiled
    assert set(whole["id"]) == {feature.id for feature in atlas.tiled.features()}
    assert Counter(first["layer"]) == dict.fromkeys(atlas.tiled.counts, IN_TILE)
    assert set(first["id"]) <= set(whole["id"])


def test_no_tile_is_far_larger_than_it_may_be(archive: Source) -> None:
    sizes = [len(content) for _, content in all_tiles(archive)]
    assert len(sizes) > 20
    assert max(sizes) < 100 * 1024


def test_the_command_writes_it_whole_or_not_at_all(
    small_atlas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An atlas without tiled layers gives an archive of all that is on its map."""
    out = tmp_path / "small.pmtiles"
    assert main(["export", "pmtiles", str(small_atlas), "-o", str(out)]) == 0
    shown = read_dataframe(out, layer="features")
    drawn = [one for one in open_atlas(small_atlas).features.values() if one.geometry and not one.parts]
    assert set(shown["id"]) == {one.id for one in drawn if not one.off_map}
    assert str(out) in capsys.readouterr().err
    assert main(["export", "pmtiles", str(small_atlas), "-o", str(tmp_path / "no" / "such.pmtiles")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["small.pmtiles"]


def test_nothing_to_draw_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no feature has a place"):
        pmtiles([], tmp_path / "none.pmtiles")
    assert not (tmp_path / "none.pmtiles").exists()


def asked(served: Served, monkeypatch: pytest.MonkeyPatch, **headers: str) -> tuple[Response, bytes]:
    monkeypatch.setattr(app, "of_release", {served.atlas.release: served}.get)
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "asgi": {"spec_version": "2.4"},  # sends without asking whether anybody is there
        "query_string": served.version.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "path_params": {"release": served.atlas.release},
    }
    sent: list[bytes] = []

    async def answer() -> Response:
        response = await app.archive_file(Request(scope))

        async def send(message: dict) -> None:
            if message["type"] == "http.response.start":
                response.status_code = message["status"]
            sent.append(message.get("body", b""))

        await response(scope, lambda: asyncio.sleep(0), send)  # pyright: ignore[reportArgumentType]
        return response

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, answer()).result(), b"".join(sent)


def test_the_server_hands_out_parts_of_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    served = Served.of(open_atlas(folder))
    response, content = asked(served, monkeypatch, range="bytes=0-6")
    assert (response.status_code, content) == (206, b"PMTiles")
    assert "immutable" in response.headers["cache-control"]
    assert json.loads(served.files["atlas.json"].content)["tiled"]["archive"] == ARCHIVE


def test_without_one_there_is_no_such_address(small_atlas: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    response, _ = asked(Served.of(open_atlas(small_atlas)), monkeypatch)
    assert response.status_code == 404
