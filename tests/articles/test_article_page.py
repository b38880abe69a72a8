from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Trackback
from tests.factories import make_article, make_category, make_comment, make_owner, make_picture, make_tag

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    picture = make_picture(alt="朝の港", author="瓦版写真部", licence="CC BY 4.0", link="https://example.com/p")
    category, tag = make_category(name="海のたより", slug="sea"), make_tag(name="港町", slug="town")
    about = {"title": "港の朝", "slug": "asa", "lead": "静かな始まり"}
    return make_article(**about, category=category, tags=[tag], eye_catch=picture)


def page_of(client, article):
    return client.get(article.get_absolute_url()).text


def test_it_shows_title_category_lead_body_and_tags(client, article):
    page = page_of(client, article)
    for expected in ("<h1", "港の朝", "海のたより", "静かな始まり", "<p>本文です。</p>", "港町"):
        assert expected in page


def test_it_shows_the_credit_of_the_eye_catch(client, article):
    page = page_of(client, article)
    assert "※アイキャッチ画像の出典:" in page
    assert '<a href="https://example.com/p" rel="noopener">瓦版写真部 / CC BY 4.0</a>' in page
    assert 'alt="朝の港"' in page


def test_it_lists_sources(client, article):
    address, day = "https://example.com/s", date(2026, 10, 3)
    article.sources.create(title="港湾統計", publisher="港町役場", url=address, seen_on=day)
    page = page_of(client, article)
    assert "参考" in page
    assert 'href="https://example.com/s"' in page
    assert "港町役場" in page
    assert "2026年10月03日確認" in page


def test_it_shows_addenda_with_their_own_place(client, article):
    addendum = article.addenda.create(body="<p>続きが分かった。<script>x</script></p>")
    page = page_of(client, article)
    assert f'id="addendum-{addendum.pk}"' in page
    assert "続きが分かった。</p>" in page


def test_it_leads_to_the_articles_before_and_after(client, article):
    older = make_article(published_at=article.published_at - timedelta(days=1))
    newer = make_article(published_at=article.published_at + timedelta(seconds=1))
    Article.objects.filter(pk=newer.pk).update(published_at=article.published_at)
    make_article(published_at=article.published_at - timedelta(hours=1), status=Article.Status.DRAFT)
    page = page_of(client, article)
    assert f'rel="prev" href="/articles/{older.slug}/"' in page
    assert f'rel="next" href="/articles/{newer.slug}/"' in page


def test_it_says_that_there_are_no_trackbacks(client, article):
    assert "この記事へのトラックバックはまだありません。" in page_of(client, article)


def test_it_lists_trackbacks_that_are_shown(client, article):
    ping = {"article": article, "kind": "pingback", "url": "https://example.com/t"}
    Trackback.objects.create(**ping, title="紹介されました")
    Trackback.objects.create(**ping, title="宣伝", is_published=False)
    page = page_of(client, article)
    assert "紹介されました" in page
    assert "宣伝" not in page
    assert "トラックバックはまだありません" not in page


def test_it_shows_popular_articles(client, article):
    loud = make_article(title="話題のもの")
    make_comment(article=loud)
    assert "話題のもの" in page_of(client, article).partition('id="popular-title"')[2]


def test_it_counts_comments_and_offers_the_way_up(client, article):
    make_comment(article=article)
    page = page_of(client, article)
    assert "コメント1件" in page
    assert 'href="#top"' in page


def test_it_says_when_comments_are_closed(client):
    page = page_of(client, make_article(comments=Article.Comments.CLOSED))
    assert "コメントの受け付けは終了しました" in page
    assert "data-comment-form" not in page


@pytest.mark.parametrize("hidden", [{"status": Article.Status.DRAFT}, {"published_at": timezone.now() + timedelta(1)}])
def test_readers_do_not_find_drafts_and_what_is_scheduled(client, hidden):
    assert client.get(make_article(**hidden).get_absolute_url()).status_code == 404


@pytest.mark.parametrize(
    "hidden",
    [
        {"status": Article.Status.DRAFT},
        {"status": Article.Status.DRAFT, "published_at": None},
        {"published_at": timezone.now() + timedelta(1)},
    ],
)
def test_the_owner_previews_them(client, hidden):
    article = make_article(title="まだ秘密", **hidden)
    client.force_login(make_owner())
    page = client.get(f"/admin/articles/article/{article.pk}/preview/").text
    assert "まだ秘密" in page
    assert "プレビュー" in page
    assert "受け付けは終了しました" not in page


def test_a_visitor_does_not_preview(client):
    article = make_article(status=Article.Status.DRAFT)
    assert "/admin/login/" in client.get(f"/admin/articles/article/{article.pk}/preview/")["Location"]


def test_a_page_has_its_own_address(client):
    page = make_article(kind=Article.Kind.PAGE, slug="about", title="このサイトについて")
    assert page.get_absolute_url() == "/pages/about/"
    assert "このサイトについて" in client.get("/pages/about/").text
    assert client.get("/articles/about/").status_code == 404


@pytest.mark.parametrize("slug", ["nowhere", "%00", "%E3%81", "a" * 5000, "..%2f..%2fetc"])
def test_it_does_not_find_an_unknown_article(client, slug):
    assert client.get(f"/articles/{slug}/").status_code == 404


def test_the_same_bytes_for_everybody_and_no_cookie(client, article, time_machine):
    # The form says the second at which it was made.
    time_machine.move_to(timezone.now(), tick=False)
    plain = Client().get(article.get_absolute_url())
    client.force_login(make_owner())
    owner = client.get(article.get_absolute_url(), headers={"Cookie": "visitor=x", "Accept-Language": "en"})
    assert plain.content == owner.content
    assert not plain.cookies
    assert not owner.cookies
    assert "Cookie" not in plain.get("Vary", "")


def test_the_number_of_queries_does_not_grow(client, article, django_assert_max_num_queries):
    def grow(n):
        for _ in range(n):
            make_article(category=article.category, tags=list(article.tags.all()))
            article.sources.create(title="資料", url="https://example.com/")
            article.addenda.create(body="<p>追記</p>")
            article.related_links.create(title="外", url="https://example.com/")

    grow(7)
    with django_assert_max_num_queries(24) as few:
        page_of(client, article)
    grow(7)
    with django_assert_max_num_queries(len(few)):
        page_of(client, article)
