import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connections
from django.test import Client
from django.utils import timezone

from comments import tryout
from comments.models import Comment, Rule
from comments.starter_rules import GROUPS
from tests.factories import make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

PAGE = "/admin/comments/rule/"
ADD = f"{PAGE}add/"
SUGGESTED = f"{PAGE}suggested/"


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


def make_rule(pattern="死ね", **kwargs) -> Rule:
    return Rule.objects.create(pattern=pattern, **kwargs)


def typed(pattern="死ね", kind="word", action="hold", **fields):
    return {"pattern": pattern, "kind": kind, "action": action, "message": "", "note": ""} | fields


def send(client, address, fields, button):
    return client.post(address, fields | {button: "1"})


def hidden(response) -> str:
    return re.search(r'name="tried" value="([^"]*)"', response.text)[1]


def save(client, address, **fields):
    """As the owner does: try it, then save what the page then holds."""
    tried = hidden(send(client, address, typed(**fields), "_try"))
    return send(client, address, typed(**fields) | {"tried": tried}, "_save")


def caught(response):
    return [found.comment for found in response.context["tried"].shown]


def test_a_rule_is_tried_then_saved_with_who_made_it(client, owner):
    assert save(client, ADD, pattern="死ね", note="脅し").status_code == 302
    rule = Rule.objects.get()
    assert (rule.pattern, rule.kind, rule.action, rule.note, rule.moderator) == ("死ね", "word", "hold", "脅し", owner)


def test_to_try_saves_nothing_and_keeps_what_was_typed(client, owner):
    response = send(client, ADD, typed("死ね", note="脅し"), "_try")
    assert response.status_code == 200
    assert not Rule.objects.exists()
    assert 'value="死ね"' in response.text and 'value="脅し"' in response.text
    assert "errornote" not in response.text


@pytest.mark.parametrize("button", ["_save", "_addanother", "_continue"])
def test_a_new_rule_is_not_saved_before_it_was_seen(client, owner, button):
    make_comment(text="お前は死ね")
    response = send(client, ADD, typed("死ね"), button)
    assert response.status_code == 200
    assert not Rule.objects.exists()
    assert response.context["tried"].caught == 1
    again = send(client, ADD, typed("死ね") | {"tried": hidden(response)}, button)
    assert again.status_code == 302


def test_what_was_changed_since_it_was_tried_is_not_saved(client, owner):
    tried = hidden(send(client, ADD, typed("死ね"), "_try"))
    response = send(client, ADD, typed("バカ") | {"tried": tried}, "_save")
    assert response.status_code == 200 and not Rule.objects.exists()
    response = send(client, ADD, typed("死ね", kind="regex") | {"tried": tried}, "_save")
    assert response.status_code == 200 and not Rule.objects.exists()


def test_a_changed_pattern_is_seen_first_another_action_is_not(client, owner):
    rule = make_rule()
    page = f"{PAGE}{rule.pk}/change/"
    assert send(client, page, typed("死ね", action="mask"), "_save").status_code == 302
    response = send(client, page, typed("バカ", action="mask"), "_save")
    assert response.status_code == 200 and response.context["tried"].looked_at == 0
    rule.refresh_from_db()
    assert (rule.pattern, rule.action) == ("死ね", "mask")
    assert save(client, page, pattern="バカ").status_code == 302


def test_it_shows_exactly_what_would_be_caught(client, owner):
    plain = make_comment(text="お前は死ね。")
    disguised = make_comment(text="タヒ ね")
    named = make_comment(author_name="死ね")
    spam = make_comment(text="死ね死ね", status=Comment.Status.SPAM)
    make_comment(text="必死、ねえ")
    response = send(client, ADD, typed("死ね"), "_try")
    assert caught(response) == [spam, named, disguised, plain]
    assert response.context["tried"].looked_at == 5
    assert response.text.count("<mark>死ね</mark>") == 4
    assert response.text.count("伏せ字など") == 1
    assert f"/admin/desk/comments/{disguised.pk}/" in response.text
    assert "直近のコメント5件のうち、4件" in response.text


