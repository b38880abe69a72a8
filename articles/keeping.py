"""What pages have in common, kept in the process for as long as the version of the site stands.

Nothing of it may depend on a discussion (but for what is kept with its version), on who reads, or on the moment; of
what becomes public by itself at its moment, the next one ends what is kept.
What `tick` finds (popular and related articles) is no change of the site, so
nothing is kept for long.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from articles import site_version
from articles.models import Article

LONGEST = timedelta(minutes=10)

# An article's texts are some tens of kilobytes.
MOST_THINGS = 300

# Methods whose answers show only what is stored.
SAFE = {"GET", "HEAD"}


class Shelf:
    """What belongs to one version. The things that nobody asked for longest go first."""

    def __init__(self, version: int):
        self.version = version
        self.since = timezone.now()
        self.until = min(filter(None, [next_publication(), self.since + LONGEST]))
        self.things: OrderedDict[Hashable, Any] = OrderedDict()
        self.lock = Lock()

    def is_good(self, version: int) -> bool:
        now = timezone.now()
        return self.version == version and self.since <= now < self.until

    def find(self, keys: Iterable[Hashable]) -> dict[Hashable, Any]:
        with self.lock:
            found = {key: self.things[key] for key in keys if key in self.things}
            for key in found:
                self.things.move_to_end(key)
        return found

    def put(self, things: dict[Hashable, Any]) -> None:
        with self.lock:
            self.things.update(things)
            while len(self.things) > MOST_THINGS:
                self.things.popitem(last=False)


_shelf: Shelf | None = None


def kept(request: HttpRequest, key: Hashable, make: Callable[[], Any]) -> Any:
    """What was made for this key since the site last changed. Whoever gets it must not change it.

    The answer to a form may show what is not stored, as a preview does: nothing of it is kept.
    """
    return kept_each(request, [key], lambda missing: {key: make()})[key]


def kept_newest(request: HttpRequest, key: Hashable, state: Hashable, make: Callable[[], Any]) -> Any:
    """The same for what something else changes too, whose state is given: of each key the last is kept."""
    if request.method not in SAFE:
        return make()
    shelf = _shelf_of(request)
    known = shelf.find([key]).get(key)
    if known is None or known[0] != state:
        known = state, make()
        shelf.put({key: known})
    return known[1]


def kept_each(
    request: HttpRequest, keys: Iterable[Hashable], make: Callable[[list[Any]], Mapping[Any, Any]]
) -> dict[Any, Any]:
    """The same for several keys: what is missing is made together, and left out where nothing comes of it."""
    keys = list(keys)
    if request.method not in SAFE:
        return dict(make(keys))
    shelf = _shelf_of(request)
    found = shelf.find(keys)
    if missing := [key for key in keys if key not in found]:
        # Two at once may both make it.
        made = dict(make(missing))
        shelf.put(made)
        found |= made
    return found


def _shelf_of(request: HttpRequest) -> Shelf:
    global _shelf
    version = site_version.of(request)
    shelf = _shelf
    if shelf is None or not shelf.is_good(version):
        # What is made from here on is of this version or newer; in the latter case the next request begins anew.
        shelf = _shelf = Shelf(version)
    return shelf


def forget() -> None:
    global _shelf
    _shelf = None


def next_publication() -> datetime | None:
    return Article.objects.scheduled().order_by("published_at").values_list("published_at", flat=True).first()
