"""What is known: reads, checks and hands over an atlas. Knows nothing of pages, maps or servers."""

from datetime import date
from pathlib import Path
from types import ModuleType

from geodata import files
from geodata.check import Problems
from geodata.check import check as apply_rules
from geodata.entries import Reading, nothing
from geodata.files import new, schema
from geodata.model import Atlas, Revision
from geodata.problems import AtlasError, Problem

__all__ = [
    "Atlas", "AtlasError", "Problem", "Problems", "Reading",
    "check_atlas", "is_database", "new", "open_atlas", "read", "record", "schema", "write",
]  # fmt: skip

SCHEMES = ("postgresql://", "postgres://")


def is_database(address: str | Path) -> bool:
    """Whether an address is that of a database; else it is that of a folder."""
    return str(address).startswith(SCHEMES)


def open_atlas(address: str | Path) -> Atlas:
    """Read and check the atlas in a folder or a database.

    Args:
        address: the path of a folder, or ``postgresql://user@host/database``.

    Raises:
        AtlasError: it cannot be used; holds every error that was found, and no warnings.
    """
    atlas, problems = _examine(address, None)
    if atlas is None or problems.errors:
        raise AtlasError(problems.errors)
    return atlas


def check_atlas(address: str | Path, *, today: date) -> Problems:
    """Everything that is wrong or doubtful in an atlas, as seen on the day ``today``."""
    return _examine(address, today)[1]


def read(address: str | Path) -> Reading:
    """Read what a folder or a database holds to the end, whatever is wrong with it, without rules across things."""
    if not is_database(address):
        if "://" in str(address):
            remedy = "give the path of a folder that holds atlas.yaml, or postgresql://user@host/database"
            return nothing(Problem(str(address), "", "", "is neither a folder nor a database", remedy))
        return files.read(Path(address))
    try:
        return _postgis().read(str(address))
    except AtlasError as error:
        return nothing(*error.problems)


def write(reading: Reading, address: str | Path, *, replace: bool = False) -> None:
    """Store in a folder or a database what was read from another.

    Args:
        reading: of an atlas without errors.
        address: as of :func:`open_atlas`.
        replace: an atlas that is in the database goes; without it, that is an error. A folder never goes.

    Raises:
        AtlasError: it cannot be written there.
    """
    if not is_database(address):
        files.write(reading, Path(address))
    else:
        _postgis().write(reading, str(address), replace=replace)


def record(revision: Revision, address: str | Path) -> str:
    """Write what a release changed into the folder or database that holds this release; gives the place written.

    Raises:
        AtlasError: it was compared with itself, is recorded already, or cannot be written there.
    """
    if revision.id == revision.before:
        remedy = "compare it with the folder or database of the release before"
        raise AtlasError([Problem(str(address), revision.id, "before", "is the same release", remedy)])
    if is_database(address):
        return _postgis().record(revision, str(address))
    return str(files.record(revision, Path(address)))


def _postgis() -> ModuleType:
    """What speaks to databases; who has none need not have its driver.

    Raises:
        AtlasError: the driver is not installed.
    """
    try:
        from geodata import postgis  # noqa: PLC0415 - as said above
    except ImportError as error:
        said = str(error).partition("\n")[0]
        remedy = "install what it needs: pip install 'psycopg[binary,pool]'"
        raise AtlasError([Problem("database", "", "", f"cannot be opened: {said}", remedy)]) from error
    return postgis


def _examine(address: str | Path, today: date | None) -> tuple[Atlas | None, Problems]:
    atlas, origins, unreadable, _ = read(address)
    if atlas is None:
        return None, Problems(unreadable, ())
    found = apply_rules(atlas, origins, today=today)
    return atlas, Problems((*unreadable, *found.errors), found.warnings)
