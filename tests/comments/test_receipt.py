import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles.models import Article
from comments.models import Comment, RateLimit, Receipt
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

PAGES = ["", "edit/", "withdraw/", "move/"]
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def author() -> Reader:
    """A browser on another device: it has no cookie of the one that wrote."""
    return Reader(headers=HERE)


def receipt_of(comment) -> str:
    return f"/receipts/{Receipt.objects.issue(comment)}/"


def edit(client, address, text="別の言葉", name=""):
    return client.post(f"{address}edit/", {"edit-text": text, "edit-author_name": name})


def move(client, address, number=""):
    return client.post(f"{address}move/", {"move-number": number})


def stored(comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


# Getting one


def test_only_a_hash_of_the_secret_is_kept():
    comment = make_comment()
    assert len(comment.receipt_secret) == 22
    assert comment.receipt.secret_hash == Receipt.hash_of(comment.receipt_secret)
    assert comment.receipt_secret not in str(Receipt.objects.values().get())


def test_a_repeated_post_does_not_show_the_secret_again():
    comment = make_comment(text="同じ", visitor_key="a")
    repeated = make_comment(text="同じ", visitor_key="a", article=comment.article)
    assert repeated == comment
    assert repeated.receipt_secret == ""
    assert Receipt.objects.of_secret(comment.receipt_secret)


@pytest.mark.parametrize("kind", [Article.Comments.OPEN, Article.Comments.MODERATED])
def test_a_script_is_shown_the_link_once(script, kind):
    article = make_article(comments=kind)
    answers = [script.post(f"/articles/{article.slug}/comments/", {"text": "一度だけ"}) for _ in range(2)]
    address = re.search(r'href="(/receipts/[^"]+)" data-receipt="(\d+)"', answers[0].text)
    assert int(address[2]) == Comment.objects.get().pk
    assert f"http://testserver{address[1]}" in answers[0].text
    assert "/receipts/" not in answers[1].text
    assert script.get(address[1]).status_code == 200


def test_the_article_shows_no_secret_to_anybody(reader):
    comment = make_comment()
    assert "/receipts/" not in reader.get(comment.article.get_absolute_url()).text


# The page


@pytest.mark.parametrize("status", Comment.Status.values)
def test_it_says_what_became_of_the_comment(author, status):
    comment = make_comment(text="わたしの言葉", status=status)
    page = author.get(receipt_of(comment)).text
    assert f'data-state="{status}"' in page
    assert "わたしの言葉" in page


def test_it_shows_the_comment_in_its_place_with_its_replies(author):
    root = make_comment(text="うえ")
    comment = make_comment(parent=root, text="なか")
    make_comment(parent=comment, text="した")
    make_comment(parent=comment, text="見えない返信", status=Comment.Status.PENDING)
    page = author.get(receipt_of(comment)).text
    assert page.index("うえ") < page.index("なか") < page.index("した")
    assert "見えない返信" not in page


def test_it_hides_what_others_wrote_under_an_article_that_was_taken_back(author):
    root = make_comment(text="うえ")
    address = receipt_of(make_comment(parent=root))
    Article.objects.update(status=Article.Status.DRAFT)
    page = author.get(address).text
    assert "うえ" not in page
    assert root.article.title not in page


def test_nobody_keeps_the_page_and_nobody_is_told_its_address(author):
    response = author.get(receipt_of(make_comment()))
    assert response["Cache-Control"] == "private, no-store"
    # Browsers would send forms with `Origin: null` under no-referrer.
    assert response["Referrer-Policy"] == "strict-origin"
    assert "noindex" in response["X-Robots-Tag"]
    assert not response.cookies


def test_the_number_of_queries_does_not_grow(author, django_assert_max_num_queries):
    comment = make_comment(parent=make_comment())
    make_comment(parent=comment)
    address = receipt_of(comment)
    author.get(address)
    with django_assert_max_num_queries(15) as few:
        author.get(address)
    for _ in range(10):
        make_comment(parent=comment)
    with django_assert_max_num_queries(len(few)):
        author.get(address)


# Guessed secrets


@pytest.mark.parametrize("page", PAGES)
def test_a_guessed_secret_gets_404(author, page):
    comment = make_comment()
    send = author.post if page in {"edit/", "move/"} else author.get
    response = send(f"/receipts/{'A' * 22}/{page}")
    assert response.status_code == 404
    assert response["Cache-Control"] == "private, no-store"
    assert stored(comment).is_published


def test_thirty_guesses_are_enough(author, time_machine):
    time_machine.move_to("2026-11-22 10:03:00+09:00", tick=False)
    address = receipt_of(make_comment())
    answers = [author.get(f"/receipts/{n}/") for n in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert answers[-1]["Retry-After"] == "420"
    assert "10:10" in answers[-1].text
    assert author.get(address).status_code == 200
    time_machine.shift(timedelta(minutes=7))
    assert author.get("/receipts/31/").status_code == 404


def test_the_right_secret_never_counts(author):
    address = receipt_of(make_comment())
    for _ in range(3):
        author.get(address)
    assert not RateLimit.objects.exists()


def test_guesses_of_one_network_count_together_and_others_apart(author):
    for address in ("192.0.2.1", "192.0.2.200", "2001:db8:1:2::1", "2001:db8:1:3::1", "198.51.100.1"):
        author.get("/receipts/guess/", REMOTE_ADDR=address)
    assert sorted(RateLimit.objects.values_list("count", flat=True)) == [1, 2, 2]
    assert not RateLimit.objects.filter(key__contains="192.0").exists()


# Editing


def test_it_edits(author):
    comment = make_comment(text="まえ")
    address = receipt_of(comment)
    response = edit(author, address, name="灯台守")
    assert (response.status_code, response["Location"]) == (303, address)
    assert (stored(comment).text, stored(comment).author_name) == ("別の言葉", "灯台守")


def test_it_says_how_long_editing_is_possible(author):
    comment = make_comment()
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=8, seconds=30))
    assert author.get(receipt_of(comment)).context["minutes_left"] == 7


