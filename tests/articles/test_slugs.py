from datetime import date

import pytest

from articles.slugs import LENGTH, fold_title, suggestions
from tests.articles.typed import change, typed
from tests.factories import make_article

DAY = date(2026, 10, 4)


@pytest.mark.parametrize(
    ("title", "suggested"),
    [
        ("F-35の配備", ["f-35", "20261004-f-35", "f-35の配備"]),
        ("港の朝", ["20261004", "港の朝"]),
        ("2026年の予算", ["20261004-2026", "2026年の予算"]),
        ("Morning News", ["morning-news", "20261004-morning-news"]),
        ("!?", ["20261004"]),
    ],
)
def test_it_suggests_addresses(title, suggested):
    assert suggestions(title, DAY) == suggested


def test_suggestions_are_short():
    assert all(len(slug) <= LENGTH + len("20261004-") for slug in suggestions("news " * 50 + "港" * 99, DAY))


@pytest.mark.parametrize("title", ["F-35の配備", "f-35 の 配備", "F-35の配備 "])
def test_titles_that_read_the_same_are_the_same(title):
    assert fold_title(title) == "f-35の配備"


def test_a_folded_title_fits_its_column():
    assert len(fold_title("㍿" * 300)) == 300


def test_an_address_that_readers_knew_leads_to_the_new_one(client, owner):
    article = make_article(slug="old")
    client.post(change(article), typed(article, slug="new"))
    response = client.get("/articles/old/")
    assert (response.status_code, response.url) == (301, "/articles/new/")


def test_two_changes_lead_there_in_one_step(client, owner):
    article = make_article(slug="first")
    for slug in ("second", "third"):
        client.post(change(article), typed(article, slug=slug))
    assert client.get("/articles/first/").url == "/articles/third/"
    assert client.get("/articles/second/").url == "/articles/third/"


def test_an_address_may_come_back(client, owner):
    article = make_article(slug="first")
    for slug in ("second", "first"):
        client.post(change(article), typed(article, slug=slug))
    assert client.get("/articles/first/").status_code == 200
    assert client.get("/articles/second/").url == "/articles/first/"


def test_a_japanese_address_is_known_by_its_letters(client, owner):
    article = make_article(slug="港の朝")
    client.post(change(article), typed(article, slug="asa"))
    assert client.get("/articles/%E6%B8%AF%E3%81%AE%E6%9C%9D/").url == "/articles/asa/"


def test_a_draft_leaves_no_address_behind(client, owner):
    article = make_article(slug="old", status="draft")
    client.post(change(article), typed(article, slug="new"))
    assert client.get("/articles/old/").status_code == 404


def test_a_slug_that_is_too_long_for_the_table_is_saved(client, owner):
    article = make_article(slug="a" * 200)
    assert client.post(change(article), typed(article, slug="new")).status_code == 302
