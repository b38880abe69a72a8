import pytest
from django.utils import timezone

from articles.models import Article, Popularity
from tests.factories import make_article

pytestmark = pytest.mark.django_db


def test_a_window_has_its_own_order():
    first, second = make_article(), make_article()
    Popularity.objects.create(article=first, week=2, day=1, measured_at=timezone.now())
    Popularity.objects.create(article=second, week=1, day=2, measured_at=timezone.now())
    assert list(Article.objects.popular(2)) == [first, second]
    assert list(Article.objects.popular(2, window="day")) == [second, first]


def test_where_nobody_did_anything_the_newest_stand():
    older, newer = make_article(), make_article()
    assert list(Article.objects.popular(2)) == [newer, older]


@pytest.mark.parametrize(("address", "status"), [("week/", 200), ("day/", 200), ("", 302), ("year/", 404)])
def test_the_pages_of_the_windows(client, address, status):
    assert client.get(f"/popular/{address}").status_code == status
