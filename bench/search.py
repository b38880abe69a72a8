#!/usr/bin/env python3
"""Searching 20,000 articles of 1,500 characters and 500,000 comments of 80.

Makes them in the database of the settings, which has to be empty: on SQLite
with a VAR_DIR of its own, or on PostgreSQL by DATABASE_URL. On
tests/throwaway_postgres.py, which waits for no disk, the times of building
say little; those of searching, which only reads, are good. Prints the sizes
of the indexes, the time of each search (p50 and p95 of --rounds, the keys of
up to 1,001 results), and that of the whole page; ends with an error when a
search finds anything else than a plain scan of the folded texts does.
"""

import argparse
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import article_search  # noqa: E402
from articles.models import Article, ArticleText  # noqa: E402
from articles.search_query import Query, parse  # noqa: E402
from comments import comment_search, limits  # noqa: E402
from comments.limits import Limit  # noqa: E402
from comments.models import Comment, CommentText  # noqa: E402

QUERIES = ("空軍", "弾道ミサイル", "F-35", "空軍 弾道ミサイル", "空軍 -訓練", "軍", "です", "彁彁彁")
TOPICS = ("空軍", "弾道ミサイル", "F-35", "訓練", "海軍", "ｶﾞｲﾄﾞﾗｲﾝ", "Ｆ－３５", "迎撃ミサイル", "防衛省")
FINDERS = {
    "articles, newest": article_search.newest,
    "articles, best": article_search.best,
    "comments, newest": comment_search.newest,
    "comments, best": comment_search.best,
}
BATCH = 2_000


def vocabulary(draw: random.Random) -> list[str]:
    """7,700 words of two to four characters, which are met as often as words are (Zipf)."""
    kanji = [chr(draw.randrange(0x4E00, 0x6E00)) for _ in range(1_800)]
    kana = "アイウエオカキクケコサシスセソタチツテトナニハヒフヘホマミムメモラリルレロン"
    words = ["".join(draw.choices(kanji, k=draw.choice((2, 2, 2, 3, 4)))) for _ in range(6_200)]
    words += ["".join(draw.choices(kana, k=draw.choice((3, 4, 5)))) for _ in range(1_500)]
    return words


class Writer:
    """Makes up texts: words with particles between them, and now and then a topic."""

    def __init__(self) -> None:
        self.draw = random.Random(35)
        self.words = vocabulary(self.draw)
        self.weights = [1 / (place + 10) for place in range(len(self.words))]

    def text(self, characters: int) -> str:
        particles = ("の", "は", "を", "に", "が", "です。", "と", "、", "した。", "で")
        words = self.draw.choices(self.words, self.weights, k=characters // 3)
        parts = [word + self.draw.choice(particles) for word in words]
        # A comment has a topic in nine of a hundred, an article one or two.
        for topic in TOPICS:
            if self.draw.random() < (0.014 if characters < 200 else 0.2):
                parts.insert(self.draw.randrange(len(parts)), topic)
        return "".join(parts)[:characters]


def build(articles: int, comments: int) -> None:
    writer, now = Writer(), timezone.now()
    for start in range(0, articles, BATCH):
        Article.objects.bulk_create(
            Article(
                title=writer.text(30),
                slug=f"bench-{n}",
                body=f"<p>{writer.text(1_500)}</p>",
                status=Article.Status.PUBLISHED,
                published_at=now - timedelta(hours=n),
                lifted_at=now,
            )
            for n in range(start, min(start + BATCH, articles))
        )
    first = Article.objects.order_by("pk").values_list("pk", flat=True)[0]
    for start in range(0, comments, BATCH):
        with transaction.atomic():
            Comment.objects.bulk_create(comment(writer, n, first + n % articles) for n in range(start, start + BATCH))


def comment(writer: Writer, n: int, article: int) -> Comment:
    text = writer.text(80)
    return Comment(
        article_id=article,
        number=n + 1,
        text=text,
        html=text,
        created_at=timezone.now() - timedelta(seconds=30 * (500_000 - n)),
        rank=writer.draw.random(),
        tree_id=n + 1,
        lft=1,
        rght=2,
        level=0,
    )


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
    for kind, model, matching in (
        ("articles", ArticleText, article_search.matching),
        ("comments", CommentText, comment_search.matching),
    ):
        texts = dict(model.objects.values_list("pk", "text"))
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
        print(f"made in {milliseconds(lambda: build(options.articles, options.comments)) / 1000:.0f} s")
        for model in (ArticleText, CommentText):
            print(f"{model.__name__} indexed in {milliseconds(model.objects.write_missing) / 1000:.0f} s")
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
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
