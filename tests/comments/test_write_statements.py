"""How often an act of a reader asks the database: each statement is a wait under the article's lock or before it."""

import re
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from articles.models import Article
from comments.models import Comment, Policy, RateLimit
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

TEXT = "便数を減らす前に、朝と夕方だけでも残せないか調べてほしいと思います。"


@pytest.fixture
def statements():
    """The statements of what is done under it, without those of the test's own transaction."""

    def count(act) -> list[str]:
        sent = []

        def note(execute, sql, *arguments):
            sent.append(sql)
            return execute(sql, *arguments)

        with connection.execute_wrapper(note):
            act()
        return [sql for sql in sent if "SAVEPOINT" not in sql]

    return count


def other_script() -> Reader:
    return Reader(headers={"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch"})


def post(reader, article, n, parent=""):
    fields = {"text": f"{TEXT}({n})", "author_name": "", "parent": parent}
    response = reader.post(f"/articles/{article.slug}/comments/", fields)
    assert response.status_code == 201, response.text
    return response


def changed(sent: list[str]) -> list[str]:
    """The tables that are written to, in order: of one statement on PostgreSQL, of one each on SQLite."""
    return [table for sql in sent for table in re.findall(r'(?:INSERT INTO|(?<!DO )(?<!KEY )UPDATE) "?(\w+)', sql)]


def most(on_postgresql: int, on_sqlite: int) -> int:
    return on_postgresql if connection.vendor == "postgresql" else on_sqlite


@pytest.mark.parametrize("others", [1, 60])
def test_a_comment_takes_four_statements_whatever_is_there(script, statements, others):
    article = make_article()
    for _ in range(others):
        make_comment(article=article)
    Comment.objects.update(created_at="2020-01-01T00:00Z")
    post(script, article, 0)
    sent = statements(lambda: post(script, article, 1))
    assert len(sent) <= most(4, 7), sent
    assert changed(sent) == [
        "comments_ratelimit",
        "articles_article",
        "comments_comment",
        "comments_receipt",
    ]


@pytest.mark.parametrize("others", [1, 60])
def test_a_reply_makes_its_room_in_one_statement(script, statements, others):
    article = make_article()
    root = make_comment(article=article)
    first = make_comment(article=article, parent=root)
    for _ in range(others):
        make_comment(article=article, parent=root)
    Comment.objects.update(created_at="2020-01-01T00:00Z")
    post(script, article, 0, first.pk)
    sent = statements(lambda: post(script, article, 1, first.pk))
    assert len(sent) <= most(4, 8), sent
    assert changed(sent).count("comments_comment") == 2


@pytest.mark.parametrize("others", [0, 60])
def test_a_vote_takes_three_statements_whatever_was_voted(script, statements, others):
    comment = make_comment()
    for n in range(others):
        comment.cast_vote(f"v{n}", 1, network_key=f"n{n % 7}")
    sent = statements(lambda: script.post(f"/comments/{comment.pk}/vote/", {"value": 1}))
    assert len(sent) <= most(3, 6), sent
    assert changed(sent) == ["comments_ratelimit", "comments_vote", "comments_comment", "articles_article"]


def test_a_reader_who_writes_has_no_session_and_is_looked_up_nowhere(script, statements):
    sent = statements(lambda: post(script, make_comment().article, 1))
    assert not [sql for sql in sent if any(name in sql for name in ("session", "auth_user", "axes_"))]


def test_a_comment_that_is_one_too_many_counts_nothing(script, monkeypatch):
    from comments import limits

    limit = limits.COMMENTS_PER_VISITOR
    monkeypatch.setattr(limits, "COMMENTS_PER_VISITOR", limits.Limit(limit.name, 1, limit.per, limit.reason))
    article = make_article()
    post(script, article, 1)
    for n in range(3):
        script.post(f"/articles/{article.slug}/comments/", {"text": f"{TEXT}{n}", "author_name": "", "parent": ""})
    counts = {key.partition(":")[0]: count for key, count in RateLimit.objects.values_list("key", "count")}
    assert counts == {"comment/visitor": 1, "comment/network": 1, "comment/whole-network": 1, "comment/site": 1}


def test_a_calm_site_counts_no_flood_and_a_lively_one_does(script, statements):
    article = make_article()
    for _ in range(12):
        make_comment(article=article)
    post(script, article, 0)
    lively = statements(lambda: post(script, article, 1))
    Comment.objects.update(created_at="2020-01-01T00:00Z")
    calm = statements(lambda: post(script, article, 2))
    assert len(lively) == len(calm) + 1


def test_what_the_owner_changes_holds_for_the_next_comment(script):
    article = make_article()
    post(script, article, 1)
    Policy(pk=1, premoderation=Policy.Premoderation.ALL).save()
    cache.clear()
    post(script, article, 2)
    assert Comment.objects.get(number=2).hold_reasons == "premoderation:all"


@pytest.fixture
def prepared():
    """As the site that is served has it: each statement is prepared once, for values of any size."""
    if connection.vendor != "postgresql":
        pytest.skip("only on PostgreSQL")
    connection.ensure_connection()
    connection.connection.prepare_threshold = 0
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(
            "SELECT (SELECT last_value FROM comments_comment_id_seq), last_value FROM comments_comment_tree_id"
        )
        pk, tree_id = cursor.fetchone()
    yield
    connection.connection.prepare_threshold = None
    with connection.cursor() as cursor:
        # Sequences and plans are not rolled back: those for the foreign keys of a few rows would serve 100,000.
        cursor.execute("DISCARD PLANS")
        cursor.execute(
            "SELECT setval('comments_comment_id_seq', %s), setval('comments_comment_tree_id', %s)", [pk, tree_id]
        )


def test_prepared_statements_take_small_and_large_numbers(prepared, reader, script):
    article = make_article()
    for first in (1, 40_000, 3_000_000_000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(pg_get_serial_sequence('comments_comment', 'id'), %s)", [first])
            cursor.execute("SELECT setval('comments_comment_tree_id', %s)", [min(first, 2_000_000_000)])
        Article.objects.filter(pk=article.pk).update(last_comment_number=min(first, 2_000_000_000))
        for n in range(3):
            post(script, article, first + n)
            root = Comment.objects.latest("pk")
            post(script, article, f"{first}>>{root.number} {n}", root.pk)
            reply = Comment.objects.latest("pk")
            assert (reply.parent, reply.tree_id, reply.level) == (root, root.tree_id, 1)
            assert script.post(f"/comments/{reply.pk}/vote/", {"value": 1}).status_code == 403
            assert other_script().post(f"/comments/{reply.pk}/vote/", {"value": 1}).status_code == 200
            reply.refresh_from_db()
            assert (reply.upvotes, reply.upvote_weight) == (1, 1)
        page = reader.get(f"/articles/{article.slug}/").text
        assert page.count('class="comment__') >= 6
    assert Comment.objects.count() == 18
    call_command("check_trees", stdout=StringIO())
