import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments import threads
from comments.models import Comment
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def page_of(client, article, query="") -> str:
    return client.get(f"{article.get_absolute_url()}{query}").text


def pinned_part(page: str) -> str:
    found = re.search(r'<section class="pinned".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.fixture
def article():
    article = make_article()
    for n in range(3):
        make_comment(article=article, text=f"{n + 1}番の言葉", author_name=f"{n + 1}番の人")
    return article


@pytest.fixture
def pinned(article):
    comment = Comment.objects.get(article=article, number=3)
    comment.pin(by=None)
    return comment


@pytest.mark.parametrize("query", ["", "?order=new", "?order=best"])
def test_it_stands_on_top_in_every_order(client, article, pinned, query):
    page = page_of(client, article, query)
    top = pinned_part(page)
    assert "3番の言葉" in top
    assert "固定" in top
    assert 'href="#c3"' in top
    assert page.index('class="pinned"') < page.index("data-thread")


def test_nothing_stands_there_without_one(client, article):
    assert not pinned_part(page_of(client, article))


def test_it_is_a_copy_without_ids_or_forms_and_counts_once(client, article, pinned):
    page = page_of(client, article)
    assert page.count("3番の言葉") == 2
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "<form" not in pinned_part(page)
    assert re.search(r'discussion__count">\D*3\D', page)


def test_it_stands_on_the_first_page_alone_and_leads_to_its_page(client, article, pinned, monkeypatch):
    monkeypatch.setattr(threads, "paginate", lambda sizes: [[tree_id] for tree_id, _size in sizes])
    first = page_of(client, article)
    assert f'href="{article.get_absolute_url()}?comments=3#c3"' in pinned_part(first)
    assert not pinned_part(page_of(client, article, "?comments=2"))
    newest = pinned_part(page_of(client, article, "?order=new"))
    assert 'href="#c3"' in newest


@pytest.mark.parametrize("verb", [Comment.remove, Comment.mark_spam, Comment.unpin])
def test_hidden_or_unpinned_it_is_gone(client, article, pinned, verb):
    verb(pinned, by=None)
    page = page_of(client, article)
    assert not pinned_part(page)
    assert page.count("3番の言葉") == (verb == Comment.unpin)


def test_a_reply_is_pinned_without_what_it_answers(client, article):
    reply = make_comment(parent=Comment.objects.get(article=article, number=1), text="返事の言葉")
    reply.pin(by=None)
    top = pinned_part(page_of(client, article))
    assert "返事の言葉" in top
    assert "1番の言葉" not in top


def test_the_one_pinned_last_stands_there(client, article, pinned):
    Comment.objects.get(article=article, number=1).pin(by=None)
    top = pinned_part(page_of(client, article))
    assert "1番の言葉" in top
    assert "3番の言葉" not in top


def test_it_costs_one_query_by_its_index(article, pinned):
    with CaptureQueriesContext(connection) as captured:
        assert Comment.objects.pinned(article.pk) == pinned
    assert len(captured) == 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {captured[0]['sql']}")
            assert "comment_pinned" in str(cursor.fetchall())


def test_the_number_of_queries_does_not_grow(client, article, pinned):
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            page_of(client, article)
        counts.append(len(captured))
        for _ in range(20):
            make_comment(article=article)
    assert counts[0] == counts[1]
