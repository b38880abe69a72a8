import pytest
from django.db import IntegrityError, transaction

from comments.models import Comment, ModerationEvent, Vote, VoteExclusion
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_owner()


def cast(comment, visitor, network="", value=1):
    comment.cast_vote(visitor, value, network_key=network)


def counts(comment):
    comment.refresh_from_db()
    return comment.upvotes, comment.downvotes, comment.score


def state(comment):
    """All that a recount derives, and all that it may change."""
    row = Comment.objects.values("upvotes", "downvotes", "score", "rank").get(pk=comment.pk)
    return row, list(comment.votes.order_by("pk").values_list("visitor_key", "value", "is_valid", "weight"))


@pytest.fixture
def comment():
    """Voted on from two networks, once down, with imported votes."""
    comment = make_comment(imported_upvotes=2)
    for n in range(4):
        cast(comment, f"a{n}", "a")
    for n in range(3):
        cast(comment, f"b{n}", "b", value=-1 if n == 0 else 1)
    return comment


@pytest.mark.parametrize(
    ("who", "left"),
    [
        ({"network_key": "a"}, (4, 1, 3)),
        ({"network_key": "b"}, (6, 0, 6)),
        ({"visitor_key": "a0"}, (7, 1, 6)),
        ({"visitor_key": "b0"}, (8, 0, 8)),
    ],
)
@pytest.mark.parametrize("where", ["here", "everywhere"])
def test_what_is_left_out_counts_nowhere_until_it_is_counted_again(owner, comment, who, left, where):
    before = state(comment)
    article = comment.article if where == "here" else None
    exclusion = VoteExclusion.objects.leave_out(by=owner, article=article, **who)
    assert counts(comment) == left
    assert comment.votes.count() == 7
    assert exclusion.end(by=owner)
    assert state(comment) == before


def test_the_weights_close_up_behind_a_visitor_who_is_left_out(owner, comment):
    VoteExclusion.objects.leave_out(by=owner, visitor_key="a0")
    weights = comment.votes.filter(network_key="a", is_valid=True).order_by("pk").values_list("weight", flat=True)
    assert list(weights) == [1, 0.5, 0.25]


def test_many_votes_cast_meanwhile_weigh_no_more_than_two_when_they_count_again(owner, comment):
    exclusion = VoteExclusion.objects.leave_out(by=owner, network_key="a")
    for n in range(100):
        cast(comment, f"later{n}", "a")
    exclusion.end(by=owner)
    assert sum(comment.votes.filter(network_key="a").values_list("weight", flat=True)) < 2


def test_it_says_how_much_has_changed(owner, comment):
    other = make_comment(article=comment.article)
    cast(other, "a0", "a")
    exclusion = VoteExclusion.objects.leave_out(by=owner, network_key="a")
    assert exclusion.recounted == (5, 2)
    exclusion.end(by=owner)
    assert exclusion.recounted == (5, 2)


def test_under_one_article_the_others_are_left_alone(owner, comment):
    elsewhere = make_comment()
    cast(elsewhere, "a0", "a")
    VoteExclusion.objects.leave_out(by=owner, network_key="a", article=comment.article)
    assert counts(elsewhere) == (1, 0, 1)
    cast(elsewhere, "later", "a")
    cast(comment, "later", "a")
    assert counts(elsewhere) == (2, 0, 2)
    assert counts(comment) == (4, 1, 3)


def test_everywhere_means_each_article(owner):
    comments = [make_comment() for _ in range(3)]
    for comment in comments:
        cast(comment, "a0", "a")
    exclusion = VoteExclusion.objects.leave_out(by=owner, visitor_key="a0")
    assert [counts(comment)[0] for comment in comments] == [0, 0, 0]
    exclusion.end(by=owner)
    assert [counts(comment)[0] for comment in comments] == [1, 1, 1]


def test_pages_that_are_cached_follow(owner, comment):
    comment.article.refresh_from_db()
    before = comment.article.discussion_version
    exclusion = VoteExclusion.objects.leave_out(by=owner, network_key="a")
    exclusion.end(by=owner)
    comment.article.refresh_from_db()
    assert comment.article.discussion_version == before + 2


def test_who_is_left_out_can_still_vote_change_and_withdraw(owner, comment):
    exclusion = VoteExclusion.objects.leave_out(by=owner, network_key="a")
    cast(comment, "later", "a")
    cast(comment, "a0", "a", value=-1)
    cast(comment, "a1", "a", value=0)
    assert counts(comment) == (4, 1, 3)
    exclusion.end(by=owner)
    assert counts(comment) == (7, 2, 5)


