"""Keeps viewers' own layers while their sessions last, for browsers to fetch by a token that nobody can guess.

In this process's memory only, bounded in size and time: when there is no room, the oldest layer goes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import Lock
from time import monotonic
from weakref import finalize

from dashboard.own import Own

ROOM = 150_000_000
"""Bytes of all layers together."""
LASTING = 12 * 3600.0
"""Seconds after which a layer goes, even if its session goes on."""
MOST_LAYERS = 5
"""Of one viewer."""


class Shelf:
    """Layers by their tokens, the oldest first.

    Args:
        room: bytes of all layers together.
        lasting: seconds for which each is kept.
        clock: tells seconds.
    """

    def __init__(self, room: int = ROOM, lasting: float = LASTING, clock: Callable[[], float] = monotonic) -> None:
        self._room, self._lasting, self._clock = room, lasting, clock
        self._kept: dict[str, tuple[float, Own]] = {}
        self._lock = Lock()

    def put(self, own: Own) -> str:
        """Keep a layer; returns its token."""
        token = token_urlsafe(24)
        with self._lock:
            self._kept[token] = (self._clock() + self._lasting, own)
            used = sum(kept.weight for _, kept in self._kept.values())
            while used > self._room and len(self._kept) > 1:
                _, gone = self._kept.pop(next(iter(self._kept)))
                used -= gone.weight
        return token

    def get(self, token: str) -> Own | None:
        """The layer of a token; None once it is gone."""
        with self._lock:
            until, own = self._kept.get(token, (0.0, None))
            if own and self._clock() >= until:
                del self._kept[token]
                return None
            return own

    def remove(self, token: str) -> None:
        """Let a layer go, if it is still there."""
        with self._lock:
            self._kept.pop(token, None)

    def __len__(self) -> int:
        return len(self._kept)


shelf = Shelf()
"""Of this process."""


@dataclass(eq=False)
class Belongings:
    """The layers of one session, by their numbers, which are not given twice. With it, they go."""

    shelf: Shelf = field(default_factory=lambda: shelf)
    _tokens: dict[int, str] = field(default_factory=dict)
    _last: int = 0

    def add(self, own: Own) -> int:
        """Take a layer in; returns its number, from 1."""
        self._last += 1
        token = self._tokens[self._last] = self.shelf.put(own)
        finalize(self, self.shelf.remove, token)
        return self._last

    def remove(self, number: int) -> None:
        """Let a layer go."""
        if token := self._tokens.pop(number, None):
            self.shelf.remove(token)

    def get(self, number: int) -> Own | None:
        """The layer of a number; None if there is none any more."""
        return self.shelf.get(self._tokens.get(number, ""))

    def layers(self) -> list[tuple[int, str, Own]]:
        """What is there now: number, token and layer of each."""
        found = ((number, token, self.shelf.get(token)) for number, token in self._tokens.items())
        return [(number, token, own) for number, token, own in found if own]
