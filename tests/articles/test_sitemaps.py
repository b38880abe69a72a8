import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import sitemaps
from articles.models import Article
from tests.factories import make_article, make_category, make_picture, make_tag

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"
IMAGE = "{http://www.google.com/schemas/sitemap-image/1.1}"


def read(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    return ElementTree.fromstring(response.content)


def addresses(client, address):
    return [element.text for element in read(client, address).iter(f"{SITEMAP}loc")]


def urls_of(client, section):
    """Those of all files of the section: which file has an article depends on its key."""
    files = [file for file in addresses(client, "/sitemap.xml") if f"/sitemap-{section}.xml" in file]
    return [url for file in files for url in read(client, file[file.index("/sitemap-") :]).iter(f"{SITEMAP}url")]


def test_the_index_names_one_for_each_kind_of_page(client):
    for kind in ("articles", "categories", "tags", "series", "lists"):
        assert f"http://testserver/sitemap-{kind}.xml" in addresses(client, "/sitemap.xml")


def test_each_that_the_index_names_can_be_read(client):
    make_article(category=make_category(), tags=[make_tag()])
    for address in addresses(client, "/sitemap.xml"):
        read(client, address.removeprefix("http://testserver"))


def test_addresses_are_those_of_the_public_site(client, settings):
    settings.SITE_URL = "https://news.example.jp"
    make_article(slug="asa")
    assert "https://news.example.jp/sitemap-articles.xml" in addresses(client, "/sitemap.xml")
    (url,) = urls_of(client, "articles")
    assert url.findtext(f"{SITEMAP}loc") == "https://news.example.jp/articles/asa/"
    assert addresses(client, "/news-sitemap.xml") == ["https://news.example.jp/articles/asa/"]


@pytest.mark.parametrize(
    "hidden", [{"status": "draft"}, {"published_at": timezone.now() + timedelta(1)}], ids=["draft", "scheduled"]
)
def test_it_hides_what_readers_do_not_see(client, hidden):
    make_article(tags=[make_tag()], **hidden)
    assert urls_of(client, "articles") == urls_of(client, "tags") == []
    assert addresses(client, "/news-sitemap.xml") == []


def test_an_article_comes_with_its_last_change_and_its_picture(client):
    picture = make_picture()
    article = make_article(eye_catch=picture)
    (url,) = urls_of(client, "articles")
    changed = timezone.localtime(article.updated_at).isoformat(timespec="seconds")
    assert url.findtext(f"{SITEMAP}lastmod") == changed
    assert url.findtext(f"{IMAGE}image/{IMAGE}loc") == f"http://testserver{picture.file.url}"


def test_what_was_scheduled_has_changed_when_it_appeared(client):
    moment = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    article = make_article(published_at=moment)
    Article.objects.filter(pk=article.pk).update(updated_at=moment - timedelta(days=3))
    (url,) = urls_of(client, "articles")
    assert url.findtext(f"{SITEMAP}lastmod") == timezone.localtime(moment).isoformat()


def test_pages_hold_so_many_keys_and_miss_none(client, monkeypatch):
    monkeypatch.setattr(sitemaps.Rows, "limit", 2)
    articles = [make_article() for _ in range(5)]
    Article.objects.filter(pk=articles[1].pk).delete()
    files = [address for address in addresses(client, "/sitemap.xml") if "sitemap-articles" in address]
    found = [found for file in files for found in addresses(client, file.removeprefix("http://testserver"))]
    left = [article for article in articles if article.pk != articles[1].pk]
    assert found == [f"http://testserver{article.get_absolute_url()}" for article in left]


@pytest.mark.parametrize("page", ["0", "2", "x"])
def test_a_page_that_does_not_exist_is_not_found(client, page):
    make_article()
    assert client.get(f"/sitemap-lists.xml?p={page}").status_code == 404


def test_an_unknown_kind_is_not_found(client):
    assert client.get("/sitemap-comments.xml").status_code == 404


def test_news_are_the_articles_of_two_days(client):
    make_article(slug="old", published_at=timezone.now() - timedelta(hours=49))
    make_article(slug="page", kind="page")
    article = make_article(slug="new", title="A & B", published_at=timezone.now() - timedelta(hours=47))
    (url,) = read(client, "/news-sitemap.xml")
    assert url.findtext(f"{SITEMAP}loc") == "http://testserver/articles/new/"
    news = url.find(f"{NEWS}news")
    assert news.findtext(f"{NEWS}publication/{NEWS}name") == "瓦版"
    assert news.findtext(f"{NEWS}publication/{NEWS}language") == "ja"
    assert news.findtext(f"{NEWS}title") == "A & B"
    moment = timezone.localtime(article.published_at).isoformat(timespec="seconds")
    assert news.findtext(f"{NEWS}publication_date") == moment


def test_what_xml_cannot_hold_is_left_out(client):
    make_article(title="前\x0b後")
    (url,) = read(client, "/news-sitemap.xml")
    assert url.findtext(f"{NEWS}news/{NEWS}title") == "前後"


@pytest.mark.parametrize("address", ["/sitemap.xml", "/sitemap-articles.xml", "/sitemap-tags.xml", "/news-sitemap.xml"])
def test_the_number_of_queries_does_not_grow(client, address, django_assert_max_num_queries):
    make_article(tags=[make_tag()], eye_catch=make_picture())
    # The last of the section's files holds what comes now.
    files = [file for file in addresses(client, "/sitemap.xml") if address in file]
    address = files[-1].removeprefix("http://testserver") if files else address
    client.get(address)
    with django_assert_max_num_queries(6) as few:
        client.get(address)
    for _ in range(5):
        make_article(tags=[make_tag()], eye_catch=make_picture())
    with django_assert_max_num_queries(len(few)):
        client.get(address)