def test_what_is_caught_here_is_what_the_rule_then_finds(client, owner):
    texts = ["お前は死ね。", "タヒ ね", "必死、ねえ", "そう死ねーよ", "タヒチ"]
    comments = [make_comment(text=text) for text in texts]
    tried = set(caught(send(client, ADD, typed("死ね"), "_try")))
    save(client, ADD, pattern="死ね")
    rule_set = Rule.objects.rule_set()
    assert tried == {comment for comment in comments if rule_set.search(comment.text).hits} != set()


def test_it_escapes_what_readers_wrote(client, owner):
    make_comment(text="<script>死ね</script>")
    assert "&lt;script&gt;<mark>死ね</mark>&lt;/script&gt;" in send(client, ADD, typed(), "_try").text


def test_a_long_comment_is_shown_around_what_was_found(client, owner):
    make_comment(text="あ" * 2_000 + "死ね" + "い" * 2_000)
    shown = send(client, ADD, typed(), "_try").context["tried"].shown[0]
    before, middle, after = "…" + "あ" * tryout.BEFORE, "死ね", "い" * tryout.AFTER + "…"
    assert "".join(text for text, _ in shown.parts) == before + middle + after
    assert [text for text, is_found in shown.parts if is_found] == [middle]


def test_only_the_newest_are_looked_at_and_fewer_shown(client, owner, monkeypatch):
    monkeypatch.setattr(tryout, "COMMENTS", 3)
    monkeypatch.setattr(tryout, "SHOWN", 2)
    comments = [make_comment(text="死ね") for _ in range(4)]
    response = send(client, ADD, typed(), "_try")
    assert caught(response) == [comments[3], comments[2]]
    assert (response.context["tried"].looked_at, response.context["tried"].caught) == (3, 3)
    assert "新しいほうから2件" in response.text


def test_the_owner_is_told_of_an_expression_that_does_not_end(client, owner):
    make_comment(text="a" * 4_000 + "!")
    make_comment(text="short")
    response = send(client, ADD, typed("(a+)+$", kind="regex"), "_try")
    assert response.context["tried"].unfinished == 1
    assert "時間内に終わりませんでした" in response.text


def test_the_trial_itself_has_an_end(client, owner, monkeypatch):
    make_comment()
    make_comment()
    clock = iter(range(100))
    monkeypatch.setattr(tryout, "monotonic", lambda: next(clock) * tryout.SECONDS * 0.7)
    response = send(client, ADD, typed(), "_try")
    assert not response.context["tried"].is_complete
    assert "直近のコメント5000件のうち1件だけ" in response.text.replace(",", "")


def test_the_trial_holds_no_lock(client, owner, monkeypatch):
    outside = []
    begin = len(connections["default"].savepoint_ids)
    monkeypatch.setattr(
        tryout, "try_out", lambda rules: outside.append(len(connections["default"].savepoint_ids)) or tryout.TryOut()
    )
    send(client, ADD, typed(), "_try")
    assert outside == [begin]


@pytest.mark.parametrize("number", [1, 20])
def test_the_number_of_queries_does_not_grow(client, owner, number, django_assert_max_num_queries):
    for _ in range(number):
        make_comment(text="死ね")
    with django_assert_max_num_queries(10):
        send(client, ADD, typed(), "_try")


