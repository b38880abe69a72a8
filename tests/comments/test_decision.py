from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from comments.models import Appeal, Ban, Comment, ModerationEvent, Refusal, Report
from comments.models.decision import BanOrder, Decision
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_owner()


def statuses(*comments: Comment) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def thread() -> tuple[Comment, Comment, Comment]:
    """A comment of one visitor, a reply of another, and below it one of the first again."""
    first = make_comment(visitor_key="aki", network_key="n1", upvotes=3)
    reply = make_comment(parent=first, visitor_key="ben", network_key="n2", upvotes=2, downvotes=1)
    return first, reply, make_comment(parent=reply, visitor_key="aki", network_key="n1")


def test_it_takes_one_comment_and_says_what_stays(owner):
    first, reply, answer = thread()
    decision = Decision.on(first, "remove")
    assert decision.radius() == (1, 3, 0, 2, 1)
    event = decision.carry_out(by=owner, reason="personal", note="電話番号")
    assert statuses(first, reply, answer) == ["removed", "published", "published"]
    assert (event.comment_count, event.vote_count, event.scope, event.reason) == (1, 3, "comment", "personal")
    assert (event.article, event.moderator, event.note) == (first.article, owner, "電話番号")
    first.refresh_from_db()
    assert first.reason == "personal"


def test_it_takes_the_replies_along(owner):
    first, reply, answer = thread()
    decision = Decision.on(first, "remove", "replies")
    assert decision.radius() == (3, 6, 1, 0, 1)
    decision.carry_out(by=owner)
    assert statuses(first, reply, answer) == ["removed"] * 3
    assert Article.objects.get(pk=first.article_id).comment_count == 0


def test_it_says_what_it_takes_along_in_words(owner):
    first, _reply, _answer = thread()
    assert str(Decision.on(first, "remove", "replies").radius()) == "3件のコメント、6票、他の人の返信1件"


def test_it_takes_a_visitor_here_or_everywhere(owner):
    first, reply, answer = thread()
    elsewhere = make_comment(visitor_key="aki")
    assert Decision.on(first, "remove", "visitor_here").radius().comments == 2
    event = Decision.on(first, "remove", "visitor").carry_out(by=owner)
    assert statuses(first, reply, answer, elsewhere) == ["removed", "published", "removed", "removed"]
    assert event.article is None


def test_it_takes_a_network_of_the_last_hours(owner):
    first, _reply, _answer = thread()
    near = make_comment(network_key="n1", visitor_key="cho")
    long_ago = make_comment(network_key="n1", created_at=timezone.now() - timedelta(hours=7))
    own = make_comment(network_key="n1", by_staff=True)
    Decision.on(first, "mark_spam", "network", hours=6).carry_out(by=owner)
    assert statuses(first, near, long_ago, own) == ["spam", "spam", "published", "published"]


@pytest.mark.parametrize("scope", ["visitor", "visitor_here", "network"])
def test_an_author_without_a_key_is_nobody_else(owner, scope):
    imported = make_comment(visitor_key="", network_key="")
    other = make_comment(article=imported.article, visitor_key="", network_key="")
    Decision.on(imported, "remove", scope).carry_out(by=owner)
    assert statuses(imported, other) == ["removed", "published"]


def test_many_chosen_ones_are_one_event(owner):
    chosen = [make_comment(status="pending") for _ in range(3)]
    left = make_comment(status="withdrawn")
    event = Decision.on_chosen([comment.pk for comment in [*chosen, left]], "approve").carry_out(by=owner)
    assert statuses(*chosen, left) == ["published"] * 3 + ["withdrawn"]
    assert event.comment_count == 3
    assert ModerationEvent.objects.count() == 1


def test_nothing_to_decide_leaves_no_trace(owner):
    assert Decision.on(make_comment(status="withdrawn"), "remove").carry_out(by=owner) is None
    assert not ModerationEvent.objects.exists()


def test_it_bans_as_well_and_the_undo_ends_the_ban(owner):
    first, _reply, _answer = thread()
    until = timezone.now() + timedelta(days=7)
    event = Decision.on(first, "remove").carry_out(by=owner, ban=BanOrder(visitor_key="aki", expires_at=until))
    assert Ban.objects.covering("aki", "n9") == event.ban
    event.undo(by=owner)
    assert Ban.objects.covering("aki", "n9") is None
    assert statuses(first) == ["published"]


def test_a_ban_whose_decision_is_undone_does_not_come_back(owner):
    first, _reply, _answer = thread()
    event = Decision.on(first, "remove").carry_out(by=owner, ban=BanOrder(visitor_key="aki"))
    event.ban.end(by=owner)
    end = ModerationEvent.objects.get(action="unban")
    event.undo(by=owner)
    end.undo(by=owner)
    assert not Ban.objects.in_force().exists()


def test_a_decision_settles_what_was_said_against_it_and_the_undo_opens_it_again(owner):
    comment = make_comment()
    comment.report("v1", "n1", "insult")
    Appeal.objects.create(comment=comment, text="なぜですか。")
    event = comment.decide("remove", by=owner)
    comment.refresh_from_db()
    assert (comment.report_count, Report.objects.open().count(), Appeal.objects.open().count()) == (0, 0, 0)
    event.undo(by=owner)
    comment.refresh_from_db()
    assert (comment.report_count, Report.objects.open().count(), Appeal.objects.open().count()) == (1, 1, 1)


