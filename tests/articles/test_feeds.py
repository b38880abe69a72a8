"""Articles as Atom: of the site, a category, a tag, an author."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import timedelta

import pytest
from django.contrib.redirects.models import Redirect
from django.utils import timezone

from articles.feeds import for_readers_elsewhere
from articles.models import Article
from tests.factories import make_article, make_category, make_picture, make_tag, make_user

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


@pytest.fixture
def everywhere():
    """What puts an article into every feed, and the address of each."""
    author = make_user(last_name="港", first_name="一郎")
    placed = {"category": make_category(slug="sea"), "tags": [make_tag(slug="town")], "author": author}
    return placed, [
        "/feed.atom",
        "/categories/sea/feed.atom",
        "/tags/town/feed.atom",
        f"/authors/{author.pk}/feed.atom",
    ]


def feed_of(client, address="/feed.atom"):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return ElementTree.fromstring(response.content)


def entries(client, address="/feed.atom"):
    return feed_of(client, address).findall(f"{ATOM}entry")


def titles(client, address="/feed.atom"):
    return [entry.findtext(f"{ATOM}title") for entry in entries(client, address)]


def hours_ago(hours):
    return timezone.now() - timedelta(hours=hours)


def test_an_article_is_in_each(client, everywhere):
    placed, addresses = everywhere
    make_article(title="ほかの記事")
    make_article(title="港の朝", **placed)
    assert titles(client, addresses[0]) == ["港の朝", "ほかの記事"]
    assert all(titles(client, address) == ["港の朝"] for address in addresses[1:])


@pytest.mark.parametrize(
    "hidden",
    [{"status": "draft"}, {"published_at": timezone.now() + timedelta(days=1)}, {"kind": "page"}],
    ids=["draft", "scheduled", "page"],
)
def test_it_hides_drafts_what_is_scheduled_and_pages(client, everywhere, hidden):
    placed, addresses = everywhere
    make_article(title="見える", **placed)
    make_article(title="見えない", **placed | hidden)
    assert all(titles(client, address) == ["見える"] for address in addresses)


def test_a_category_has_what_is_below_it(client):
    above = make_category(slug="above")
    make_article(title="下", category=make_category(slug="below", parent=above))
    assert titles(client, "/categories/above/feed.atom") == ["下"]


@pytest.mark.parametrize("address", ["/categories/x/feed.atom", "/tags/x/feed.atom", "/authors/9/feed.atom"])
def test_what_does_not_exist_has_no_feed(client, address):
    assert client.get(address).status_code == 404


def test_an_author_without_a_name_for_readers_has_none(client):
    author = make_user(username="secret-login")
    make_article(author=author)
    assert client.get(f"/authors/{author.pk}/feed.atom").status_code == 404
    assert "secret-login" not in client.get("/feed.atom").text


def test_an_addendum_lifts_an_article_and_is_an_update(client):
    old = make_article(title="古い", published_at=hours_ago(5))
    make_article(title="新しい", published_at=hours_ago(1))
    assert titles(client) == ["新しい", "古い"]
    old.addenda.create(body="<p>追記</p>")
    assert titles(client) == ["古い", "新しい"]
    first, second = entries(client)
    assert first.findtext(f"{ATOM}updated") > first.findtext(f"{ATOM}published")
    assert second.findtext(f"{ATOM}updated") == second.findtext(f"{ATOM}published")


@pytest.mark.parametrize("full", [True, False])
@pytest.mark.parametrize("count", [0, 2])
def test_it_has_all_that_rfc_4287_asks_for(client, everywhere, settings, full, count):
    settings.FEED_FULL_TEXT = full
    placed, addresses = everywhere
    for _ in range(count):
        make_article(eye_catch=make_picture(), **placed)
    for address in addresses[: 4 if count else 3]:
        feed = feed_of(client, address)
        assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "ja"
        assert_complete(feed, address)
        for entry in feed.findall(f"{ATOM}entry"):
            assert entry.findtext(f"{ATOM}author/{ATOM}name")
            # 4.1.2: one alternate link of a kind, one summary and content at most.
            assert len(entry.findall(f"{ATOM}link[@rel='alternate']")) == 1
            assert len(entry.findall(f"{ATOM}summary")) == 1
            assert len(entry.findall(f"{ATOM}content")) == full
        # 4.2.6: no two entries of one id.
        ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        assert len(ids) == len(set(ids)) == count


def assert_complete(feed, address):
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, (address, name)
            assert element.findtext(f"{ATOM}{name}"), (address, name)
        assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated"))
        for link in element.findall(f"{ATOM}link"):
            assert link.get("href").startswith("http://testserver/")
    assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://testserver{address}"


def test_addresses_and_ids_are_those_of_the_public_site(client, settings):
    settings.SITE_URL = "https://news.example.jp"
    article = make_article(slug="asa")
    (entry,) = entries(client)
    assert entry.find(f"{ATOM}link").get("href") == "https://news.example.jp/articles/asa/"
    assert entry.findtext(f"{ATOM}id") == f"tag:news.example.jp,2026-01-01:articles/{article.pk}"


def test_an_id_survives_another_slug_and_moment(client):
    article = make_article()
    before = entries(client)[0].findtext(f"{ATOM}id")
    Article.objects.filter(pk=article.pk).update(slug="new", published_at=hours_ago(99))
    assert entries(client)[0].findtext(f"{ATOM}id") == before


def test_it_holds_the_lead_alone_or_by_a_setting_everything(client, settings):
    article = make_article(lead="短い & 要旨", body='<p>本文<a href="#x">へ</a></p>', eye_catch=make_picture())
    article.addenda.create(body="<p>続き</p>")
    assert "本文" not in client.get("/feed.atom").text
    settings.FEED_FULL_TEXT = True
    (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}summary") == "短い &amp; 要旨"
    content = entry.findtext(f"{ATOM}content")
    assert 'src="http://testserver/media/pictures/' in content
    assert f'href="http://testserver{article.get_absolute_url()}#body-x"' in content
    assert content.index("短い") < content.index("本文") < content.index("続き")


def test_every_address_in_the_text_is_whole_and_nothing_runs():
    html = (
        '<picture><source srcset="/m/a.webp 480w, /m/b.webp 960w" type="image/webp"><img src="/m/a.jpg"></picture>'
        '<blockquote cite="/q"><a href="/b" data-x="y" class="z" id="i">b</a></blockquote><script>x</script>'
    )
    made = for_readers_elsewhere(html, "https://news.example.jp/articles/a/")
    assert 'srcset="https://news.example.jp/m/a.webp 480w, https://news.example.jp/m/b.webp 960w"' in made
    assert 'src="https://news.example.jp/m/a.jpg"' in made
    assert 'cite="https://news.example.jp/q"' in made
    assert '<a href="https://news.example.jp/b" rel="noopener">b</a>' in made
    assert "script" not in made


def test_what_xml_cannot_hold_is_left_out(client):
    make_article(title="前\x0b後", lead="上\ufffe下")
    (entry,) = entries(client)
    assert entry.findtext(f"{ATOM}title") == "前後"
    assert entry.findtext(f"{ATOM}summary") == "上下"


def test_who_has_it_is_told_so_in_one_query(client, django_assert_num_queries):
    article = make_article()
    etag = client.get("/feed.atom")["ETag"]
    with django_assert_num_queries(1):
        assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 304
    article.title = "直した"
    article.save()
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 200


def test_it_is_new_when_an_article_is_withdrawn(client):
    make_article()
    gone = make_article(published_at=hours_ago(3))
    etag = client.get("/feed.atom")["ETag"]
    Article.objects.filter(pk=gone.pk).update(status="draft")
    assert client.get("/feed.atom", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("full", [True, False])
def test_the_number_of_queries_does_not_grow(client, settings, full, django_assert_max_num_queries):
    settings.FEED_FULL_TEXT = full

    def add():
        make_article(category=make_category(), tags=[make_tag()], author=make_user(), eye_catch=make_picture())

    add()
    client.get("/feed.atom")
    with django_assert_max_num_queries(6) as few:
        client.get("/feed.atom")
    for _ in range(25):
        add()
    with django_assert_max_num_queries(len(few)):
        assert len(entries(client)) == 20


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/feed/", "/feed.atom"),
        ("/feed/atom/", "/feed.atom"),
        ("/category/above/sea/feed/", "/categories/sea/feed.atom"),
        ("/tag/港/feed/rss2/", "/tags/%E6%B8%AF/feed.atom"),
    ],
)
def test_wordpress_feeds_lead_to_the_new_ones(client, old, new):
    response = client.get(old)
    assert response.status_code == 301
    assert response["Location"] == new


def test_what_the_owner_has_written_down_for_an_old_feed_comes_first(client, settings):
    Redirect.objects.create(site_id=settings.SITE_ID, old_path="/feed/", new_path="/tags/x/feed.atom")
    assert client.get("/feed/")["Location"] == "/tags/x/feed.atom"


@pytest.mark.parametrize(("page", "feed"), [("/categories/sea/", 1), ("/tags/town/", 2)])
def test_a_list_names_its_feed_and_each_page_that_of_the_site(client, everywhere, page, feed):
    html = client.get(page).text
    _placed, addresses = everywhere
    for address in ("/feed.atom", addresses[feed]):
        assert re.search(rf'<link rel="alternate" type="application/atom\+xml"[^>]*href="{address}"', html)
