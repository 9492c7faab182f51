"""Habits of the house that no linter knows (rows 58, 59)."""

import re
from pathlib import Path

import pytest

import dashboard
import geodata

HOUSES = [Path(next(iter(package.__path__))) for package in (dashboard, geodata)]
FILES = sorted(
    path for house in HOUSES for path in house.rglob("*") if path.suffix in {".py", ".js", ".j2", ".css", ".typ"}
)
FORBIDDEN = {
    r"unsafe_allow_html|unsafe_allow_javascript": "HTML comes from templates, which escape",
    r"\|\s*safe\b|\bMarkup\(|autoescape\s+false": "what is marked as safe is not escaped",
    r"\.innerHTML\b|\.outerHTML\s*=|insertAdjacentHTML|document\.write\(": "texts are written with textContent",
    r"except\s+(Base)?Exception\s*:\s*(pass|continue)|except\s*:": "an error that is swallowed is lost",
    r"(?<![.\w])(eval|exec)\(|new Function\(": "nothing that is read is run",
    r"https?://(?!www\.w3\.org|json-schema\.org|127\.0\.0\.1)[\w.-]+": "no other host",
}


def test_there_is_something_to_look_at():
    assert {path.suffix for path in FILES} == {".py", ".js", ".j2", ".css", ".typ"}


@pytest.mark.parametrize(("pattern", "reason"), FORBIDDEN.items(), ids=[reason[:20] for reason in FORBIDDEN.values()])
def test_nobody_writes(pattern: str, reason: str):
    told = [
        f"{path.name}:{number}: {line.strip()[:80]}"
        for path in FILES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not told, reason
