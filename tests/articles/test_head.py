"""What a page's head tells machines: its own address, Open Graph, JSON-LD."""

import json
import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import structured_data
from articles.models import Series
from tests.factories import make_article, make_category, make_comment, make_picture, make_tag, make_user

pytestmark = pytest.mark.django_db

# What Google asks for or recommends: developers.google.com/search/docs/appearance/structured-data
ARTICLE = {"headline", "image", "datePublished", "dateModified", "author", "publisher", "mainEntityOfPage"}


def head_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return response.text.partition("</head>")[0]


def graph_of(head):
    """The things of the page's JSON-LD, by their type."""
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head)
    data = json.loads(text)
    assert data["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in data["@graph"]}


def canonical(head):
    (address,) = re.findall(r'<link rel="canonical" href="([^"]*)">', head)
    return address


def og(head, name):
    return re.findall(rf'<meta property="{name}" content="([^"]*)">', head)


@pytest.fixture
def article():
    author = make_user(last_name="港", first_name="一郎")
    category = make_category(name="海", slug="sea", parent=make_category(name="自然", slug="nature"))
    about = {"title": "港の朝", "slug": "asa", "lead": "静かな始まり", "eye_catch": make_picture(author="写真部")}
    return make_article(**about, author=author, category=category, tags=[make_tag(name="港町")])


def test_an_article_is_told_as_news_with_its_discussion(client, article):
    make_comment(article=article)
    Series.objects.create(title="港の一年", slug="year").articles.add(article)
    article.sources.create(title="統計", publisher="役場", url="https://example.com/s", language="en")
    news = graph_of(head_of(client, "/articles/asa/"))["NewsArticle"]
    assert news.keys() >= ARTICLE
    assert news["headline"] == "港の朝"
    assert news["author"]["name"] == article.author.get_full_name()
    assert news["author"]["url"] == f"http://testserver/authors/{article.author_id}/"
    assert news["commentCount"] == 1
    assert news["discussionUrl"] == "http://testserver/articles/asa/#comments"
    assert news["articleSection"] == "海"
    assert news["isPartOf"] == {
        "@type": "CreativeWorkSeries",
        "name": "港の一年",
        "url": "http://testserver/series/year/",
    }
    assert news["citation"][0]["publisher"]["name"] == "役場"
    assert news["image"][0]["url"].startswith("http://testserver/media/")
    assert {"name", "url", "logo"} <= news["publisher"].keys()


def test_an_addendum_is_a_modification(client, article):
    article.addenda.create(body="<p>追記</p>", added_at=timezone.now() + timedelta(hours=1))
    news = graph_of(head_of(client, "/articles/asa/"))["NewsArticle"]
    assert news["dateModified"] > news["datePublished"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+09:00", news["dateModified"])


def test_nobodys_name_for_signing_in_is_told(client):
    make_article(slug="asa", author=make_user(username="secret-login"))
    head = head_of(client, "/articles/asa/")
    assert "secret-login" not in head
    assert graph_of(head)["NewsArticle"]["author"]["@type"] == "Organization"


@pytest.mark.parametrize(
    ("address", "names"),
    [("/articles/asa/", ["瓦版", "自然", "海", "港の朝"]), ("/categories/sea/", ["瓦版", "自然", "海"])],
)
def test_the_way_from_home_is_told(client, article, address, names):
    crumbs = graph_of(head_of(client, address))["BreadcrumbList"]["itemListElement"]
    assert [crumb["name"] for crumb in crumbs] == names
    assert [crumb["position"] for crumb in crumbs] == list(range(1, len(names) + 1))
    assert all(crumb["item"].startswith("http://testserver/") for crumb in crumbs)


def test_home_tells_of_the_site_and_its_search(client):
    site = graph_of(head_of(client, "/"))["WebSite"]
    assert site["potentialAction"]["target"]["urlTemplate"] == "http://testserver/search/?q={words}"
    assert site["potentialAction"]["query-input"] == "required name=words"


def test_nothing_ends_the_script_or_its_lines():
    text = structured_data.script({"name": "</script><!-- & \u2028"})
    assert text.count("<") == 2
    assert "\u2028" not in text
    assert json.loads(text[text.index(">") + 1 : text.rindex("<")])["@graph"][0]["name"] == "</script><!-- & \u2028"


@pytest.mark.parametrize("query", ["", "?utm_source=x", "?order=new", "?order=best&utm_source=x", "?comments=1"])
def test_an_article_has_one_address_whatever_is_appended(client, article, query):
    assert canonical(head_of(client, f"/articles/asa/{query}")) == "http://testserver/articles/asa/"


def test_addresses_are_those_of_the_public_site(client, article, settings):
    settings.SITE_URL = "https://news.example.jp"
    head = head_of(client, "/articles/asa/")
    assert canonical(head) == "https://news.example.jp/articles/asa/"
    assert og(head, "og:image")[0].startswith("https://news.example.jp/media/")


def test_pages_of_a_list_name_themselves_and_their_neighbours(client):
    for _ in range(45):
        make_article(category=None)
    first, second = head_of(client, "/?page=1"), head_of(client, "/?page=2&fbclid=x")
    assert canonical(first) == "http://testserver/"
    assert '<link rel="prev"' not in first
    assert canonical(second) == "http://testserver/?page=2"
    assert '<link rel="prev" href="/">' in second
    assert '<link rel="next" href="/?page=3">' in second


def test_open_graph_tells_what_a_link_to_an_article_shows(client, article):
    head = head_of(client, "/articles/asa/")
    assert og(head, "og:type") == ["article"]
    assert og(head, "og:title") == ["港の朝"]
    assert og(head, "og:description") == ["静かな始まり"]
    assert og(head, "og:url") == ["http://testserver/articles/asa/"]
    assert og(head, "article:tag") == ["港町"]
    assert og(head, "article:published_time") and og(head, "article:modified_time")
    assert '<meta name="twitter:card" content="summary_large_image">' in head


def test_a_list_shows_the_sites_mark(client, article):
    head = head_of(client, "/categories/sea/")
    assert og(head, "og:image") == ["http://testserver/static/icons/512.png"]
    assert og(head, "og:type") == ["website"]


def test_a_draft_tells_machines_nothing(client):
    draft = make_article(status="draft", preview_secret="s" * 43)
    head = head_of(client, f"/preview/{draft.preview_secret}/")
    assert '<meta name="robots" content="noindex">' in head
    for name in ("ld+json", "canonical", "og:"):
        assert name not in head


def test_a_page_is_no_news(client):
    make_article(kind="page", slug="about")
    assert graph_of(head_of(client, "/pages/about/")).keys() == {"BreadcrumbList"}
