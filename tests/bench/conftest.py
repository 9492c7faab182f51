"""Measurements: the harness's fixtures, and leave to reach this machine."""

from pathlib import Path

import pytest

from tests.browser.harness import HOST, browser, explore, new_page, page, server, watch

__all__ = ["browser", "explore", "new_page", "page", "server", "watch"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pyproject.toml blocks every socket; these tests may talk to the server that they start."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts([HOST]))
