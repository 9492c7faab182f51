"""docs/faults.md tells what was tried."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "faults.md").read_text(encoding="utf-8")


def test_every_fault_was_tried():
    """Each row names tests, and there are tests of these names."""
    known = {
        name for path in TESTS.rglob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
    }
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and not line.startswith("| what happens")]
    assert len(rows) >= 17
    for row in rows:
        *told, tests = (cell.strip() for cell in row.strip("|").split("|"))
        assert len(told) == 3, row
        assert all(told), row
        named = re.findall(r"`(test_\w+)`", tests)
        assert named, row
        assert set(named) <= known, row


def test_it_can_be_found():
    for place in ("README.md", "docs/deploy.md"):
        assert "faults.md" in (TESTS.parent / place).read_text(encoding="utf-8"), place