def test_a_text_that_the_form_refuses_stays_in_it(author):
    comment = make_comment(text="まえ")
    response = edit(author, receipt_of(comment), text="字" * 5001)
    assert response.status_code == 422
    assert "字" * 5001 in response.text
    assert stored(comment).text == "まえ"


def test_it_refuses_an_edit_after_a_reply_and_keeps_what_was_typed(author):
    comment = make_comment()
    address = receipt_of(comment)
    make_comment(parent=comment)
    response = edit(author, address, text="間に合わなかった")
    assert response.status_code == 409
    assert "間に合わなかった" in response.text
    assert stored(comment).text != "間に合わなかった"
    assert 'id="edit"' not in author.get(address).text


def test_it_refuses_a_late_edit(author):
    comment = make_comment()
    Comment.objects.update(created_at=timezone.now() - timedelta(minutes=16))
    address = receipt_of(comment)
    assert edit(author, address).status_code == 409
    assert 'id="edit"' not in author.get(address).text


@pytest.mark.parametrize("act", [edit, move, lambda client, address: client.post(f"{address}withdraw/")])
def test_it_refuses_every_act_on_what_was_removed(author, act):
    comment = make_comment()
    comment.remove(by=None)
    address = receipt_of(comment)
    response = act(author, address)
    assert response.status_code == 409
    assert 'role="alert"' in response.text
    assert stored(comment).status == Comment.Status.REMOVED
    page = author.get(address).text
    assert not any(f'id="{name}"' in page for name in ("edit", "move", "withdraw"))


# Withdrawing


def test_it_asks_before_it_withdraws(author):
    comment = make_comment()
    address = receipt_of(comment)
    assert author.get(f"{address}withdraw/").status_code == 200
    assert stored(comment).is_published
    assert author.post(f"{address}withdraw/")["Location"] == address
    assert stored(comment).status == Comment.Status.WITHDRAWN
    assert 'data-state="withdrawn"' in author.get(address).text


# Moving


@pytest.mark.parametrize("number", ["2", ">>2", "＞＞２", " 2 "])
def test_it_moves_to_the_number_that_is_typed(author, number):
    comment = make_comment()
    target = make_comment(article=comment.article)
    address = receipt_of(comment)
    assert move(author, address, number)["Location"] == address
    assert stored(comment).parent == target


def test_no_number_makes_a_thread_of_its_own(author):
    reply = make_comment(parent=make_comment())
    move(author, receipt_of(reply))
    assert stored(reply).parent is None


@pytest.mark.parametrize("number", ["99", "0", "-1", "x", "2.5", "9" * 30])
def test_it_refuses_a_number_that_nobody_has(author, number):
    reply = make_comment(parent=make_comment())
    response = move(author, receipt_of(reply), number)
    assert response.status_code == 422
    assert f'value="{number}"' in response.text
    assert stored(reply).parent


def test_it_refuses_a_loop_with_the_reason(author):
    comment = make_comment()
    make_comment(parent=comment)
    response = move(author, receipt_of(comment), "2")
    assert response.status_code == 409
    assert 'role="alert"' in response.text


def test_it_refuses_a_removed_target(author):
    comment = make_comment()
    make_comment(article=comment.article).remove(by=None)
    response = move(author, receipt_of(comment), "2")
    assert response.status_code == 409
    assert 'value="2"' in response.text


def test_it_refuses_a_move_in_a_closed_discussion(author):
    reply = make_comment(parent=make_comment())
    address = receipt_of(reply)
    Article.objects.update(comments=Article.Comments.CLOSED)
    assert move(author, address).status_code == 403
    assert 'id="move"' not in author.get(address).text


@pytest.mark.parametrize("page", ["edit/", "withdraw/", "move/"])
def test_nothing_is_written_for_a_form_from_elsewhere(page):
    comment = make_comment(text="まえ", parent=make_comment())
    elsewhere = Client(headers={"Origin": "https://evil.example"})
    fields = {"edit-text": "こっそり", "move-number": ""}
    assert elsewhere.post(f"{receipt_of(comment)}{page}", fields).status_code == 403
    assert (stored(comment).text, stored(comment).is_published, bool(stored(comment).parent)) == ("まえ", True, True)
