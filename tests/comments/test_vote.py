import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article
from comments import limits
from comments.models import Comment, Vote
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

VALUES = (0, 1, -1)


@pytest.fixture
def down_votes(settings):
    settings.DOWN_VOTES = True


def vote(client, comment, value=1):
    return client.post(f"/comments/{comment.pk}/vote/", {"value": value})


def score(comment):
    comment.refresh_from_db()
    return comment.score


def counts(comment):
    comment.refresh_from_db()
    return comment.upvotes, comment.downvotes, comment.score


def own_comment(reader, slug="kiji"):
    """One that the reader wrote, by the form."""
    make_article(slug=slug)
    reader.post(f"/articles/{slug}/comments/", {"text": "自分の意見"})
    return Comment.objects.get(article__slug=slug)


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


# before, sent, the rows afterwards, whether anything changed
STEPS = [
    (0, 0, [], False),
    (0, 1, [1], True),
    (0, -1, [-1], True),
    (1, 0, [], True),
    (1, 1, [1], False),
    (1, -1, [-1], True),
    (-1, 0, [], True),
    (-1, 1, [1], True),
    (-1, -1, [-1], False),
]


@pytest.mark.parametrize(("before", "sent", "rows", "changes"), STEPS)
@pytest.mark.usefixtures("down_votes")
def test_every_step_of_a_vote(reader, before, sent, rows, changes):
    comment = make_comment()
    vote(reader, comment, before)
    comment.article.refresh_from_db()
    version = comment.article.discussion_version
    response = vote(reader, comment, sent)

    assert response.status_code == 303
    assert list(comment.votes.values_list("value", flat=True)) == rows
    assert counts(comment) == (rows.count(1), rows.count(-1), sum(rows))
    comment.article.refresh_from_db()
    assert comment.article.discussion_version == version + changes


def test_the_table_of_steps_is_whole():
    assert {(before, sent) for before, sent, *_ in STEPS} == {(a, b) for a in VALUES for b in VALUES}


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.usefixtures("down_votes")
def test_the_answer_to_a_script_shows_the_new_state(script, value):
    comment = make_comment()
    vote(script, comment, -1)
    answer = vote(script, comment, value).text
    up, down = answer.split('value="-1"')
    assert ('aria-pressed="true"' in up, 'aria-pressed="true"' in down) == (value == 1, value == -1)


@pytest.mark.usefixtures("down_votes")
def test_a_vote_can_be_changed_for_as_long_as_the_comment_stands(reader):
    comment = make_comment()
    for value in (1, -1, 0, -1, 1, 0, 1):
        vote(reader, comment, value)
        assert score(comment) == value


def test_a_closed_discussion_still_takes_votes(reader):
    comment = make_comment(article=make_article())
    comment.article.comments = "closed"
    comment.article.save()
    vote(reader, comment)
    assert score(comment) == 1


# What a reader without scripts is told


def test_a_second_press_without_scripts_asks_whether_to_take_it_back(reader):
    comment = make_comment()
    vote(reader, comment)
    response = vote(reader, comment)
    assert response["Location"] == f"/comments/{comment.pk}/vote/"
    page = reader.get(response["Location"]).text
    assert "投票を取り消す" in page
    assert 'name="value" value="0"' in page


# own vote, with down votes, what the page offers
@pytest.mark.parametrize(
    ("own", "setting", "offered"),
    [
        (0, False, [1]),
        (1, False, [0]),
        (-1, False, [0, 1]),  # from a time when there were down votes
        (0, True, [1, -1]),
        (1, True, [0, -1]),
        (-1, True, [0, 1]),
    ],
)
def test_the_page_of_a_vote_offers_the_other_states(reader, settings, own, setting, offered):
    comment = make_comment()
    settings.DOWN_VOTES = True
    vote(reader, comment, own)
    settings.DOWN_VOTES = setting
    page = reader.get(f"/comments/{comment.pk}/vote/").text
    assert [value for value in VALUES if f'name="value" value="{value}"' in page] == sorted(offered, key=VALUES.index)


def test_the_page_of_a_vote_knows_who_has_not_voted(reader, client):
    comment = make_comment()
    vote(reader, comment)
    page = client.get(f"/comments/{comment.pk}/vote/")
    assert "まだ投票していません" in page.text
    assert not page.cookies


# Counts


def test_imported_votes_stay_in_the_count(reader):
    comment = make_comment(imported_upvotes=5, imported_downvotes=2)
    vote(reader, comment)
    assert counts(comment) == (6, 2, 4)
    vote(reader, comment, 0)
    assert counts(comment) == (5, 2, 3)


def test_one_number_is_shown_and_none_for_nothing(client):
    article = make_article(slug="kiji")
    make_comment(article=article, upvotes=5, downvotes=2, score=3)
    make_comment(article=article, upvotes=2, downvotes=2, score=0)
    page = client.get("/articles/kiji/").text
    assert '<span class="vote__count" id="votes-1">3</span>' in page
    assert '<span class="vote__count" id="votes-2"></span>' in page
    assert 'value="-1"' not in page


