#!/usr/bin/env python3
"""One decision on 5,000 comments of one visitor under 50 articles, and its undo.

Works in the database of the settings, in a transaction that is rolled back.
Prints the queries and the time of saying how far it reaches, of carrying it
out and of undoing it. While it is carried out nobody writes under those
articles; everywhere else people do.
"""

import os
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from articles.models import Article  # noqa: E402
from comments.importing import CommentRecord, import_comments  # noqa: E402
from comments.models import Comment  # noqa: E402
from comments.models.decision import Decision  # noqa: E402

ARTICLES = 50
COMMENTS = 100


def build() -> Comment:
    """The visitor's first comment."""
    for place in range(ARTICLES):
        article = Article.objects.create(title=f"{place}", slug=f"bench-decision-{place}", status="published")
        refs = [f"bench-decision-{place}-{number}" for number in range(COMMENTS)]
        records = [
            CommentRecord(ref=ref, parent_ref=None, author_name="", text="またこれか。", created_at=timezone.now())
            for ref in refs
        ]
        import_comments(article, records)
    theirs = Comment.objects.filter(import_ref__startswith="bench-decision-")
    theirs.update(visitor_key="bench-visitor")
    return theirs.order_by("pk").first()


def measure(name: str, act):
    begin = time.perf_counter()
    with CaptureQueriesContext(connection) as queries:
        result = act()
    print(f"{name:12} {time.perf_counter() - begin:6.2f} s  {len(queries):4} queries")
    return result


def main() -> None:
    call_command("migrate", verbosity=0)
    print(
        f"{settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}: {ARTICLES * COMMENTS} comments, {ARTICLES} articles"
    )
    with transaction.atomic():
        comment = build()
        decision = Decision.on(comment, "remove", "visitor")
        radius = measure("radius", decision.radius)
        event = measure("carry out", lambda: decision.carry_out(by=None, reason="advertising"))
        measure("undo", lambda: event.undo(by=None))
        left = Comment.objects.filter(visitor_key="bench-visitor").exclude(status="published").count()
        print(f"{radius.comments} were reached, {left} are not as before")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
