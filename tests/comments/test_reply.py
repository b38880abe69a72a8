import pytest

from articles.models import Article
from comments.models import Comment
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def test_it_shows_what_is_answered_and_all_above_it(client):
    root = make_comment(text="はじまり")
    middle = make_comment(parent=root, text="つづき")
    leaf = make_comment(parent=middle, text="おわり")
    page = client.get(f"/comments/{leaf.pk}/reply/").text
    assert page.index("はじまり") < page.index("つづき") < page.index("おわり")
    assert ">>3 への返信" in page


def test_the_form_answers_the_comment(client):
    comment = make_comment()
    page = client.get(f"/comments/{comment.pk}/reply/").text
    assert f'name="parent" value="{comment.pk}"' in page
    assert f'action="/articles/{comment.article.slug}/comments/"' in page


def test_it_offers_no_form_where_the_discussion_is_closed(client):
    comment = make_comment()
    Article.objects.update(comments=Article.Comments.CLOSED)
    page = client.get(f"/comments/{comment.pk}/reply/").text
    assert "受け付けは終了しました" in page
    assert "data-comment-form" not in page


def test_it_hides_the_text_of_a_removed_ancestor(client):
    root = make_comment(text="見せない言葉")
    leaf = make_comment(parent=root)
    root.remove(by=None)
    page = client.get(f"/comments/{leaf.pk}/reply/").text
    assert "見せない言葉" not in page
    assert "comment__removed" in page


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.PENDING, Comment.Status.SPAM])
def test_it_does_not_find_a_hidden_comment(client, status):
    comment = make_comment(status=status)
    assert client.get(f"/comments/{comment.pk}/reply/").status_code == 404


def test_it_does_not_find_a_comment_of_a_draft(client):
    article = make_article()
    comment = make_comment(article=article)
    type(article).objects.update(status="draft")
    assert client.get(f"/comments/{comment.pk}/reply/").status_code == 404


@pytest.mark.parametrize("pk", [1, 2**63, 10**30])
def test_it_does_not_find_an_unknown_comment(client, pk):
    assert client.get(f"/comments/{pk}/reply/").status_code == 404


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    comment = make_comment()
    for _ in range(3):
        comment = make_comment(parent=comment)
    with django_assert_max_num_queries(10) as shallow:
        client.get(f"/comments/{comment.pk}/reply/")
    for _ in range(20):
        comment = make_comment(parent=comment)
    with django_assert_max_num_queries(len(shallow)):
        client.get(f"/comments/{comment.pk}/reply/")
