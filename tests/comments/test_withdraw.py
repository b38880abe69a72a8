import pytest

from comments import threads
from comments.models import Comment, Refusal
from tests.factories import make_comment

pytestmark = pytest.mark.django_db


def test_it_hides_the_comment_and_counts_again():
    comment = make_comment()
    version = comment.article.discussion_version
    comment.withdraw()
    comment.refresh_from_db()
    comment.article.refresh_from_db()
    assert comment.status == Comment.Status.WITHDRAWN
    assert (comment.article.comment_count, comment.article.discussion_version) == (0, version + 1)
    assert not threads.arrange(Comment.objects.all())


def test_a_placeholder_stays_while_there_are_replies():
    comment = make_comment()
    reply = make_comment(parent=comment)
    comment.withdraw()
    rows = threads.arrange(Comment.objects.order_by("number"))
    assert [(row.comment, row.is_placeholder) for row in rows] == [(comment, True), (reply, False)]


def test_what_awaits_approval_was_not_counted():
    comment = make_comment()
    comment.article.comment_count = 5
    comment.article.save_discussion()
    Comment.objects.update(status=Comment.Status.PENDING)
    comment.withdraw()
    comment.article.refresh_from_db()
    assert comment.article.comment_count == 5


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.SPAM, Comment.Status.WITHDRAWN])
def test_it_refuses_what_is_hidden(status):
    comment = make_comment()
    Comment.objects.filter(pk=comment.pk).update(status=status)
    with pytest.raises(Refusal, match=Refusal.HIDDEN):
        comment.withdraw()
    comment.article.refresh_from_db()
    assert comment.article.comment_count == 1
