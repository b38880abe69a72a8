from datetime import timedelta

import pytest
from django.test import Client

from comments.limits import Limit
from comments.models import Appeal, Ban, Comment, Notice, Receipt
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

HIDDEN = [Comment.Status.PENDING, Comment.Status.REMOVED, Comment.Status.SPAM]


@pytest.fixture
def author() -> Client:
    return Client(headers={"Sec-Fetch-Site": "same-origin"})


def receipt_of(comment) -> str:
    return f"/receipts/{Receipt.objects.issue(comment)}/"


def appeal(client, address, text="誤解だと思います。"):
    return client.post(f"{address}appeal/", {"appeal-text": text})


@pytest.mark.parametrize("status", HIDDEN)
def test_it_is_sent_and_shown(author, settings, status):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    comment = make_comment(status=status)
    address = receipt_of(comment)
    assert 'name="appeal-text"' in author.get(address).text
    response = appeal(author, address)
    assert (response.status_code, response["Location"]) == (303, address)
    page = author.get(address).text
    assert "誤解だと思います。" in page
    assert "判断の結果はこのページに" in page
    assert 'name="appeal-text"' not in page
    assert Appeal.objects.open().get().comment == comment
    assert list(Notice.objects.values_list("kind", "comment")) == [("appeal", comment.pk)]


@pytest.mark.parametrize("status", [Comment.Status.PUBLISHED, Comment.Status.WITHDRAWN])
def test_there_is_nothing_to_appeal_against_in_what_nobody_else_hid(author, status):
    address = receipt_of(make_comment(status=status))
    assert 'name="appeal-text"' not in author.get(address).text
    assert appeal(author, address).status_code == 303
    assert not Appeal.objects.exists()


def test_a_suspended_comment_can_be_appealed_for(author):
    comment = make_comment()
    for n in range(3):
        comment.report(f"r{n}", f"n{n}", "insult")
    page = author.get(address := receipt_of(comment)).text
    assert "確認のため一時的に非表示" in page
    assert "読者から通報がありました" in page
    appeal(author, address)
    assert Appeal.objects.count() == 1


def test_a_second_one_changes_nothing(author, settings):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    comment = make_comment(status="removed")
    address = receipt_of(comment)
    appeal(author, address)
    assert appeal(author, address, "もう一言。").status_code == 303
    assert Appeal.objects.get().text == "誤解だと思います。"
    assert Notice.objects.count() == 1


@pytest.mark.parametrize("text", ["", "\u3000", "長" * 301])
def test_it_refuses_what_is_no_sentence_and_keeps_it(author, text):
    response = appeal(author, receipt_of(make_comment(status="removed")), text)
    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert not text.strip() or text in response.text
    assert not Appeal.objects.exists()


def test_300_characters_fit(author):
    appeal(author, receipt_of(make_comment(status="removed")), "長" * 300)
    assert len(Appeal.objects.get().text) == 300


def test_many_from_one_network_are_refused_with_the_text(author, monkeypatch):
    monkeypatch.setattr("comments.limits.APPEALS_PER_NETWORK", Limit("appeal/network", 1, timedelta(hours=1), "多い"))
    appeal(author, receipt_of(make_comment(status="removed")))
    response = appeal(author, receipt_of(make_comment(status="removed")), "届かない一言")
    assert response.status_code == 429
    assert "届かない一言" in response.text
    assert Appeal.objects.count() == 1


def test_a_guessed_link_appeals_nothing(author):
    make_comment(status="removed")
    assert appeal(author, "/receipts/guessed/").status_code == 404
    assert author.get("/receipts/guessed/appeal/").status_code == 405
    assert not Appeal.objects.exists()


def test_a_form_from_elsewhere_appeals_nothing():
    elsewhere = Client(headers={"Origin": "https://evil.example"})
    assert appeal(elsewhere, receipt_of(make_comment(status="removed"))).status_code == 403
    assert not Appeal.objects.exists()


def test_whoever_is_banned_may_still_appeal(author):
    comment = make_comment(visitor_key="v")
    Ban.objects.ban(by=None, visitor_key="v")
    comment.remove(by=None)
    appeal(author, receipt_of(comment))
    assert Appeal.objects.exists()


def test_the_next_decision_settles_it_and_the_page_says_so(author):
    comment = make_comment()
    comment.remove(by=None, reason="insult")
    address = receipt_of(comment)
    appeal(author, address)
    comment.restore(by=None)
    page = author.get(address).text
    assert "内容を確認し、判断しました" in page
    assert not Appeal.objects.open().exists()


def test_erasing_the_comment_deletes_it(author):
    comment = make_comment(status="removed")
    appeal(author, receipt_of(comment))
    comment.erase()
    assert not Appeal.objects.exists()


def test_readers_see_nothing_of_it(author, client):
    comment = make_comment()
    make_comment(parent=comment)
    comment.remove(by=None)
    appeal(author, receipt_of(comment), "秘密の一言")
    assert "秘密の一言" not in client.get(comment.article.get_absolute_url()).text


# What the author reads of the state, on the receipt page and among the own comments


@pytest.mark.parametrize(
    ("hold_reasons", "sentence"),
    [
        ("premoderation:all", "新しいコメントを確認してから"),
        ("premoderation:first", "初めて書く人のコメント"),
        ("noise:run premoderation:links", "リンクを含むコメント"),
        ("valve", "書き込みが集中している"),
        ("rules:12", "自動チェックにより"),
        ("", ""),
    ],
)
def test_it_says_why_a_comment_waits_but_not_what_was_found(author, hold_reasons, sentence):
    comment = make_comment(status="pending", hold_reasons=hold_reasons)
    page = author.get(receipt_of(comment)).text
    assert "承認待ちです" in page
    assert sentence in page
    assert not hold_reasons or hold_reasons not in page


def test_it_says_why_it_was_removed(author):
    comment = make_comment()
    comment.remove(by=None, reason="personal")
    assert "理由: 個人情報" in author.get(receipt_of(comment)).text


def test_ones_own_comments_say_the_same(reader):
    article = make_comment().article
    reader.post(f"/articles/{article.slug}/comments/", {"text": "わたしの言葉"})
    mine = Comment.objects.get(text="わたしの言葉")
    mine.remove(by=None, reason="hate")
    page = reader.get("/mine/").text
    assert "運営が削除しました" in page
    assert "理由: 差別・憎悪表現" in page


def test_the_number_of_queries_does_not_grow(author, django_assert_num_queries):
    comment = make_comment(status="removed")
    address = receipt_of(comment)
    for _ in range(2):
        with django_assert_num_queries(8):
            author.get(address)
        for n in range(20):
            appeal(author, receipt_of(make_comment(article=comment.article, status="removed")), f"一言{n}")
