"""What the page says of when and whether comments are taken; the same bytes for everybody."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, Policy
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

CLOSINGS = {
    "article": ({"comments": "closed"}, {}, "この記事のコメントの受け付けは終了しました"),
    "moment": ({"comments_close_at": timedelta(minutes=-1)}, {}, "この記事のコメントの受け付けは終了しました"),
    "days": ({"published_at": timedelta(days=-8)}, {"close_after_days": 7}, "公開から7日を過ぎたため"),
    "own moment first": (
        {"published_at": timedelta(days=-8), "comments_close_at": timedelta(minutes=-1)},
        {"close_after_days": 7},
        "この記事のコメントの受け付けは終了しました",
    ),
    "site": ({"comments": "closed"}, {"is_closed": True}, "サイト全体でコメントの受け付けを休止"),
}


@pytest.fixture(params=CLOSINGS.values(), ids=CLOSINGS)
def closed(request):
    """A discussion that has closed since its comment was written, and the sentence that says why."""
    article, policy, sentence = request.param
    comment = make_comment()
    now = timezone.now()
    values = {field: now + value if isinstance(value, timedelta) else value for field, value in article.items()}
    Article.objects.filter(pk=comment.article_id).update(**values)
    Policy.objects.create(pk=1, **policy)
    return comment, sentence


def test_the_page_says_why_nobody_can_write(client, closed):
    comment, sentence = closed
    page = client.get(comment.article.get_absolute_url()).text
    assert sentence in page
    assert "data-reply=" not in page
    assert "data-comment-form" not in page


def test_the_page_of_a_reply_says_so_too(client, closed):
    comment, sentence = closed
    response = client.get(f"/comments/{comment.pk}/reply/")
    assert response.status_code == 403
    assert sentence in response.text
    assert "data-comment-form" not in response.text


@pytest.mark.parametrize("parent", [True, False])
def test_a_comment_is_refused_with_the_reason_and_its_text(reader, closed, parent):
    comment, sentence = closed
    sent = {"text": "書きかけの言葉", "parent": comment.pk if parent else ""}
    response = reader.post(f"/articles/{comment.article.slug}/comments/", sent)
    assert response.status_code == 403
    assert sentence in response.text
    assert "書きかけの言葉" in response.text
    assert Comment.objects.count() == 1


def test_new_comments_of_an_open_page_offer_no_reply_where_it_is_closed(client, closed):
    comment, _sentence = closed
    assert "data-reply=" not in client.get(f"/articles/{comment.article.slug}/comments/since/0/").text


def test_where_it_is_open_they_do(client, script):
    comment = make_comment()
    assert "data-reply=" in client.get(f"/articles/{comment.article.slug}/comments/since/0/").text
    assert "data-reply=" in script.post(f"/articles/{comment.article.slug}/comments/", {"text": "新しい"}).text
    assert client.get(f"/comments/{comment.pk}/reply/").status_code == 200


# The last hours


def page_before(client, rest: timedelta) -> str:
    article = make_article(comments_close_at=timezone.now() + rest)
    return client.get(article.get_absolute_url()).text


def test_it_says_the_moment_in_the_last_day(client):
    with time_machine.travel("2026-03-05T05:30:00Z", tick=False):
        assert "2026年03月06日 14:29に締め切ります" in page_before(client, timedelta(hours=23, minutes=59))


@pytest.mark.parametrize("rest", [timedelta(hours=24, minutes=1), timedelta(0), timedelta(minutes=-1)])
def test_before_and_after_it_does_not(client, rest):
    assert "data-closes" not in page_before(client, rest)


def test_an_article_without_an_end_says_nothing(client):
    assert "data-closes" not in client.get(make_article().get_absolute_url()).text


def test_the_days_of_the_site_count_as_well(client):
    Policy.objects.create(pk=1, close_after_days=7)
    article = make_article(published_at=timezone.now() - timedelta(days=6, hours=1))
    assert "data-closes" in client.get(article.get_absolute_url()).text


# Approval


@pytest.mark.parametrize(
    ("site", "article", "sentence"),
    [
        ("none", "open", ""),
        ("first", "open", "初めて書く人のコメントは、承認後に"),
        ("links", "open", "リンクを含むコメントは、承認後に"),
        ("all", "open", "コメントは承認後に表示されます"),
        ("all", "at_once", ""),
        ("none", "first", "初めて書く人のコメントは、承認後に"),
        ("none", "links", "リンクを含むコメントは、承認後に"),
        ("none", "moderated", "コメントは承認後に表示されます"),
    ],
)
def test_the_form_says_what_waits_for_approval(client, site, article, sentence):
    Policy.objects.create(pk=1, premoderation=site)
    comment = make_comment(article=make_article(comments=article), status=Comment.Status.PUBLISHED)
    for address in (comment.article.get_absolute_url(), f"/comments/{comment.pk}/reply/"):
        page = client.get(address).text
        assert page.count("comment-form__terms") == bool(sentence)
        assert sentence in page


@pytest.mark.parametrize(("premoderation", "said"), [("none", 1), ("links", 2), ("all", 1)])
def test_it_says_that_the_valve_is_on(client, premoderation, said):
    now = timezone.now()
    Policy.objects.create(pk=1, premoderation=premoderation, valve_until=now + timedelta(minutes=5))
    page = client.get(make_article().get_absolute_url()).text
    assert page.count("comment-form__terms") == said
    assert ("書き込みが集中している" in page) == (premoderation != "all")
    Policy.objects.update(valve_until=now - timedelta(seconds=1))
    assert "書き込みが集中している" not in client.get(make_article().get_absolute_url()).text


def test_everybody_gets_the_same_bytes_with_every_sentence_on(reader):
    with time_machine.travel(timezone.now(), tick=False):
        soon = timezone.now() + timedelta(hours=2)
        article = make_article(comments_close_at=soon)
        Policy.objects.create(pk=1, premoderation="links", has_public_log=True, valve_until=soon)
        first, second, third, _fourth = (make_comment(article=article) for _ in range(4))
        make_comment(parent=first)
        make_comment(parent=second)
        first.lock_thread(by=None)
        second.remove(by=None, reason="personal")
        third.pin(by=None)
        address = article.get_absolute_url()
        reader.post(f"/comments/{third.pk}/vote/", {"value": 1})
        reader.post(f"/comments/{third.pk}/report/", {"reason": "other"})
        mine = reader.get(address)
        others = Client().get(address)
    assert "に締め切ります" in mine.text
    assert mine.content == others.content
    assert not mine.cookies
