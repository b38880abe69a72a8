"""Whatever is decided, and in whatever order it is undone, everything is as it was before."""

import contextlib

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from articles.models import Article
from comments.models import Appeal, Ban, Comment, MisplacementReport, ModerationEvent, Refusal, Report
from comments.models.decision import TRANSITIONS, BanOrder, Decision
from comments.models.moderation import Change, value_without
from comments.nested_sets import Row, violations
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

PLACES = range(8)
SCOPES = ["comment", "replies", "visitor_here", "visitor", "network"]
MARKS = ["pin", "unpin", "lock_thread", "unlock_thread"]

decisions = st.one_of(
    st.tuples(
        st.just("decide"), st.sampled_from(sorted(TRANSITIONS)), st.sampled_from(PLACES), st.sampled_from(SCOPES)
    ),
    st.tuples(st.just("ban"), st.sampled_from(PLACES)),
    st.tuples(st.just("end_ban")),
    st.tuples(st.just("mark"), st.sampled_from(MARKS), st.sampled_from(PLACES)),
    st.tuples(st.just("move"), st.sampled_from(PLACES), st.none() | st.sampled_from(PLACES)),
    st.tuples(st.just("undo"), st.integers(0, 20)),
)


def discussions() -> list[Comment]:
    """Two articles, three visitors of two networks, several statuses, and readers' words on some."""
    one, two = make_article(comments="at_once"), make_article(comments="at_once")
    comments: list[Comment] = []
    for number, (article, parent) in enumerate([(one, None), (one, 0), (one, 1), (one, 0), (one, None), (two, None)]):
        who = {"visitor_key": "abc"[number % 3], "network_key": "mn"[number % 2]}
        comments.append(make_comment(article=article, parent=comments[parent] if parent is not None else None, **who))
    comments += [make_comment(article=make_article(comments="moderated"), visitor_key=who) for who in "ab"]
    comments[2].report("r1", "n1", "insult")
    comments[3].report("r2", "n2", "untrue")
    MisplacementReport.objects.report(comments[3], "r3")
    Appeal.objects.create(comment=comments[6], text="待っています。")
    return comments


def state() -> list:
    """All that a decision may change. Where a comment stands is its parent; who is left and right follows from it."""
    fields = [field.attname for field in Comment._meta.concrete_fields]
    fields = [field for field in fields if field not in {"lft", "rght", "tree_id", "level"}]
    return [
        list(Comment.objects.order_by("pk").values_list(*fields)),
        list(Article.objects.order_by("pk").values_list("pk", "comment_count", "last_comment_number")),
        *(list(model.objects.order_by("pk").values()) for model in (Report, MisplacementReport, Appeal)),
        list(Ban.objects.in_force().order_by("pk").values_list("visitor_key", "network_key")),
    ]


def assert_the_trees_are_whole() -> None:
    fields = ("pk", "parent_id", "tree_id", "lft", "rght", "level", "article_id")
    assert not list(violations(map(Row._make, Comment.objects.order_by("tree_id", "lft", "pk").values_list(*fields))))
    for article in Article.objects.all():
        assert article.comment_count == article.discussion.filter(status="published").count()


def carry_out(comments: list[Comment], act: str, *args, by) -> None:
    if act == "decide":
        action, place, scope = args
        Decision.on(comments[place], action, scope).carry_out(by=by, reason="insult")
    elif act == "ban":
        Decision.on(comments[args[0]], "remove").carry_out(by=by, ban=BanOrder(visitor_key="a"))
    elif act == "end_ban":
        for ban in Ban.objects.in_force():
            ban.end(by=by)
    elif act == "mark":
        getattr(Comment.objects.get(pk=comments[args[1]].pk), args[0])(by=by)
    elif act == "move":
        move(comments, *args, by=by)
    else:
        events = list(ModerationEvent.objects.exclude(action="undo").order_by("pk"))
        undo(events[args[0] % len(events)] if events else None, by)


def move(comments: list[Comment], place: int, target: int | None, by) -> None:
    with contextlib.suppress(Refusal):
        Comment.objects.get(pk=comments[place].pk).move_to(None if target is None else comments[target], by=by)


def undo(event: ModerationEvent | None, by) -> bool:
    """False when it has to wait: the comment cannot go back while what it stood under hangs from it."""
    try:
        if event:
            event.undo(by=by)
    except Refusal:
        return False
    return True


@pytest.mark.django_db(transaction=True)
@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(decisions, max_size=8), order=st.randoms(use_true_random=False))
@example(acts=[("mark", "pin", 0), ("mark", "pin", 1), ("mark", "unpin", 0), ("mark", "pin", 4)], order=None)
def test_any_decisions_followed_by_their_undos_give_back_the_earlier_state(acts, order):
    for model in (Ban, ModerationEvent, Comment, Article):
        model._base_manager.all().delete()
    owner, comments = make_owner(), discussions()
    before = state()
    for act in acts:
        carry_out(comments, *act, by=owner)
        assert_the_trees_are_whole()
    left = list(ModerationEvent.objects.standing().exclude(action="undo").order_by("-pk"))
    if order:
        order.shuffle(left)
    while left:
        waiting = [event for event in left if not undo(ModerationEvent.objects.get(pk=event.pk), owner)]
        assert len(waiting) < len(left)
        left = waiting
        assert_the_trees_are_whole()
    assert state() == before


@pytest.mark.parametrize(
    ("history", "event", "current", "value"),
    [
        # Alone
        ([Change(1, None, "a", "b")], 1, "b", "a"),
        # A later one stands
        ([Change(1, None, "a", "b"), Change(2, None, "b", "c")], 1, "c", "c"),
        # Later ones stand, the last of which says the same
        ([Change(1, None, "a", "b"), Change(2, None, "b", "c"), Change(3, None, "c", "b")], 1, "b", "b"),
        # The later one goes first
        ([Change(1, None, "a", "b"), Change(2, None, "b", "c")], 2, "c", "b"),
        # The earlier one was undone under it
        ([Change(1, 3, "a", "b"), Change(2, None, "b", "c")], 2, "c", "a"),
        # The earlier one was undone before it was made
        ([Change(1, 2, "a", "b"), Change(3, None, "a", "c")], 3, "c", "a"),
        # Its author has changed it since
        ([Change(1, None, "a", "b")], 1, "z", "z"),
        # Its author had changed it between
        ([Change(1, 2, "a", "b"), Change(3, None, "y", "c")], 3, "c", "y"),
        # Three, undone from below
        ([Change(1, 4, "a", "b"), Change(2, 5, "b", "c"), Change(3, None, "c", "d")], 3, "d", "a"),
    ],
)
def test_what_a_field_is_once_a_decision_is_undone(history, event, current, value):
    assert value_without(history, event, current) == value
