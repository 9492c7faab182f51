"""What is known: reads, checks and hands over an atlas. Knows nothing of pages, maps or servers."""

from datetime import date
from pathlib import Path

from geodata.check import Problems
from geodata.check import check as apply_rules
from geodata.files import read, schema
from geodata.model import Atlas
from geodata.problems import AtlasError, Problem

__all__ = ["Atlas", "AtlasError", "Problem", "Problems", "check_atlas", "open_atlas", "schema"]


def open_atlas(address: str | Path) -> Atlas:
    """Read and check the atlas in a folder.

    Raises:
        AtlasError: it cannot be used; holds every error that was found, and no warnings.
    """
    atlas, problems = _examine(address, None)
    if atlas is None or problems.errors:
        raise AtlasError(problems.errors)
    return atlas


def check_atlas(address: str | Path, *, today: date) -> Problems:
    """Everything that is wrong or doubtful in the atlas of a folder, as seen on the day ``today``."""
    return _examine(address, today)[1]


def _examine(address: str | Path, today: date | None) -> tuple[Atlas | None, Problems]:
    if "://" in str(address):
        remedy = "give the path of a folder that holds atlas.yaml"
        return None, Problems((Problem(str(address), "", "", "only folders can be opened", remedy),), ())
    atlas, origins, unreadable = read(Path(address))
    if atlas is None:
        return None, Problems(unreadable, ())
    found = apply_rules(atlas, origins, today=today)
    return atlas, Problems((*unreadable, *found.errors), found.warnings)
