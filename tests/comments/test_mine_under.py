import json
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.identity import COOKIE
from comments.models import Comment
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

ADDRESS = "/articles/kiji/mine.json"


@pytest.fixture
def article():
    return make_article(slug="kiji")


def vote(client, comment, value=1):
    client.post(f"/comments/{comment.pk}/vote/", {"value": value})


def write(client, slug="kiji"):
    client.post(f"/articles/{slug}/comments/", {"text": f"意見{Comment.objects.count()}"})


def asked(client):
    return json.loads(client.get(ADDRESS).content)


def test_it_tells_the_readers_own_votes_and_comments(reader, article, settings):
    settings.DOWN_VOTES = True
    liked, disliked, taken_back, _other = (make_comment(article=article) for _ in range(4))
    write(reader)
    vote(reader, liked)
    vote(reader, disliked, -1)
    vote(reader, taken_back)
    vote(reader, taken_back, 0)
    assert asked(reader) == {"votes": {str(liked.pk): 1, str(disliked.pk): -1}, "comments": [5]}


def test_it_tells_nothing_of_others(reader, article):
    comment = make_comment(article=article)
    vote(reader, comment)
    write(reader)
    other = Reader(headers={"Sec-Fetch-Site": "same-origin"})
    vote(other, Comment.objects.get(number=2))
    assert asked(other) == {"votes": {str(Comment.objects.get(number=2).pk): 1}, "comments": []}


def test_it_tells_nothing_of_another_article(reader, article):
    elsewhere = make_comment(article=make_article(slug="hoka"))
    vote(reader, elsewhere)
    write(reader, "hoka")
    assert asked(reader) == {"votes": {}, "comments": []}


@pytest.mark.parametrize("cookie", ["", "altered"])
def test_it_is_empty_for_who_has_never_written(client, article, cookie):
    make_comment(article=article, visitor_key="")
    client.cookies[COOKIE] = cookie
    assert asked(client) == {"votes": {}, "comments": []}


def test_no_cache_keeps_it_and_it_sets_no_cookie(reader, client, article):
    vote(reader, make_comment(article=article))
    for response in (reader.get(ADDRESS), client.get(ADDRESS)):
        assert response["Cache-Control"] == "private, no-store"
        assert response["Content-Type"] == "application/json"
        assert not response.cookies


@pytest.mark.parametrize(
    "hidden", [{"status": "draft"}, {"published_at": datetime(2999, 1, 1, tzinfo=UTC)}], ids=["draft", "scheduled"]
)
def test_it_does_not_find_an_article_that_is_not_public(reader, article, hidden):
    vote(reader, make_comment(article=article))
    type(article).objects.update(**hidden)
    assert reader.get(ADDRESS).status_code == 404
    assert reader.get("/articles/unknown/mine.json").status_code == 404


def test_it_only_answers_questions(reader, article):
    assert reader.post(ADDRESS).status_code == 405


def queries(client):
    with CaptureQueriesContext(connection) as captured:
        client.get(ADDRESS)
    return len(captured)


def test_it_asks_the_database_as_often_for_many_as_for_few(reader, article):
    vote(reader, make_comment(article=article))
    few = queries(reader)
    for _ in range(5):
        vote(reader, make_comment(article=article))
        write(reader)
    assert queries(reader) == few == 3


def test_the_page_names_it_to_everybody_alike(reader, client, article, time_machine):
    # The form says the second at which it was made.
    time_machine.move_to(timezone.now(), tick=False)
    write(reader)
    page = client.get("/articles/kiji/")
    assert f'data-mine="{ADDRESS}"' in page.text
    assert reader.get("/articles/kiji/").content == page.content
