"""What pages have in common is kept while the version of the site stands, and nothing of it is ever old."""

import gc
import re
import weakref
from datetime import timedelta

import pytest
from django.db import connection
from django.template import Context, Template
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from articles import keeping, site_version
from articles.models import Article
from comments.models import Policy
from tests.factories import make_article, make_category, make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(monkeypatch) -> list[int]:
    """The version of the site, to be changed by the test; each time that it is asked for adds to the list."""
    asked = [1]
    monkeypatch.setattr(site_version, "current", lambda: asked.append(asked[0]) or asked[0])
    return asked


def kept(key: str, value: str) -> str:
    return keeping.kept(RequestFactory().get("/"), key, lambda: value)


def test_it_is_made_once(version):
    assert [kept("a", "first"), kept("a", "second"), kept("b", "other")] == ["first", "first", "other"]


def test_another_version_begins_anew(version):
    kept("a", "old")
    version[0] = 2
    assert kept("a", "new") == "new"


def test_the_version_is_asked_once_for_a_page(client, version):
    client.get(make_article().get_absolute_url())
    assert len(version) == 2


def test_nothing_is_kept_for_long(version, time_machine):
    now = timezone.now()
    time_machine.move_to(now)
    kept("a", "old")
    time_machine.move_to(now + keeping.LONGEST)
    assert kept("a", "new") == "new"


def test_what_was_not_asked_for_longest_goes(version, monkeypatch):
    monkeypatch.setattr(keeping, "MOST_THINGS", 2)
    for key in ("a", "b", "a", "c"):
        kept(key, "old")
    assert [kept("a", "new"), kept("c", "new"), kept("b", "new")] == ["old", "old", "new"]


def test_an_article_that_becomes_public_by_itself_ends_it(client, version, time_machine):
    now = timezone.now()
    time_machine.move_to(now)
    make_article(title="予約", published_at=now + timedelta(hours=1))
    assert "予約" not in client.get("/").text
    time_machine.move_to(now + timedelta(hours=1))
    assert "予約" in client.get("/").text


@pytest.mark.parametrize("address", ["/", "/categories/sea/", "/articles/kiji/"])
def test_what_is_said_of_the_discussion_is_of_now(client, version, address):
    article = make_article(slug="kiji", category=make_category(slug="sea"))
    assert "0件" in client.get(address).text
    make_comment(article=article)
    page = client.get(address).text
    assert "1件" in page
    assert 'data-last-number="1"' in page


def test_a_page_in_the_other_language_is_made_apart(client, version):
    article = make_article()
    client.get(article.get_absolute_url())
    client.cookies["language"] = "en"
    page = client.get(article.get_absolute_url()).text
    assert "All categories" in page
    assert "すべての分類" not in page


def test_each_article_has_its_own(client, version):
    one, other = make_article(body="<p>一つめ</p>"), make_article(body="<p>二つめ</p>")
    client.get(one.get_absolute_url())
    assert "二つめ" in client.get(other.get_absolute_url()).text


def test_readers_never_get_what_was_a_preview(client, version):
    # Its title stands in the foot of every page.
    article = make_article(slug="about", kind="page")
    client.force_login(make_owner())
    typed = {"title": "仮の題", "body": "<p>仮の文</p>", "kind": "page", "status": "published", "slug": "about"}
    preview = client.post(f"/admin/articles/article/{article.pk}/preview/typed/", typed)
    assert preview.text.count("仮の") > 2
    client.logout()
    assert "仮の" not in client.get("/pages/about/").text


def test_a_row_that_is_gone_is_not_found(client, version):
    article = make_article()
    client.get(article.get_absolute_url())
    Article.objects.filter(pk=article.pk).delete()
    assert client.get(article.get_absolute_url()).status_code == 404
    assert article.title not in client.get("/").text


def test_a_page_that_is_kept_asks_for_the_discussion_alone(client, version):
    article = make_article(category=make_category())
    make_comment(article=article, text=">>1")
    client.get(article.get_absolute_url())
    with CaptureQueriesContext(connection) as asked:
        client.get(article.get_absolute_url())
    tables = [set(re.findall(r"\b(?:articles|comments)_\w+", query["sql"])) for query in asked]
    assert tables == [{"articles_article"}, {"comments_comment", "comments_citation"}]


def test_the_policy_is_that_of_the_version(client, version):
    article = make_article()
    client.get(article.get_absolute_url())
    Policy.objects.update_or_create(pk=1, defaults={"is_closed": True})
    version[0] = 2
    assert 'id="comment-form"' not in client.get(article.get_absolute_url()).text


def kept_newest(state: int, value: str) -> str:
    return keeping.kept_newest(RequestFactory().get("/"), "a", state, lambda: value)


def test_what_has_a_state_of_its_own_is_made_once_for_it(version):
    assert [kept_newest(1, "first"), kept_newest(1, "second"), kept_newest(2, "third")] == ["first", "first", "third"]


def test_of_each_key_only_the_last_state_is_kept(version):
    assert [kept_newest(1, "first"), kept_newest(2, "second"), kept_newest(1, "third")] == ["first", "second", "third"]
    version[0] = 2
    assert kept_newest(1, "fourth") == "fourth"


def test_a_list_that_is_kept_asks_for_the_discussions_alone(client, version):
    make_article(category=make_category(slug="sea"))
    client.get("/categories/sea/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/categories/sea/")
    assert [set(re.findall(r"\b(?:articles|comments)_\w+", query["sql"])) for query in asked] == [{"articles_article"}]


def test_a_list_that_is_kept_does_not_hold_who_asked(client, version):
    make_article(category=make_category(slug="sea"))
    response = client.get("/categories/sea/")
    request = weakref.ref(response.wsgi_request)
    del response
    gc.collect()
    assert request() is None


def test_a_part_of_a_template_is_kept(version):
    part = Template("{% load keeping_tags %}{% kept 'part' %}{{ value }}{% endkept %}")
    request = RequestFactory().get("/")
    with translation.override("ja"):
        texts = [part.render(Context({"request": request, "value": value})) for value in ("once", "again")]
    assert texts == ["once", "once"]
