"""A PostgreSQL server with PostGIS of the tests' own, from Debian's packages postgresql and postgresql-15-postgis-3."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

HOST = "127.0.0.1"
START_SECONDS = 30
SETTINGS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "shared_buffers": "64MB"}
"""Nothing of what the tests write need outlive them."""


def programs() -> Path | None:
    """The folder of the newest PostgreSQL that has PostGIS."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)
    extensions = (Path(f"/usr/share/postgresql/{path.parent.name}/extension/postgis.control") for path in found)
    return next((path for path, extension in zip(found, extensions, strict=True) if extension.exists()), None)


def missing() -> str:
    """Why there can be no server; empty if there can."""
    return "" if programs() else "PostgreSQL with PostGIS is not installed (Debian: postgresql postgresql-15-postgis-3)"


class Postgres:
    """A server on a free port, with a folder that goes with it."""

    def __init__(self) -> None:
        folder = programs()
        assert folder
        self._programs = folder
        self._folder = Path(tempfile.mkdtemp(prefix="corridors-postgres-"))
        # PostgreSQL does not run as root
        self._user = "postgres" if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self._folder, self._user)
        self._data = self._folder / "data"
        self._run("initdb", "--auth=trust", "--username=atlas", "--encoding=UTF8", "--locale=C", str(self._data))
        self._databases = 0
        self.start()

    def start(self) -> None:
        """Run it, on the port that it had if it ran before."""
        self.port = getattr(self, "port", None) or _free_port()
        options = {"listen_addresses": HOST, "port": str(self.port), "unix_socket_directories": "", **SETTINGS}
        with (self._folder / "log").open("w") as log:
            told = [f"--{name}={each}" for name, each in options.items()]
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *told],
                user=self._user,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self._folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.05)

    def kill(self) -> None:
        """Let it die without a word."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """End this process and no other, and take its folder away."""
        self._process.send_signal(signal.SIGINT)  # without waiting for connections that are still open
        self._process.wait(20)
        shutil.rmtree(self._folder)

    def address(self, database: str, user: str = "atlas", password: str = "") -> str:
        """The address of a database."""
        who = f"{user}:{password}" if password else user
        return f"postgresql://{who}@{HOST}:{self.port}/{database}"

    def new(self) -> str:
        """The address of a new database."""
        self._databases += 1
        name = f"atlas_{self._databases}"
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.address(name)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.address("postgres")).close()
        except psycopg.OperationalError:
            return False
        return True

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self._programs / program, *arguments], user=self._user, check=True, capture_output=True)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return listener.getsockname()[1]
