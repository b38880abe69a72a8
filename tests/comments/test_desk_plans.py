"""20,000 comments in the queues of a database with 1,000,000: no page of the desk reads a table from end to end."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import desk, queues
from comments.models import Comment
from tests.factories import make_article, make_comment, make_owner
from tests.plans import rows_read

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL"),
]

ALL = 1_000_000
# Of each: reported, held, misplaced, unread and appealed against.
WAITING = 4_000
ARTICLES = 200
VISITORS = 30_000
QUERIES_MOST = 28

# A thousand comments make a thread of themselves alone, so that no tree has to be computed.
COMMENTS = """
INSERT INTO comments_comment (
    article_id, parent_id, number, author_name, text, html, status, created_at, score, upvotes, downvotes,
    imported_upvotes, imported_downvotes, rank, visitor_key, network_key, public_id, trip, by_staff, on_legal_hold,
    reason, hold_reasons, fingerprint, is_unread, is_locked, report_count, misplacement_count,
    tree_id, lft, rght, level
)
SELECT
    (%(articles)s::int[])[1 + n %% %(article_count)s], NULL, n, '', 'コメント ' || n, '<p>コメント ' || n || '</p>',
    CASE WHEN n <= %(waiting)s THEN 'pending' WHEN n <= 2 * %(waiting)s THEN 'removed'
         WHEN n %% 50 = 0 THEN 'spam' ELSE 'published' END,
    now() - n * interval '10 seconds', n %% 7, n %% 7, 0, 0, 0, 0,
    md5((n %% %(visitors)s)::text), md5((n %% 5000)::text), '', '', false, false, '', '', '',
    n > 3 * %(waiting)s AND n <= 4 * %(waiting)s, false,
    CASE WHEN n > 4 * %(waiting)s AND n <= 5 * %(waiting)s THEN 1 + n %% 9 ELSE 0 END,
    CASE WHEN n > 2 * %(waiting)s AND n <= 3 * %(waiting)s THEN 2 + n %% 5 ELSE 0 END,
    1000000 + n, 1, 2, 0
FROM generate_series(1, %(all)s) AS n
"""
# On the comments that were removed.
APPEALS = """
INSERT INTO comments_appeal (comment_id, text, created_at)
SELECT id, 'なぜですか。', created_at FROM comments_comment WHERE status = 'removed'
"""
REPORTS = """
INSERT INTO comments_report (comment_id, visitor_key, network_key, reason, created_at)
SELECT id, md5(n::text), md5(n::text), 'insult', created_at
FROM comments_comment, generate_series(1, 3) AS n WHERE report_count > 0
"""
MISPLACED = """
INSERT INTO comments_misplacementreport (comment_id, visitor_key, created_at)
SELECT id, md5(n::text), created_at
FROM comments_comment, generate_series(1, 2) AS n WHERE misplacement_count > 0
"""
# One in twenty was decided on at some time.
DECISIONS = """
INSERT INTO comments_moderationevent
    (comment_id, article_id, action, scope, source, reason, note, status_before, comment_count, vote_count, created_at)
SELECT id, article_id, 'approve', 'comment', 'desk', '', '', 'pending', 1, 0, created_at
FROM comments_comment WHERE number % 20 = 0
"""
CHANGES = """
INSERT INTO comments_moderationchange (event_id, comment_id, field, before, after)
SELECT id, comment_id, 'status', 'pending', 'published' FROM comments_moderationevent
"""
TABLES = (
    "comments_comment",
    "comments_report",
    "comments_misplacementreport",
    "comments_appeal",
    "comments_moderationevent",
    "comments_moderationchange",
)


def fill() -> None:
    articles = [make_article(body="<p>本文です。</p>" * 200).pk for _ in range(ARTICLES)]
    values = {
        "articles": articles,
        "article_count": ARTICLES,
        "waiting": WAITING,
        "visitors": VISITORS,
        "all": ALL,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with without_indexes():
            cursor.execute(COMMENTS, values)
        for statement in (APPEALS, REPORTS, MISPLACED, DECISIONS, CHANGES):
            cursor.execute(statement)
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")


@contextmanager
def without_indexes() -> Iterator[None]:
    """Built once over a million rows they take a quarter of the time that keeping them up does."""
    indexes = Comment._meta.indexes
    with connection.schema_editor(atomic=False) as editor:
        for index in indexes:
            editor.remove_index(Comment, index)
        yield
        for index in indexes:
            editor.add_index(Comment, index)


def scans(sql: str) -> list[str]:
    """Which of the tables that grow the plan reads from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        lines = [row[0] for row in cursor.fetchall()]
    return [line for line in lines if re.search(rf"Seq Scan on ({'|'.join(TABLES)})\b", line)]


def pages(client) -> list[str]:
    """Every queue, its first page and one from its middle, and what else the desk shows."""
    found = ["/admin/desk/decisions/", "/admin/desk/bans/"]
    for name, queue in queues.QUEUES.items():
        rows = queue.in_order().values_list(queue.column, "pk")
        value, pk = rows[WAITING // 2]
        found += [f"/admin/desk/{name}/", f"/admin/desk/{name}/?after={place_of(value, pk)}"]
    newest = Comment.objects.newest_first().values_list("pk", flat=True)[0]
    return [*found, f"/admin/desk/comments/{newest}/", f"/admin/desk/comments/{newest}/decide/remove/"]


def place_of(value, pk: int) -> str:
    return f"{queues.as_place(value)}_{pk}".replace("+", "%2B")


def test_no_page_of_the_desk_reads_a_table_from_end_to_end(client):
    fill()
    client.force_login(make_owner())
    for address in pages(client):
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
        assert answer.status_code == 200, address
        assert len(asked) <= QUERIES_MOST, (address, len(asked))
        found = {query["sql"]: scans(query["sql"]) for query in asked if query["sql"].startswith("SELECT")}
        assert not any(found.values()), (address, {sql: plan for sql, plan in found.items() if plan})


def test_the_page_of_a_comment_does_not_look_through_all_decisions(client):
    article, decided = make_article(), 3_000
    comments = [make_comment(article=article)]
    with connection.cursor() as cursor:
        events = "INSERT INTO comments_moderationevent (comment_id, article_id, action, scope, source, reason, note, status_before, comment_count, vote_count, created_at)"
        rows = "SELECT %s, %s, 'approve', 'comment', 'desk', '', '', 'pending', 1, 0, now() - n * interval '1 minute'"
        for pk, number in ((make_comment(article=article).pk, decided), (comments[0].pk, 1)):
            cursor.execute(f"{events} {rows} FROM generate_series(1, %s) AS n", [pk, article.pk, number])
        cursor.execute(CHANGES)
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    with CaptureQueriesContext(connection) as asked:
        assert len(desk.decisions_on(comments[0])) == 1
    assert rows_read(asked[0]["sql"]) < 100
