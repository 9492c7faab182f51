"""What is installed, why, and under which licence (docs/dependencies.md)."""

import re
import subprocess
import sys
import tomllib
from hashlib import sha256
from importlib.metadata import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKED = re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
REASONS, LICENCES = PAGE.split("## All that is installed")
COPYLEFT = re.compile(r"(?<!L)GPL|AGPL|SSPL|BUSL")


def name(requirement: str) -> str:
    return re.split(r"[\[<>=; ]", requirement, maxsplit=1)[0]


def test_each_dependency_has_its_reason():
    listed = re.findall(r"^\| ([a-z0-9-]+) \|", REASONS, re.MULTILINE)
    assert [one for one in listed if one != "package"] == sorted(
        name(one) for one in PROJECT["project"]["dependencies"]
    )
    for extra in PROJECT["project"]["optional-dependencies"]["postgis"]:
        assert name(extra) in REASONS


def test_each_dependency_is_used():
    """What nobody imports has no reason to be installed."""
    code = "\n".join(
        path.read_text(encoding="utf-8") for top in ("dashboard", "geodata") for path in (ROOT / top).rglob("*.py")
    )
    modules = {
        "pyyaml": "yaml",
        "python-pptx": "pptx",
        "xstatic-leaflet": "xstatic",
        "font-source-sans-pro": "font_source_sans_pro",
    }
    for one in map(name, PROJECT["project"]["dependencies"]):
        module = modules.get(one, one.replace("-", "_"))
        by_itself = one in ("httptools", "uvloop")  # uvicorn takes both where they are installed
        assert by_itself or re.search(rf"(from|import) {module}\b|\"{module}\"", code), one


def test_every_package_of_the_lock_has_its_licence():
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", LICENCES, re.MULTILINE)[1:]
    assert sorted(package for _, packages in rows for package in packages.split(", ")) == sorted(LOCKED)
    assert not [licence for licence, _ in rows if COPYLEFT.search(licence)]


@pytest.mark.parametrize("package", ["streamlit", "folium", "pydantic", "shapely", "pmtiles", "watchfiles"])
def test_licences_are_those_that_the_packages_state(package: str):
    told = metadata(package).json
    stated = str([told.get("license_expression"), told.get("license"), told.get("classifier")])
    (listed,) = re.findall(rf"^\| {package} \| (\S+) \|", REASONS, re.MULTILINE)
    assert listed.split("-")[0].lower() in stated.lower()


def test_two_builds_give_the_same_wheel(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d"]
    digests = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        subprocess.run([*command, folder], cwd=ROOT, check=True, capture_output=True)
        (wheel,) = folder.glob("*.whl")
        digests.append(sha256(wheel.read_bytes()).hexdigest())
    assert digests[0] == digests[1]
