import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from articles.models import Addendum, Article
from tests.factories import make_article, make_owner

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def article():
    return make_article(published_at=timezone.now() - 9 * HOUR)


def add(article, hours_ago=0, **kwargs) -> Addendum:
    return article.addenda.create(body="<p>続き</p>", added_at=timezone.now() - hours_ago * HOUR, **kwargs)


def test_it_lifts_the_article(article):
    first, newest = article, make_article(published_at=timezone.now() - 2 * HOUR)
    addendum = add(first, hours_ago=1)
    assert list(Article.objects.lifted_first()) == [first, newest]
    first.refresh_from_db()
    assert (first.lifted_at, first.last_addendum_at) == (addendum.added_at, addendum.added_at)


def test_an_earlier_one_does_not_take_the_place_of_the_last(article):
    last = add(article, hours_ago=1)
    add(article, hours_ago=3)
    article.refresh_from_db()
    assert article.last_addendum_at == last.added_at


def test_it_changes_the_article_and_what_is_kept_of_its_page(article):
    before = Article.objects.get(pk=article.pk)
    add(article)
    article.refresh_from_db()
    assert article.updated_at > before.updated_at
    assert article.discussion_version == before.discussion_version + 1


@pytest.mark.parametrize(
    "delete", [Addendum.delete, lambda addendum: addendum.article.addenda.filter(pk=addendum.pk).delete()]
)
def test_without_its_last_the_one_before_counts_again(article, delete):
    first, last = add(article, hours_ago=3), add(article, hours_ago=1)
    version = Article.objects.get(pk=article.pk).discussion_version
    delete(last)
    article.refresh_from_db()
    assert (article.lifted_at, article.last_addendum_at) == (first.added_at, first.added_at)
    assert article.discussion_version == version + 1
    delete(first)
    article.refresh_from_db()
    assert (article.lifted_at, article.last_addendum_at) == (article.published_at, None)


def test_an_article_with_addenda_can_be_deleted(article):
    add(article)
    article.delete()
    assert not Addendum.objects.exists()


def test_saving_an_article_read_earlier_does_not_put_it_back_down(article):
    stale = Article.objects.get(pk=article.pk)
    addendum = add(article, hours_ago=1)
    stale.title = "新しい題名"
    stale.save()
    article.refresh_from_db()
    assert (article.title, article.lifted_at) == ("新しい題名", addendum.added_at)
    assert article.last_addendum_at == stale.last_addendum_at == addendum.added_at


def test_an_article_that_is_published_again_later_is_lifted_by_that(article):
    add(article, hours_ago=1)
    article.published_at = timezone.now()
    article.save()
    assert Article.objects.get(pk=article.pk).lifted_at == article.published_at


def test_a_moment_in_the_future_is_refused(article):
    addendum = Addendum(article=article, body="<p>x</p>", added_at=timezone.now() + HOUR)
    with pytest.raises(ValidationError) as error:
        addendum.full_clean()
    assert list(error.value.error_dict) == ["added_at"]
    addendum.added_at = timezone.now()
    addendum.full_clean()


def test_it_stands_in_a_place_of_its_own_with_kind_and_time(client, article):
    moment = timezone.now().replace(year=2024, month=5, day=6, hour=0, minute=30)
    addendum = article.addenda.create(body="<p>続き</p>", added_at=moment)
    correction = article.addenda.create(body="<p>3人は4人の誤り</p>", kind=Addendum.Kind.CORRECTION)
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'id="addendum-{addendum.pk}"' in page
    assert f'<a href="#addendum-{addendum.pk}">追記</a>' in page
    assert f'<a href="#addendum-{correction.pk}">訂正</a>' in page
    assert "2024年05月06日 09:30" in page


def test_the_form_in_the_admin_lifts_and_lets_down(client, article):
    client.force_login(make_owner())
    none = {f"{name}-{form}_FORMS": 0 for name in ("sources", "related_links") for form in ("TOTAL", "INITIAL")}
    fields = none | {
        "version": article.updated_at.isoformat(),
        "publish_anyway": "on",
        "title": "港の朝",
        "slug": article.slug,
        "kind": "article",
        "status": "published",
        "comments": "open",
        "body": "<p>字</p>",
        "series_position": 0,
        "published_at_0": "2024-01-01",
        "published_at_1": "09:00:00",
        "addenda-TOTAL_FORMS": 1,
        "addenda-INITIAL_FORMS": 0,
        "addenda-0-article": article.pk,
        "addenda-0-kind": "addendum",
        "addenda-0-added_at_0": "2024-10-04",
        "addenda-0-added_at_1": "10:00:00",
        "addenda-0-body": "<p>追記</p>",
    }
    address = f"/admin/articles/article/{article.pk}/change/"
    response = client.post(address, fields)
    assert response.status_code == 302, response.context["errors"]
    article.refresh_from_db()
    addendum = article.addenda.get()
    assert article.lifted_at == article.last_addendum_at == addendum.added_at
    fields["version"] = article.updated_at.isoformat()
    fields |= {"addenda-INITIAL_FORMS": 1, "addenda-0-id": addendum.pk, "addenda-0-DELETE": "on"}
    client.post(address, fields)
    article.refresh_from_db()
    assert (article.addenda.count(), article.last_addendum_at) == (0, None)
    assert article.lifted_at == article.published_at


@pytest.mark.django_db(transaction=True)
def test_of_two_that_come_at_once_the_later_moment_counts(article):
    def add_earlier():
        try:
            add(Article.objects.get(pk=article.pk), hours_ago=3)
        finally:
            connection.close()

    other = threading.Thread(target=add_earlier)
    with transaction.atomic():
        later = add(article, hours_ago=1)
        other.start()
        # It waits for the commit, which it must not have read past.
        other.join(0.5)
        assert other.is_alive()
    other.join()
    article.refresh_from_db()
    assert article.addenda.count() == 2
    assert (article.last_addendum_at, article.lifted_at) == (later.added_at, later.added_at)
