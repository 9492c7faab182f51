"""How many cases the property tests try: a sample, or as many as ``CASES`` says (``make fuzz``: ten thousand)."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.browser.harness import HOST, Server, server

__all__ = ["Server", "server"]

CASES = int(os.environ.get("CASES", "0"))
SAMPLE = 200

# a case is a folder of files or an answer of a server, so that all of them take longer than Hypothesis is used to
settings.register_profile(
    "fuzz",
    deadline=None,
    print_blob=True,
    max_examples=CASES or SAMPLE,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """pyproject.toml blocks every socket; these tests may talk to the server that they start."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.allow_hosts([HOST]))
