"""The pages that list articles: home, category, tag, archive and month."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.redirects.models import Redirect
from django.utils import timezone

from articles.models import Article, Popularity
from tests.factories import make_article, make_category, make_tag, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def everywhere():
    """What puts an article on every list, and the address of each."""
    category, tag = make_category(slug="sea"), make_tag(slug="harbour")
    moment = datetime(2026, 10, 3, 3, 0, tzinfo=UTC)
    addresses = ["/", "/categories/sea/", "/tags/harbour/", "/archive/2026/10/"]
    return {"category": category, "tags": [tag], "published_at": moment}, addresses


def test_it_lists_an_article_on_each(client, everywhere):
    placed, addresses = everywhere
    article = make_article(title="灯台の一日", **placed)
    for address in addresses:
        page = client.get(address).text
        assert "灯台の一日" in page
        assert f'href="/articles/{article.slug}/"' in page


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Article.Status.DRAFT},
        {"published_at": timezone.now() + timedelta(days=1)},
        {"kind": Article.Kind.PAGE},
    ],
)
def test_it_hides_drafts_what_is_scheduled_and_pages(client, everywhere, hidden):
    placed, addresses = everywhere
    soon = timezone.localtime(hidden.get("published_at", timezone.now()))
    make_article(title="ここにないもの", **placed | hidden)
    for address in [*addresses, f"/archive/{soon.year}/{soon.month}/"]:
        page = client.get(address).text
        assert "ここにないもの" not in page.partition("<footer")[0]


def test_it_lists_twenty_on_a_page(client):
    for _ in range(21):
        make_article()
    first, second = client.get("/").text, client.get("/?page=2").text
    assert first.count('<article class="summary') == 20
    assert second.count('<article class="summary') == 1
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="/"' in second


def test_each_page_goes_on_where_the_one_before_ends(client):
    category, tag = make_category(slug="sea"), make_tag(slug="harbour")
    author = make_user(last_name="港")
    about = {"category": category, "tags": [tag], "author": author}
    moment = datetime(2026, 10, 3, 3, 0, tzinfo=UTC)
    for n in range(45):
        # Some come at the same moment.
        article = make_article(title=f"第{n:02}報", published_at=moment + timedelta(minutes=n * 7 % 40), **about)
        Popularity.objects.create(article=article, week=n * 11 % 30 + 1, measured_at=timezone.now())
    newest = [article.title for article in Article.objects.newest_first()]
    for address in ("/", "/categories/sea/", "/tags/harbour/", f"/authors/{author.pk}/", "/archive/2026/10/"):
        assert titles(client, address) == newest, address
    assert titles(client, "/popular/week/") == [a.title for a in Article.objects.most_popular_first("week")]


def titles(client, address: str) -> list[str]:
    """Of all pages of the list."""
    pages = [client.get(f"{address}?page={n}").text for n in (1, 2, 3)]
    return [title for page in pages for title in re.findall(r'<article class="summary.*?(第\d\d報)', page, re.DOTALL)]


@pytest.mark.parametrize("number", ["0", "2", "abc", "-1"])
def test_it_does_not_find_a_page_that_is_not_there(client, number):
    make_article()
    assert client.get("/", {"page": number}).status_code == 404


def test_an_empty_site_says_so(client):
    assert "まだ記事がありません" in client.get("/").text


def test_a_category_shows_its_articles_and_those_below_it(client):
    parent = make_category(slug="sea", name="海")
    child = make_category(parent=parent, name="港")
    make_article(category=child, title="港の朝")
    page = client.get("/categories/sea/").text
    assert "港の朝" in page
    assert child.get_absolute_url() in page


def test_the_menu_stays_short_and_leads_to_all_categories(client):
    for n in range(8):
        make_category(name=f"大分類{n}", slug=f"top-{n}")
    make_category(name="小分類", slug="below", parent=make_category(name="親分類", slug="above"))
    assert client.get("/").text.count("大分類") == 6
    page = client.get("/categories/").text
    assert page.count('href="/categories/top-') == 8 + 6
    assert page.index('href="/categories/above/"') < page.index('href="/categories/below/"')


def test_a_sub_category_leads_back_up(client):
    child = make_category(slug="harbour", parent=make_category(slug="sea", name="海"))
    assert 'href="/categories/sea/"' in client.get(child.get_absolute_url()).text


@pytest.mark.parametrize(
    "address",
    ["/categories/no/", "/tags/no/", "/archive/2026/13/", "/archive/0/1/", "/archive/99999/1/", "/archive/2020/1/"],
)
def test_it_does_not_find_what_is_not_there(client, address):
    make_article()
    response = client.get(address)
    assert response.status_code == 404
    assert "ページが見つかりません" in response.text


def test_a_japanese_slug_travels_percent_encoded(client):
    tag = make_tag(name="空", slug="空")
    make_article(tags=[tag], title="空の話")
    assert tag.get_absolute_url() == "/tags/%E7%A9%BA/"
    assert "空の話" in client.get(tag.get_absolute_url()).text


def test_a_month_begins_where_the_readers_are(client):
    # 15:00 on the last of September in London is midnight in Tokyo.
    make_article(title="十月のもの", published_at=datetime(2026, 9, 30, 15, 0, tzinfo=UTC))
    assert "十月のもの" in client.get("/archive/2026/10/").text
    assert client.get("/archive/2026/9/").status_code == 404


def test_the_archive_names_each_month_once(client):
    for day in (1, 2):
        make_article(published_at=datetime(2026, 10, day, 3, 0, tzinfo=UTC))
    page = client.get("/archive/").text
    assert page.count('href="/archive/2026/10/"') == 1
    assert "2026年10月" in page


def test_a_short_address_of_wordpress_leads_to_the_article(client):
    article = make_article(slug="kiji")
    Redirect.objects.create(site_id=1, old_path="/?p=123", new_path=article.get_absolute_url())
    response = client.get("/?p=123")
    assert (response.status_code, response["Location"]) == (301, "/articles/kiji/")
    assert client.get("/?p=124").status_code == 200
    assert client.get("/?p=123&utm_source=a")["Location"] == "/articles/kiji/"


def test_an_old_address_is_known_with_what_others_append(client):
    Redirect.objects.create(site_id=1, old_path="/2020/a/", new_path="/articles/a/")
    assert client.get("/2020/a/?fbclid=1")["Location"] == "/articles/a/"


def test_a_short_address_of_a_page_does_too(client):
    Redirect.objects.create(site_id=1, old_path="/?page_id=5", new_path="/pages/about/")
    assert client.get("/?page_id=5")["Location"] == "/pages/about/"


@pytest.mark.parametrize("address", ["/", "/categories/", "/categories/sea/", "/tags/harbour/", "/archive/2026/10/"])
def test_the_number_of_queries_does_not_grow(client, everywhere, address, django_assert_max_num_queries):
    placed, _addresses = everywhere
    make_article(**placed)
    with django_assert_max_num_queries(14) as few:
        client.get(address)
    for _ in range(10):
        make_article(**placed)
    with django_assert_max_num_queries(len(few)):
        client.get(address)
