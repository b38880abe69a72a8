import pytest

from articles.models import Article
from tests.articles.typed import change, filled, inline, typed
from tests.factories import make_article, make_tag, make_user

pytestmark = pytest.mark.django_db


def link_page(article):
    return f"/admin/articles/article/{article.pk}/preview/link/"


def shared(**kwargs):
    article = make_article(**{"status": "draft"} | kwargs)
    article.share_preview()
    return article


def test_whoever_has_the_link_reads_the_draft(client):
    article = shared(body="<p>まだ秘密。</p>")
    response = client.get(article.preview_address)
    assert "まだ秘密。" in response.text
    assert "まだ公開されていません" in response.text


def test_nothing_on_the_way_keeps_or_tells_the_link(client):
    response = client.get(shared().preview_address)
    assert "no-store" in response["Cache-Control"]
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_a_scheduled_article_is_shown_as_well(client):
    assert (
        client.get(shared(status="published", published_at="2099-01-01T00:00:00Z").preview_address).status_code == 200
    )


def test_a_public_article_has_its_own_address(client):
    article = shared(status="published")
    response = client.get(article.preview_address)
    assert (response.status_code, response.url) == (302, article.get_absolute_url())
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("secret", ["x", "a" * 43, "%20"])
def test_a_wrong_link_is_not_found(client, secret):
    shared()
    make_article(status="draft")
    assert client.get(f"/preview/{secret}/").status_code == 404


def test_the_owner_makes_renews_and_revokes_it(client, owner):
    article = make_article(status="draft")
    client.post(link_page(article), {"make": ""})
    first = Article.objects.get().preview_address
    assert first in client.get(link_page(article)).text
    client.post(link_page(article), {"make": ""})
    second = Article.objects.get().preview_address
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    client.post(link_page(article), {"revoke": ""})
    assert client.get(second).status_code == 404


def test_making_a_link_is_no_change_of_the_article(client, owner):
    article = make_article(status="draft")
    client.post(link_page(article), {"make": ""})
    stored = Article.objects.get()
    assert (stored.updated_at, stored.revisions.count()) == (article.updated_at, 1)


def test_it_needs_the_permission_to_write(client):
    client.force_login(make_user(is_staff=True))
    article = make_article()
    assert client.get(link_page(article)).status_code == 403
    assert client.post(link_page(article), {"make": ""}).status_code == 403


# What stands in the form


def preview(client, article, fields):
    return client.post(f"/admin/articles/article/{article.pk}/preview/typed/", fields)


def test_the_form_is_previewed_and_nothing_is_saved(client, owner):
    article = make_article(title="前の題名")
    tag = make_tag(name="新しい札")
    sources = inline("sources", {"title": "新しい資料", "url": "https://example.com/", "position": 0})
    page = preview(
        client, article, typed(article, title="新しい題名", body="<p>新しい本文</p>", tags=[tag.pk], **sources)
    ).text
    assert all(text in page for text in ("新しい題名", "新しい本文", "新しい札", "新しい資料"))
    stored = Article.objects.get()
    assert (stored.title, stored.tags.count(), stored.sources.count(), stored.revisions.count()) == (
        "前の題名",
        0,
        0,
        1,
    )


def test_a_new_article_is_previewed(client, owner):
    page = client.post("/admin/articles/article/preview/", filled(title="新しい題名")).text
    assert "新しい題名" in page
    assert not Article.objects.exists()


def test_a_preview_is_as_clean_as_the_page(client, owner):
    article = make_article()
    assert "alert(7)" not in preview(client, article, typed(article, body="<p>字<script>alert(7)</script></p>")).text


@pytest.mark.parametrize(
    "fields",
    [{"title": ""}, {"body": "あ" * 500_001}, {"slug": "taken"}, {"published_at_0": "x"}, {"sources-TOTAL_FORMS": "x"}],
    ids=["no title", "long body", "slug", "moment", "rows"],
)
def test_what_cannot_be_saved_is_previewed_as_far_as_it_can(client, owner, fields):
    make_article(slug="taken")
    article = make_article(slug="own", lead="前")
    page = preview(client, article, typed(article, lead="新しいリード", **fields))
    assert "新しいリード" in page.text
    assert client.post("/admin/articles/article/preview/", filled(lead="新しいリード", **fields)).status_code == 200


def test_a_preview_of_the_form_is_kept_by_nobody(client, owner):
    article = make_article()
    assert "no-store" in preview(client, article, typed(article))["Cache-Control"]


def test_a_preview_of_the_form_needs_the_permission_to_write(client):
    client.force_login(make_user(is_staff=True))
    article = make_article()
    assert preview(client, article, filled()).status_code == 403
    assert client.post("/admin/articles/article/preview/", filled()).status_code == 403


def test_the_address_of_the_form_is_not_taken_for_an_article(client, owner):
    assert client.get(change(make_article())).status_code == 200


def test_an_article_that_is_taken_down_is_not_read_by_the_link_of_its_draft(client, owner):
    article = shared(status="published")
    address = article.preview_address
    client.post(change(article), typed(article, status="draft"))
    assert Article.objects.get().status == "draft"
    assert client.get(address).status_code == 404
