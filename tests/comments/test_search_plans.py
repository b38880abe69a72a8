"""100,000 comments: no search reads the texts from end to end."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import travel

from articles.article_search import MOST_RESULTS
from articles.models import Article
from comments.models import Comment, CommentText, comment_text
from tests.factories import make_article
from tests.plans import rows_read

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL"),
]

ALL = 100_000
# One in so many has 空軍 in it, each of them at a place of its own.
RARE = 200

COMMENTS = """
INSERT INTO comments_comment (
    article_id, number, author_name, text, html, status, created_at, score, upvotes, downvotes,
    imported_upvotes, imported_downvotes, rank, visitor_key, network_key, public_id, trip, by_staff, on_legal_hold,
    reason, hold_reasons, fingerprint, is_unread, is_locked, report_count, misplacement_count,
    tree_id, lft, rght, level
)
SELECT %s, n, '', '', '', 'published', now() - n * interval '10 seconds', 0, 0, 0, 0, 0, 0,
    '', '', '', '', false, false, '', '', '', false, false, 0, 0, 1000000 + n, 1, 2, 0
FROM generate_series(1, %s) AS n
"""
# Pairs of 26 letters, as many as a text of Japanese has, each met as often as the others.
TEXTS = """
INSERT INTO comments_commenttext (comment_id, head, text, tokens)
SELECT id, '', words, array_to_tsvector(ARRAY(
    SELECT DISTINCT 'b' || substr(words, i, 2) FROM generate_series(1, length(words)) AS i
) || 't'::text)
FROM (
    SELECT id, md5(id::text) || md5((id + 1)::text) || CASE WHEN number %% %s = 0 THEN '北の空軍とみさいる' ELSE 'です' END
    FROM comments_comment
) AS written(id, words)
"""


def fill(comments: int = ALL) -> None:
    article = make_article()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(COMMENTS, [article.pk, comments])
        # A plan of when the table was empty would look for each comment by reading all of them.
        cursor.execute("ANALYZE comments_comment")
        # An index that is made of all at once takes a fraction of the time.
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'comments_commenttext_tokens'")
        (index,) = cursor.fetchone()
        cursor.execute("DROP INDEX comments_commenttext_tokens")
        cursor.execute(TEXTS, [RARE])
        cursor.execute(index)
        for model in (Article, Comment, CommentText):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def plan_of(sql: str) -> str:
    # Before it, in the same message, its limits are set.
    statement = sql.split("; ")[-1]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())


def test_no_search_reads_the_texts_from_end_to_end(client):
    fill()
    for query, found in (("空軍", True), ("みさいる", True), ("空軍 北 -です", True), ("軍空", False), ("です", True)):
        for order in ("newest", "best"):
            with CaptureQueriesContext(connection) as asked:
                answer = client.get("/search/", {"q": query, "in": "comments", "order": order})
            assert ('class="result"' in answer.text) == found, query
            statements = [q["sql"] for q in asked if q["sql"].startswith("SELECT") and "commenttext" in q["sql"]]
            plans = [plan_of(sql) for sql in statements if "@@" in sql]
            assert plans
            if query != "です":
                # What is in nearly every comment is found by walking from the newest.
                assert all("comments_commenttext_tokens" in plan for plan in plans), plans
                assert not any(re.search(r"Seq Scan on comments_commenttext\b", plan) for plan in plans), plans


def test_what_is_offered_elsewhere_is_asked_for_like_a_search(client):
    # Of a word that no comment has PostgreSQL expects a few thousand in a million, and with LIMIT 1
    # it walks through the texts to meet one soon: a second.
    with CaptureQueriesContext(connection) as asked:
        client.get("/search/", {"q": "軍空"})
    statements = [query["sql"] for query in asked if "commenttext" in query["sql"] and "@@" in query["sql"]]
    assert statements
    assert all(sql.endswith(f"LIMIT {MOST_RESULTS + 1}") for sql in statements)


def test_each_minute_looks_at_a_part_of_the_texts(monkeypatch):
    fill(20_000)
    Comment.objects.update(text="です")
    monkeypatch.setattr(comment_text, "PART", 1_000)
    parts = Comment.objects.latest("pk").pk // 1_000 + 1
    # The minute of the last part but one.
    with travel((parts * 1_000_000 + parts - 2) * 60), CaptureQueriesContext(connection) as asked:
        CommentText.objects.write_missing()
    looked = [query["sql"] for query in asked if "commenttext" in query["sql"]]
    assert looked
    with connection.cursor() as cursor:
        # As it joins them where there are a million.
        cursor.execute(
            "SET LOCAL enable_nestloop = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_seqscan = off"
        )
    assert max(map(rows_read, looked)) <= 1_000
