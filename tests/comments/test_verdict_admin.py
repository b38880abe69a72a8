from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import verdict, verdict_admin
from tests.factories import make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/comments/comment/verdict/"


@pytest.fixture
def owner(client):
    client.force_login(make_owner())


def test_every_part_explains_itself(client, owner):
    page = client.get(ADDRESS).text
    for part in verdict.PARTS:
        assert str(part.label) in page
        assert str(part.does) in page


def test_it_counts_what_each_part_held_in_the_last_days(client, owner):
    make_comment(hold_reasons="links:4 valve", status="published")
    make_comment(hold_reasons="links:newcomer", status="removed")
    make_comment(hold_reasons="links:5", created_at=timezone.now() - timedelta(days=8))
    make_comment()
    context = client.get(ADDRESS).context
    assert {part.name: held for part, held in context["rows"] if held} == {"links": 2, "valve": 1}
    assert context["looked_at"] == 3


def test_it_reads_so_many_comments_and_no_more(client, owner, monkeypatch):
    for _ in range(4):
        make_comment(hold_reasons="trap")
    monkeypatch.setattr(verdict_admin, "LOOKED_AT", 3)
    assert verdict_admin.held_lately() == ({"trap": 3}, 3)


def test_one_query_reads_them_by_an_index(client, owner):
    make_comment(hold_reasons="trap")
    with CaptureQueriesContext(connection) as queries:
        verdict_admin.held_lately()
    assert len(queries) == 1
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Of a few rows any plan is cheap; in order, and without sorting all of them, only one index has them.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"{explain} {queries[0]['sql']}")
        assert "comment_newest" in str(cursor.fetchall())


def test_others_are_refused(client):
    assert client.get(ADDRESS).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(ADDRESS).status_code == 403
