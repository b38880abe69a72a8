"""Pages as they go out, in the memory of this process."""

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import blake2b
from threading import Lock
from time import monotonic, time
from typing import Any, NamedTuple

import brotli
from django.conf import settings
from django.http import HttpResponse
from django.utils.cache import patch_vary_headers

from articles.models import PageVersion

# What a page takes beside its bodies, about.
OVERHEAD = 4_000

# A page is compressed while its first reader waits: better levels cost more than they save.
LEVELS = {"br": 5, "gzip": 6, "": 0}
# Of a page that will be another one in a moment: to compress one of 200 comments well takes half of the time in which
# it is made. These give a quarter more bytes.
HASTY_LEVELS = {"br": 3, "gzip": 4, "": 0}
# Seconds. After a page that did not live so long the next one is made in haste; if it lives longer it is compressed again.
SHORT_LIFE = 10.0

COMPRESS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, level: brotli.compress(body, mode=brotli.MODE_TEXT, quality=level),
    # Without a time, so that the same page gives the same bytes.
    "gzip": lambda body, level: gzip.compress(body, level, mtime=0),
    "": lambda body, level: body,
}
DECOMPRESS: dict[str, Callable[[bytes], bytes]] = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}

# What a 304 repeats (RFC 9110, 15.4.5).
OF_304 = {"ETag", "Cache-Control", "Vary", "X-Accel-Expires"}


@lru_cache(maxsize=512)
def encoding_for(accepted: str) -> str:
    """The best encoding that `Accept-Encoding` allows: br, gzip, or "" for plain (RFC 9110, 12.5.3)."""
    weights = {}
    for part in accepted.lower().split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        quality = next((word[2:] for word in parameters if word.startswith("q=")), "1")
        weights[name] = float(quality) if re.fullmatch(r"[01](\.\d{0,3})?", quality) else 0.0
    known = {name: weights.get(name, weights.get("*", 0.0)) for name in ("br", "gzip")}
    best = max(known, key=known.__getitem__)
    return best if known[best] > 0 else ""


class Key(NamedTuple):
    """What makes a page another one."""

    scheme: str
    host: str
    path: str
    asked: tuple[tuple[str, str], ...]
    language: str


