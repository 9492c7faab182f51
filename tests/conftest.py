"""For every test: where things are. What only browser tests need is in tests/browser/harness.py."""

from pathlib import Path

import pytest
from hypothesis import settings

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
