"""What the pages of lists ask the database, as the site grows: as many queries as ever, and none from end to end."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.models import Article, Picture, Popularity, Series
from comments.models import Comment
from tests.factories import make_article, make_category, make_comment, make_owner, make_picture, make_tag, make_user
from tests.plans import rows_read, wide_rows_passed_on

pytestmark = pytest.mark.django_db

ADDRESSES = {
    "home": "/",
    "home, page 2": "/?page=2",
    "author": "/authors/{author}/",
    "all_series": "/series/",
    "series": "/series/year/",
    "popular": "/popular/week/",
    "category": "/categories/sea/",
    "tag": "/tags/harbour/",
    "archive": "/archive/",
    "year": "/archive/2026/",
    "month": "/archive/2026/10/",
    "articles found": "/search/?q=港",
    "comments found": "/search/?q=列車&in=comments",
}

ARTICLES = 10_000
AUTHORS = 100
PARTS = 20


@pytest.fixture
def placed():
    """What puts an article on every list."""
    author = make_user(last_name="港", first_name="一郎")
    series = Series.objects.create(title="港の一年", slug="year")
    sea, harbour = make_category(slug="sea"), make_tag(slug="harbour")
    return {"author": author, "series": series, "category": sea, "tags": [harbour]}


def add(number: int, placed: dict) -> None:
    """Articles that have everything a line of a list can show, each in a month of its own and with a series beside it."""
    for n in range(number):
        moment = timezone.datetime(2026, 10, 3, 3, 0, n, tzinfo=timezone.get_current_timezone())
        article = make_article(title="港の朝", published_at=moment, eye_catch=make_picture(), **placed)
        article.addenda.create(body="<p>追記です。</p>", added_at=timezone.now())
        Popularity.objects.create(article=article, week=n + 1, measured_at=timezone.now())
        make_comment(article=article, text="列車の話")
        beside = {"series": Series.objects.create(title="別の件", slug=f"s{article.pk}"), "category": make_category()}
        make_article(published_at=moment - timedelta(days=300 + 31 * n), **beside)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_a_list_asks_no_more_when_the_site_grows(client, placed, address):
    address = address.format(author=placed["author"].pk)
    add(11 if "page=2" in address else 2, placed)
    few = queries(client, address)
    add(10, placed)
    assert len(queries(client, address)) == len(few)


def queries(client, address: str) -> list[str]:
    """The statements behind the page. The first answer may fill what a process keeps, so the second counts."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in asked]


# Plans


def fill(placed: dict) -> None:
    """A newspaper's archive: authors and series have as many articles each as the others."""
    authors = [placed["author"], *(make_user() for _ in range(AUTHORS - 1))]
    series = [Series(title=f"件{n}", slug=f"s{n}") for n in range(ARTICLES // PARTS - 1)]
    series = [placed["series"], *Series.objects.bulk_create(series)]
    # A fourth of all below one category.
    below = [make_category(parent=placed["category"]) for _ in range(5)]
    categories = [placed["category"], *below, *(make_category() for _ in range(18))]
    now = timezone.now()
    articles = Article.objects.bulk_create(
        Article(
            title=f"記事{n}",
            slug=f"a{n}",
            body="<p>本文です。</p>" * 20,
            status=Article.Status.PUBLISHED,
            published_at=now - timedelta(hours=n + 1),
            lifted_at=now - timedelta(hours=n + 1),
            author=authors[n % AUTHORS],
            category=categories[n % len(categories)],
            series=series[n % len(series)],
        )
        for n in range(ARTICLES)
    )
    Popularity.objects.bulk_create(
        Popularity(article=article, week=n % 997, measured_at=now) for n, article in enumerate(articles)
    )
    with connection.cursor() as cursor:
        for model in (Article, Popularity, Series, Comment):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


def scans(sql: str) -> list[str]:
    """Where the plan reads one of the tables that grow from end to end."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = [row[0] for row in cursor.fetchall()]
    return [line for line in plan if re.search(r"Seq Scan on articles_(article|popularity)\b", line)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_no_list_reads_all_articles_to_show_twenty(client, placed):
    fill(placed)
    for name in ("home", "home, page 2", "author", "series", "popular"):
        asked = queries(client, ADDRESSES[name].format(author=placed["author"].pk))
        # How many pages there are is counted over all that is listed; of home that is everything.
        limited = [sql for sql in asked if " LIMIT " in sql and '"articles_article"' in sql]
        assert limited
        found = {sql: scans(sql) for sql in limited}
        assert not any(found.values()), (name, {sql: plan for sql, plan in found.items() if plan})


def add_pictures() -> None:
    """To each article one of its own."""
    Picture.objects.bulk_create(
        Picture(file=f"p{n}.jpg", width=9, height=9, widths=[], alt="港") for n in range(ARTICLES)
    )
    with connection.cursor() as cursor:
        first = "(SELECT min(id) FROM articles_picture) - (SELECT min(id) FROM articles_article)"
        cursor.execute(f"UPDATE articles_article SET eye_catch_id = id + {first}")
        cursor.execute("ANALYZE articles_picture")
        cursor.execute("ANALYZE articles_article")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_a_far_page_passes_over_the_others_without_a_look_at_the_rows(client, placed):
    fill(placed)
    (shown,) = [sql for sql in queries(client, "/?page=400") if " OFFSET " in sql]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {shown}")
        assert "Index Only Scan using article_lifted" in str(cursor.fetchall())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_pictures_that_need_nothing_are_not_looked_at_each_minute(placed):
    fill(placed)
    add_pictures()
    with CaptureQueriesContext(connection) as asked:
        Picture.objects.renew_older()
    assert [rows_read(query["sql"]) for query in asked] == [0]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_a_large_category_is_read_no_further_than_its_page(client, placed):
    fill(placed)
    asked = [sql for sql in queries(client, ADDRESSES["category"]) if '"articles_article"' in sql]
    assert asked
    assert max(rows_read(sql) for sql in asked if " LIMIT " in sql) < 200


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_of_the_articles_that_a_page_skips_only_the_keys_are_read(client, placed):
    fill(placed)
    for address in ("/?page=450", "/categories/sea/?page=100"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).text.count("<article") == 20
        (sql,) = (query["sql"] for query in asked if " OFFSET " in query["sql"])
        assert rows_read(sql) > 1_000
        assert wide_rows_passed_on(sql, 100) < 100


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_the_articles_before_and_after_are_found_without_reading_those_between(client, placed):
    fill(placed)
    article = Article.objects.newest_first()[ARTICLES // 2]
    with CaptureQueriesContext(connection) as asked:
        assert (article.newer().slug, article.older().slug) == (f"a{ARTICLES // 2 - 1}", f"a{ARTICLES // 2 + 1}")
    assert [rows_read(query["sql"]) < 100 for query in asked] == [True, True]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only on PostgreSQL")
def test_the_owners_lists_are_not_sorted_as_a_whole(client, placed):
    fill(placed)
    Picture.objects.bulk_create(Picture(file="a.jpg", width=1, height=1, widths=[], alt=f"絵{n}") for n in range(5_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE articles_picture")
    client.force_login(make_owner())
    for address in ("/admin/articles/article/", "/admin/articles/picture/"):
        asked = [sql for sql in queries(client, address) if " LIMIT " in sql]
        lists = [sql for sql in asked if "ORDER BY" in sql and ("articles_article" in sql or "articles_picture" in sql)]
        assert lists
        assert max(rows_read(sql) for sql in lists) < 500, address
