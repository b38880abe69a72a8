"""The owner moderates where readers read; readers' pages know nothing of it."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from comments.models import Comment, ModerationEvent
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


@pytest.fixture
def comment():
    return make_comment(article=make_article(slug="harbour"))


PAGE = "/articles/harbour/"


def verbs_in(page: str, comment) -> set[str]:
    found = re.findall(rf'(?:formaction|href)="/admin/desk/comments/{comment.pk}/(?:decide/|mark/)?(\w+)/["?]', page)
    return set(found)


def test_a_reader_gets_no_verbs_and_no_cookie(client, comment):
    answer = client.get(PAGE)
    assert "/admin/" not in answer.text
    assert "csrf" not in answer.text
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert "no-store" not in answer.get("Cache-Control", "")


def test_a_reader_gets_the_same_bytes_while_the_owner_reads(client, owner, comment, time_machine):
    # The form says the second at which it was made.
    time_machine.move_to(timezone.now(), tick=False)
    before = Client().get(PAGE).content
    client.get(PAGE)
    assert Client().get(PAGE).content == before


def test_a_session_that_is_none_changes_no_byte(client, comment, time_machine):
    time_machine.move_to(timezone.now(), tick=False)
    plain = client.get(PAGE).content
    client.cookies["sessionid"] = "a" * 32
    assert client.get(PAGE).content == plain


def test_a_reader_costs_no_look_at_the_sessions(client, comment, django_assert_max_num_queries):
    with django_assert_max_num_queries(30) as asked:
        client.get(PAGE)
    assert not any("django_session" in query["sql"] for query in asked.captured_queries)


def test_the_owner_has_the_verbs_below_each_comment(client, owner, comment):
    answer = client.get(PAGE)
    assert verbs_in(answer.text, comment) == {"remove", "mark_spam", "move", "ban", "pin", "lock"}
    assert f'href="/admin/desk/comments/{comment.pk}/"' in answer.text
    assert "csrfmiddlewaretoken" in answer.text
    assert "private" in answer["Cache-Control"]
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("status", "verbs"),
    [("removed", {"restore"}), ("pending", {"approve"}), ("spam", {"approve"}), ("withdrawn", set())],
)
def test_a_placeholder_has_the_verb_that_brings_it_back(client, owner, comment, status, verbs):
    make_comment(parent=comment)
    Comment.objects.filter(pk=comment.pk).update(status=status)
    assert verbs_in(client.get(PAGE).text, comment) == verbs


def test_what_is_pinned_or_locked_can_be_freed(client, owner, comment):
    comment.pin(by=owner)
    comment.lock_thread(by=owner)
    assert {"unpin", "unlock"} <= verbs_in(client.get(PAGE).text, comment)


def test_an_act_leads_back_to_the_comment_with_a_button_that_undoes_it(client, owner, comment):
    make_comment(parent=comment)
    page = client.get(f"{PAGE}?order=new").text
    back = re.search(r'name="next" value="([^"]+#c1)"', page)[1]
    answer = client.post(f"/admin/desk/comments/{comment.pk}/decide/remove/", {"next": back})
    assert answer["Location"] == f"{PAGE}?order=new#c1"
    event = ModerationEvent.objects.get()
    page = client.get(answer["Location"]).text
    undo = f"/admin/desk/decisions/{event.pk}/undo/"
    assert f'action="{undo}"' in page
    answer = client.post(undo, {"next": PAGE})
    assert answer["Location"] == PAGE
    assert Comment.objects.get(pk=comment.pk).is_published


def test_the_message_is_shown_once(client, owner, comment):
    client.post(f"/admin/desk/comments/{comment.pk}/mark/pin/", {"next": PAGE})
    assert "undo/" in client.get(PAGE).text
    assert "undo/" not in client.get(PAGE).text


def test_staff_who_may_not_moderate_read_as_readers_do(client, comment):
    member = make_user(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(member)
    assert "/admin/" not in client.get(PAGE).text


def test_a_user_who_is_no_staff_reads_as_readers_do(client, comment):
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="change_comment"))
    client.force_login(user)
    assert "/admin/" not in client.get(PAGE).text


def test_the_number_of_queries_does_not_grow(client, owner, comment, django_assert_max_num_queries):
    with django_assert_max_num_queries(40) as few:
        client.get(PAGE)
    for _ in range(10):
        make_comment(article=comment.article)
    with django_assert_max_num_queries(len(few)):
        client.get(PAGE)


@pytest.mark.parametrize("headers", [None, {"X-Requested-With": "fetch"}])
@pytest.mark.parametrize(("status", "action"), [("pending", "approve"), ("removed", "restore")])
def test_what_was_edited_since_the_page_is_not_shown(client, owner, comment, status, action, headers):
    make_comment(parent=comment)
    Comment.objects.filter(pk=comment.pk).update(status=status)
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(PAGE).text)[1]
    Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now())
    address = f"/admin/desk/comments/{comment.pk}/decide/{action}/"
    assert client.post(address, {"seen": seen}, headers=headers).status_code == 409
    assert not Comment.objects.get(pk=comment.pk).is_published
    seen = re.search(r'name="seen" value="([^"]+)"', client.get(PAGE).text)[1]
    client.post(address, {"seen": seen}, headers=headers)
    assert Comment.objects.get(pk=comment.pk).is_published
