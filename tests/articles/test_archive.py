"""The archive: years and months with how much was published in each."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from tests.factories import make_article

pytestmark = pytest.mark.django_db

MONTH = re.compile(r'<a href="/archive/(\d+/\d+)/">[^<]*<span class="months__count">(.*?)</span>')


def published(*day, hour: int = 3, **kwargs) -> Article:
    return make_article(published_at=datetime(*day, hour, tzinfo=UTC), **kwargs)


@pytest.fixture
def years():
    """Articles in three months of two years, and what is not counted."""
    for day in ((2025, 12, 5), (2026, 3, 1), (2026, 10, 2), (2026, 10, 30)):
        published(*day, title="{}年{}月{}日".format(*day))
    published(2026, 10, 3, title="下書き", status=Article.Status.DRAFT)
    published(2026, 10, 3, title="固定ページ", kind=Article.Kind.PAGE)
    make_article(title="予約", published_at=timezone.now() + timedelta(days=1))


def test_it_counts_what_readers_can_read_in_each_month_the_newest_first(client, years):
    page = client.get("/archive/").text
    assert MONTH.findall(page) == [("2026/10", "2件"), ("2026/3", "1件"), ("2025/12", "1件")]
    assert re.findall(r'id="year-(\d+)"', page) == ["2026", "2025"]


def test_a_year_counts_its_months_and_lists_its_articles(client, years):
    page = client.get("/archive/2026/").text
    assert MONTH.findall(page) == [("2026/10", "2件"), ("2026/3", "1件")]
    words = page.partition("popular-title")[0]
    assert [day in words for day in ("2026年10月30日", "2026年3月1日", "2025年12月5日")] == [True, True, False]
    assert not any(hidden in words for hidden in ("下書き", "固定ページ", "予約"))


def test_years_and_months_lead_to_those_beside_them_that_have_something(client, years):
    assert 'class="neighbours__older" href="/archive/2025/"' in client.get("/archive/2026/").text
    assert 'class="neighbours__newer" href="/archive/2026/"' in client.get("/archive/2025/").text
    month = client.get("/archive/2026/3/").text
    assert 'class="neighbours__older" href="/archive/2025/12/"' in month
    assert 'class="neighbours__newer" href="/archive/2026/10/"' in month
    assert "neighbours__newer" not in client.get("/archive/2026/10/").text


def test_a_year_begins_where_the_readers_are(client):
    # 15:00 on the last of December in London is midnight in Tokyo.
    published(2025, 12, 31, hour=15)
    assert client.get("/archive/2026/1/").status_code == 200
    assert client.get("/archive/2025/").status_code == 404
    assert MONTH.findall(client.get("/archive/").text) == [("2026/1", "1件")]


def test_a_year_has_pages(client):
    for _ in range(21):
        published(2026, 10, 2)
    assert client.get("/archive/2026/").text.count('<article class="summary') == 20
    assert client.get("/archive/2026/?page=2").text.count('<article class="summary') == 1
    assert client.get("/archive/2026/10/?page=2").text.count('<article class="summary') == 1


@pytest.mark.parametrize("number", ["abc", "999", "0", "-1", "９", "1" * 30])
@pytest.mark.parametrize("address", ["/archive/2026/", "/archive/2026/10/"])
def test_it_does_not_find_a_page_that_is_not_there(client, years, address, number):
    assert client.get(address, {"page": number}).status_code == 404


@pytest.mark.parametrize(
    "address", ["2024/", "0/", "10000/", "99999/", "2026/2/", "2026/0/", "2026/13/", "9999/12/", "1/1/", "abc/"]
)
def test_it_does_not_find_a_time_without_articles(client, years, address):
    assert client.get(f"/archive/{address}").status_code == 404


def test_an_empty_archive_says_so(client):
    page = client.get("/archive/").text
    assert "記事がありません" in page
    assert not MONTH.findall(page)
