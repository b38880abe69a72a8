#!/usr/bin/env python3
"""Searching 20,000 articles of 1,500 characters and 500,000 comments of 70.

Makes them by make_big_site in the database of the settings, which has to be empty: on SQLite
with a VAR_DIR of its own, or on PostgreSQL by DATABASE_URL. On
tests/throwaway_postgres.py, which waits for no disk, the times of building
say little; those of searching, which only reads, are good. Prints the sizes
of the indexes, the time of each search (p50 and p95 of --rounds, the keys of
up to 1,001 results), and that of the whole page; ends with an error when a
search finds anything else than a plain scan of the folded texts does.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from articles import article_search  # noqa: E402
from articles.models import Article, ArticleText  # noqa: E402
from articles.search_query import Query, parse  # noqa: E402
from comments import comment_search, limits  # noqa: E402
from comments.limits import Limit  # noqa: E402
from comments.models import Comment, CommentText  # noqa: E402

QUERIES = ("空軍", "弾道ミサイル", "F-35", "空軍 弾道ミサイル", "空軍 -訓練", "軍", "です", "彁彁彁")
FINDERS = {
    "articles, newest": article_search.newest,
    "articles, best": article_search.best,
    "comments, newest": comment_search.newest,
    "comments, best": comment_search.best,
}


def milliseconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return (time.perf_counter() - begin) * 1000


def sizes() -> Iterator[tuple[str, float]]:
    """In MB: each index, and its table with the folded texts and tokens."""
    for model in (ArticleText, CommentText):
        table = model._meta.db_table
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(f"SELECT pg_relation_size('{table}_tokens'), pg_table_size('{table}')")
                index, rows = cursor.fetchone()
            else:
                sql = "SELECT sum(pgsize) FROM dbstat WHERE name LIKE %s"
                cursor.execute(sql, [f"{table}_fts_%"])
                (index,) = cursor.fetchone()
                cursor.execute(sql, [table])
                (rows,) = cursor.fetchone()
        yield f"{table}: index", index / 1e6
        yield f"{table}: texts and tokens", rows / 1e6


def check_recall() -> list[str]:
    """Every query against a scan of all folded texts in this process."""
    wrong = []
    for kind, readable, matching in (
        ("articles", Article.objects.published(), article_search.matching),
        ("comments", Comment.objects.visible(), comment_search.matching),
    ):
        texts = dict(readable.order_by().values_list("pk", "search_text__text"))
        for typed in QUERIES:
            query = parse(typed)
            wanted, unwanted = query.words(), query.words(wanted=False)
            scanned = {
                pk
                for pk, text in texts.items()
                if all(word in text for word in wanted) and not any(word in text for word in unwanted)
            }
            found = set(matching(query).values_list("pk", flat=True))
            print(f"{kind:10} {typed:20} scan {len(scanned):7}  search {len(found):7}  {verdict(scanned, found)}")
            if scanned != found and (connection.vendor == "postgresql" or len(scanned) <= 20_000):
                wrong.append(f"{kind} {typed}")
    return wrong


def verdict(scanned: set[int], found: set[int]) -> str:
    if scanned == found:
        return "the same"
    # SQLite looks at the last 20,000 only.
    return f"{len(scanned - found)} missing, {len(found - scanned)} too many"


def measure(rounds: int) -> None:
    print(f"\n{'ms':20} {'query':20} {'p50':>8} {'p95':>8} {'found':>6}")
    for label, find in FINDERS.items():
        for typed in QUERIES:
            query = parse(typed)
            times = [milliseconds(partial(in_time, find, query)) for _ in range(rounds)]
            print(f"{label:20} {typed:20} {statistics.median(times):8.1f} {p95(times):8.1f} {len(find(query)):6}")
    for kind in ("articles", "comments"):
        for typed in QUERIES:
            asked = {"q": typed, "in": kind}
            times = [milliseconds(partial(get, asked)) for _ in range(rounds)]
            print(f"{'page, ' + kind:20} {typed:20} {statistics.median(times):8.1f} {p95(times):8.1f}")


def in_time(find: Callable, query: Query) -> None:
    with article_search.in_time():
        find(query)


def get(asked: dict) -> None:
    answer = Client().get("/search/", asked)
    assert answer.status_code == 200, (asked, answer.status_code)


def p95(times: list[float]) -> float:
    return sorted(times)[max(0, -(-len(times) * 95 // 100) - 1)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--comments", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    setup_test_environment()
    # Nothing is collected here, so there is no list of hashed names.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    limit = limits.SEARCHES_PER_NETWORK
    limits.SEARCHES_PER_NETWORK = Limit(limit.name, 10**6, limit.per, limit.reason)
    call_command("migrate", verbosity=0)
    if not ArticleText.objects.exists():
        if Article.objects.exists():
            sys.exit("the database is not empty")
        call_command("make_big_site", articles=options.articles, comments=options.comments)
    nothing = milliseconds(lambda: (ArticleText.objects.write_missing(), CommentText.objects.write_missing()))
    print(f"nothing missing: {nothing:.0f} ms")
    for name, megabytes in sizes():
        print(f"{name}: {megabytes:.0f} MB")
    wrong = check_recall()
    measure(options.rounds)
    if wrong:
        sys.exit(f"not what a scan finds: {wrong}")


if __name__ == "__main__":
    main()
