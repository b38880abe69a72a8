"""What stands where a comment was, and that no exit shows what is hidden."""

import pytest

from comments.models import Comment
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

SECRET = "見せない言葉"

HIDDEN = {
    "removed": (lambda comment: comment.remove(by=None), "運営が削除しました。"),
    "removed, with a reason": (
        lambda comment: comment.remove(by=None, reason="personal"),
        "運営が削除しました(理由: 個人情報)",
    ),
    "spam": (
        lambda comment: comment.decide("mark_spam", by=None, reason="advertising"),
        "運営が削除しました(理由: 宣伝・スパム)",
    ),
    "suspended by reports": (
        lambda comment: [comment.report(f"r{n}", f"n{n}", "insult") for n in range(3)],
        "確認のため一時的に非表示にしています",
    ),
    "suspended by a moderator": (
        lambda comment: comment.decide("suspend", by=None, reason="untrue"),
        "確認のため一時的に非表示にしています",
    ),
    "held": (
        lambda comment: Comment.objects.filter(pk=comment.pk).update(status="pending", hold_reasons="links:4"),
        "承認待ちです",
    ),
    "withdrawn": (lambda comment: comment.withdraw(), "投稿者が取り下げました"),
}


@pytest.fixture(params=HIDDEN.values(), ids=HIDDEN)
def hidden(request):
    hide, sentence = request.param
    comment = make_comment(text=SECRET, author_name="消えた人")
    make_comment(parent=comment, text="読める返事 >>1")
    hide(comment)
    return Comment.objects.get(pk=comment.pk), sentence


def test_it_says_who_hid_it_and_why_and_replies_stay_readable(client, hidden):
    comment, sentence = hidden
    page = client.get(comment.article.get_absolute_url()).text
    assert sentence in page
    assert "読める返事" in page
    assert SECRET not in page
    assert "消えた人" not in page


def test_the_same_stands_above_a_reply_form(client, hidden):
    comment, sentence = hidden
    page = client.get(f"/comments/{comment.children.get().pk}/reply/").text
    assert sentence in page
    assert SECRET not in page


def test_no_other_exit_shows_it(client, script, hidden):
    comment, _sentence = hidden
    slug = comment.article.slug
    exits = [
        "/comments.atom",
        f"/articles/{slug}/comments.atom",
        f"/articles/{slug}/comments/since/0/",
        f"/comments/in/{comment.article_id}/1/",
        f"/comments/in/{comment.article_id}/2/",
        f"/comments/{comment.pk}/",
        f"/comments/{comment.pk}/reply/",
        f"/comments/{comment.pk}/report/",
        f"/comments/{comment.pk}/misplaced/",
        f"/comments/{comment.pk}/vote/",
    ]
    for address in exits:
        for reading in (client, script):
            answer = reading.get(address).text
            assert SECRET not in answer, address
            assert "消えた人" not in answer, address
