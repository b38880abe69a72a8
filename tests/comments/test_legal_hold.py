import pytest
from django.contrib.auth.models import Permission

from comments.models import ModerationEvent, Refusal
from tests.factories import make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db


def address(comment, verb=""):
    return f"/admin/comments/comment/{comment.pk}/{verb}/" if verb else f"/admin/comments/comment/{comment.pk}/change/"


@pytest.fixture
def owner(client):
    client.force_login(make_owner())
    return client


def test_the_owner_keeps_a_comment_and_lets_it_go(owner):
    comment = make_comment(address="192.0.2.7")
    owner.post(address(comment, "hold"))
    comment.refresh_from_db()
    assert comment.on_legal_hold
    assert "192.0.2.7" in owner.get(address(comment)).text
    owner.post(address(comment, "release"))
    comment.refresh_from_db()
    assert not comment.on_legal_hold
    assert list(ModerationEvent.objects.order_by("pk").values_list("action", flat=True)) == ["hold", "release"]


def test_keeping_it_twice_is_recorded_once():
    comment = make_comment()
    assert comment.hold(by=None)
    assert not comment.hold(by=None)
    assert ModerationEvent.objects.count() == 1


def test_the_owner_erases_a_comment(owner):
    comment, other = make_comment(visitor_key="v"), make_comment(visitor_key="v")
    owner.post(address(comment, "erase"), {"what": "comment", "sure": "on"})
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.text, bool(other.text)) == ("", True)


def test_the_owner_erases_a_visitor(owner):
    comment, other = make_comment(visitor_key="v"), make_comment(visitor_key="v")
    assert "このコメントを消去" in owner.get(address(comment)).text
    owner.post(address(comment, "erase"), {"what": "everything", "sure": "on"})
    other.refresh_from_db()
    assert other.text == ""


def test_nothing_is_erased_by_a_slip(owner):
    comment = make_comment()
    response = owner.post(address(comment, "erase"), {"what": "comment"}, follow=True)
    assert "何も消去していません" in response.text
    comment.refresh_from_db()
    assert comment.text


def test_the_owner_is_told_that_it_is_kept(owner):
    comment = make_comment()
    comment.hold(by=None)
    assert "法的" in owner.post(address(comment, "erase"), {"sure": "on"}, follow=True).text
    comment.refresh_from_db()
    assert comment.text


def test_who_may_only_look_sees_no_address_and_changes_nothing(client):
    looker = make_user(is_staff=True)
    looker.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(looker)
    comment = make_comment(address="192.0.2.7")
    page = client.get(address(comment))
    assert page.status_code == 200
    assert "192.0.2.7" not in page.text
    for verb in ("hold", "release", "erase"):
        assert client.post(address(comment, verb), {"sure": "on"}).status_code == 403
    comment.refresh_from_db()
    assert comment.text
    assert not comment.on_legal_hold


def test_nothing_is_kept_of_what_was_erased():
    comment = make_comment()
    comment.erase()
    assert not comment.hold(by=None)


@pytest.mark.parametrize("column", ["address", "visitor_key", "network_key"])
def test_nobody_finds_a_comment_by_what_is_not_shown(owner, column):
    make_comment(address="192.0.2.7", network_key="n", visitor_key="v")
    for lookup in (column, f"{column}__startswith"):
        assert owner.get("/admin/comments/comment/", {lookup: "1"}).status_code == 400
    assert owner.get("/admin/comments/comment/", {"status__exact": "published"}).status_code == 200


def test_what_is_kept_cannot_be_written_anew():
    comment = make_comment(text="元の言葉")
    comment.hold(by=None)
    assert not comment.is_editable
    with pytest.raises(Refusal, match=Refusal.HELD):
        comment.edit("別の言葉")
    comment.release(by=None)
    assert comment.edit("別の言葉")
