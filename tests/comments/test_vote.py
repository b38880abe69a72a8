import pytest
from django.db import IntegrityError, transaction

from comments.models import Comment, Vote
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def vote(client, comment, value=1):
    return client.post(f"/comments/{comment.pk}/vote/", {"value": value})


def score(comment):
    comment.refresh_from_db()
    return comment.score


def test_it_votes_and_leads_back_to_the_comment(reader):
    comment = make_comment(article=make_article(slug="kiji"))
    response = vote(reader, comment)
    assert (response.status_code, response["Location"]) == (303, "/articles/kiji/#c1")
    assert score(comment) == 1


def test_it_answers_a_script_with_the_pressed_button(script):
    response = vote(script, make_comment())
    assert response.status_code == 200
    assert 'aria-pressed="true"' in response.text
    assert "<html" not in response.text


# before, sent, after
@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        (0, 1, 1),
        (0, 0, 0),  # nothing to take back
        (1, 1, 1),  # a second vote counts no more than the first
        (1, 0, 0),
    ],
)
def test_every_step_of_a_vote(reader, before, sent, after):
    comment = make_comment()
    if before:
        vote(reader, comment)
    vote(reader, comment, sent)
    assert score(comment) == after
    assert comment.votes.count() == after


def test_a_second_press_without_scripts_asks_whether_to_take_it_back(reader):
    comment = make_comment()
    vote(reader, comment)
    response = vote(reader, comment)
    assert response["Location"] == f"/comments/{comment.pk}/vote/"
    page = reader.get(response["Location"]).text
    assert "投票を取り消す" in page
    assert 'name="value" value="0"' in page


def test_the_page_of_a_vote_knows_who_has_not_voted(reader, client):
    comment = make_comment()
    vote(reader, comment)
    page = client.get(f"/comments/{comment.pk}/vote/")
    assert "まだ投票していません" in page.text
    assert not page.cookies


def test_imported_votes_stay_in_the_count(reader):
    comment = make_comment(imported_upvotes=5, imported_downvotes=2)
    vote(reader, comment)
    comment.refresh_from_db()
    assert (comment.upvotes, comment.downvotes, comment.score) == (6, 2, 4)
    vote(reader, comment, 0)
    assert score(comment) == 3


def test_the_database_takes_one_vote_per_visitor_and_comment():
    comment = make_comment()
    Vote.objects.create(comment=comment, visitor_key="a", value=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(comment=comment, visitor_key="a", value=1)


def test_the_database_takes_no_vote_of_two():
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(comment=make_comment(), visitor_key="a", value=2)


@pytest.mark.parametrize("value", ["2", "-1", "", "abc", "1.0", "１"])
def test_it_refuses_a_vote_that_is_neither_one_nor_none(reader, value):
    comment = make_comment()
    response = vote(reader, comment, value)
    assert response.status_code == 422
    assert "コメント1への投票" in response.text
    assert 'role="alert"' in response.text
    assert score(comment) == 0


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.PENDING, Comment.Status.SPAM])
def test_it_refuses_a_vote_for_a_hidden_comment(reader, status):
    comment = make_comment(status=status)
    assert vote(reader, comment).status_code == 404
    assert not Vote.objects.exists()


def test_it_refuses_a_vote_for_an_unknown_comment(reader):
    assert reader.post("/comments/1/vote/", {"value": 1}).status_code == 404


def test_it_refuses_another_method(reader):
    response = reader.delete(f"/comments/{make_comment().pk}/vote/")
    assert response.status_code == 405
    assert "直接開けません" in response.text


def test_it_leaves_no_trace_of_who_voted_on_the_page(reader, client):
    comment = make_comment()
    vote(reader, comment)
    address = comment.article.get_absolute_url()
    assert reader.get(address).content == client.get(address).content
