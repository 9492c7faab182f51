"""nginx as `deploy/nginx.conf` tells it to be, on ports and in a folder of a test's own."""

import http.client
import os
import re
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.browser.harness import HOST, Server, free_port

DEPLOY = Path(__file__).parents[2] / "deploy"
PORTS = ("8501", "8502", "8503")
"""The replicas of nginx.conf; a test has as many."""
START_SECONDS = 10
MAIN = """\
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    access_log off;
    {content}
}}
"""


def missing() -> str:
    """Why nothing can be tested with nginx here; empty where it can."""
    return "" if find() else "nginx is not installed here (Debian: apt-get install nginx)"


def find() -> str | None:
    """The program; it is not on everybody's PATH."""
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin")


def rendered(name: str, changes: Mapping[str, str]) -> str:
    """A configuration that ships, with what is another in a test and nothing else changed.

    Raises:
        ValueError: it no longer says what is to be changed.
    """
    text = (DEPLOY / name).read_text(encoding="utf-8")
    if lost := [old for old in changes if old not in text]:
        raise ValueError(f"{name}: {', '.join(lost)}: not there")
    return re.sub("|".join(map(re.escape, changes)), lambda found: changes[found[0]], text)


def compress(site: Path) -> None:
    """Compress a site's files with the command that `deploy/site.conf` tells to use."""
    (command,) = re.findall(r"^#   (find .*)$", (DEPLOY / "site.conf").read_text(encoding="utf-8"), re.MULTILINE)
    subprocess.run(["/bin/sh", "-c", command.replace("/srv/corridors", str(site))], check=True)


class Nginx:
    """One nginx on loopback."""

    def __init__(self, folder: Path, port: int, content: str) -> None:
        self.port = port
        self.url = f"http://{HOST}:{port}"
        self._folder = folder
        user = "user root;" if os.geteuid() == 0 else ""  # a test's folder is nobody else's to read
        configuration = folder / "nginx.conf"
        configuration.write_text(MAIN.format(folder=folder, user=user, content=content), encoding="utf-8")
        program = find()
        if program is None:
            raise RuntimeError(missing())
        command = [program, "-p", folder, "-e", folder / "error.log", "-c", configuration]
        subprocess.run([*command, "-t", "-q"], check=True)
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL)

    @classmethod
    def before(cls, folder: Path, replicas: Sequence[Server]) -> "Nginx":
        """In front of replicas, as `deploy/nginx.conf` says."""
        port = free_port()
        changes = {
            "/var/cache/corridors": f"{folder}/cache",
            "/var/log/nginx/corridors.log": f"{folder}/access.log",
            "listen 80 default_server;": f"listen {HOST}:{port} default_server;",
            "listen 80;": f"listen {HOST}:{port};",
            "server_name atlas.example.org;": f"server_name {HOST} atlas.example.org;",
        }
        ports = zip(PORTS, (str(replica.port) for replica in replicas), strict=True)
        return cls(folder, port, rendered("nginx.conf", {**changes, **dict(ports)}))

    @classmethod
    def of(cls, folder: Path, site: Path) -> "Nginx":
        """With a site without a server, as `deploy/site.conf` says."""
        port = free_port()
        changes = {
            "/var/log/nginx/corridors-site.log": f"{folder}/access.log",
            "listen 80;": f"listen {HOST}:{port};",
            "server_name atlas.example.org;": f"server_name {HOST};",
            "root /srv/corridors;": f"root {site};",
        }
        return cls(folder, port, rendered("site.conf", changes))

    @property
    def process(self) -> int:
        """The number of its first process, which starts the others."""
        return self._process.pid

    def wait(self) -> None:
        """Until it answers; if it dies instead, what it has logged is the error."""
        end = time.monotonic() + START_SECONDS
        while True:
            try:
                return self.get("/", method="HEAD") and None
            except OSError as error:
                if self._process.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"nginx does not answer:\n{self.errors()}") from error
                time.sleep(0.05)

    def get(self, path: str, *, method: str = "GET", **headers: str) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers (names in small letters) and content of an address."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=30)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def errors(self) -> str:
        """What it has logged of errors."""
        return (self._folder / "error.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        """End this process and no other."""
        self._process.terminate()
        self._process.wait(10)
