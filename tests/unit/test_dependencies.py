"""What is installed, why, and under which licence (docs/dependencies.md)."""

import os
import re
import shutil
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
LICENCE_ROWS = re.findall(r"^\| (.+?) \| (.+?) \|$", LICENCES, re.MULTILINE)[1:]
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
    assert sorted(package for _, packages in LICENCE_ROWS for package in packages.split(", ")) == sorted(LOCKED)
    assert not [licence for licence, _ in LICENCE_ROWS if COPYLEFT.search(licence)]


UNSTATED = {"streamlit-folium": "", "xstatic-leaflet": "(same as Leaflet)"}
"""Packages that do not state their licence; what they say instead. Their sources do."""


@pytest.mark.parametrize("package", LOCKED)
def test_licences_are_those_that_the_packages_state(package: str):
    told = metadata(package).json
    stated = str([told.get("license_expression"), told.get("license") or "", told.get("classifier")])
    (listed,) = (licence for licence, packages in LICENCE_ROWS if package in packages.split(", "))
    if package in UNSTATED:
        assert (told.get("license") or "") == UNSTATED[package], "it states one now: take it out of UNSTATED"
    else:
        assert listed.split("-")[0].lower() in stated.lower()
    for own in re.findall(rf"^\| {package} \| (\S+) \|", REASONS, re.MULTILINE):
        assert own.startswith(listed.split()[0]), "the two tables of the page differ"


def test_two_builds_give_the_same_wheel(tmp_path: Path):
    """Byte for byte, also from a copy of the tree with other times and rights, for another user, in another zone."""
    copy = tmp_path / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "__pycache__", "tests"), copy_function=shutil.copy)
    for path in copy.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    shutil.copy(ROOT / ".gitignore", copy)
    others = {"TZ": "Asia/Almaty", "LC_ALL": "C", "PYTHONHASHSEED": "7", "HOME": str(tmp_path)}
    digests = {}
    for tree, umask, environment in ((ROOT, 0o022, {}), (ROOT, 0o077, others), (copy, 0o077, others)):
        out = tmp_path / f"wheel-{len(digests)}"
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out],
            cwd=tree, env=os.environ | environment, umask=umask, check=True, capture_output=True,
        )  # fmt: skip
        (wheel,) = out.glob("*.whl")
        digests[out.name] = sha256(wheel.read_bytes()).hexdigest()
    assert len(set(digests.values())) == 1, digests
