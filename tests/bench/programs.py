"""The programs that are measured, each as a process of its own: ours, and the two that people use today."""

import http.client
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from tests.browser.harness import HOST, free_port

Name = Literal["ours", "streamlit-folium", "dash-leaflet"]
TITLES: dict[Name, str] = {
    "ours": "Caspian Corridors",
    "streamlit-folium": "streamlit-folium",
    "dash-leaflet": "dash-leaflet",
}
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BENCH_PYTHON = "BENCH_PYTHON"
"""The environment variable that names the Python in which requirements.txt is installed."""
START_SECONDS = 300
TICKS = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024


class Use(NamedTuple):
    """What a process and its children have used so far."""

    cpu_seconds: float
    memory_mib: float


class Program:
    """A server of an atlas folder, from its start until it is stopped."""

    def __init__(self, name: Name, atlas: Path, folder: Path) -> None:
        self.name: Name = name
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self._log = folder / f"{name}.log"
        environment = {key: value for key, value in os.environ.items() if not key.startswith("STREAMLIT_")}
        environment |= {"HOME": str(folder), "PYTHONPATH": str(ROOT)}
        began = time.monotonic()
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                _command(name, atlas, self.port),
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - began

    def use(self) -> Use | None:
        """Processor time and memory so far; None where the system has no /proc."""
        if not Path("/proc/self/stat").exists():
            return None
        uses = [_use(process) for process in _family(self._process.pid)]
        return Use(sum(use.cpu_seconds for use in uses), sum(use.memory_mib for use in uses))

    def stop(self) -> None:
        """End this process and no other."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            for process in reversed(_family(self._process.pid)):
                os.kill(process, 9)
            self._process.wait()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                said = self._log.read_text(encoding="utf-8", errors="replace")
                raise RuntimeError(f"{self.name} did not start:\n{said[-2000:]}")
            time.sleep(0.1)

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=START_SECONDS)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
        finally:
            connection.close()


def available(name: Name) -> bool:
    """Whether a program can be started here."""
    return name != "dash-leaflet" or bool(os.environ.get(BENCH_PYTHON))


def _command(name: Name, atlas: Path, port: int) -> Sequence[str | Path]:
    if name == "ours":
        code = "import sys; from dashboard.cli import main; sys.exit(main())"
        return [sys.executable, "-c", code, "serve", atlas, "--host", HOST, "--port", str(port)]
    if name == "streamlit-folium":
        options = [
            "--server.address", HOST, "--server.port", str(port), "--server.headless", "true",
            "--browser.gatherUsageStats", "false", "--server.fileWatcherType", "none",
        ]  # fmt: skip
        script = HERE / "baseline_streamlit_folium.py"
        return [sys.executable, "-m", "streamlit", "run", *options, script, "--", atlas]
    threads = ["--worker-class", "gthread", "--threads", "16", "--timeout", "300", "--keep-alive", "75"]
    application = f"baseline_dash_leaflet:server({str(atlas)!r})"
    gunicorn = [os.environ[BENCH_PYTHON], "-m", "gunicorn", "--bind", f"{HOST}:{port}", "--chdir", HERE]
    return [*gunicorn, *threads, application]


def _family(process: int) -> list[int]:
    """A process and all that it has started."""
    found = [process]
    for one in found:
        for children in Path(f"/proc/{one}/task").glob("*/children"):
            found += map(int, children.read_text().split())
    return found


def _use(process: int) -> Use:
    # the name in brackets may hold spaces
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return Use((int(fields[11]) + int(fields[12])) / TICKS, int(fields[21]) * PAGE_KIB / 1024)
