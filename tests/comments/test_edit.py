from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, Refusal
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

HIDDEN = [Comment.Status.REMOVED, Comment.Status.SPAM, Comment.Status.WITHDRAWN]


def age(comment, **passed):
    Comment.objects.filter(pk=comment.pk).update(created_at=timezone.now() - timedelta(**passed))


def test_it_changes_the_text_and_says_so():
    comment = make_comment(text="まちがい")
    version = comment.article.discussion_version
    assert comment.edit("ただし\nい", "灯台守")
    comment.refresh_from_db()
    comment.article.refresh_from_db()
    assert (comment.text, comment.html, comment.author_name) == ("ただし\nい", "<p>ただし<br>い</p>", "灯台守")
    assert comment.edited_at
    assert comment.article.discussion_version == version + 1


def test_it_keeps_the_name_that_is_not_given():
    comment = make_comment(author_name="灯台守")
    comment.edit("別の言葉")
    comment.refresh_from_db()
    assert comment.author_name == "灯台守"


def test_the_same_words_are_no_edit():
    comment = make_comment(text="そのまま")
    assert not comment.edit("そのまま")
    comment.refresh_from_db()
    assert comment.edited_at is None


def test_what_awaits_approval_can_be_edited():
    comment = make_comment(status=Comment.Status.PENDING)
    assert comment.edit("別の言葉")


def test_it_refuses_after_fifteen_minutes():
    comment = make_comment(text="前")
    age(comment, minutes=14)
    assert comment.edit("間に合った")
    age(comment, minutes=15)
    with pytest.raises(Refusal, match=Refusal.TOO_LATE):
        comment.edit("遅すぎた")
    comment.refresh_from_db()
    assert comment.text == "間に合った"


@pytest.mark.parametrize("status", Comment.Status.values)
def test_it_refuses_when_somebody_has_replied(status):
    comment = make_comment()
    make_comment(parent=comment, status=status)
    with pytest.raises(Refusal, match=Refusal.ANSWERED):
        comment.edit("別の言葉")


@pytest.mark.parametrize("status", HIDDEN)
def test_it_refuses_what_is_hidden(status):
    comment = make_comment()
    # Decided after it was read here: what is stored counts.
    Comment.objects.filter(pk=comment.pk).update(status=status)
    with pytest.raises(Refusal, match=Refusal.HIDDEN):
        comment.edit("別の言葉")
