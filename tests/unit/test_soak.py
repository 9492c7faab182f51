"""The soak can fail: what it calls growth (the issue's "memory levels off")."""

import pytest

from tests.bench import soak


@pytest.mark.parametrize(
    "held",
    [[100.0, 300, 310, 308, 312, 309, 311, 310, 308], [300.0] * 3, [100.0 + 2 * hour for hour in range(24)]],
    ids=["warming up is not growth", "short", "slower than the bound"],
)
def test_memory_that_levels_off_is_no_growth(held: list[float]):
    assert soak._grown(held) == []


@pytest.mark.parametrize(
    "held",
    [[300.0 + 10 * hour for hour in range(24)], [300.0, 300, 300, 300, 340]],
    ids=["a leak of 10 MB an hour", "a jump at the end"],
)
def test_memory_that_goes_on_growing_is(held: list[float]):
    (told,) = soak._grown(held)
    assert told.startswith("memory grew by ")


def test_too_few_measurements_say_nothing_and_are_a_failure():
    (told,) = soak._grown([300.0])
    assert told == "memory was measured too seldom to say anything"
