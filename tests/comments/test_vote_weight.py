"""What a vote adds to 評価順: votes of one network weigh less and less, and those left out nothing."""

import random
from importlib import import_module

import pytest
from django.db import connection

from comments import ranking
from comments.models import Comment, Vote, VoteExclusion
from tests.factories import make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_owner()


def vote(comment, *visitors, value=1, network="net"):
    for visitor in visitors:
        comment.cast_vote(visitor, value, network_key=network)


def weights(comment):
    return list(comment.votes.filter(is_valid=True).order_by("pk").values_list("weight", flat=True))


def rank_of(up, down=0):
    return pytest.approx(ranking.lower_bound(up, down))


def seen(comment):
    comment.refresh_from_db()
    return comment.upvotes, comment.downvotes, comment.rank


@pytest.mark.parametrize(("votes", "weight"), [(1, 1), (2, 1.5), (3, 1.75), (4, 1.875), (30, 2)])
def test_each_further_vote_of_a_network_counts_half(votes, weight):
    comment = make_comment()
    vote(comment, *map(str, range(votes)))
    assert seen(comment) == (votes, 0, rank_of(weight))


def test_other_networks_and_other_comments_count_fully():
    comment, other = make_comment(), make_comment()
    vote(comment, "a", "b", network="net")
    vote(comment, "c", network="elsewhere")
    vote(other, "a", network="net")
    assert seen(comment) == (3, 0, rank_of(2.5))
    assert seen(other) == (1, 0, rank_of(1))


def test_votes_for_and_against_of_one_network_share_its_weight():
    comment = make_comment()
    vote(comment, "a")
    vote(comment, "b", value=-1)
    assert seen(comment) == (1, 1, rank_of(1, 0.5))


def test_imported_votes_count_fully():
    comment = make_comment(imported_upvotes=3, imported_downvotes=1)
    vote(comment, "a", "b")
    assert seen(comment) == (5, 1, rank_of(4.5, 1))


def test_a_vote_taken_back_gives_its_weight_to_the_later_ones():
    comment = make_comment()
    vote(comment, *"abcd")
    vote(comment, "b", value=0)
    assert weights(comment) == [1, 1 / 2, 1 / 4]
    vote(comment, "a", value=0)
    assert weights(comment) == [1, 1 / 2]
    assert seen(comment) == (2, 0, rank_of(1.5))


def test_a_vote_turned_round_keeps_its_weight():
    comment = make_comment()
    vote(comment, *"abc")
    vote(comment, "b", value=-1, network="another by now")
    assert weights(comment) == [1, 1 / 2, 1 / 4]
    assert seen(comment) == (2, 1, rank_of(1.25, 0.5))


def test_coming_and_going_wins_no_weight():
    comment = make_comment()
    for _ in range(3):
        vote(comment, *"abcd")
        vote(comment, *"ac", value=0)
    assert sum(weights(comment)) < 2
    assert weights(comment) == [1, 1 / 2]


# Votes left out by the owner

# whose votes are left out: b's, or those of the network of a and b
LEFT_OUT = [({"visitor_key": "b"}, [1, 1 / 2, 1]), ({"network_key": "net"}, [1])]


@pytest.fixture
def comment():
    """Votes of a, b and c from one network, and of d from another."""
    comment = make_comment()
    vote(comment, *"abc")
    vote(comment, "d", network="elsewhere")
    return comment


@pytest.mark.parametrize(("whom", "left"), LEFT_OUT, ids=["a visitor", "a network"])
def test_votes_that_are_left_out_count_nowhere(comment, owner, whom, left):
    VoteExclusion.objects.leave_out(by=owner, **whom)
    assert weights(comment) == left
    assert seen(comment) == (len(left), 0, rank_of(sum(left)))
    assert comment.votes.count() == 4


@pytest.mark.parametrize(("whom", "left"), LEFT_OUT, ids=["a visitor", "a network"])
def test_counting_them_again_gives_the_counts_of_before(comment, owner, whom, left):
    before, before_weights = seen(comment), weights(comment)
    VoteExclusion.objects.leave_out(by=owner, **whom).end(by=owner)
    assert (seen(comment), weights(comment)) == (before, before_weights)


def test_a_later_vote_of_who_is_left_out_is_stored_and_does_not_count(comment, owner):
    VoteExclusion.objects.leave_out(by=owner, network_key="net")
    before = seen(comment)
    vote(comment, "new", network="net")
    assert comment.votes.filter(visitor_key="new", is_valid=False).exists()
    assert seen(comment) == before


def test_who_is_left_out_can_still_change_and_take_back(comment, owner):
    VoteExclusion.objects.leave_out(by=owner, visitor_key="b")
    before, before_weights = seen(comment), weights(comment)
    for value in (-1, 1, 0, 1):
        vote(comment, "b", value=value)
        assert (seen(comment), weights(comment)) == (before, before_weights)


def test_what_is_left_out_under_one_article_counts_under_another(comment, owner):
    other = make_comment()
    vote(other, "b")
    VoteExclusion.objects.leave_out(by=owner, visitor_key="b", article=comment.article)
    vote(other, "c")
    assert seen(other) == (2, 0, rank_of(1.5))
    assert seen(comment)[0] == 3


def test_a_vote_under_two_exclusions_counts_when_both_are_ended(comment, owner):
    visitor = VoteExclusion.objects.leave_out(by=owner, visitor_key="b")
    network = VoteExclusion.objects.leave_out(by=owner, network_key="net")
    visitor.end(by=owner)
    assert not Vote.objects.get(visitor_key="b").is_valid
    network.end(by=owner)
    assert seen(comment) == (4, 0, rank_of(2.75))


def test_leaving_out_is_seen_by_pages_that_are_kept(comment, owner):
    comment.article.refresh_from_db()
    version = comment.article.discussion_version
    VoteExclusion.objects.leave_out(by=owner, visitor_key="b")
    comment.article.refresh_from_db()
    assert comment.article.discussion_version == version + 1


COUNTED = ("upvotes", "downvotes", "score", "upvote_weight", "downvote_weight", "rank")


def counted(comment):
    return Comment.objects.values(*COUNTED).get(pk=comment.pk)


@pytest.mark.parametrize("seed", range(5))
def test_what_votes_have_added_is_what_counting_their_rows_finds(owner, seed):
    chance, comment = random.Random(seed), make_comment(imported_upvotes=seed, imported_downvotes=1)
    for n in range(60):
        network = f"n{chance.randrange(4)}"
        if n == 30:
            VoteExclusion.objects.leave_out(by=owner, network_key="n0")
        comment.cast_vote(f"v{chance.randrange(25)}", chance.choice([1, 1, 1, 0, -1]), network_key=network)
    found = counted(comment)
    comment.recount()
    assert found == counted(comment)
    assert found["upvotes"] > 5


def test_the_migration_finds_the_weights_of_votes_that_there_were(owner):
    comment, other = make_comment(), make_comment()
    vote(comment, "a", "b", "c", network="net")
    vote(comment, "d", value=-1, network="elsewhere")
    vote(comment, "e", network="out")
    VoteExclusion.objects.leave_out(by=owner, network_key="out")
    found = counted(comment)
    Comment.objects.update(upvote_weight=0, downvote_weight=0)
    with connection.cursor() as cursor:
        cursor.execute(import_module("comments.migrations.0012_vote_weights").FILL)
    assert counted(comment) == found
    assert (found["upvote_weight"], found["downvote_weight"]) == (1.75, 1)
    assert counted(other)["upvote_weight"] == 0
