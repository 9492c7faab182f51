"""The manifest of a static site: which release it shows, and the checksum of each of its files."""

import json
from collections.abc import Mapping
from hashlib import file_digest, sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from dashboard.scene import Scene
from geodata.problems import Problem

MANIFEST = "manifest.json"
FIELDS = ("atlas", "release", "made", "program", "sha256")
AGAIN = "export the site again, or take this file from a copy that is whole"


def manifest(shown: Scene, checksums: Mapping[str, str]) -> bytes:
    """The manifest of files with these ``checksums`` (SHA-256 in hexadecimal digits, by path)."""
    told = {
        "atlas": shown.atlas.description.id,
        "release": shown.atlas.release,
        "made": shown.today.isoformat(),
        "program": version("caspian-corridors"),
        "sha256": dict(sorted(checksums.items())),
    }
    return json.dumps(told, indent=1).encode() + b"\n"


def checksum(content: bytes | Path) -> str:
    """The SHA-256 of a file's content in hexadecimal digits."""
    if isinstance(content, bytes):
        return sha256(content).hexdigest()
    with content.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def verify(folder: Path) -> list[Problem]:
    """What is missing, changed or too much in the folder of a site, compared with its manifest."""
    try:
        told = _read(folder / MANIFEST)
    except (OSError, ValueError) as error:
        remedy = "take it from a copy that is whole, or export the site again"
        return [Problem(MANIFEST, "", "", f"cannot be read: {error}", remedy)]
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found.pop(MANIFEST)
    problems = []
    for name, expected in sorted(told.items()):
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            remedy = "paths are relative to the folder and stay in it"
            problems.append(Problem(MANIFEST, "", "sha256", f"{name!r} leads out of the folder", remedy))
        elif name not in found:
            problems.append(Problem(name, "", "", "is missing", AGAIN))
        elif checksum(found[name]) != expected:
            problems.append(Problem(name, "", "", "has been changed since the site was made", AGAIN))
    remedy = "delete it; a site's folder holds what its manifest lists and nothing else"
    return problems + [Problem(name, "", "", "is not in the manifest", remedy) for name in sorted({*found} - {*told})]


def _read(path: Path) -> dict[str, str]:
    told: Any = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(told, dict) or {*told} != {*FIELDS} or not isinstance(told["sha256"], dict):
        raise ValueError(f"it must be an object with {', '.join(FIELDS)}")
    return {str(name): str(digest) for name, digest in told["sha256"].items()}