@pytest.mark.usefixtures("down_votes")
def test_with_down_votes_there_are_two_numbers_and_none_for_nothing(client):
    article = make_article(slug="kiji")
    make_comment(article=article, upvotes=5, downvotes=2, score=3)
    make_comment(article=article)
    page = client.get("/articles/kiji/").text
    for shown in ('"votes-1">5<', '"downvotes-1">2<', '"votes-2"><', '"downvotes-2"><'):
        assert f'<span class="vote__count" id={shown}/span>' in page


def test_the_database_takes_one_vote_per_visitor_and_comment():
    comment = make_comment()
    Vote.objects.create(comment=comment, visitor_key="a", value=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(comment=comment, visitor_key="a", value=1)


def test_the_database_takes_no_vote_of_two():
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(comment=make_comment(), visitor_key="a", value=2)


def test_a_vote_asks_the_database_as_often_under_a_hundred_votes_as_under_one(reader, django_assert_max_num_queries):
    comment = make_comment()
    for n in range(100):
        Vote.objects.create(comment=comment, visitor_key=str(n), network_key=str(n % 3), value=1)
    with django_assert_max_num_queries(14):
        vote(reader, comment)
    with django_assert_max_num_queries(13):
        vote(reader, comment, 0)
    assert score(comment) == 100


# Refusals


@pytest.mark.parametrize("value", ["2", "-1", "", "abc", "1.0", "１", "-0", "+1"])
def test_it_refuses_a_vote_that_is_neither_one_nor_none(reader, value):
    comment = make_comment()
    response = vote(reader, comment, value)
    assert response.status_code == 422
    assert "コメント1への投票" in response.text
    assert 'role="alert"' in response.text
    assert score(comment) == 0


@pytest.mark.parametrize("value", VALUES)
@pytest.mark.parametrize("client_name", ["reader", "script"])
def test_it_refuses_a_vote_on_ones_own_comment_with_the_reason(request, settings, client_name, value):
    settings.DOWN_VOTES = True
    client = request.getfixturevalue(client_name)
    comment = own_comment(client)
    response = vote(client, comment, value)
    assert response.status_code == 403
    assert "<html" in response.text
    assert 'role="alert"' in response.text
    assert 'name="value"' not in response.text
    assert not Vote.objects.exists()


def test_the_page_of_a_vote_says_that_the_comment_is_ones_own(reader, client):
    comment = own_comment(reader)
    assert 'name="value"' not in reader.get(f"/comments/{comment.pk}/vote/").text
    assert 'name="value"' in client.get(f"/comments/{comment.pk}/vote/").text


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.PENDING, Comment.Status.SPAM])
def test_it_refuses_a_vote_for_a_hidden_comment(reader, status):
    comment = make_comment(status=status)
    assert vote(reader, comment).status_code == 404
    assert not Vote.objects.exists()


def test_it_refuses_a_vote_for_an_unknown_comment(reader):
    assert reader.post("/comments/1/vote/", {"value": 1}).status_code == 404


@pytest.mark.parametrize(
    "hide",
    [
        lambda comment: comment.withdraw(),
        lambda comment: Article.objects.filter(pk=comment.article_id).update(status=Article.Status.DRAFT),
        lambda comment: Article.objects.filter(pk=comment.article_id).update(published_at="2999-01-01T00:00Z"),
    ],
)
def test_a_comment_that_nobody_sees_any_more_is_not_found(reader, hide):
    comment = make_comment()
    hide(comment)
    assert vote(reader, comment).status_code == 404
    assert not Vote.objects.exists()


def test_it_refuses_another_method(reader):
    response = reader.delete(f"/comments/{make_comment().pk}/vote/")
    assert response.status_code == 405
    assert "直接開けません" in response.text


@pytest.mark.parametrize("client_name", ["reader", "script"])
def test_too_many_votes_are_told_when_to_try_again(request, monkeypatch, client_name):
    monkeypatch.setattr(
        limits, "VOTES_PER_VISITOR", limits.Limit("vote/visitor", 2, limits.VOTES_PER_VISITOR.per, "多すぎ")
    )
    client, comment = request.getfixturevalue(client_name), make_comment()
    assert [vote(client, comment, value).status_code for value in (1, 0, 1)][-1] == 429
    response = vote(client, comment)
    assert 0 < int(response["Retry-After"]) <= 600
    assert "多すぎ" in response.text
    assert score(comment) == 0


def test_one_visitor_at_the_limit_leaves_the_others_free(reader, client, monkeypatch):
    monkeypatch.setattr(limits, "VOTES_PER_VISITOR", limits.Limit("vote/visitor", 1, limits.VOTES_PER_VISITOR.per, ""))
    comment = make_comment()
    vote(reader, comment)
    assert vote(reader, comment, 0).status_code == 429
    client.post(f"/comments/{comment.pk}/vote/", {"value": 1}, headers={"Sec-Fetch-Site": "same-origin"})
    assert score(comment) == 2


# The page is the same for everybody


def test_it_leaves_no_trace_of_who_voted_on_the_page(reader, client, time_machine):
    # The form says the second at which it was made.
    time_machine.move_to(timezone.now(), tick=False)
    comment = make_comment()
    vote(reader, comment)
    address = comment.article.get_absolute_url()
    assert reader.get(address).content == client.get(address).content
