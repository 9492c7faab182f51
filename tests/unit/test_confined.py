"""A file of a viewer's own is read where it can do no harm (rows 55, 59)."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from geodata import confined
from geodata.confined import Limits, read
from geodata.formats import DRIVERS, parse
from geodata.own import MOST_BYTES, Box, OwnError

CASPIAN = Box(20, 30, 95, 58)
GEOJSON = (
    '{"type": "Feature", "properties": {"name": "Ақтау"}, "geometry": {"type": "Point", "coordinates": [51, 43, 9]}}'
)
LARGE = b'{"type": "FeatureCollection", "features": [' + b"[]," * 2_000_000 + b"0]}"


def refused(file: str, content: bytes, limits: Limits = confined.LIMITS) -> str:
    with pytest.raises(OwnError) as error:
        read(file, content, CASPIAN, limits)
    return str(error.value)


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Some code under the limits, and with the variables, of the process."""
    command = [
        sys.executable,
        "-I",
        "-c",
        f"from geodata.confined import *; from geodata.confined import _confine; {code}",
    ]
    return subprocess.run(command, env=confined._environment(), capture_output=True, text=True, timeout=60, check=False)


def test_the_answer_is_that_of_the_reader():
    layer = read("ports.geojson", GEOJSON.encode(), CASPIAN)
    assert layer == parse("ports.geojson", GEOJSON.encode(), CASPIAN)
    assert layer.notes


def test_the_faults_are_those_of_the_reader():
    content = b"lat,lon\nx,y\n"
    with pytest.raises(OwnError) as there:
        read("x.csv", content, CASPIAN)
    with pytest.raises(OwnError) as here:
        parse("x.csv", content, CASPIAN)
    assert there.value.faults == here.value.faults
    assert there.value.file == here.value.file


def test_too_little_memory_is_told_in_words():
    told = refused("x.geojson", LARGE, Limits(memory=250_000_000))
    assert told == (
        "x.geojson:-:-: could not be read within 20 seconds and 250 MB of memory "
        "(see whether the file is whole; leave out what need not be seen)"
    )


def test_too_much_time_is_told_in_words():
    began = time.monotonic()
    assert "could not be read within 20 seconds" in refused("x.geojson", LARGE, Limits(seconds=0.2))
    assert time.monotonic() - began < 20


def test_others_come_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(confined, "PATIENCE_SECONDS", 0.01)
    with confined._turn:
        assert "others are being read (try again in a minute)" in refused("x.geojson", GEOJSON.encode())
    assert read("x.geojson", GEOJSON.encode(), CASPIAN)


def test_a_file_that_is_too_large_starts_no_process(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(confined, "_answer", None)
    assert "is larger than 20 MB" in refused("x.geojson", b"1" * (MOST_BYTES + 1))


def test_gdal_has_the_drivers_that_are_needed_and_no_others():
    done = run("import pyogrio; print(sorted(pyogrio.list_drivers()))")
    assert done.stdout.strip() == str(sorted(DRIVERS)), done.stderr


def test_it_knows_none_of_the_servers_variables(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CORRIDORS_ATLAS", "postgresql://user:password@host/atlas")
    done = run("import os; print(dict(os.environ))")
    assert "password" not in done.stdout
    assert "GDAL_SKIP" in done.stdout


def test_it_can_write_no_file(tmp_path: Path):
    target = tmp_path / "written"
    done = run(f"_confine(Limits()); open({str(target)!r}, 'w', buffering=1).write('x\\n')")
    assert "File too large" in done.stderr
    assert not target.exists() or not target.read_bytes()
