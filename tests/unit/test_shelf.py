"""Viewers' own layers while they are kept (row 55)."""

import gc

import pytest

from dashboard.own import Own
from dashboard.shelf import Belongings, Shelf
from geodata.own import Box


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def layer(size: int = 10, name: str = "mine") -> Own:
    return Own(name=name, count=0, box=Box(0, 0, 1, 1), notes=(), columns=bytes(size), names=(), attributes=())


def test_a_token_leads_to_its_layer_and_cannot_be_guessed():
    shelf = Shelf()
    one, other = layer(), layer()
    tokens = [shelf.put(one), shelf.put(other)]
    assert [shelf.get(token) for token in tokens] == [one, other]
    assert all(len(token) >= 32 for token in tokens)
    assert shelf.get("") is None


def test_where_there_is_no_room_the_oldest_goes():
    shelf = Shelf(room=100)
    tokens = [shelf.put(layer(40)) for _ in range(4)]
    assert [shelf.get(token) is not None for token in tokens] == [False, False, True, True]
    assert shelf.get(shelf.put(layer(1000))), "one is always kept"
    assert len(shelf) == 1


def test_after_its_time_a_layer_goes(clock: Clock):
    shelf = Shelf(lasting=60, clock=clock)
    token = shelf.put(layer())
    clock.now = 59
    assert shelf.get(token)
    clock.now = 60
    assert shelf.get(token) is None
    assert len(shelf) == 0


def test_with_its_session_a_layer_goes():
    shelf = Shelf()
    mine, theirs = Belongings(shelf), Belongings(shelf)
    mine.add(layer())
    theirs.add(layer())
    assert len(shelf) == 2
    del mine
    gc.collect()
    assert len(shelf) == 1
    assert [number for number, _, _ in theirs.layers()] == [1]


def test_numbers_are_not_given_twice():
    """An object of a layer that went must not be taken for one of another."""
    mine = Belongings(Shelf())
    assert [mine.add(layer()), mine.add(layer())] == [1, 2]
    mine.remove(2)
    mine.remove(7)
    assert mine.add(layer(name="new")) == 3
    assert mine.get(2) is None
    assert [(number, own.name) for number, _, own in mine.layers()] == [(1, "mine"), (3, "new")]


def test_what_was_let_go_to_make_room_is_not_listed():
    shelf = Shelf(room=50)
    mine = Belongings(shelf)
    mine.add(layer(40))
    mine.add(layer(40))
    assert [number for number, _, _ in mine.layers()] == [2]
