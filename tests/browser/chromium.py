"""Find a Chromium for the browser tests, or get one; prints its path, or says why there is none and fails.

In this order: the one named by ``CHROMIUM``, one on the machine, the one Playwright has already fetched,
Playwright's own download, and, for root on Debian and its kin, the package ``chromium``.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_SECONDS = 300
PACKAGE_SECONDS = 600

QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)
"""Start options that keep Chromium from calling home by itself."""


class NoChromiumError(Exception):
    """No Chromium was found and none could be had; says what was tried."""


def find() -> Path:
    """The Chromium to test with.

    Raises:
        NoChromiumError: none is here and none can be fetched.
    """
    tried: list[str] = []
    for way, get in _ways():
        try:
            found = get()
        except (OSError, subprocess.SubprocessError) as error:
            tried.append(f"{way}: {error}")
            continue
        if found:
            return found
        tried.append(f"{way}: none that starts")
    raise NoChromiumError(
        "No Chromium for the browser tests, and none could be had. Tried:\n"
        + "".join(f"  - {line}\n" for line in tried)
        + "Install Chromium or Google Chrome, or name one: CHROMIUM=/path/to/chromium make test"
    )


def options() -> list[str]:
    """Start options for tests; root gets no sandbox, because Chromium refuses to give it one."""
    return [*QUIET, "--no-sandbox"] if _is_root() else list(QUIET)


def _ways() -> Iterable[tuple[str, Callable[[], Path | None]]]:
    named = os.environ.get("CHROMIUM")
    if named:
        # what someone named is taken or refused, never silently replaced
        yield f"CHROMIUM={named}", partial(_first_that_starts, [named])
        return
    yield "on the machine: " + ", ".join(NAMES), partial(_first_that_starts, NAMES)
    yield "Playwright's own, already here", _playwrights
    yield "Playwright's own download", _download
    if _is_root() and shutil.which("apt-get"):
        yield "Debian's package", _package


def _first_that_starts(names: Iterable[str]) -> Path | None:
    """The first that says its version: some systems put a stub in Chromium's place."""
    for name in names:
        path = shutil.which(name)
        if path and _run([path, "--version"], seconds=60).returncode == 0:
            return Path(path)
    return None


def _playwrights() -> Path | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return _first_that_starts([playwright.chromium.executable_path])


def _download() -> Path | None:
    print("Fetching Chromium ...", file=sys.stderr)
    _ask([sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"], seconds=DOWNLOAD_SECONDS)
    return _playwrights()


def _package() -> Path | None:
    print("Installing Debian's Chromium ...", file=sys.stderr)
    _ask(["apt-get", "-qq", "update"], seconds=PACKAGE_SECONDS)
    _ask(["apt-get", "-qq", "install", "--yes", "--no-install-recommends", "chromium"], seconds=PACKAGE_SECONDS)
    return _first_that_starts(NAMES)


def _ask(command: Sequence[str], *, seconds: int) -> None:
    """Run a command that may be refused; the first error that it names is the reason."""
    done = _run(command, seconds=seconds)
    if done.returncode:
        said = [line.strip() for line in (done.stderr + done.stdout).splitlines() if "error" in line.lower()]
        raise OSError(said[0] if said else f"{command[0]} ended with {done.returncode}")


def _run(command: Sequence[str], *, seconds: int) -> subprocess.CompletedProcess[str]:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=seconds, check=False, env=quiet, stdin=subprocess.DEVNULL
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


if __name__ == "__main__":
    try:
        print(find())
    except NoChromiumError as error:
        sys.exit(str(error))
