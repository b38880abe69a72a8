import pytest

from comments.admin import NearPages
from comments.models import Comment, CommentText, ModerationEvent, comment_text
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


def act(client, action, *comments):
    fields = {"action": action, "_selected_action": [comment.pk for comment in comments]}
    return client.post(LIST, fields, follow=True)


def test_it_lists_the_newest_first(client, owner):
    article = make_article()
    make_comment(article=article, text="先のコメント")
    make_comment(article=article, text="後のコメント")
    page = client.get(LIST).text
    assert page.index("後のコメント") < page.index("先のコメント")


def test_it_filters_by_status(client, owner):
    make_comment(text="見えるもの")
    make_comment(text="待つもの", status=Comment.Status.PENDING)
    page = client.get(LIST, {"status__exact": "pending"}).text
    assert "待つもの" in page
    assert "見えるもの" not in page


def test_it_finds_what_was_written_a_moment_ago(client, owner):
    for n in range(2):
        make_comment(text=f"すぐ見つかる{n}")
    CommentText.objects.all().delete()
    assert "すぐ見つかる1" in client.get(LIST, {"q": "すぐ見つかる"}).text


def test_it_finds_that_also_while_much_that_was_written_before_cannot_be_found_yet(client, owner, monkeypatch):
    monkeypatch.setattr(comment_text, "LATEST", 2)
    for n in range(5):
        make_comment(text=f"すぐ見つかる{n}")
    CommentText.objects.all().delete()
    page = client.get(LIST, {"q": "すぐ見つかる"}).text
    assert [n for n in range(5) if f"すぐ見つかる{n}" in page] == [3, 4]
    CommentText.objects.write_missing()
    page = client.get(LIST, {"q": "すぐ見つかる"}).text
    assert [n for n in range(5) if f"すぐ見つかる{n}" in page] == [0, 1, 2, 3, 4]


def test_it_searches_texts_and_names(client, owner):
    make_comment(text="灯台の話")
    make_comment(text="別のこと", author_name="灯台守")
    make_comment(text="無関係")
    page = client.get(LIST, {"q": "灯台"}).text
    assert "灯台の話" in page
    assert "別のこと" in page
    assert "無関係" not in page


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("approve", "pending", "published"),
        ("remove", "published", "removed"),
        ("restore", "removed", "published"),
        ("mark_spam", "published", "spam"),
    ],
)
def test_each_action_calls_its_verb(client, owner, action, before, after):
    comment = make_comment(status=before)
    page = act(client, action, comment).text
    comment.refresh_from_db()
    assert comment.status == after
    assert ModerationEvent.objects.get().moderator == owner
    assert "1件のコメントを変更しました" in page


def test_it_says_what_an_action_left_alone(client, owner):
    comment = make_comment()
    assert "そのままにしました" in act(client, "approve", comment).text


def test_nothing_is_deleted_or_written_by_hand(client, owner):
    comment = make_comment()
    assert client.get(f"{LIST}{comment.pk}/delete/").status_code == 403
    assert client.get(f"{LIST}add/").status_code == 403
    assert "delete_selected" not in client.get(LIST).text
    assert client.post(f"{LIST}{comment.pk}/change/", {"text": "別の言葉"}).status_code == 403
    comment.refresh_from_db()
    assert comment.is_published
    assert comment.text != "別の言葉"


def test_one_comment_shows_what_was_decided_on_it(client, owner):
    comment = make_comment()
    comment.remove(by=owner)
    page = client.get(f"{LIST}{comment.pk}/change/").text
    assert owner.username in page
    assert "削除済み" in page
    assert '<div class="readonly">公開</div>' in page or "<p>公開</p>" in page


def test_an_article_with_comments_cannot_be_deleted(client, owner):
    comment = make_comment()
    client.post(f"/admin/articles/article/{comment.article.pk}/delete/", {"post": "yes"})
    assert Comment.objects.filter(pk=comment.pk).exists()


def test_the_number_of_queries_does_not_grow(client, owner, django_assert_max_num_queries):
    make_comment()
    with django_assert_max_num_queries(12) as few:
        client.get(LIST)
    for _ in range(10):
        make_comment()
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_a_list_counts_no_further_than_anybody_turns_pages(client, owner, monkeypatch):
    monkeypatch.setattr(NearPages, "MOST", 3)
    article = make_article()
    for n in range(5):
        make_comment(article=article, text=f"話{n}")
    page = client.get(LIST)
    assert page.context["cl"].result_count == 3
    assert "話4" in page.text
