"""The first page: the lead, what is new, what goes on, what readers say and do."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Popularity, Series
from tests.factories import make_article, make_comment, make_picture

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def titles(page: str) -> list[str]:
    return re.findall(r'<h2 class="summary__title">\s*<a [^>]*>(.*?)</a>', page)


def part(page: str, heading: str) -> str:
    """The section of the page that has this heading; "" when there is none."""
    found = re.search(rf'<section [^>]*aria-labelledby="{heading}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


def titles_in(page: str, heading: str) -> list[str]:
    return re.findall(r'<a class="aside__(?:title|said)" [^>]*>(.*?)</a>', part(page, heading))


def published(title: str, ago: timedelta, **kwargs) -> Article:
    return make_article(title=title, published_at=timezone.now() - ago, **kwargs)


def add_to(article: Article, ago: timedelta, kind: str = "addition") -> None:
    article.addenda.create(body="<p>追記です。</p>", added_at=timezone.now() - ago, kind=kind)


def test_the_newest_leads_and_is_not_in_the_list_again(client):
    for n in (1, 3, 2):
        published(f"{n}日前", n * DAY)
    page = client.get("/").text
    assert titles(page) == ["1日前", "2日前", "3日前"]
    lead, _, rest = page.partition('id="newest-title"')
    assert (titles(lead), titles(rest)) == (["1日前"], ["2日前", "3日前"])
    assert page.count("summary--lead") == 1


def test_what_was_added_to_rises_and_says_so(client):
    add_to(published("古い", 3 * DAY), ago=timedelta(hours=1))
    published("新しい", DAY)
    page = client.get("/").text
    assert titles(page) == ["古い", "新しい"]
    assert page.count("追記あり") == 1


def test_a_correction_says_that_it_is_one(client):
    add_to(published("古い", 3 * DAY), ago=DAY, kind="correction")
    page = client.get("/").text
    assert "訂正あり" in page
    assert "追記あり" not in page


@pytest.mark.parametrize(("ago", "is_told"), [(timedelta(days=6, hours=23), True), (timedelta(days=7, hours=1), False)])
def test_an_addition_is_told_of_for_a_week(client, ago, is_told):
    add_to(published("古い", 30 * DAY), ago=ago)
    assert ("追記あり" in client.get("/").text) == is_told


def test_later_pages_have_no_lead_and_nothing_beside_but_what_is_popular(client):
    series = Series.objects.create(title="峠の鉄道", slug="pass")
    for n in range(21):
        published(f"記事{n}", n * DAY, series=series)
    make_comment(article=Article.objects.newest_first()[0])
    first, second = client.get("/").text, client.get("/?page=2").text
    for heading in ("newest-title", "series-title", "latest-comments-title"):
        assert part(first, heading)
        assert not part(second, heading)
    assert part(first, "popular-title") and part(second, "popular-title")
    assert titles(second) == ["記事20"]
    assert "summary--lead" not in second


# Beside the news


def test_of_each_series_the_newest_part_is_shown(client):
    for name in ("鉄道", "港"):
        series = Series.objects.create(title=name, slug=name)
        for n in (2, 1):
            published(f"{name}の{n}日前", n * DAY, series=series)
    published("鉄道の下書き", timedelta(0), series=Series.objects.get(slug="鉄道"), status=Article.Status.DRAFT)
    page = client.get("/").text
    assert sorted(titles_in(page, "series-title")) == ["港の1日前", "鉄道の1日前"]


def test_popular_is_what_readers_do_something_under_else_the_newest(client):
    older, _newer = published("古い", 2 * DAY), published("新しい", DAY)
    assert titles_in(client.get("/").text, "popular-title") == ["新しい", "古い"]
    Popularity.objects.create(article=older, week=1, measured_at=timezone.now())
    assert titles_in(client.get("/").text, "popular-title") == ["古い"]


def test_what_is_no_longer_public_is_not_popular(client):
    for state in (
        {"status": Article.Status.DRAFT},
        {"published_at": timezone.now() + DAY},
        {"kind": Article.Kind.PAGE},
    ):
        Popularity.objects.create(article=make_article(title="隠れた", **state), week=9, measured_at=timezone.now())
    published("公開", DAY)
    assert titles_in(client.get("/").text, "popular-title") == ["公開"]


def test_the_latest_comments_lead_to_their_places(client):
    article = make_article()
    comments = [make_comment(article=article, text=f"発言{n}") for n in range(6)]
    page = client.get("/").text
    assert titles_in(page, "latest-comments-title") == [f"発言{n}" for n in (5, 4, 3, 2, 1)]
    assert f'href="{comments[5].get_absolute_url()}"' in part(page, "latest-comments-title")


@pytest.mark.parametrize("status", ["pending", "spam", "removed", "withdrawn"])
def test_the_latest_comments_are_those_that_can_be_read(client, status):
    make_comment(text="読める")
    make_comment(text="読めない", status=status)
    assert titles_in(client.get("/").text, "latest-comments-title") == ["読める"]


@pytest.mark.parametrize("state", [{"status": "draft"}, {"published_at": timezone.now() + DAY}], ids=["draft", "ahead"])
def test_nor_are_comments_shown_of_what_is_not_public(client, state):
    comment = make_comment(text="読めない")
    Article.objects.filter(pk=comment.article_id).update(**state)
    make_article()
    page = client.get("/").text
    assert not part(page, "latest-comments-title")
    assert "読めない" not in page


def test_a_comment_is_text(client):
    make_comment(text="<b>太字</b>" + "あ" * 100)
    (shown,) = titles_in(client.get("/").text, "latest-comments-title")
    assert shown.startswith("&lt;b&gt;太字")
    assert len(shown) < 100


def test_an_empty_site_has_no_empty_parts(client):
    page = client.get("/").text
    assert "まだ記事がありません" in page
    for heading in ("newest-title", "series-title", "popular-title", "latest-comments-title"):
        assert not part(page, heading)
    assert 'aria-label="分類"' not in page


# Pictures


def eager(page: str) -> list[str]:
    """The pictures that are asked for at once."""
    pictures = re.findall(r"<img[^>]*>", page)
    assert all(('fetchpriority="high"' in picture) != ('loading="lazy"' in picture) for picture in pictures)
    return [picture for picture in pictures if "lazy" not in picture]


@pytest.mark.parametrize("address", ["/", "/?page=2", "/archive/2020/1/"])
def test_the_first_line_of_a_list_has_its_picture_at_once_and_the_others_when_they_are_near(client, address):
    for _ in range(24):
        make_article(published_at=datetime(2020, 1, 2, tzinfo=UTC), eye_catch=make_picture())
    page = client.get(address).text
    assert page.count("<img") > 1
    assert len(eager(page)) == 1
