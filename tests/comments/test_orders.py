import re

import pytest

from comments.importing import import_comments
from comments.models import Comment
from tests.comments.test_import_comments import record
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(slug="kiji")


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("comments.threads.paginate.__defaults__", (2,))


def shown(client, address: str) -> list[int]:
    return [int(number) for number in re.findall(r'id="c(\d+)"', client.get(address).text)]


def test_the_oldest_thread_stands_first(client, article):
    for _ in range(3):
        make_comment(article=article)
    assert shown(client, "/articles/kiji/") == [1, 2, 3]


def test_the_newest_thread_stands_first_and_replies_stay_in_time_order(client, article):
    root = make_comment(article=article)
    make_comment(article=article)
    make_comment(parent=root)
    make_comment(parent=root)
    assert shown(client, "/articles/kiji/?order=new") == [2, 1, 3, 4]


def test_the_best_thread_stands_first_and_ties_by_number(client, article):
    votes = [(0, 0), (1, 0), (90, 10), (0, 0), (5, 0), (1, 0)]
    import_comments(article, [record(n, upvotes=up, downvotes=down) for n, (up, down) in enumerate(votes, 1)])
    assert shown(client, "/articles/kiji/?order=best") == [3, 5, 2, 6, 1, 4]


def test_a_vote_changes_the_order(client, article):
    for _ in range(2):
        make_comment(article=article)
    last = make_comment(article=article)
    last.cast_vote("a", 1)
    assert shown(client, "/articles/kiji/?order=best") == [3, 1, 2]
    last.cast_vote("a", 0)
    assert shown(client, "/articles/kiji/?order=best") == [1, 2, 3]


def test_imported_votes_count_in_the_order(client, article):
    comment = make_comment(article=article, imported_upvotes=8, imported_downvotes=2)
    comment.cast_vote("a", 1)
    assert Comment.objects.get().rank > comment.rank > 0.6


def test_pages_keep_the_order(client, article, small_pages):
    for _ in range(3):
        make_comment(article=article)
    assert shown(client, "/articles/kiji/?order=new") == [3, 2]
    assert shown(client, "/articles/kiji/?order=new&comments=2") == [1]
    assert 'href="/articles/kiji/?order=new&amp;comments=2#comments"' in client.get("/articles/kiji/?order=new").text


def test_a_permanent_address_leads_to_the_page_of_the_usual_order(client, article, small_pages):
    for _ in range(2):
        make_comment(article=article)
    comment = make_comment(article=article)
    assert client.get(f"/comments/{comment.pk}/")["Location"] == "/articles/kiji/?comments=2#c3"


def test_the_orders_are_links_and_one_is_current(client, article):
    for _ in range(2):
        make_comment(article=article)
    page = client.get("/articles/kiji/?order=best").text
    assert '<a href="/articles/kiji/#comments">' in page
    assert '<a href="/articles/kiji/?order=new#comments">' in page
    assert '<a href="/articles/kiji/?order=best#comments" aria-current="true">' in page


def test_one_thread_needs_no_order(client, article):
    make_comment(parent=make_comment(article=article))
    assert "?order=" not in client.get("/articles/kiji/").text


@pytest.mark.parametrize("order", ["old", "NEW", "best ", "new,best", "-rank"])
def test_it_does_not_find_an_unknown_order(client, article, order):
    make_comment(article=article)
    assert client.get("/articles/kiji/", {"order": order}).status_code == 404


def test_it_does_not_find_a_page_that_the_order_does_not_have(client, article):
    make_comment(article=article)
    assert client.get("/articles/kiji/?order=new&comments=2").status_code == 404
