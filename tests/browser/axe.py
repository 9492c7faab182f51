"""What axe, the accessibility checker, finds on a page (row 54)."""

from collections.abc import Sequence
from importlib.resources import files

from playwright.sync_api import Page

EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")


def violations(page: Page, rules: Sequence[str] = EVERYTHING) -> list[str]:
    """What axe finds on the page and in its frames, a line for each place."""
    told = []
    for frame in page.frames:
        frame.evaluate(AXE)
        options = {"runOnly": list(rules), "resultTypes": ["violations"], "iframes": False}
        found = frame.evaluate("options => axe.run(document, options)", options)["violations"]
        told += [f"{rule['id']}: {node['target']} {node['failureSummary']}" for rule in found for node in rule["nodes"]]
    return told
