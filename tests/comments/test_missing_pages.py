"""The page for an address that no page has."""

import re

import pytest
from django.contrib.redirects.models import Redirect
from django.db import OperationalError

from comments import limits, missing_pages
from comments.limits import Limit
from comments.models import RateLimit
from tests.factories import make_article

pytestmark = pytest.mark.django_db

HTML = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}


def missing(client, path):
    response = client.get(path, **HTML)
    assert response.status_code == 404
    assert int(response["Content-Length"]) == len(response.content)
    return response


def offered(response):
    return re.findall(r'<li><a href="[^"]+">([^<]+)</a></li>', response.text)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/2024/05/12/new-missile_test/", ["missile", "test", "new"]),
        ("/articles/弾道ミサイル-発射.html", ["弾道ミサイル", "発射"]),
        ("/a%zz/空軍+訓練", ["空軍", "訓練"]),
        ("/x/index.php", ["index"]),
        # Neither a word nor an article's name.
        ("/2024/05/", []),
        ("/wp-content/themes/style.css", []),
        ("/.env", []),
        ("/admin/missing-thing/", []),
        ("/static/css/some-name", []),
        ("/" + "a" * 101, []),
        ("/", []),
    ],
    ids=lambda value: value[:25] if isinstance(value, str) else "",
)
def test_the_words_of_an_address(path, words):
    assert missing_pages.words_in(missing_pages.name_in(path)) == words


def test_the_form_holds_the_words_of_the_address(client):
    response = missing(client, "/2024/05/new-missile-test/")
    assert 'value="missile test new"' in response.text
    assert 'action="/search/"' in response.text


def test_articles_with_the_words_are_offered(client):
    make_article(title="空軍の訓練")
    make_article(title="海の訓練")
    make_article(title="別の話")
    make_article(title="空軍の訓練の下書き", status="draft")
    assert offered(missing(client, "/articles/空軍-訓練/")) == ["空軍の訓練", "海の訓練"]


def test_an_address_that_was_cut_off_leads_to_its_article(client):
    make_article(title="題", slug="長い長い題の記事")
    assert offered(missing(client, "/articles/長い長い題/")) == ["題"]


def test_at_most_five_are_offered_in_few_queries(client, django_assert_max_num_queries):
    for n in range(8):
        make_article(title=f"空軍{n}")
    with django_assert_max_num_queries(16):
        assert len(offered(missing(client, "/articles/空軍-訓練-演習-北部-南部/"))) == 5


def test_what_was_written_in_the_address_stays_text(client):
    response = missing(client, '/x/"><script>alert(1)<|script>')
    assert "<script>" not in response.text


@pytest.mark.parametrize("path", ["/favicon-x.png", "/wp-login.cgi", "/1234/", "/media/no-such-picture"])
def test_files_cost_no_search(client, path):
    make_article(title="picture")
    assert offered(missing(client, path)) == []
    assert not RateLimit.objects.exists()


def test_who_wants_no_page_gets_no_search(client):
    make_article(title="空軍")
    for ask in (
        lambda: client.get("/articles/空軍/", HTTP_ACCEPT="application/json"),
        lambda: client.head("/articles/空軍/", **HTML),
    ):
        assert ask().status_code == 404
    assert not RateLimit.objects.exists()


def test_a_scanner_is_searched_for_only_for_a_while(client, monkeypatch):
    limit = limits.MISSING_PAGES_PER_NETWORK
    monkeypatch.setattr(limits, "MISSING_PAGES_PER_NETWORK", Limit(limit.name, 1, limit.per, limit.reason))
    make_article(title="空軍")
    assert offered(missing(client, "/articles/空軍1/")) == []
    assert offered(missing(client, "/articles/空軍-x/")) == []
    assert 'value="空軍"' in missing(client, "/articles/空軍-1/").text
    # Readers who search are not counted with it.
    assert client.get("/search/", {"q": "空軍"}).status_code == 200


def test_a_failing_database_costs_only_the_offer(client, monkeypatch):
    def fail(name):
        raise OperationalError("gone")

    monkeypatch.setattr(missing_pages, "_similar", fail)
    assert "ページが見つかりません" in missing(client, "/articles/空軍/").text


def test_an_address_that_has_moved_is_not_searched_for(client):
    Redirect.objects.create(site_id=1, old_path="/old-name/", new_path="/")
    assert client.get("/old-name/", **HTML).status_code == 301
    # The slash is added by Django.
    assert client.get("/search", **HTML).status_code == 301
    assert not RateLimit.objects.exists()


@pytest.mark.parametrize("path", ["/%00x", "/%ff%fe-word/", "/" + "%E3%81" * 20, "/a/../b-c", "/%F0%9F%98%80word/"])
def test_no_address_makes_an_error(client, path):
    assert client.get(path, **HTML).status_code == 404


def test_the_page_is_the_same_for_everybody_and_no_page_for_search_engines(client):
    response = missing(client, "/articles/空軍/")
    assert not response.cookies
    assert '<meta name="robots" content="noindex">' in response.text
