from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Series
from tests.factories import make_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def parts():
    series = Series.objects.create(title="峠の鉄道", slug="pass")
    now = timezone.now()
    told = [
        make_article(title=f"{n}の話", series=series, published_at=now - timedelta(days=n)) for n in range(3, 0, -1)
    ]
    make_article(title="まだ秘密", series=series, status=Article.Status.DRAFT)
    return told


def test_an_article_stands_between_the_parts_before_and_after(parts):
    place = parts[1].place_in_series
    assert (place.number, place.total, place.previous, place.next) == (2, 3, parts[0], parts[2])


def test_the_owners_order_goes_before_the_date(parts):
    Article.objects.filter(pk=parts[2].pk).update(series_position=0)
    Article.objects.filter(pk__in=[parts[0].pk, parts[1].pk]).update(series_position=1)
    assert Article.objects.get(pk=parts[0].pk).place_in_series.previous == parts[2]


def test_the_page_tells_the_affair_from_its_beginning(client, parts):
    page = client.get("/series/pass/").text
    chain = page.partition('class="chain"')[2]
    assert chain.index("3の話") < chain.index("2の話") < chain.index("1の話")
    assert "まだ秘密" not in page


@pytest.mark.parametrize("address", ["/series/no/", "/series/pass/?page=2", "/series/pass/?page=abc"])
def test_it_does_not_find_what_is_not_there(client, parts, address):
    assert client.get(address).status_code == 404


def test_a_series_of_drafts_is_not_shown(client):
    make_article(series=Series.objects.create(title="下書きの件", slug="x"), status=Article.Status.DRAFT)
    assert "下書きの件" not in client.get("/series/").text
    assert client.get("/series/x/").status_code == 404
