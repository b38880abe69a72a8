"""The markup of comments, ready to be joined: made again only when something has changed that it shows.

Each lies here with all that it was made of, and is given out only for the
same. So nothing can be old, whoever changed it and wherever; a vote makes one
comment anew. Each process has its own, because to compare costs less than to ask.

Only what is made a second time is kept: of the many pages that somebody reads
once in a while nothing would be asked for again before it had to go.
"""

from collections.abc import Hashable
from threading import Lock
from typing import Any

# Bytes in each process: some 1,300 comments in one language.
MOST = 4_000_000

# What an entry takes beside its texts.
OVERHEAD = 800

# Of so many is known that they were made once.
MOST_MET = 10_000


class Ready:
    """In two generations: once the young one is full it is the old one, and what nobody asked for since then goes."""

    def __init__(self, most: int = MOST):
        self.most = most
        self.size = 0
        self.lock = Lock()
        self.met: set[int] = set()
        self.young: dict[Hashable, tuple[Any, bytes, int]] = {}
        self.old: dict[Hashable, tuple[Any, bytes, int]] = {}

    def get(self, key: Hashable, made_of: Any) -> bytes | None:
        """The markup that was made of the same."""
        found = self.young.get(key)
        if found is None and (found := self.old.pop(key, None)):
            with self.lock:
                self._keep(key, found)
        return found[1] if found and found[0] == made_of else None

    def put(self, key: Hashable, made_of: Any, markup: bytes, size: int) -> None:
        """`size`: bytes of what takes most of the space."""
        with self.lock:
            if key in self.young or self._has_met(key):
                self._keep(key, (made_of, markup, size))

    def _keep(self, key: Hashable, entry: tuple[Any, bytes, int]) -> None:
        if self.size > self.most // 2:
            self.old, self.young, self.size = self.young, {}, 0
        # What it takes the place of stays counted: then the generation only ends sooner.
        self.young[key] = entry
        self.size += entry[2] + OVERHEAD

    def _has_met(self, key: Hashable) -> bool:
        # A number takes a third of what the key does, and two that share one do no harm.
        number = hash(key)
        if number in self.met:
            return True
        if len(self.met) >= MOST_MET:
            self.met.clear()
        self.met.add(number)
        return False


READY = Ready()
