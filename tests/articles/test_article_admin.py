from datetime import date

import pytest

from articles.models import Article
from tests.articles.typed import ADD, change, filled, inline, typed
from tests.factories import make_article, make_category, make_picture, make_tag

pytestmark = pytest.mark.django_db


def test_it_writes_an_article_with_all_that_belongs_to_it(client, owner):
    other, tag, picture = make_article(), make_tag(), make_picture()
    fields = filled(
        status="published",
        published_at_0="2026-10-03",
        published_at_1="09:00:00",
        tags=[tag.pk],
        eye_catch=picture.pk,
        **inline("sources", {"title": "資料", "url": "https://example.com/", "position": 0}),
        **inline(
            "addenda", {"kind": "addendum", "added_at_0": "2024-10-04", "added_at_1": "10:00:00", "body": "<p>追記</p>"}
        ),
        **inline("related_links", {"target": other.pk, "position": 0}),
    )
    response = client.post(ADD, fields)
    assert response.status_code == 302, response.context["errors"]
    article = Article.objects.get(title="港の朝")
    assert article.published_at.isoformat() == "2026-10-03T00:00:00+00:00"
    assert (article.sources.count(), article.addenda.count(), article.related_links.count()) == (1, 1, 1)


def test_publishing_without_a_moment_publishes_now(client, owner):
    client.post(ADD, filled(status="published"))
    assert Article.objects.published().count() == 1


def test_it_cleans_the_body_and_keeps_what_was_typed_beside_it(client, owner):
    client.post(ADD, filled(body="<p>字<script>x</script></p>"))
    article = Article.objects.get()
    assert article.body == "<p>字</p>"
    assert article.body_source == "<p>字<script>x</script></p>"


def test_an_imported_article_keeps_its_original(client, owner):
    article = make_article(import_ref="example.jp#post1", body_source="原文")
    client.post(change(article), typed(article, body="<p>新しい</p>"))
    article.refresh_from_db()
    assert (article.body, article.body_source) == ("<p>新しい</p>", "原文")


def test_saving_an_article_does_not_touch_its_discussion(client, owner):
    article = make_article()
    Article.objects.filter(pk=article.pk).update(comment_count=3, last_comment_number=4)
    client.post(change(article), typed(article, title="港の朝"))
    article.refresh_from_db()
    assert (article.title, article.comment_count, article.last_comment_number) == ("港の朝", 3, 4)


def test_it_says_what_is_wrong_with_a_related_link(client, owner):
    fields = filled(**inline("related_links", {"url": "https://example.com/", "position": 0}))
    assert "記事を選ぶか、外部ページのアドレスと題名を入力してください" in client.post(ADD, fields).text
    assert not Article.objects.exists()


def test_it_refuses_a_body_that_is_too_long(client, owner):
    response = client.post(ADD, filled(body="<p>" + "あ" * 500_001 + "</p>"))
    assert response.status_code == 200
    assert "500000 文字以下" in response.text
    assert not Article.objects.exists()


def test_the_editor_is_let_through_by_a_nonce_and_a_hash(client, owner):
    response = client.get(ADD)
    policy = response["Content-Security-Policy"]
    assert "'nonce-" in policy
    assert "unsafe-inline" not in policy
    nonce = policy.partition("'nonce-")[2].partition("'")[0]
    assert f'<script type="importmap" nonce="{nonce}">' in response.text


@pytest.mark.parametrize("day", ["2026-10-03", "2026/10/03", "2026年10月03日", "2026年10月3日"])
def test_a_date_may_be_typed_as_people_write_it(client, owner, day):
    client.post(ADD, filled(status="published", published_at_0=day, published_at_1="09:00"))
    assert Article.objects.get().published_at.date() == date(2026, 10, 3)


def test_categories_are_listed_in_their_tree(client, owner):
    make_category(name="空", slug="b")
    parent = make_category(name="海", slug="a")
    make_category(name="港", slug="c", parent=parent)
    page = client.get("/admin/articles/category/").text
    assert "\u2003港" in page


def test_the_list_tells_scheduled_articles_from_published_ones(client, owner, time_machine):
    make_article(title="あとで", published_at="2099-01-01T00:00:00Z")
    assert "公開予約" in client.get("/admin/articles/article/").text