class Answer(NamedTuple):
    """What goes out."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Found(NamedTuple):
    """What the database has told of a page that is to be made anew."""

    version: tuple[int, int]
    # By `monotonic`.
    asked_at: float
    # Of its article, by the key of that: what its row keeps of the discussion.
    discussions: dict[int, dict[str, int]]


class Page:
    """The bytes of a page, and by which versions they are right."""

    def __init__(
        self,
        response: HttpResponse,
        encoding: str,
        version: tuple[int, int],
        article: int | None,
        asked_at: float,
        before: "Page | None" = None,
    ):
        """`before`: what it takes the place of."""
        # The site's, and that of its own discussion or of all.
        self.version = version
        self.article = article
        # By `monotonic`: when the versions were asked, and when they were for the first time.
        self.asked_at = self.made_at = asked_at
        self.is_hasty = before is not None and asked_at - before.made_at < SHORT_LIFE
        # Seconds since the epoch at which it changes by itself.
        self.until = 0.0
        # What was found instead, when it is no longer right.
        self.found: Found | None = None
        self.tag = blake2b(response.content, digest_size=12).hexdigest()
        self.headers = headers_for_all(response)
        self.variants: dict[str, Answer] = {}
        self._add(response.content, encoding)

    def _add(self, plain: bytes, encoding: str) -> None:
        level = (HASTY_LEVELS if self.is_hasty else LEVELS)[encoding]
        body = COMPRESS[encoding](plain, level)
        # A weak one (RFC 9110, 8.8.1): compressed otherwise it is the same page.
        headers = {"ETag": f'W/"{self.tag}-{encoding}"' if encoding else f'"{self.tag}"'}
        if encoding:
            headers["Content-Encoding"] = encoding
        headers["Content-Length"] = str(len(body))
        self.variants[encoding] = Answer(200, [*(self.headers | headers).items()], body)

    def encode(self, encoding: str) -> None:
        """Have it in that encoding too."""
        known, answer = next(iter(self.variants.items()))
        self._add(DECOMPRESS[known](answer.body), encoding)

    @property
    def is_worth_more(self) -> bool:
        """It was compressed in haste, and is still there."""
        return self.is_hasty and self.asked_at - self.made_at >= SHORT_LIFE

    def compress_again(self) -> None:
        """Others may take what there is meanwhile."""
        self.is_hasty = False
        for encoding in list(self.variants):
            self.encode(encoding)

    @property
    def size(self) -> int:
        """Bytes of memory, about."""
        return OVERHEAD + sum(len(answer.body) for answer in self.variants.values())

    def is_still_right(self) -> bool:
        """Ask the database, with one query. What else it has told is `found`."""
        self.found = None
        if time() >= self.until:
            return False
        asked_at = monotonic()
        discussions: dict[int, dict[str, int]] = {}
        if self.article is None:
            now = PageVersion.objects.of_lists()
        else:
            now, discussion = PageVersion.objects.of_article(self.article)
            discussions = {self.article: discussion} if discussion else {}
        if now != self.version:
            self.found = Found(now, asked_at, discussions)
            return False
        self.asked_at = asked_at
        return True

    def answer(self, environ: dict[str, Any], encoding: str) -> Answer:
        known = environ.get("HTTP_IF_NONE_MATCH")
        answer = self.variants[encoding]
        # The tag is part of nothing else, whichever encoding it was for.
        if known and (self.tag in known or known.strip() == "*"):
            return Answer(304, [(name, value) for name, value in answer.headers if name in OF_304], b"")
        return answer if environ["REQUEST_METHOD"] == "GET" else answer._replace(body=b"")


def headers_for_all(response: HttpResponse) -> dict[str, str]:
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = {name: value for name, value in response.items() if name not in {"Content-Length", "Content-Encoding"}}
    return headers | {
        # Browsers, and caches that nobody here knows, ask each time, which costs a 304.
        "Cache-Control": "public, max-age=0, must-revalidate",
        # For nginx alone, which takes it out again.
        "X-Accel-Expires": "1",
    }


class Store:
    """The pages that were asked for last, as many as fit into `PAGE_CACHE_BYTES`."""

    def __init__(self) -> None:
        self.pages: OrderedDict[Key, tuple[Page, int]] = OrderedDict()
        self.size = 0
        self.lock = Lock()
        # For each page that somebody is at: a lock, and how many hold it or wait for it.
        self.turns: dict[Key, list] = {}

    def get(self, key: Key) -> Page | None:
        with self.lock:
            if key not in self.pages:
                return None
            self.pages.move_to_end(key)
            return self.pages[key][0]

    def put(self, key: Key, page: Page) -> None:
        """Also for a page that has got another encoding, which makes it larger."""
        with self.lock:
            self._drop(key)
            size = page.size
            self.pages[key] = page, size
            self.size += size
            while self.size > settings.PAGE_CACHE_BYTES:
                self._drop(next(iter(self.pages)))

    def drop(self, key: Key) -> None:
        with self.lock:
            self._drop(key)

    def _drop(self, key: Key) -> None:
        _page, size = self.pages.pop(key, (None, 0))
        self.size -= size

    def clear(self) -> None:
        with self.lock:
            self.pages.clear()
            self.size = 0

    @contextmanager
    def turn(self, key: Key, wait: bool = True) -> Iterator[bool]:
        """One at a time for each page; False for whoever would have to wait and does not want to."""
        with self.lock:
            turn = self.turns.setdefault(key, [Lock(), 0])
            turn[1] += 1
        is_mine = turn[0].acquire(blocking=wait)
        try:
            yield is_mine
        finally:
            if is_mine:
                turn[0].release()
            with self.lock:
                turn[1] -= 1
                if not turn[1]:
                    del self.turns[key]
