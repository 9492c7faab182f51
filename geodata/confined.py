"""Reads a file of somebody's own in a process apart, which can do no harm: little memory, little time, no files.

The process gets the file by its standard input and answers by its standard output, as JSON. It may write no file,
knows none of the server's variables, and has two of GDAL's drivers (:data:`geodata.formats.DRIVERS`). Whatever the
file does to it, the server lives on.
"""

import json
import logging
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, NamedTuple

import shapely

from geodata.formats import DRIVERS, parse
from geodata.own import EARTH, MOST_BYTES, N_, NOWHERE, Box, Fault, OwnError, OwnFeature, OwnLayer, Said, say

if TYPE_CHECKING:
    from collections.abc import Iterator

log = logging.getLogger(__name__)


class Limits(NamedTuple):
    """What the process may take: bytes of address space, seconds of the processor, and seconds from begin to end."""

    memory: int = 700_000_000
    processor: int = 20
    seconds: float = 60


LIMITS = Limits()
PATIENCE_SECONDS = 30
"""How long a file waits for those before it."""
_turn = BoundedSemaphore(1)


def read(file: str, content: bytes, frame: Box = EARTH, limits: Limits = LIMITS) -> OwnLayer:
    """As :func:`geodata.formats.parse`, in a process of its own; one file at a time.

    Raises:
        OwnError: it cannot be shown, or not within the limits of memory and time; or others were before it.
    """
    if len(content) > MOST_BYTES:
        return parse(file, content, frame)  # which says so without looking at it
    with _queue(file):
        answer = _answer(file, content, frame, limits)
    if "faults" in answer:
        raise OwnError(answer["file"], [_fault(one) for one in answer["faults"]])
    return OwnLayer(
        name=answer["name"],
        notes=tuple(map(_said, answer["notes"])),
        features=tuple(
            OwnFeature(
                name=name, geometry=shapely.from_wkb(place), attributes=tuple((key, value) for key, value in said)
            )
            for name, place, said in answer["features"]
        ),
    )


@contextmanager
def _queue(file: str) -> "Iterator[None]":
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise _refused(file, say(N_("could not be read: others are being read")), say(N_("try again in a minute")))
    try:
        yield
    finally:
        _turn.release()


def _answer(file: str, content: bytes, frame: Box, limits: Limits) -> dict[str, Any]:
    beyond = say(
        N_("could not be read within {seconds} seconds and {n} MB of memory"),
        seconds=limits.processor,
        n=limits.memory // 1_000_000,
    )
    remedy = say(N_("see whether the file is whole; leave out what need not be seen"))
    command = [sys.executable, "-I", "-m", "geodata.confined", json.dumps([file, frame, limits])]
    try:
        done = subprocess.run(  # noqa: S603 - our own module; the name is data
            command,
            input=content,
            capture_output=True,
            timeout=limits.seconds,
            check=False,
            env=_environment(),
            cwd="/",
        )
    except subprocess.TimeoutExpired:
        log.warning("a file of %d bytes was not read in %s s", len(content), limits.seconds)
        raise _refused(file, beyond, remedy) from None
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace")[-4000:]
        log.warning("a file of %d bytes was not read: %s %s", len(content), done.returncode, told)
        raise _refused(file, beyond, remedy)
    return json.loads(done.stdout)


def _refused(file: str, problem: Said, remedy: Said) -> OwnError:
    return OwnError(file, [Fault(NOWHERE, "", problem, remedy)])


def _fault(one: Sequence[Any]) -> Fault:
    label, field, problem, remedy = one
    return Fault(_said(label), field, _said(problem), _said(remedy))


def _said(one: Sequence[Any]) -> Said:
    text, values = one
    return Said(text, tuple((name, value) for name, value in values))


@lru_cache
def _environment() -> dict[str, str]:
    """The variables of the process: nothing of the server's."""
    from pyogrio import list_drivers  # noqa: PLC0415 - takes a second, and only this needs it

    return {
        "GDAL_SKIP": ",".join(name for name in list_drivers() if name not in DRIVERS),
        "GDAL_DRIVER_PATH": "disable",
        "CPL_LOG": os.devnull,
        "PROJ_NETWORK": "OFF",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTHONUTF8": "1",
    }


# ---- within the process


def _confine(limits: Limits) -> None:
    """Give up what reading a file does not need; no way leads back."""
    for limit, most in (
        (resource.RLIMIT_CPU, limits.processor),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        *(((resource.RLIMIT_AS, limits.memory),) if sys.platform == "linux" else ()),  # macOS knows no such limit
    ):
        resource.setrlimit(limit, (most, most))


def _main() -> None:
    file, frame, limits = json.loads(sys.argv[1])
    _confine(Limits(*limits))
    content = sys.stdin.buffer.read()
    try:
        layer = parse(file, content, Box(*frame))
    except OwnError as error:
        answer: dict[str, Any] = {"file": error.file, "faults": error.faults}
    else:
        answer = {
            "name": layer.name,
            "notes": layer.notes,
            "features": [(one.name, one.geometry.wkb_hex, one.attributes) for one in layer.features],
        }
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _main()
