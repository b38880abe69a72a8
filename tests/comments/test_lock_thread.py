import pytest

from comments.models import Comment
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

SENTENCE = "このスレッドは返信を締め切りました"


@pytest.fixture
def thread():
    """root → locked → below, and beside the locked one another reply."""
    root = make_comment()
    locked = make_comment(parent=root)
    below = make_comment(parent=locked)
    beside = make_comment(parent=root)
    locked.lock_thread(by=None)
    return root, locked, below, beside


def page_of(client, comment) -> str:
    return client.get(comment.article.get_absolute_url()).text


def offers_reply(page: str, comment) -> bool:
    return f'data-reply="{comment.pk}"' in page


def test_no_reply_is_offered_to_it_and_below(client, thread):
    page = page_of(client, thread[0])
    assert [offers_reply(page, comment) for comment in thread] == [True, False, False, True]
    assert page.count(SENTENCE) == 1


def test_new_comments_of_an_open_page_know_it_too(client, thread):
    page = client.get(f"/articles/{thread[0].article.slug}/comments/since/0/").text
    assert [offers_reply(page, comment) for comment in thread] == [True, False, False, True]


def test_it_is_said_where_the_locked_comment_is_hidden(client, thread):
    root, locked, below, beside = thread
    locked.remove(by=None)
    page = page_of(client, root)
    assert page.count(SENTENCE) == 1
    assert [offers_reply(page, comment) for comment in (root, below, beside)] == [True, False, True]


def test_the_page_of_a_reply_refuses(client, thread):
    for comment, status in zip(thread, [200, 403, 403, 200], strict=True):
        response = client.get(f"/comments/{comment.pk}/reply/")
        assert response.status_code == status
        assert (SENTENCE in response.text) == (status == 403)
        assert ("data-comment-form" in response.text) == (status == 200)


@pytest.mark.parametrize("n", [1, 2])
def test_a_reply_is_refused_with_its_text(reader, thread, n):
    comment = thread[n]
    sent = {"text": "書きかけの返信", "parent": comment.pk}
    response = reader.post(f"/articles/{comment.article.slug}/comments/", sent)
    assert response.status_code == 403
    assert SENTENCE in response.text
    assert "書きかけの返信" in response.text
    assert Comment.objects.count() == 4


def test_other_threads_and_new_ones_stay_open(reader, thread):
    slug = thread[0].article.slug
    assert reader.post(f"/articles/{slug}/comments/", {"text": "横の返信", "parent": thread[3].pk}).status_code == 303
    assert reader.post(f"/articles/{slug}/comments/", {"text": "新しいスレッド"}).status_code == 303


def test_unlocked_it_takes_replies_again(client, reader, thread):
    thread[1].unlock_thread(by=None)
    page = page_of(client, thread[0])
    assert all(offers_reply(page, comment) for comment in thread)
    assert SENTENCE not in page
    sent = {"text": "また書ける", "parent": thread[2].pk}
    assert reader.post(f"/articles/{thread[0].article.slug}/comments/", sent).status_code == 303
