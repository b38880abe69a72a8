"""Parent links as another program wrote them down: to be put in order before they are believed.

They may name what does not exist, go round in a circle, or come before what
they point to. Nothing recurses: chains of 1,000 links exist.
"""

import heapq
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

Key = TypeVar("Key", bound=Hashable)


def circles(parents: Mapping[Key, Key | None]) -> list[list[Key]]:
    """The keys of each circle, in the order of the links. A parent that is no key ends a chain."""
    found = []
    done: set[Key] = set()
    for start in parents:
        path: dict[Key, None] = {}
        key: Key | None = start
        while key is not None and key in parents and key not in done and key not in path:
            path[key] = None
            key = parents[key]
        if key is not None and key in path:
            trail = list(path)
            found.append(trail[trail.index(key) :])
        done.update(path)
    return found


def parents_first(parents: Mapping[Key, Key | None], rank: Callable[[Key], Any]) -> Iterator[Key]:
    """All keys, the lowest rank first, but never a key before its parent.

    A parent that is no key counts as already there. What hangs on a circle
    never comes, so circles are cut before.
    """
    waiting = defaultdict(list)
    ready = []
    for key, parent in parents.items():
        if parent in parents:
            waiting[parent].append(key)
        else:
            ready.append((rank(key), key))
    heapq.heapify(ready)
    while ready:
        _rank, key = heapq.heappop(ready)
        yield key
        for child in waiting.pop(key, ()):
            heapq.heappush(ready, (rank(child), child))
