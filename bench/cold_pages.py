#!/usr/bin/env python3
"""What each page of a reader costs when nothing has kept it: CPU milliseconds of this process and of PostgreSQL, and queries.

    .venv/bin/python tests/throwaway_postgres.py .venv/bin/python bench/cold_pages.py

Fills the database of the settings: the example site, an article with 58
comments and one with 10,000. The pages are asked for in this process through
all the middleware but without gunicorn, so the bare response at the top, of as
many bytes as the page of 58, is cheaper than one over the network. `--profile
PAGE` and `--queries PAGE` look at one page. Only pages are measured: no cache
of whole pages is asked, which may be there in the settings.
"""

import argparse
import cProfile
import os
import pstats
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
from django.conf import settings

settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "PageCache" not in name]
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.test import RequestFactory  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles import keeping, related  # noqa: E402
from articles.models import Article, Category  # noqa: E402
from comments import popularity  # noqa: E402
from comments.importing import CommentRecord, import_comments  # noqa: E402
from comments.models import CommentText  # noqa: E402

TICKS = os.sysconf("SC_CLK_TCK")
WORDS = "港の朝市は今年も多くの人で賑わい、値段の上がり方に驚く声もあれば、これでよいという声もあります。"


def set_up() -> None:
    call_command("migrate", verbosity=0)
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        call_command("collectstatic", interactive=False, verbosity=0)
    call_command("make_demo_site")
    for comments in (58, 10_000):
        if not Article.objects.filter(slug=f"bench-{comments}").exists():
            build(comments)
    # As `tick` does each minute.
    related.find_due()
    popularity.measure()
    CommentText.objects.write_missing()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def build(comments: int) -> None:
    """An article that has all that an article of the example site has, and so many comments."""
    model = Article.objects.published().listed().filter(series__isnull=False, eye_catch__isnull=False).first()
    kept = {name: getattr(model, name) for name in ("category", "author", "eye_catch", "series", "lead", "body")}
    about = Article.objects.create(
        title=f"港の朝市の値段 {comments}",
        slug=f"bench-{comments}",
        status=Article.Status.PUBLISHED,
        published_at=timezone.now() - timedelta(hours=2),
        **kept,
    )
    about.tags.set(model.tags.all())
    for source in model.sources.all():
        source.pk, source.article, source._state.adding = None, about, True
        source.save()
    import_comments(about, list(records(about.slug, comments)))


def records(slug: str, comments: int) -> Iterator[CommentRecord]:
    """Two thirds answer one of the last forty; levels, votes, lengths and names vary as on the reference page."""
    chance = random.Random(58)
    for n in range(1, comments + 1):
        parent = chance.randint(max(1, n - 40), n - 1) if n > 1 and chance.random() < 0.66 else None
        cited = f">>{chance.randint(1, n - 1)} " if n > 1 and chance.random() < 0.1 else ""
        yield CommentRecord(
            ref=f"{slug}-{n}",
            parent_ref=f"{slug}-{parent}" if parent else None,
            author_name="港の人" if chance.random() < 0.1 else "",
            text=cited + (WORDS * 6)[: chance.randint(10, 220)],
            created_at=timezone.now() - timedelta(minutes=20_000 - n),
            upvotes=chance.randint(0, 60),
            downvotes=chance.randint(0, 5),
        )


class Asker:
    """Asks this process for pages as gunicorn would."""

    def __init__(self, *, forgets: bool) -> None:
        self.forgets = forgets
        self.handler, self.made, self.asked = WSGIHandler(), RequestFactory(), 0

    def __call__(self, path: str) -> HttpResponse:
        self.asked += 1
        if self.forgets:
            keeping.forget()
        # Another network each time, because searches are limited.
        address = f"10.{self.asked >> 16 & 255}.{self.asked >> 8 & 255}.{self.asked & 255}"
        response = self.handler(
            self.made.get(path, REMOTE_ADDR=address, SERVER_NAME="localhost").environ, lambda *_: None
        )
        if response.status_code != 200:
            sys.exit(f"{path}: {response.status_code}")
        response.close()
        return response


class Clock:
    """User and system CPU seconds of this process and of its PostgreSQL backend, where that is on this machine."""

    def __init__(self) -> None:
        self.backend = None
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchone()[0]

    def of_database(self) -> float:
        return stat_of(self.backend) / TICKS if self.backend else 0.0


def stat_of(pid: int) -> int:
    """The ticks that a process has used (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def measure(action: Callable[[], object], clock: Clock, times: int) -> tuple[float, float]:
    """Milliseconds of this process and of the database, for one."""
    for _ in range(5):
        action()
    begin, of_database = time.process_time(), clock.of_database()
    for _ in range(times):
        action()
    python = time.process_time() - begin
    return python * 1000 / times, (clock.of_database() - of_database) * 1000 / times


def bare(response: bytes) -> Callable[[], object]:
    """Django without any middleware, whose view gives these bytes."""
    handler, made = WSGIHandler(), RequestFactory()
    handler._middleware_chain = lambda request: HttpResponse(response)

    return lambda: handler(made.get("/").environ, lambda *_: None).close()


def pages() -> dict[str, str]:
    def full(category: Category) -> int:
        return Article.objects.published().listed().in_category(category).count()

    category = max(Category.objects.all(), key=full)
    return {
        "article of 58": "/articles/bench-58/",
        "200 of 10,000": "/articles/bench-10000/?comments=3",
        "article without comments": Article.objects.published()
        .listed()
        .order_by("comment_count")
        .first()
        .get_absolute_url(),
        "home": "/",
        "category": category.get_absolute_url(),
        "search": "/search/?q=%E3%81%AE",
        "search of comments": "/search/?q=%E6%B8%AF%E3%81%AE&in=comments",
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--profile", metavar="PAGE")
    parser.add_argument("--queries", metavar="PAGE")
    parser.add_argument("--first", action="store_true", help="as after a change of the site: nothing at all is kept")
    asked = parser.parse_args()
    set_up()
    ask, found = Asker(forgets=asked.first), pages()
    if asked.queries:
        show_queries(ask, found[asked.queries])
    if asked.profile:
        profile(ask, found[asked.profile], asked.times)
    if not asked.queries and not asked.profile:
        table(ask, found, asked.times)


def table(ask: Asker, found: dict[str, str], times: int) -> None:
    clock = Clock()
    first = ask(found["article of 58"]).content
    base = sum(measure(bare(first), clock, times * 10))
    print(f"{'':26}{'Python':>8}{'database':>10}{'CPU ms':>8}{'of 58':>7}{'queries':>9}{'KiB':>6}")
    print(f"{'bare response':26}{'':18}{base:8.2f}")
    of_58 = 0.0
    for name, path in found.items():
        ask(path)
        with CaptureQueriesContext(connection) as queries:
            size = len(ask(path).content)
            asked = len(queries)
        python, database = measure(lambda path=path: ask(path), clock, times)
        of_58 = of_58 or python + database
        print(
            f"{name:26}{python:8.2f}{database:10.2f}{python + database:8.2f}"
            f"{(python + database) / of_58:7.2f}{asked:9}{size // 1024:6}"
        )


def show_queries(ask: Asker, path: str) -> None:
    ask(path)
    with CaptureQueriesContext(connection) as queries:
        ask(path)
    for n, query in enumerate(queries, 1):
        print(n, query["time"], query["sql"], "\n")


def profile(ask: Asker, path: str, times: int) -> None:
    ask(path)
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(times):
        ask(path)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
