"""A carrier puts thousands of readers behind one address; one person there may drop the cookie a thousand times."""

from datetime import timedelta
from ipaddress import ip_network

import pytest
import time_machine

from comments import ranking
from comments.models import Comment
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

READERS = 1_000
CARRIER = "192.0.2.7"


@pytest.fixture(autouse=True)
def behind_a_proxy(settings):
    settings.TRUSTED_PROXIES = [ip_network("10.0.0.0/8")]


@pytest.fixture
def article():
    return make_article(slug="kiji")


@pytest.fixture
def comment(article):
    return make_comment(article=article)


def reader_at(address: str) -> Reader:
    """A browser without a cookie, whose forms our proxy hands on."""
    headers = {"Sec-Fetch-Site": "same-origin", "X-Requested-With": "fetch", "X-Forwarded-For": address}
    return Reader(headers=headers, REMOTE_ADDR="10.0.0.1")


def vote(reader, comment, value=1):
    return reader.post(f"/comments/{comment.pk}/vote/", {"value": value})


def rank(comment):
    comment.refresh_from_db()
    return comment.rank


def test_a_thousand_readers_of_one_address_each_have_a_vote(client, comment):
    readers = [reader_at(CARRIER) for _ in range(READERS)]
    assert {vote(reader, comment).status_code for reader in readers} == {200}
    assert '<span class="vote__count" id="votes-1">1000</span>' in client.get("/articles/kiji/").text
    assert {vote(reader, comment).status_code for reader in readers[:50]} == {200}
    assert comment.votes.count() == READERS


def test_a_thousand_readers_of_one_address_each_post_within_an_hour(article):
    with time_machine.travel("2030-11-22 20:00+09:00", tick=False) as clock:
        for n in range(READERS):
            response = reader_at(CARRIER).post("/articles/kiji/comments/", {"text": f"{n}人目です"})
            assert response.status_code == 201, response.text
            clock.shift(timedelta(hours=1) / READERS)
    assert Comment.objects.visible().filter(article=article).count() == READERS


def test_who_drops_the_cookie_a_thousand_times_weighs_less_than_two_votes(comment):
    for _ in range(READERS):
        vote(reader_at(CARRIER), comment)
    assert comment.votes.count() == READERS
    assert ranking.lower_bound(1, 0) < rank(comment) < ranking.lower_bound(2, 0)


def test_dropping_the_cookie_takes_nothing_from_other_networks(comment):
    vote(reader_at("203.0.113.1"), comment)
    for _ in range(60):
        vote(reader_at(CARRIER), comment)
    for n in range(4):
        assert rank(comment) == pytest.approx(ranking.lower_bound(n + 3, 0))
        vote(reader_at(f"198.51.{n}.1"), comment)


def test_another_address_of_the_same_network_counts_as_the_same(comment):
    for n in range(1, 101):
        vote(reader_at(f"192.0.2.{n}"), comment)
    assert rank(comment) < ranking.lower_bound(2, 0)