@pytest.mark.parametrize(
    "fields, error",
    [
        ({"pattern": " "}, "pattern"),
        ({"pattern": "死"}, "pattern"),
        ({"pattern": "・・・"}, "pattern"),
        ({"pattern": "(死", "kind": "regex"}, "pattern"),
        ({"pattern": "死*", "kind": "regex"}, "pattern"),
        ({"kind": "unknown"}, "kind"),
        ({"action": "refuse"}, "message"),
        ({"expires_at_0": "きのう"}, "expires_at"),
    ],
)
@pytest.mark.parametrize("button", ["_try", "_save"])
def test_it_refuses_a_bad_rule_and_keeps_what_was_typed(client, owner, fields, error, button):
    sent = typed(note="覚え書き") | fields
    response = send(client, ADD, sent | {"tried": f"{sent['kind']} {sent['pattern']}"}, button)
    assert response.status_code == 200
    assert list(response.context["adminform"].form.errors) == [error]
    assert "errornote" in response.text and "tried" not in response.context
    assert 'value="覚え書き"' in response.text
    assert not Rule.objects.exists()


def test_the_same_rule_is_refused_a_second_time(client, owner):
    make_rule()
    assert "errornote" in send(client, ADD, typed() | {"tried": "word 死ね"}, "_save").text
    assert Rule.objects.count() == 1


def test_the_list_shows_which_rules_have_expired(client, owner):
    make_rule("死ね", expires_at=timezone.now() - timedelta(minutes=1))
    make_rule("バカ", expires_at=timezone.now() + timedelta(minutes=1))
    page = client.get(PAGE).text
    assert re.findall(r'class="field-state">(.*?)<', page) == ["有効", "期限切れ"]
    assert "死ね" not in client.get(f"{PAGE}?state=in_force").text
    assert "バカ" not in client.get(f"{PAGE}?state=expired").text


def test_a_rule_is_searched_for_and_deleted(client, owner):
    rule = make_rule(note="脅し")
    assert "死ね" in client.get(PAGE, {"q": "脅し"}).text
    assert client.get(f"{PAGE}{rule.pk}/delete/").status_code == 200
    assert Rule.objects.exists()
    client.post(f"{PAGE}{rule.pk}/delete/", {"post": "yes"})
    assert not Rule.objects.exists()


def test_the_index_of_the_admin_leads_to_the_rules_and_their_list_to_the_suggested(client, owner):
    assert f'href="{PAGE}"' in client.get("/admin/").text
    assert f'href="{SUGGESTED}"' in client.get(PAGE).text


# The suggested rules


def test_the_chosen_rules_are_added_once(client, owner):
    chosen = [GROUPS[0].rules[0], GROUPS[0].rules[-1], GROUPS[4].rules[0]]
    fields = {"rule": [rule.key for rule in chosen]}
    assert client.post(SUGGESTED, fields, follow=True).text.count("3件のNGワードを追加しました") == 1
    rules = Rule.objects.order_by("pk")
    added = [(rule.pattern, rule.kind, rule.action, rule.message) for rule in rules]
    assert added == [(rule.pattern, rule.kind, rule.action, rule.message) for rule in chosen]
    assert {rule.moderator for rule in rules} == {owner}

    levels = [message.level_tag for message in client.post(SUGGESTED, fields, follow=True).context["messages"]]
    assert levels == ["warning"]
    assert Rule.objects.count() == 3


def test_a_group_is_added_as_a_whole(client, owner):
    client.post(SUGGESTED, {"group": "0", "rule": GROUPS[2].rules[0].key})
    assert Rule.objects.count() == len(GROUPS[0].rules) + 1


def test_a_rule_of_ones_own_stays_as_it_is(client, owner):
    make_rule("死ね", action="mask")
    client.post(SUGGESTED, {"rule": ["word 死ね", "word くたばれ"]})
    assert list(Rule.objects.order_by("pk").values_list("pattern", "action")) == [
        ("死ね", "mask"),
        ("くたばれ", "hold"),
    ]


def test_what_is_not_suggested_is_not_added(client, owner):
    client.post(SUGGESTED, {"rule": ["word ありがとう", "regex .", ""], "group": ["99", "x", ""]})
    assert not Rule.objects.exists()


