"""What pages have in common, kept in the process for as long as the version of the site stands.

Nothing of it may depend on a discussion, on who reads, or on the moment; of
what becomes public by itself at its moment, the next one ends what is kept.
What `tick` finds (popular and related articles) is no change of the site, so
nothing is kept for long.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
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

    def find(self, key: Hashable, make: Callable[[], Any]) -> Any:
        with self.lock:
            if key in self.things:
                self.things.move_to_end(key)
                return self.things[key]
        # Two at once may both make it.
        made = make()
        with self.lock:
            self.things[key] = made
            while len(self.things) > MOST_THINGS:
                self.things.popitem(last=False)
        return made


_shelf: Shelf | None = None


def kept(request: HttpRequest, key: Hashable, make: Callable[[], Any]) -> Any:
    """What was made for this key since the site last changed. Whoever gets it must not change it.

    The answer to a form may show what is not stored, as a preview does: nothing of it is kept.
    """
    global _shelf
    if request.method not in {"GET", "HEAD"}:
        return make()
    version = site_version.of(request)
    shelf = _shelf
    if shelf is None or not shelf.is_good(version):
        # What is made from here on is of this version or newer; in the latter case the next request begins anew.
        shelf = _shelf = Shelf(version)
    return shelf.find(key, make)


def forget() -> None:
    global _shelf
    _shelf = None


def next_publication() -> datetime | None:
    return Article.objects.scheduled().order_by("published_at").values_list("published_at", flat=True).first()