# who is left out first and second; what counts after the first has ended, and after both
@pytest.mark.parametrize(
    ("first", "second", "after_one"),
    [
        ({"network_key": "a"}, {"visitor_key": "a0"}, (7, 1, 6)),
        ({"visitor_key": "a0"}, {"network_key": "a"}, (4, 1, 3)),
        ({"network_key": "a"}, {"network_key": "a", "here": True}, (4, 1, 3)),
        ({"network_key": "a", "here": True}, {"network_key": "a"}, (4, 1, 3)),
    ],
)
def test_a_vote_stays_out_until_the_last_exclusion_that_covers_it_has_ended(owner, comment, first, second, after_one):
    before = state(comment)
    made = []
    for who in (first, second):
        keys = {name: value for name, value in who.items() if name != "here"}
        article = comment.article if "here" in who else None
        made.append(VoteExclusion.objects.leave_out(by=owner, article=article, **keys))
    made[0].end(by=owner)
    assert counts(comment) == after_one
    made[1].end(by=owner)
    assert state(comment) == before


def test_the_same_is_not_decided_twice(owner, comment):
    assert VoteExclusion.objects.leave_out(by=owner, network_key="a")
    assert VoteExclusion.objects.leave_out(by=owner, network_key="a") is None
    exclusion = VoteExclusion.objects.get()
    assert exclusion.end(by=owner)
    assert not exclusion.end(by=owner)
    assert VoteExclusion.objects.leave_out(by=owner, network_key="a")
    assert ModerationEvent.objects.count() == 3


def test_where_there_are_no_votes_nothing_is_decided(owner, comment):
    assert VoteExclusion.objects.leave_out(by=owner, network_key="unknown") is None
    assert VoteExclusion.objects.leave_out(by=owner, network_key="a", article=make_article()) is None
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize("keys", [{}, {"visitor_key": "a", "network_key": "a"}])
def test_the_database_takes_one_key(keys):
    with pytest.raises(IntegrityError), transaction.atomic():
        VoteExclusion.objects.create(**keys)


def test_votes_of_an_unknown_network_are_never_covered(owner, comment):
    cast(comment, "nameless")
    VoteExclusion.objects.leave_out(by=owner, visitor_key="a0")
    cast(comment, "nameless too")
    assert comment.votes.filter(network_key="", is_valid=True).count() == 2


def test_it_knows_how_many_votes_are_in_its_reach(owner, comment):
    elsewhere = make_comment()
    cast(elsewhere, "a0", "a")
    for who in ({"network_key": "a"}, {"visitor_key": "a0"}):
        for article in (None, comment.article):
            VoteExclusion.objects.leave_out(by=owner, article=article, **who)
    found = VoteExclusion.objects.with_votes().order_by("pk")
    assert [exclusion.vote_count for exclusion in found] == [5, 4, 2, 1]
    Vote.objects.all().delete()
    assert [exclusion.vote_count for exclusion in found.all()] == [0, 0, 0, 0]


# Healing


@pytest.mark.parametrize("who", [{"network_key": "a"}, {"visitor_key": "a0"}])
def test_healing_leaves_out_what_slipped_between(owner, comment, who):
    VoteExclusion.objects.leave_out(by=owner, **who)
    left = counts(comment)
    votes = Vote.objects.filter(**who)
    votes.update(is_valid=True)
    comment.recount()
    assert VoteExclusion.objects.heal() == votes.count()
    assert counts(comment) == left


def test_healing_counts_what_stayed_out_when_the_last_exclusion_ended(owner, comment):
    before = counts(comment)
    VoteExclusion.objects.leave_out(by=owner, network_key="a").end(by=owner)
    Vote.objects.filter(network_key="a").update(is_valid=False)
    comment.recount()
    assert VoteExclusion.objects.heal() == 4
    assert counts(comment) == before


def test_healing_costs_two_queries_when_there_is_nothing_to_do(owner, comment, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert VoteExclusion.objects.heal() == 0
    VoteExclusion.objects.leave_out(by=owner, network_key="a")
    VoteExclusion.objects.leave_out(by=owner, visitor_key="b0").end(by=owner)
    version = type(comment.article).objects.get(pk=comment.article.pk).discussion_version
    with django_assert_num_queries(2):
        assert VoteExclusion.objects.heal() == 0
    assert type(comment.article).objects.get(pk=comment.article.pk).discussion_version == version
