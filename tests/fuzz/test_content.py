"""Whatever an atlas is made of, it opens, or every mistake is told in words; nothing else happens (rows 55, 56).

An atlas that opens can also be drawn, whole. No case takes more than ``MOST_SECONDS`` of the processor, nor more memory
than :mod:`tests.fuzz.worker` allows.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from select import select

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import TESTS
from tests.fuzz.conftest import CASES, SAMPLE
from tests.fuzz.mutations import Case, apply, cases
from tests.fuzz.packages import packages
from tests.fuzz.too_much import too_much
from tests.fuzz.worker import Answer
from tests.large import write_large

SMALL, SHIPPED = TESTS / "atlas", TESTS.parent / "geodata" / "caspian"
MOST_SECONDS = 2.0
PATIENCE_S = 60
"""Until a case counts as one that never ends, on a busy machine."""
REAL = 8
"""Cases of the atlas that ships in the sample; it takes a hundred times as long as the small one."""
fuzz = settings(settings.get_profile("fuzz"))


class Worker:
    """The process that opens atlases, begun again when a case has ended it."""

    def __init__(self, atlas: Path, folder: Path) -> None:
        self.atlas, self.folder = atlas, folder / "atlas"
        self._log = folder / "worker.log"
        self._process: subprocess.Popen[str] | None = None
        self.slowest, self.peak = 0.0, 0

    def __call__(self, case: Case) -> Answer:
        """What comes of an atlas with the case's edits."""
        process = self._running()
        apply(case, self.atlas, self.folder)
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps([str(self.folder), case.within, case.deeper]) + "\n")
            process.stdin.flush()
            line = process.stdout.readline() if select([process.stdout], [], [], PATIENCE_S)[0] else ""
        finally:
            shutil.rmtree(self.folder)
        if not line:
            self.stop()
            raise AssertionError(
                f"{case} ended the process:\n{self._log.read_text(encoding='utf-8', errors='replace')}"
            )
        answer = Answer(*json.loads(line))
        self.slowest, self.peak = max(self.slowest, answer.seconds), answer.peak
        return answer

    def stop(self) -> None:
        """End the process."""
        if self._process:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None:
            with self._log.open("w") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "tests.fuzz.worker", self.atlas],
                    cwd=TESTS.parent, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
                )  # fmt: skip
            assert self._process.stdout
            assert self._process.stdout.readline() == "ready\n", self._log.read_text(encoding="utf-8")
        return self._process


def _worker(atlas: Path, folder: Path) -> Iterator[Worker]:
    worker = Worker(atlas, folder)
    yield worker
    worker.stop()
    print(f"\n{atlas.name}: slowest case {worker.slowest:.2f} s, highest memory {worker.peak} MB")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    yield from _worker(SMALL, tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    yield from _worker(SHIPPED, tmp_path_factory.mktemp("shipped"))


@pytest.fixture(scope="module")
def tiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    atlas = write_large(tmp_path_factory.mktemp("large"), 60)
    yield from _worker(atlas, tmp_path_factory.mktemp("tiled"))


def test_what_is_not_changed_opens(small: Worker, shipped: Worker, tiled: Worker):
    for worker in (small, shipped, tiled):
        answer = worker(Case())
        assert answer.faults == []
        assert not [line for line in answer.told if "km long as drawn" not in line]


@fuzz
@given(cases(SMALL))
def test_a_small_atlas_opens_or_says_what_is_wrong(small: Worker, case: Case):
    answer = small(case)
    assert answer.faults == []
    assert answer.seconds < MOST_SECONDS


@settings(fuzz, max_examples=CASES // 20 or REAL)
@given(cases(SHIPPED))
def test_the_atlas_that_ships_opens_or_says_what_is_wrong(shipped: Worker, case: Case):
    answer = shipped(case)
    assert answer.faults == []
    assert answer.seconds < MOST_SECONDS


@settings(fuzz, max_examples=CASES // 10 or SAMPLE // 2)
@given(st.data())
def test_a_tiled_atlas_opens_or_says_what_is_wrong(tiled: Worker, data: st.DataObject):
    answer = tiled(data.draw(packages(tiled.atlas)))
    assert answer.faults == []
    assert answer.seconds < MOST_SECONDS


@pytest.mark.parametrize("what", too_much())
def test_too_much_is_told_at_once(small: Worker, what: str):
    answer = small(too_much()[what])
    assert answer.faults == []
    assert answer.seconds < MOST_SECONDS
    assert len(answer.told) < SAMPLE * 12
