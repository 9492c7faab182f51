"""Edits appear in the running app: whenever a file of the atlas is saved, the atlas is read again.

What is broken stays unseen but for a notice; the last good atlas stays on the screen.
"""

import logging
from pathlib import Path
from threading import Thread
from time import sleep

from watchfiles import watch

from dashboard.served import address, reload, served
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
    while True:
        place = _place(folder)
        if place:
            # with a look once a second, because a folder that was exchanged for another makes no more changes
            for changes in watch(folder, debounce=SETTLE_MS, step=50, rust_timeout=1000, yield_on_timeout=True):
                if changes or _place(folder) != place:
                    _read_again()
                if _place(folder) != place:
                    break
        else:
            sleep(1)
            if _place(folder):
                _read_again()


def _place(folder: Path) -> int | None:
    """What tells a folder from another of its name; None without one."""
    try:
        return folder.stat().st_ino
    except OSError:
        return None


def _read_again() -> None:
    before = served().atlas.release
    problems = reload()
    now = served().atlas.release
    if problems:
        told = "\n".join(map(str, problems))
        log.warning("the atlas has %d problems; release %s stays on the screen:\n%s", len(problems), now, told)
    elif now != before:
        log.warning("the atlas was changed: release %s is served now", now)
