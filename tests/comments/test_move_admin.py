import pytest

from articles.models import Article
from comments.models import Comment, MisplacementReport, ModerationEvent
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


def move(client, comment, number=""):
    return client.post(f"{LIST}{comment.pk}/move/", {"number": number}, follow=True)


def levels_of(response):
    return [message.level_tag for message in response.context["messages"]]


def stored(comment):
    return Comment.objects.get(pk=comment.pk)


def report_twice(comment, guess=None):
    for visitor in ("a", "b"):
        MisplacementReport.objects.report(comment, visitor, guess)


def test_the_owner_moves_by_typing_a_number(client, owner):
    comment = make_comment()
    target = make_comment(article=comment.article)
    response = move(client, comment, "2")
    assert levels_of(response) == ["success"]
    assert stored(comment).parent == target
    assert ModerationEvent.objects.get().moderator == owner
    assert 'name="number" value="2"' in response.text


def test_no_number_makes_a_thread_of_its_own(client, owner):
    reply = make_comment(parent=make_comment())
    move(client, reply)
    assert stored(reply).parent is None


def test_the_owner_moves_where_readers_cannot_write(client, owner):
    reply = make_comment(parent=make_comment())
    Article.objects.update(comments=Article.Comments.CLOSED)
    assert levels_of(move(client, reply)) == ["success"]


@pytest.mark.parametrize("number", ["2", "99", "x"])
def test_it_says_why_a_move_is_refused(client, owner, number):
    comment = make_comment()
    make_comment(parent=comment)
    assert levels_of(move(client, comment, number)) == ["error"]
    assert stored(comment).parent is None
    assert not ModerationEvent.objects.exists()


def test_it_says_that_it_stands_there_already(client, owner):
    assert levels_of(move(client, make_comment())) == ["warning"]


def test_the_list_shows_what_two_readers_reported(client, owner):
    once, twice = make_comment(text="一度だけ"), make_comment(text="二度とも")
    MisplacementReport.objects.report(once, "a")
    report_twice(twice)
    page = client.get(LIST, {"misplaced": "yes"}).text
    assert "二度とも" in page
    assert "一度だけ" not in page


def test_the_guessed_parent_is_preselected_and_moving_settles_it(client, owner):
    comment = make_comment()
    make_comment(article=comment.article)
    report_twice(comment, make_comment(article=comment.article))
    assert 'name="number" value="3"' in client.get(f"{LIST}{comment.pk}/change/").text
    move(client, comment, "3")
    assert not MisplacementReport.objects.open().exists()


def test_dismissing_settles_it_too(client, owner):
    comment, other = make_comment(), make_comment()
    report_twice(comment)
    report_twice(other)
    assert levels_of(client.post(f"{LIST}{comment.pk}/dismiss/", follow=True)) == ["success"]
    assert list(Comment.objects.misplaced()) == [other]
    assert "/dismiss/" not in client.get(f"{LIST}{comment.pk}/change/").text


@pytest.mark.parametrize("act", ["move", "dismiss"])
def test_it_refuses_whoever_may_not_change_comments(client, act):
    client.force_login(make_user(is_staff=True))
    comment = make_comment(parent=make_comment())
    report_twice(comment)
    assert client.post(f"{LIST}{comment.pk}/{act}/").status_code == 403
    assert stored(comment).parent
    assert MisplacementReport.objects.count() == 2


@pytest.mark.parametrize("act", ["move", "dismiss"])
def test_looking_changes_nothing_and_an_unknown_comment_is_not_found(client, owner, act):
    assert client.get(f"{LIST}{make_comment().pk}/{act}/").status_code == 405
    assert client.post(f"{LIST}{10**9}/{act}/").status_code == 404


def test_the_number_of_queries_of_the_list_does_not_grow(client, owner, django_assert_max_num_queries):
    article = make_article()
    report_twice(make_comment(article=article))
    with django_assert_max_num_queries(14) as few:
        client.get(LIST, {"misplaced": "yes"})
    count = len(few)
    for _ in range(5):
        report_twice(make_comment(article=article))
    with django_assert_max_num_queries(count):
        client.get(LIST, {"misplaced": "yes"})
