from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from comments.models import Policy
from comments.policy_admin import PolicyAdmin, PolicyForm
from tests.factories import make_article, make_owner, make_user

pytestmark = pytest.mark.django_db

ADDRESS = "/admin/comments/policy/"
SENT = {
    "premoderation": "none",
    "close_after_days": "",
    "hide_after_reports": 3,
    "valve_factor": 5,
    "digest_minutes": 15,
}


@pytest.fixture
def owner(client):
    client.force_login(make_owner())
    return client


def save(client, **changed):
    return client.post(ADDRESS, SENT | changed)


def test_reading_the_form_stores_nothing(owner):
    response = owner.get(ADDRESS)
    assert response.status_code == 200
    assert "読者には入力フォームで前もって知らせます" in response.text
    assert not Policy.objects.exists()


def test_it_is_saved_and_at_once_in_force(owner, client):
    article = make_article()
    response = save(owner, is_closed="on", close_after_days=30, premoderation="all")
    assert (response.status_code, response["Location"]) == (302, ADDRESS)
    policy = Policy.objects.get()
    assert (policy.pk, policy.is_closed, policy.close_after_days, policy.premoderation) == (1, True, 30, "all")
    assert "サイト全体でコメントの受け付けを休止" in client.get(article.get_absolute_url()).text
    save(owner)
    assert not Policy.objects.get().is_closed


def test_who_changed_what_is_logged(owner):
    save(owner, has_public_log="on")
    entry = LogEntry.objects.get()
    assert entry.object_id == "1"
    assert "moderation log" in entry.change_message


@pytest.mark.parametrize(
    "changed",
    [{"hide_after_reports": 101}, {"close_after_days": -1}, {"premoderation": "x"}, {"digest_minutes": ""}],
    ids=str,
)
def test_it_refuses_what_is_wrong(owner, changed):
    response = save(owner, is_closed="on", **changed)
    assert response.status_code == 200
    assert "errorlist" in response.text
    assert not Policy.objects.current().is_closed


def test_what_the_valve_has_written_meanwhile_stays():
    until = timezone.now() + timedelta(minutes=5)
    form = PolicyForm(SENT | {"digest_minutes": 30}, instance=Policy.objects.create(pk=1))
    assert form.is_valid()
    Policy.objects.update(valve_until=until, usual_per_minute=2.5)
    PolicyAdmin(Policy, admin.site).save_model(None, form.instance, form, True)
    policy = Policy.objects.get()
    assert (policy.digest_minutes, policy.valve_until, policy.usual_per_minute) == (30, until, 2.5)


@pytest.mark.parametrize("permission", ["change_comment", "change_policy"])
def test_who_decides_on_comments_may_change_it(client, permission):
    member = make_user(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(member)
    save(client, is_closed="on")
    assert Policy.objects.get().is_closed
    assert ADDRESS in client.get("/admin/").text


@pytest.mark.parametrize("permissions", [[], ["view_comment", "view_policy"]], ids=str)
def test_who_may_only_look_or_nothing_may_not(client, permissions):
    member = make_user(is_staff=True)
    member.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(member)
    assert client.get(ADDRESS).status_code == 403
    assert save(client, is_closed="on").status_code == 403
    assert not Policy.objects.exists()


def test_a_visitor_is_sent_to_sign_in(client):
    assert save(client, is_closed="on").status_code == 302
    assert not Policy.objects.exists()


def test_nothing_is_added_or_deleted(owner):
    assert owner.get(f"{ADDRESS}add/").status_code == 403
    Policy.objects.create(pk=1)
    assert owner.post(f"{ADDRESS}1/delete/", {"post": "yes"}).status_code == 403
    assert owner.get(f"{ADDRESS}1/change/")["Location"] == ADDRESS
    assert owner.post(ADDRESS, {"action": "delete_selected", "_selected_action": "1"}).status_code == 200
    assert Policy.objects.exists()
