#!/usr/bin/env python3
"""The page of an article with 10,000 comments against the page of one with 200.

Builds both in the database of the settings, in a transaction that is rolled
back: DATABASE_URL decides which. Prints, for each page, the queries, the
shortest time of the whole answer and of `pages_of` alone, and the ratio of the
times: what else the machine does only ever makes a time longer. The pages compared hold 200 comments both; the thread of 2,000 has a
page of its own, which is longer and is told beside them.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext, setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import Article  # noqa: E402
from comments.importing import CommentRecord, import_comments  # noqa: E402
from comments.models import Comment  # noqa: E402

numbers = count(1)
BEGIN = timezone.now() - timedelta(days=1)


def record(parent: int | None, number: int) -> CommentRecord:
    return CommentRecord(
        ref=f"bench-{number}",
        parent_ref=f"bench-{parent}" if parent else None,
        author_name="",
        text="",
        created_at=BEGIN + timedelta(seconds=number),
        upvotes=number % 7,
        downvotes=number % 3,
    )


def wide(comments: int) -> Iterator[CommentRecord]:
    """A root and replies to it."""
    root = next(numbers)
    yield record(None, root)
    for _ in range(comments - 1):
        yield record(root, next(numbers))


def deep(comments: int) -> Iterator[CommentRecord]:
    """Each answers the one before."""
    above = None
    for _ in range(comments):
        number = next(numbers)
        yield record(above, number)
        above = number


def article(slug: str, *threads: Iterator[CommentRecord]) -> Article:
    about = Article.objects.create(title=slug, slug=slug, status=Article.Status.PUBLISHED, body="<p>本文。</p>")
    records = [record for thread in threads for record in thread]
    # Each names one a little above, as readers do.
    texts = (f">>{max(number - 3, 1)} なるほど。たしかにそうかもしれません。" for number in count(1))
    import_comments(about, [replace(record, text=text) for record, text in zip(records, texts, strict=False)])
    return about


@dataclass
class Page:
    """One page, measured again and again; times in milliseconds."""

    label: str
    article: Article
    number: int = 1
    order: str = ""
    shown: int = 0
    queries: int = 0
    kibibytes: int = 0
    whole: list[float] = field(default_factory=list)
    paging: list[float] = field(default_factory=list)

    def get(self) -> bytes:
        asked = {"comments": self.number} | ({"order": self.order} if self.order else {})
        answer = Client().get(self.article.get_absolute_url(), asked)
        assert answer.status_code == 200, answer.status_code
        return answer.content

    def look(self) -> None:
        with CaptureQueriesContext(connection) as queries:
            html = self.get()
        self.queries = len(queries)
        self.shown = html.count(b'class="thread__item"')
        self.kibibytes = len(html) // 1024

    def measure(self) -> None:
        self.whole.append(milliseconds(self.get))
        self.paging.append(milliseconds(lambda: Comment.objects.pages_of(self.article, self.order)))


def milliseconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def build() -> list[Page]:
    small = article("bench-200", *(wide(20) for _ in range(10)))
    # 3,000 in threads of 20, two threads of 1,000, one of 2,000, and 3,000 that nobody answered.
    threads = [wide(20) for _ in range(150)]
    giants = [wide(1_000), deep(1_000), wide(2_000)]
    large = article("bench-10000", *threads, *giants, *(wide(1) for _ in range(3_000)))
    roots = article("bench-roots", *(wide(1) for _ in range(10_000)))
    pages = {tree: page for page, trees in enumerate(Comment.objects.pages_of(large), 1) for tree in trees}
    giant_pages = [pages[root.tree_id] for root in Comment.objects.roots_of(large) if root.rght >= 2_000]
    return [
        Page("200 of 200", small),
        Page("200 of 10,000", large),
        Page("200 of 10,000, newest first, page 2", large, 2, "new"),
        Page("200 of 10,000, best first, page 2", large, 2, "best"),
        Page("200 of 10,000 without replies, page 25", roots, 25),
        Page("a thread of 1,000 with 1 level", large, giant_pages[0]),
        Page("a thread of 1,000 with 1,000 levels", large, giant_pages[1]),
        Page("a thread of 2,000", large, giant_pages[2]),
    ]


def compare(rounds: int) -> None:
    pages = build()
    for page in pages:
        page.look()
    # Round by round, so that a busy moment of the machine falls on all of them.
    for _ in range(rounds):
        for page in pages:
            page.measure()
    base = min(pages[0].whole)
    print(f"{connection.vendor:40} {'shown':>6} {'queries':>8} {'ms':>8} {'ratio':>6} {'pages_of':>9} {'KiB':>6}")
    for page in pages:
        whole, paging = min(page.whole), min(page.paging)
        print(
            f"{page.label:40} {page.shown:6} {page.queries:8} {whole:8.1f} {whole / base:6.2f}"
            f" {paging:9.1f} {page.kibibytes:6}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    setup_test_environment()
    # Nothing is collected here, so there is no list of hashed names.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    with transaction.atomic():
        compare(rounds)
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
