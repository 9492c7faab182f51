"""Edits appear in the running app: whenever a file of the atlas is saved, the atlas is read again.

What is broken stays unseen but for a notice; the last good atlas stays on the screen.
"""

import logging
from contextlib import suppress
from pathlib import Path
from threading import Thread
from time import sleep

from watchfiles import watch

from dashboard.served import address, problems, reload, served
from geodata import is_database

SETTLE_MS = 300
"""How long saving several files may take until they are read."""

log = logging.getLogger(__name__)
_threads: list[Thread] = []


def start() -> None:
    """Watch the folder of the atlas that this process serves, for as long as the process lives."""
    if is_database(address()):
        return
    thread = Thread(target=_follow, args=(Path(address()),), name="live edits", daemon=True)
    _threads.append(thread)
    thread.start()


def watching() -> bool:
    """Whether edits would be noticed."""
    return any(thread.is_alive() for thread in _threads)


def _follow(folder: Path) -> None:
    read = True  # when the atlas was opened
    while True:
        place = _place(folder)
        if not read:
            _read_again()
        read = False
        if place:
            with suppress(FileNotFoundError):  # gone in this very moment
                _wait_for_edits(folder, place)
        else:
            sleep(1)


def _wait_for_edits(folder: Path, place: int) -> None:
    """Read each edit; until the folder is gone, or another has its name."""
    # with a look once a second, because a folder that was exchanged for another makes no more changes
    for changes in watch(folder, debounce=SETTLE_MS, step=50, rust_timeout=1000, yield_on_timeout=True):
        if changes:
            _read_again()
        if _place(folder) != place:
            return


def _place(folder: Path) -> int | None:
    """What tells a folder from another of its name; None without one."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def _read_again() -> None:
    before, known = served().atlas.release, problems()
    found, now = reload(), served().atlas.release
    if found and found != known:
        told = "\n".join(map(str, found))
        log.warning("the atlas has %d problems; release %s stays on the screen:\n%s", len(found), now, told)
    elif now != before:
        log.warning("the atlas was changed: release %s is served now", now)