def test_dismissing_leaves_the_comment_and_settles_the_reports(owner):
    comment = make_comment()
    comment.report("v1", "n1", "insult")
    event = comment.decide("dismiss", by=owner)
    assert statuses(comment) == ["published"]
    assert not Comment.objects.reported().exists()
    assert event.is_undoable
    event.undo(by=owner)
    assert list(Comment.objects.reported()) == [comment]


# Undo


def test_an_undo_gives_back_each_comment_its_own_status(owner):
    first, reply, answer = thread()
    reply.mark_spam(by=owner)
    event = Decision.on(first, "remove", "replies").carry_out(by=owner)
    assert statuses(first, reply, answer) == ["removed", "spam", "removed"]
    undo = event.undo(by=owner)
    assert statuses(first, reply, answer) == ["published", "spam", "published"]
    assert (undo.action, undo.undoes, undo.moderator) == ("undo", event, owner)
    assert Article.objects.get(pk=first.article_id).comment_count == 2


def test_it_is_undone_once(owner):
    comment = make_comment()
    event = comment.decide("remove", by=owner)
    assert event.undo(by=owner)
    comment.remove(by=owner)
    assert ModerationEvent.objects.get(pk=event.pk).undo(by=owner) is None
    assert statuses(comment) == ["removed"]


def test_a_later_decision_stands_until_it_is_undone_itself(owner):
    comment = make_comment()
    removed, spam = comment.decide("remove", by=owner), comment.decide("mark_spam", by=owner)
    removed.undo(by=owner)
    assert statuses(comment) == ["spam"]
    spam.undo(by=owner)
    assert statuses(comment) == ["published"]


def test_what_its_author_withdrew_stays_withdrawn(owner):
    comment = make_comment(article=make_article(comments="moderated"))
    event = comment.decide("approve", by=owner)
    Comment.objects.get(pk=comment.pk).withdraw()
    event.undo(by=owner)
    assert statuses(comment) == ["withdrawn"]
    assert Article.objects.get(pk=comment.article_id).comment_count == 0


def test_a_move_is_undone_with_all_that_it_changed(owner):
    first = make_comment()
    other = make_comment(article=first.article)
    reply = make_comment(parent=first)
    reply.move_to(other, by=owner)
    ModerationEvent.objects.get(action="move").undo(by=owner)
    reply.refresh_from_db()
    assert (reply.parent, reply.moved_from, reply.moved_at) == (first, None, None)


def test_where_its_author_moved_it_since_it_stays(owner):
    first, second, third = [make_comment(article=article) for article in [make_article()] * 3]
    reply = make_comment(parent=first)
    reply.move_to(second, by=owner)
    reply.move_to(third)
    ModerationEvent.objects.get(action="move").undo(by=owner)
    reply.refresh_from_db()
    assert reply.parent == third


# Pinned and locked


def test_the_one_pinned_last_stands_on_top_and_the_undo_brings_the_other_back(owner):
    one = make_comment()
    two = make_comment(article=one.article)
    assert one.pin(by=owner)
    assert two.pin(by=owner)
    assert Comment.objects.pinned(one.article_id) == two
    ModerationEvent.objects.newest_first().first().undo(by=owner)
    assert Comment.objects.pinned(one.article_id) == one
    assert one.unpin(by=owner)
    assert Comment.objects.pinned(one.article_id) is None
    assert not one.unpin(by=owner)


def test_only_what_is_shown_is_pinned(owner):
    assert not make_comment(status="removed").pin(by=owner)


def test_a_locked_thread_takes_no_reply_until_it_is_unlocked(owner):
    root = make_comment()
    reply = make_comment(parent=root)
    assert root.lock_thread(by=owner)
    assert not root.lock_thread(by=owner)
    with pytest.raises(Refusal, match="locked"):
        make_comment(parent=reply)
    with pytest.raises(Refusal, match="locked"):
        make_comment(article=root.article).move_to(reply)
    assert root.unlock_thread(by=owner)
    make_comment(parent=reply)


# Reports


def test_reports_of_different_networks_hide_a_comment_until_it_is_reviewed(owner):
    comment = make_comment()
    for visitor, network in [("v1", "n1"), ("v2", "n1"), ("v3", "n2")]:
        comment.report(visitor, network, "insult")
    assert statuses(comment) == ["published"]
    comment.report("v4", "n3", "threat")
    event = ModerationEvent.objects.get()
    assert (statuses(comment), event.action, event.source, event.moderator) == (
        ["pending"],
        "suspend",
        "reports",
        None,
    )
    comment.refresh_from_db()
    assert (comment.hold_reasons, comment.report_count) == ("reports:3", 4)
    comment.approve(by=owner)
    assert comment.report("v5", "n5", "insult")
    assert statuses(comment) == ["published"]


def test_one_reader_reports_once(owner):
    comment = make_comment()
    assert comment.report("v1", "n1", "insult")
    assert not comment.report("v1", "n2", "threat")
    assert Report.objects.get().reason == "insult"
