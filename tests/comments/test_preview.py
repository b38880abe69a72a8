import pytest

from articles.models import Article
from comments.models import Comment
from tests.comments.test_post_comment import post
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("way", ["reader", "script"])
def test_it_shows_the_comment_as_it_will_be_and_stores_nothing(request, way):
    client = request.getfixturevalue(way)
    response = post(client, make_article(), text="一行目\nhttps://example.com/aです", author_name="太郎", preview="1")
    assert response.status_code == 200
    assert '<a href="https://example.com/a"' in response.text
    assert "一行目\nhttps://example.com/aです</textarea>" in response.text
    assert 'value="太郎"' in response.text
    assert ("<html" in response.text) == (way == "reader")
    assert not Comment.objects.exists()
    assert not response.cookies


def test_it_escapes_what_was_typed(reader):
    assert "<script>alert" not in post(reader, make_article(), text="<script>alert(1)</script>", preview="1").text


def test_a_previewed_reply_stays_a_reply(reader):
    parent = make_comment(text="答えられる文")
    page = post(reader, parent.article, parent=parent.pk, hinted="1", preview="1").text
    assert f'name="parent" value="{parent.pk}"' in page
    assert 'name="hinted" value="1"' in page
    assert "答えられる文" in page


def test_it_does_not_ask_about_the_place_yet(reader):
    parent = make_comment()
    assert 'name="place"' not in post(reader, parent.article, text=">>1 はい", preview="1").text


@pytest.mark.parametrize("text", ["", "あ" * 5001, "鐘\x07"])
def test_it_refuses_to_preview_what_cannot_be_a_comment(reader, text):
    response = post(reader, make_article(), text=text, author_name="太郎", preview="1")
    assert response.status_code == 422
    assert "preview-title" not in response.text
    assert "太郎" in response.text


@pytest.mark.parametrize("article", [{"status": Article.Status.DRAFT}])
def test_it_refuses_an_article_that_readers_cannot_see(reader, article):
    assert post(reader, make_article(**article), preview="1").status_code == 404


def test_it_names_neither_place_nor_preview_in_a_page_that_is_only_read(client):
    page = client.get(make_article().get_absolute_url()).text
    assert 'name="preview"' in page
    assert 'name="place"' not in page