def test_the_page_says_how_many_each_would_have_caught_and_which_are_there(client, owner):
    make_rule("死ね")
    make_comment(text="くたばれ。くたばれ!")
    make_comment(text="くたばれ")
    page = client.get(SUGGESTED).text
    rows = {
        value: row for row in re.findall(r"<li>(.*?)</li>", page, re.S) for value in re.findall('value="(.*?)"', row)
    }
    assert "2件" in rows["word くたばれ"] and "disabled" not in rows["word くたばれ"]
    assert "disabled" in rows["word 死ね"]
    assert "件" not in rows["word ぶっ殺"]


def test_a_suggested_rule_can_be_looked_at_in_its_form(client, owner):
    make_comment(text="くたばれ")
    (address,) = re.findall(r'href="(/admin/comments/rule/add/\?[^"]+)"', client.get(SUGGESTED).text)
    page = client.get(address.replace("&amp;", "&")).text
    assert 'value="くたばれ"' in page
    assert '<option value="hold" selected>' in page


# The rules in force


def patterns_found(text):
    return [hit.rule.pattern for hit in Rule.objects.rule_set().search(text).hits]


def test_the_set_follows_what_is_added_changed_and_deleted():
    assert patterns_found("死ねバカ") == []
    rule = make_rule("死ね")
    assert patterns_found("死ねバカ") == ["死ね"]
    rule.pattern = "バカ"
    rule.save()
    assert patterns_found("死ねバカ") == ["バカ"]
    rule.delete()
    assert patterns_found("死ねバカ") == []


def test_a_rule_ends_at_its_moment():
    with time_machine.travel("2026-11-22 10:00:00+00:00", tick=False) as now:
        make_rule(expires_at=timezone.now() + timedelta(hours=1))
        assert patterns_found("死ね") == ["死ね"]
        now.shift(timedelta(hours=1))
        assert patterns_found("死ね") == []


def test_the_set_is_kept_and_asked_for_with_one_query(django_assert_num_queries):
    make_rule()
    kept = Rule.objects.rule_set()
    with django_assert_num_queries(1):
        assert Rule.objects.rule_set() is kept


def test_one_that_takes_the_place_of_another_is_seen():
    with time_machine.travel("2026-11-22 10:00:00+00:00", tick=False):
        make_rule("死ね")
        assert patterns_found("死ねバカ") == ["死ね"]
        last = Rule.objects.get().pk
        make_rule("バカ", pk=last + 1)
        Rule.objects.get(pk=last).delete()
        assert patterns_found("死ねバカ") == ["バカ"]


# Who may


@pytest.fixture
def looker():
    """A member of the staff who may look at comments and rules, not decide on them."""
    user = make_user(is_staff=True)
    codenames = ["view_comment", "view_rule", "add_rule", "change_rule", "delete_rule"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("address", ["", "add/", "suggested/", "{pk}/change/", "{pk}/delete/"])
def test_it_refuses_staff_who_do_not_decide_on_comments(looker, method, address):
    rule = make_rule()
    address = PAGE + address.format(pk=rule.pk)
    fields = typed("バカ") | {"tried": "word バカ", "post": "yes", "rule": "word くたばれ"}
    assert getattr(looker, method)(address, fields).status_code == 403
    assert list(Rule.objects.values_list("pattern", flat=True)) == ["死ね"]


def test_who_decides_on_comments_may_make_rules():
    user = make_user(is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_comment"))
    client = Client()
    client.force_login(user)
    assert save(client, ADD).status_code == 302
    assert Rule.objects.get().moderator == user


def test_a_visitor_is_sent_to_the_login(client):
    for address in (PAGE, ADD, SUGGESTED):
        assert client.get(address).status_code == client.post(address).status_code == 302


def test_it_needs_the_token_of_the_form(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    for address in (ADD, SUGGESTED):
        assert client.post(address, typed() | {"rule": "word 死ね"}).status_code == 403
    assert not Rule.objects.exists()
