import pytest

from comments.models import Comment, ModerationEvent
from tests.factories import make_comment, make_owner

pytestmark = pytest.mark.django_db

PENDING, PUBLISHED, SPAM, REMOVED, WITHDRAWN = Comment.Status.values


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        ("approve", PENDING, PUBLISHED),
        ("approve", SPAM, PUBLISHED),  # taken for spam by mistake
        ("approve", PUBLISHED, None),
        ("approve", REMOVED, None),  # what was removed is restored, not approved
        ("remove", PENDING, REMOVED),
        ("remove", PUBLISHED, REMOVED),
        ("remove", SPAM, None),  # hidden already
        ("remove", REMOVED, None),
        ("restore", REMOVED, PUBLISHED),
        ("restore", PENDING, None),
        ("restore", PUBLISHED, None),
        ("restore", SPAM, None),
        ("mark_spam", PENDING, SPAM),
        ("mark_spam", PUBLISHED, SPAM),
        ("mark_spam", REMOVED, SPAM),
        ("mark_spam", SPAM, None),
        # What its author took back is the author's.
        ("approve", WITHDRAWN, None),
        ("remove", WITHDRAWN, None),
        ("restore", WITHDRAWN, None),
        ("mark_spam", WITHDRAWN, None),
    ],
)
def test_every_verb_on_every_status(verb, before, after):
    comment = make_comment(status=before)
    assert getattr(comment, verb)(by=None) is (after is not None)
    comment.refresh_from_db()
    assert comment.status == (after or before)
    assert ModerationEvent.objects.count() == (after is not None)


def test_a_decision_says_who_what_and_what_was_before():
    owner, comment = make_owner(), make_comment()
    comment.remove(by=owner)
    event = ModerationEvent.objects.get()
    assert (event.moderator, event.action, event.status_before) == (owner, "remove", "published")


def test_the_article_counts_what_is_shown():
    comment = make_comment()
    for verb, count in [("remove", 0), ("restore", 1), ("mark_spam", 0), ("approve", 1)]:
        getattr(comment, verb)(by=None)
        comment.article.refresh_from_db()
        assert comment.article.comment_count == count


def test_a_decision_is_made_on_what_is_stored_not_on_what_was_read():
    comment = make_comment()
    stale = Comment.objects.get(pk=comment.pk)
    comment.remove(by=None)
    assert stale.remove(by=None) is False
    comment.article.refresh_from_db()
    assert comment.article.comment_count == 0


def test_removing_keeps_the_replies_where_they_are():
    root = make_comment()
    reply = make_comment(parent=root)
    root.remove(by=None)
    reply.refresh_from_db()
    assert reply.parent == root
    assert reply.is_published
