import pytest

from articles.models import Article
from tests.articles.typed import ADD, change, filled, typed
from tests.factories import make_article, make_category, make_comment, make_user

pytestmark = pytest.mark.django_db


def history(article):
    return f"/admin/articles/article/{article.pk}/history/"


def texts(article):
    return list(article.revisions.values_list("body", flat=True))


def test_each_change_makes_a_revision_with_its_author(client, owner):
    client.post(ADD, filled(title="一"))
    article = Article.objects.get()
    client.post(change(article), typed(article, title="二"))
    assert list(article.revisions.values_list("title", "history_user")) == [("二", owner.pk), ("一", owner.pk)]


def test_a_save_without_a_change_makes_none(client, owner):
    client.post(ADD, filled())
    article = Article.objects.get()
    client.post(change(article), typed(article))
    article.save()
    assert article.revisions.count() == 1


def test_a_comment_makes_none():
    article = make_article()
    make_comment(article=article)
    assert article.revisions.count() == 1


def test_a_change_after_a_comment_makes_one():
    article = make_article()
    locked = Article.objects.lock(article.pk)
    locked.save_discussion()
    locked.title = "変えた"
    locked.save()
    assert article.revisions.count() == 2


def test_what_was_imported_can_be_gone_back_to():
    article = Article(title="一", body="<p>原文</p>", slug="x")
    article.save_without_historical_record()
    assert article.revisions.count() == 0
    article.body = "<p>直した</p>"
    article.save()
    assert texts(article) == ["<p>直した</p>", "<p>原文</p>"]


def test_what_was_changed_past_the_save_can_be_gone_back_to():
    article = make_article(body="<p>一</p>")
    Article.objects.filter(pk=article.pk).update(body="<p>二</p>")
    article.body = "<p>三</p>"
    article.save()
    assert texts(article) == ["<p>三</p>", "<p>二</p>", "<p>一</p>"]


def test_the_list_counts_what_changed(client, owner):
    article = make_article(body="<p>空軍は発表した。</p>")
    client.post(change(article), typed(article, body="<p>海上自衛隊は発表した。</p>", category=make_category().pk))
    page = client.get(history(article)).text
    assert "+5 −2" in page
    assert "カテゴリー" in page
    assert owner.username in page


def test_the_list_of_an_import_is_empty(client, owner):
    article = Article(title="一", slug="x")
    article.save_without_historical_record()
    assert "まだ変更されていません" in client.get(history(article)).text


def test_a_revision_shows_its_difference(client, owner):
    article = make_article(body="<p>空軍は発表した。</p>")
    client.post(change(article), typed(article, body="<p>海軍は発表した。</p>"))
    newest, oldest = article.revisions.all()
    assert "<del>空軍</del><ins>海軍</ins>" in client.get(f"{history(article)}{newest.history_id}/").text
    assert "<del>空軍</del><ins>海軍</ins>" in client.get(f"{history(article)}{oldest.history_id}/?now").text


def test_a_revision_escapes_what_was_written(client, owner):
    article = make_article(title="<script>1</script>")
    assert "<script>1" not in client.get(f"{history(article)}{article.revisions.get().history_id}/").text


def restore(client, article, revision):
    return client.post(f"{history(article)}{revision.history_id}/restore/")


def test_going_back_makes_a_revision_and_destroys_none(client, owner):
    article = make_article(title="一", body="<p>一</p>")
    client.post(change(article), typed(article, title="二", body="<p>二</p>"))
    assert restore(client, article, article.revisions.last()).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.body, article.html) == ("一", "<p>一</p>", "<p>一</p>")
    assert texts(article) == ["<p>一</p>", "<p>二</p>", "<p>一</p>"]
    assert "の版に戻した" in article.revisions.first().history_change_reason


def test_going_back_leaves_address_and_publication(client, owner):
    article = make_article(status="draft", slug="old", title="一")
    client.post(change(article), typed(article, status="published", slug="new", title="二"))
    restore(client, article, article.revisions.last())
    article.refresh_from_db()
    assert (article.title, article.slug, article.is_public) == ("一", "new", True)


def test_going_back_does_without_a_category_that_is_gone(client, owner):
    gone = make_category()
    article = make_article(category=gone, title="一")
    client.post(change(article), typed(article, category="", title="二"))
    gone.delete()
    assert restore(client, article, article.revisions.last()).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.category) == ("一", None)


def test_going_back_keeps_the_original_of_an_import(client, owner):
    article = make_article(title="一", import_ref="x#post1", body_source="原文")
    client.post(change(article), typed(article, title="二"))
    restore(client, article, article.revisions.last())
    article.refresh_from_db()
    assert article.body_source == "原文"


def test_going_back_needs_a_post(client, owner):
    article = make_article()
    assert client.get(f"{history(article)}{article.revisions.get().history_id}/restore/").status_code == 405


def test_a_revision_of_another_article_is_not_found(client, owner):
    article, other = make_article(), make_article()
    number = other.revisions.get().history_id
    assert client.get(f"{history(article)}{number}/").status_code == 404
    assert client.post(f"{history(article)}{number}/restore/").status_code == 404


def test_they_need_the_permission_to_write(client):
    client.force_login(make_user(is_staff=True))
    article = make_article()
    number = article.revisions.get().history_id
    assert client.get(history(article)).status_code == 403
    assert client.get(f"{history(article)}{number}/").status_code == 403
    assert restore(client, article, article.revisions.get()).status_code == 403


def test_the_list_takes_the_same_queries_for_more_revisions(client, owner, django_assert_max_num_queries):
    article = make_article()
    for n in range(25):
        article.title = f"題名{n}"
        article.save()
    with django_assert_max_num_queries(12):
        client.get(history(article))


@pytest.mark.parametrize("key", ["x", "0", "9" * 30])
def test_an_article_that_there_is_not_has_no_history(client, owner, key):
    assert client.get(f"/admin/articles/article/{key}/history/").status_code == 404
