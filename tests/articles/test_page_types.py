"""Every kind of page that readers get, in both languages, has none of the faults that page_faults knows."""

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from articles.models import Popularity, Series
from comments.models import Policy
from tests.articles.page_faults import faults_of
from tests.factories import make_article, make_category, make_comment, make_picture, make_tag, make_user

pytestmark = pytest.mark.django_db

PAGES = {
    "home": "/",
    "home, page 2": "/?page=2",
    "article": "/articles/asa/",
    "article, newest first": "/articles/asa/?order=new",
    "page": "/pages/about/",
    "categories": "/categories/",
    "category": "/categories/sea/",
    "tag": "/tags/harbour/",
    "author": "/authors/{author}/",
    "all_series": "/series/",
    "series": "/series/year/",
    "archive": "/archive/",
    "year": "/archive/2026/",
    "month": "/archive/2026/10/",
    "popular": "/popular/week/",
    "search": "/search/",
    "articles found": "/search/?q=港",
    "comments found": "/search/?q=列車&in=comments",
    "nothing found": "/search/?q=見つからない言葉",
    "a comment's replies": "/comments/{comment}/",
    "reply": "/comments/{comment}/reply/",
    "vote": "/comments/{comment}/vote/",
    "report": "/comments/{comment}/report/",
    "by": "/articles/asa/by/{public_id}/",
    "mine": "/mine/",
    "privacy": "/privacy/",
    "log": "/moderation/",
    "404": "/articles/minato-no-asa/",
}

BODY = (
    "<h2>朝</h2><p>港の朝です。</p><h3>船</h3><p>船が出ます。</p><h2>昼</h2><p>港の昼です。</p><h2>朝</h2><p>おわり。</p>"
    "<blockquote><p>引用です。</p></blockquote><p>https://www.youtube.com/watch?v=dQw4w9WgXcQ</p>"
)


@pytest.fixture
def addresses():
    """A site that has something on each of the pages; the addresses where keys are in them."""
    Policy.objects.update_or_create(pk=1, defaults={"has_public_log": True})
    author = make_user(last_name="港", first_name="一郎")
    sea = make_category(name="海", slug="sea", description="海の記事です。", parent=make_category(name="自然"))
    make_category(name="湾", parent=sea)
    series = Series.objects.create(title="港の一年", slug="year", description="毎月の記録です。")
    about = {"author": author, "category": sea, "series": series, "tags": [make_tag(name="港町", slug="harbour")]}
    moment = datetime(2026, 10, 3, 3, 0, tzinfo=UTC)
    for n in range(21):
        make_article(published_at=moment, title=f"港の記事{n}", eye_catch=make_picture() if n < 2 else None, **about)
    text = {"title": "港の朝", "lead": "静かな\n始まり", "body": BODY, "slug": "asa"}
    article = make_article(published_at=moment, eye_catch=make_picture(author="写真部"), **text, **about)
    article.sources.create(title="統計", publisher="役場", url="https://example.com/s", language="en")
    article.addenda.create(body="<p>追記です。</p>", added_at=timezone.now())
    Popularity.objects.create(article=article, week=3, measured_at=timezone.now())
    make_article(kind="page", slug="about", title="このサイトについて")
    comment = make_comment(article=article, text="列車の話\n>>2 をどうぞ", public_id="abcdefgh")
    make_comment(parent=comment, text=">>1 同感です")
    removed = make_comment(parent=comment)
    make_comment(parent=removed)
    removed.remove(by=author)
    keys = {"author": author.pk, "comment": comment.pk, "public_id": comment.public_id}
    return {name: address.format(**keys) for name, address in PAGES.items()}


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_faults(client, addresses, name, language):
    client.cookies["language"] = language
    response = client.get(addresses[name], follow=True)
    assert response.status_code == (404 if name == "404" else 200)
    assert faults_of(response.text, language) == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "name", ["home", "categories", "all_series", "archive", "popular", "search", "privacy", "mine"]
)
def test_nor_has_one_of_an_empty_site(client, db, name, language):
    client.cookies["language"] = language
    assert faults_of(client.get(PAGES[name]).text, language) == []


HEAD = '<title>題</title><meta name="description" content="説明"><link rel="canonical" href="http://testserver/">'
DATA = '<script type="application/ld+json">{}</script>'

FAULTS = [
    ("<p>", "<p> is never closed"),
    ("</p>", "</p> closes nothing, line 1"),
    ('<p class="a" class="b"></p>', "<p> has class twice"),
    ('<p id="a"></p><p id="a"></p>', "the id “a” is there 2 times"),
    ('<label for="a"></label>', "<label> names #a, which is nowhere"),
    ('<p aria-labelledby="top a"></p>', "<p> names #a, which is nowhere"),
    ('<a href="#a"></a>', "<a> names #a, which is nowhere"),
    ("<h1>別</h1>", "2 h1"),
    ("<h3>節</h3>", "an h3 follows an h1"),
    ("<h2> </h2>", "an empty h2"),
    ('<img src="/a" width="1" height="1">', "a picture without alt: /a"),
    ('<img src="/a" alt="" width="1">', "a picture without height: /a"),
    ('<p style="color: red"></p>', "a style within <p>"),
    ("<style></style>", "a style within <style>"),
    ("<script>1</script>", "a script within the page"),
    ('<p onclick="a()"></p>', "onclick on <p>"),
    ('<a href=" JavaScript:a()"></a>', "an address that is a script"),
    ('<script src="https://example.com/a.js"></script>', "<script> loads https://example.com/a.js"),
    ('<source srcset="/a 1x, //example.com/b 2x">', "<source> loads //example.com/b"),
    ('<link rel="icon" href="https://example.com/a">', "<link> loads https://example.com/a"),
    ("<title>別</title>", "titles: ['題', '別']"),
    (
        '<link rel="canonical" href="/a">',
        "canonical addresses: ['http://testserver/', '/a']",
    ),
    ('<meta name="robots" content="noindex">', "not for search engines, yet the address is http://testserver/"),
    (DATA.format('{"@type": "Person", "name": "", "url": "http://a/"}'), "Person without name"),
    (DATA.format('{"@graph": [{"url": "/a"}]}'), "url is “/a”"),
    (DATA.format('{"datePublished": "2026-01-01T00:00:00"}'), "datePublished is “2026-01-01T00:00:00”"),
]


@pytest.mark.parametrize(("part", "fault"), FAULTS)
def test_each_fault_is_seen(part, fault):
    text = '<!DOCTYPE html><html lang="ja"><head>' + HEAD + '</head><body id="top"><h1>題</h1>{}</body></html>'
    assert faults_of(text.format(""), "ja") == []
    assert fault in faults_of(text.format(part), "ja")


def test_a_page_without_a_head_or_in_another_language_is_seen():
    faults = faults_of('<html lang="en"><h1>題</h1></html>', "ja")
    assert faults == ["the language is “en”", "titles: []", "no description", "canonical addresses: []"]
