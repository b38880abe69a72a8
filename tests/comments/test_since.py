import pytest

from articles.models import Article
from comments.models import Comment
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def since(client, article, number):
    return client.get(f"/articles/{article.slug}/comments/since/{number}/")


def test_it_gives_the_newer_comments_with_what_they_answer(client):
    root = make_comment(text="前からある")
    make_comment(parent=root, text="新しい返信")
    make_comment(article=root.article, text="新しい話")
    response = since(client, root.article, 1)
    assert response.status_code == 200
    assert "前からある" not in response.text
    assert response.text.index('id="c2" data-parent="c1"') < response.text.index('id="c3" data-parent=""')
    assert "discussion__count" in response.text
    assert "<html" not in response.text


def test_it_is_empty_when_nothing_is_newer(client):
    response = since(client, make_comment().article, 1)
    assert response.status_code == 204
    assert response.content == b""


def test_it_is_the_same_for_everybody_and_may_be_cached(client, reader):
    comment = make_comment()
    reader.post(f"/comments/{comment.pk}/vote/", {"value": "1"})
    mine, other = since(reader, comment.article, 0), since(client, comment.article, 0)
    assert mine.content == other.content
    assert "public" in other["Cache-Control"]
    assert not other.cookies
    assert "Cookie" not in other.get("Vary", "")


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.PENDING, Comment.Status.SPAM])
def test_it_hides_what_readers_cannot_see(client, status):
    assert since(client, make_comment(status=status).article, 0).status_code == 204


def test_it_does_not_find_a_draft(client):
    article = make_comment().article
    Article.objects.update(status=Article.Status.DRAFT)
    assert since(client, article, 0).status_code == 404


@pytest.mark.parametrize("number", ["2", str(2**31), "9" * 40, "-1", "x"])
def test_it_does_not_find_a_number_that_is_not_yet(client, number):
    assert since(client, make_comment().article, number).status_code == 404


def test_it_does_not_find_an_unknown_article(client):
    assert client.get("/articles/nowhere/comments/since/0/").status_code == 404


def test_it_refuses_to_be_written_to(reader):
    assert reader.post(f"/articles/{make_article().slug}/comments/since/0/").status_code == 405


def test_it_gives_the_oldest_first_up_to_a_limit(client, monkeypatch):
    monkeypatch.setattr("comments.views.SINCE_MOST", 2)
    article = make_article()
    for _ in range(3):
        make_comment(article=article)
    page = since(client, article, 0).text
    assert 'id="c2"' in page
    assert 'id="c3"' not in page


def test_it_asks_four_queries_however_many_comments(client, django_assert_num_queries):
    root = make_comment()
    for _ in range(2):
        with django_assert_num_queries(4):
            since(client, root.article, 0)
        for _ in range(20):
            make_comment(parent=root)


def test_lists_say_the_last_number_of_an_article(client):
    article = make_comment().article
    assert f'data-article="{article.pk}" data-last-number="1"' in client.get("/").text
