import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from comments import queues
from comments.models import Appeal, Ban, Comment, MisplacementReport, ModerationEvent
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

DESK = "/admin/desk/"
SCRIPT = {"X-Requested-With": "fetch"}


@pytest.fixture
def owner(client):
    user = make_owner()
    client.force_login(user)
    return user


def page_of(comment) -> str:
    return f"{DESK}comments/{comment.pk}/"


def decide(client, comment, action, **fields):
    return client.post(f"{page_of(comment)}decide/{action}/", fields)


def by_script(client, address, **fields):
    return client.post(address, fields, headers=SCRIPT)


def status_of(comment) -> str:
    return Comment.objects.values_list("status", flat=True).get(pk=comment.pk)


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))


def counts_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'data-(?:count|fresh)="(\w+)"[^>]*>([^<]+)<', page))


def cards_in(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'data-card="(\d+)"', page)]


def report(comment, *reasons):
    for reason in reasons:
        n = comment.reports.count()
        comment.report(f"reader{n}", "one network", reason)


# What was edited since it was seen

SEEN = "このコメントはその後編集されました。もう一度ご確認ください。"


def edited_since(comment) -> str:
    """The moment of a page that was loaded before the comment was edited."""
    seen = timezone.now()
    Comment.objects.filter(pk=comment.pk).update(edited_at=seen + timedelta(seconds=1))
    return seen.isoformat()


@pytest.mark.parametrize("headers", [None, SCRIPT])
@pytest.mark.parametrize(("action", "before"), [("approve", "pending"), ("restore", "removed")])
def test_a_text_that_was_not_seen_is_not_shown(client, owner, headers, action, before):
    comment = make_comment(status=before)
    address, seen = f"{page_of(comment)}decide/{action}/", edited_since(comment)
    answer = client.post(address, {"seen": seen}, headers=headers)
    assert answer.status_code == 409
    assert status_of(comment) == before
    assert SEEN in answer.text
    assert cards_in(answer.text) == [comment.pk]
    fresh = re.search(r'name="seen" value="([^"]+)"', client.get(page_of(comment)).text)[1]
    assert fresh > seen


@pytest.mark.parametrize("headers", [None, SCRIPT])
def test_of_several_those_that_were_not_seen_are_left(client, owner, headers):
    seen_one, edited = make_comment(status="pending"), make_comment(status="pending")
    fields = {"sure": "yes", "seen": edited_since(edited), "next": f"{DESK}held/"}
    answer = choose(client, "approve", seen_one, edited, headers=headers, **fields)
    answer = answer if headers else client.get(answer["Location"])
    assert (status_of(seen_one), status_of(edited)) == ("published", "pending")
    assert "1件はその後編集されたため、そのまま残しました" in answer.text
    assert f'data-card="{edited.pk}"' in answer.text


def test_what_was_edited_can_be_removed_unseen(client, owner):
    comment = make_comment()
    decide(client, comment, "remove", seen=edited_since(comment))
    assert status_of(comment) == "removed"


def test_the_panels_keep_the_moment_of_the_card(client, owner):
    comment = make_comment(status="pending")
    seen = "2026-01-01T00:00:00.000001+09:00"
    assert seen in client.get(f"{page_of(comment)}decide/approve/", {"seen": seen}).text
    assert seen in choose(client, "approve", comment, seen=seen).text


def test_a_line_break_leads_nowhere(client, owner):
    answer = decide(client, make_comment(), "remove", next="/a\r\nX: y")
    assert answer["Location"] == DESK


@pytest.mark.parametrize("place", ["0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-14:00_1"])
def test_a_moment_outside_the_calendar_is_not_found(client, owner, place):
    assert client.get(f"{DESK}held/", {"after": place}).status_code == 404


def test_reports_of_what_was_withdrawn_wait_for_nobody(client, owner):
    comment = make_comment()
    report(comment, "insult")
    Comment.objects.filter(pk=comment.pk).update(status="withdrawn")
    assert cards_in(client.get(f"{DESK}reported/").text) == []


# Queues


@pytest.fixture
def one_of_each():
    """A comment for each queue, by the queue's name."""
    found = {name: make_comment(is_unread=False) for name in queues.QUEUES}
    report(found["reported"], "insult")
    for reader in ("a", "b"):
        MisplacementReport.objects.report(found["misplaced"], reader)
    Appeal.objects.create(comment=found["appeals"], text="消された理由が分かりません。")
    for name, status in {"held": "pending", "removed": "removed", "spam": "spam", "appeals": "removed"}.items():
        Comment.objects.filter(pk=found[name].pk).update(status=status)
    Comment.objects.filter(pk=found["unread"].pk).update(is_unread=True)
    return found


@pytest.mark.parametrize("name", queues.QUEUES)
def test_each_queue_has_what_waits_in_it(client, owner, one_of_each, name):
    shown = cards_in(client.get(f"{DESK}{name}/").text)
    assert one_of_each[name].pk in shown
    strangers = {"held": "published", "published": "held", "removed": "spam", "spam": "removed"}
    assert one_of_each[strangers.get(name, "held")].pk not in shown


def test_the_counts_stand_beside_the_names(client, owner, one_of_each):
    found = counts_in(client.get(f"{DESK}held/").text)
    assert found == {
        "reported": "1",
        "held": "1",
        "misplaced": "1",
        "unread": "1",
        "published": "4",
        "removed": "2",
        "spam": "1",
        "appeals": "1",
    }


def test_a_count_ends_at_its_limit(client, owner, monkeypatch):
    monkeypatch.setattr(queues, "COUNTED_MOST", 3)
    article = make_article()
    for _ in range(3):
        make_comment(article=article, status="spam")
    assert counts_in(client.get(f"{DESK}spam/").text)["spam"] == "2+"


def test_the_desk_opens_the_first_queue_in_which_something_waits(client, owner):
    make_comment(status="pending", is_unread=False)
    assert client.get(DESK)["Location"] == f"{DESK}held/"


def test_held_comments_come_oldest_first_and_reported_ones_by_their_reports(client, owner):
    article = make_article()
    first, second, third = (make_comment(article=article) for _ in range(3))
    Comment.objects.filter(pk=second.pk).update(created_at=timezone.now() - timedelta(days=1))
    report(third, "insult")
    report(second, "insult", "hate")
    assert cards_in(client.get(f"{DESK}reported/").text) == [second.pk, third.pk]
    Comment.objects.filter(article=article).update(status="pending")
    assert cards_in(client.get(f"{DESK}held/").text) == [second.pk, first.pk, third.pk]


@pytest.mark.parametrize("name", ["held", "spam"])
def test_a_queue_goes_on_where_the_page_ended(client, owner, name):
    article = make_article()
    moment = timezone.now()
    for _ in range(2 * queues.PAGE_SIZE + 3):
        make_comment(article=article)
    # Many share a moment, as imported ones do.
    Comment.objects.filter(article=article).update(status="pending" if name == "held" else name, created_at=moment)
    seen, address = [], f"{DESK}{name}/"
    while address:
        page = client.get(address).text
        seen.append(cards_in(page))
        more = re.search(r'href="([^"]+)" data-more', page)
        address = more and more[1].replace("&amp;", "&")
    assert [len(cards) for cards in seen] == [25, 25, 3]
    assert len({pk for cards in seen for pk in cards}) == 53


def test_a_script_gets_the_further_cards_alone(client, owner):
    make_comment(status="spam")
    page = client.get(f"{DESK}spam/", headers=SCRIPT).text
    assert len(cards_in(page)) == 1
    assert "<html" not in page


@pytest.mark.parametrize(
    "place",
    ["x", "1", "_", "x_1", "2026-01-01T00:00:00_x", "9_9", "2026-01-01T00:00:00+09:00_x", "2026-13-01T00:00:00_1"],
)
def test_a_place_that_is_none_is_not_found(client, owner, place):
    assert client.get(f"{DESK}held/", {"after": place}).status_code == 404
    assert client.get(f"{DESK}decisions/", {"after": place}).status_code == 404


@pytest.mark.parametrize("address", ["nowhere/", "comments/1/", f"comments/{2**70}/", "comments/1/decide/remove/"])
def test_what_is_not_there_is_not_found(client, owner, address):
    assert client.get(f"{DESK}{address}").status_code == 404


def fill(queue_size: int) -> None:
    article = make_article()
    parent = make_comment(article=article, visitor_key="one")
    for n in range(queue_size):
        comment = make_comment(article=article, parent=parent, visitor_key="one", network_key=f"n{n}")
        report(comment, "insult", "other")
        Appeal.objects.create(comment=comment, text="なぜですか。")
        comment.remove(by=None)


@pytest.mark.parametrize("name", ["published/", "removed/", "decisions/"])
def test_the_number_of_queries_does_not_grow(client, owner, name, django_assert_max_num_queries):
    fill(2)
    with django_assert_max_num_queries(22) as few:
        client.get(f"{DESK}{name}")
    fill(12)
    with django_assert_max_num_queries(len(few)):
        client.get(f"{DESK}{name}")


# Cards


def test_a_card_shows_what_is_known_of_a_comment(client, owner):
    article = make_article(title="港の朝市")
    parent = make_comment(article=article, text="市場は何時からですか")
    comment = make_comment(
        parent=parent, text="四時から\nhttps://example.com/", author_name="漁師", visitor_key="0123456789abcdef"
    )
    make_comment(article=article, text="別の日の話", visitor_key="0123456789abcdef")
    report(comment, "insult", "insult", "other")
    Appeal.objects.create(comment=comment, text="事実を書きました。")
    Comment.objects.filter(pk=comment.pk).update(status="pending", hold_reasons="links:1", network_key="n" * 32)
    page = client.get(f"{DESK}held/").text
    assert comment.html in page
    for text in ("港の朝市", "市場は何時から", "漁師", "別の日の話", "事実を書きました。", "リンクが1個あります"):
        assert text in page
    assert "訪問者 01234567" in page
    assert "0123456789abcdef" not in page
    assert "(2)" in page
    assert "この投稿者のコメント: 2件" in text_of(page)


def test_it_shows_no_others_of_comments_that_have_no_visitor(client, owner):
    make_comment(text="前のサイトのもの", visitor_key="")
    make_comment(status="spam", visitor_key="")
    assert "前のサイトのもの" not in client.get(f"{DESK}spam/").text


def test_it_shows_the_last_three_others(client, owner):
    article = make_article()
    for n in range(5):
        make_comment(article=article, text=f"その{n}番目", visitor_key="one")
    make_comment(article=article, visitor_key="one", status="spam")
    page = client.get(f"{DESK}spam/").text
    assert [n for n in range(5) if f"その{n}番目" in page] == [2, 3, 4]


@pytest.mark.parametrize(
    ("status", "verbs"),
    [
        ("pending", {"approve", "remove", "mark_spam", "move"}),
        ("published", {"remove", "mark_spam", "move"}),
        ("removed", {"restore", "mark_spam"}),
        ("spam", {"approve"}),
        # Its author's own wish is not the moderator's to undo.
        ("withdrawn", set()),
    ],
)
def test_the_buttons_fit_the_status(client, owner, status, verbs):
    comment = make_comment(status=status)
    page = client.get(page_of(comment)).text
    form = page[page.index("desk-card__form") : page.index("desk-card__more")]
    assert set(re.findall(rf"/comments/{comment.pk}/(?:decide/)?(\w+)/", form)) == verbs


def test_dismissing_is_offered_where_something_is_open(client, owner):
    comment = make_comment()
    assert "decide/dismiss" not in client.get(page_of(comment)).text
    report(comment, "other")
    assert "decide/dismiss" in client.get(page_of(comment)).text


# Decisions


@pytest.mark.parametrize(
    ("action", "before", "after"),
    [
        ("approve", "pending", "published"),
        ("approve", "spam", "published"),
        ("remove", "published", "removed"),
        ("restore", "removed", "published"),
        ("mark_spam", "published", "spam"),
    ],
)
def test_a_plain_form_decides_and_leads_back_to_a_button_that_undoes_it(client, owner, action, before, after):
    comment = make_comment(status=before)
    answer = decide(client, comment, action, next=f"{DESK}held/")
    assert (answer.status_code, answer["Location"]) == (303, f"{DESK}held/")
    assert status_of(comment) == after
    event = ModerationEvent.objects.get()
    assert event.moderator == owner
    page = client.get(answer["Location"]).text
    assert "1件のコメント" in page
    undo = f"{DESK}decisions/{event.pk}/undo/"
    assert f'action="{undo}"' in page
    client.post(undo)
    assert status_of(comment) == before


def test_to_a_script_a_line_takes_the_place_of_the_card(client, owner):
    comment = make_comment(status="pending")
    answer = by_script(client, f"{page_of(comment)}decide/approve/")
    assert answer.status_code == 200
    event = ModerationEvent.objects.get()
    assert f"/decisions/{event.pk}/undo/" in answer.text
    assert f'data-done="{comment.pk}' in answer.text
    assert cards_in(answer.text) == []
    assert counts_in(answer.text)["held"] == "0"
    assert "messages" not in client.get(f"{DESK}held/").cookies


def test_to_a_script_an_undo_brings_the_card_back(client, owner):
    comment = make_comment(status="pending")
    by_script(client, f"{page_of(comment)}decide/mark_spam/")
    answer = by_script(client, f"{DESK}decisions/{ModerationEvent.objects.get().pk}/undo/")
    assert cards_in(answer.text) == [comment.pk]
    assert counts_in(answer.text)["held"] == "1"
    assert "元に戻しました" in answer.text


@pytest.fixture
def wave():
    """What one visitor wrote, with a reply of somebody else, and another one from the same network."""
    comment = make_comment(visitor_key="one", network_key="net", upvotes=3)
    make_comment(parent=comment, visitor_key="two", upvotes=1)
    make_comment(article=comment.article, visitor_key="one", upvotes=2)
    make_comment(visitor_key="one")
    make_comment(visitor_key="three", network_key="net", upvotes=5)
    comment.refresh_from_db()
    return comment


@pytest.mark.parametrize(
    ("scope", "n", "votes"),
    [("comment", 1, 3), ("replies", 2, 4), ("visitor_here", 2, 5), ("visitor", 3, 5), ("network", 2, 8)],
)
def test_it_says_how_far_it_reaches_before_and_does_so_in_one_event(client, owner, wave, scope, n, votes):
    panel = client.get(f"{page_of(wave)}decide/remove/", headers=SCRIPT).text
    choice = panel[panel.index(f'value="{scope}"') :]
    assert f"{n}件のコメント、{votes}票" in choice[: choice.index("</label>")]
    assert Comment.objects.exclude(status="published").count() == 0
    decide(client, wave, "remove", scope=scope, reason="insult", note="荒らし")
    event = ModerationEvent.objects.get()
    assert (event.comment_count, event.vote_count, event.scope) == (n, votes, scope)
    assert (event.reason, event.note) == ("insult", "荒らし")
    assert Comment.objects.filter(status="removed", reason="insult").count() == n


def test_it_says_which_replies_of_others_go_and_which_stay(client, owner, wave):
    panel = text_of(client.get(f"{page_of(wave)}decide/remove/", headers=SCRIPT).text)
    assert "返信1件は、削除の表示の下で引き続き読めます" in panel
    assert "2件のコメント、4票、他の人の返信1件を隠します" in panel


def test_without_scripts_the_panel_is_a_page_with_the_comment(client, owner, wave):
    page = client.get(f"{page_of(wave)}decide/remove/").text
    assert cards_in(page) == [wave.pk]
    assert 'name="scope"' in page


def test_the_hours_of_a_network_are_counted_and_kept(client, owner, wave):
    Comment.objects.filter(visitor_key="three").update(created_at=timezone.now() - timedelta(hours=5))
    panel = client.get(f"{page_of(wave)}decide/remove/", {"hours": 2}, headers=SCRIPT).text
    choice = panel[panel.index('value="network"') :]
    assert "1件のコメント、3票" in choice[: choice.index("</label>")]
    assert '<input type="hidden" name="hours" value="2">' in panel
    decide(client, wave, "remove", scope="network", hours=2)
    assert ModerationEvent.objects.get().comment_count == 1


@pytest.mark.parametrize("hours", ["0", "x", "-1", "999999999999"])
def test_hours_that_make_no_sense_are_not_asked_for(client, owner, wave, hours):
    panel = client.get(f"{page_of(wave)}decide/remove/", {"hours": hours}, headers=SCRIPT)
    assert 'name="hours" value="24"' in panel.text
    assert decide(client, wave, "remove", scope="network", hours=hours).status_code == 422
    assert not ModerationEvent.objects.exists()


def test_a_script_learns_which_cards_a_wide_decision_took_along(client, owner, wave):
    answer = by_script(client, f"{page_of(wave)}decide/mark_spam/", scope="visitor")
    done = set(re.search(r'data-done="([^"]*)"', answer.text)[1].split())
    assert done == {str(pk) for pk in Comment.objects.filter(visitor_key="one").values_list("pk", flat=True)}


@pytest.mark.parametrize("field", ["scope", "reason", "whom", "days"])
def test_a_choice_that_is_none_is_refused(client, owner, wave, field):
    answer = decide(client, wave, "remove", **{field: "everything"})
    assert answer.status_code == 422
    assert status_of(wave) == "published"


def test_a_note_that_is_too_long_is_refused(client, owner, wave):
    assert decide(client, wave, "remove", note="長" * 301).status_code == 422
    assert status_of(wave) == "published"


def test_a_scope_without_a_key_is_refused(client, owner):
    comment = make_comment(visitor_key="")
    assert decide(client, comment, "remove", scope="visitor").status_code == 422
    assert status_of(comment) == "published"


@pytest.mark.parametrize("action", ["nonsense", "suspend", "disclose", "undo"])
def test_an_action_that_is_none_of_the_desk_is_not_found(client, owner, action):
    comment = make_comment()
    assert decide(client, comment, action).status_code == 404
    assert client.post(f"{page_of(comment)}mark/{action}/").status_code == 404


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_the_second_of_two_owners_is_told_that_nothing_was_left_to_do(client, owner, headers):
    comment = make_comment(status="pending")
    comment.approve(by=make_owner())
    answer = client.post(f"{page_of(comment)}decide/approve/", {"next": f"{DESK}held/"}, headers=headers)
    page = answer.text or client.get(answer["Location"]).text
    assert "することは残っていませんでした" in page
    assert ModerationEvent.objects.count() == 1


def test_a_second_undo_says_that_nothing_was_left(client, owner):
    comment = make_comment()
    comment.remove(by=owner)
    event = ModerationEvent.objects.get()
    event.undo(by=make_owner())
    answer = by_script(client, f"{DESK}decisions/{event.pk}/undo/")
    assert "元に戻すものは残っていませんでした" in answer.text
    assert status_of(comment) == "published"


def test_removing_can_ban_as_well_in_the_same_event(client, owner, wave):
    decide(client, wave, "remove", scope="visitor", whom="visitor", days="7", note="連投")
    ban, event = Ban.objects.get(), ModerationEvent.objects.get()
    assert (ban.visitor_key, ban.note, event.ban) == ("one", "連投", ban)
    assert timedelta(days=6) < ban.expires_at - timezone.now() <= timedelta(days=7)
    client.post(f"{DESK}decisions/{event.pk}/undo/")
    assert not Ban.objects.in_force().exists()
    assert status_of(wave) == "published"


def test_a_decision_leads_only_to_pages_of_this_site(client, owner):
    answer = decide(client, make_comment(), "remove", next="https://evil.example/")
    assert answer["Location"] == DESK


def test_an_appeal_is_turned_down_and_that_undone(client, owner):
    comment = make_comment(status="removed", is_unread=False)
    appeal = Appeal.objects.create(comment=comment, text="なぜですか。")
    decide(client, comment, "dismiss")
    appeal.refresh_from_db()
    assert appeal.settled_by
    client.post(f"{DESK}decisions/{appeal.settled_by_id}/undo/")
    assert Appeal.objects.open().get() == appeal


# Pin, lock, move, ban


@pytest.mark.parametrize(("action", "back", "field"), [("pin", "unpin", "pinned_at"), ("lock", "unlock", "is_locked")])
def test_a_mark_is_set_and_taken_away_and_the_card_stays(client, owner, action, back, field):
    comment = make_comment()
    answer = by_script(client, f"{page_of(comment)}mark/{action}/")
    assert cards_in(answer.text) == [comment.pk]
    assert f"mark/{back}/" in answer.text
    comment.refresh_from_db()
    assert getattr(comment, field)
    client.post(f"{page_of(comment)}mark/{back}/")
    comment.refresh_from_db()
    assert not getattr(comment, field)


def test_a_mark_that_is_set_already_leaves_nothing_to_do(client, owner):
    comment = make_comment(is_locked=True)
    assert "することは残っていませんでした" in by_script(client, f"{page_of(comment)}mark/lock/").text


def test_moving_asks_first_and_offers_what_readers_named(client, owner):
    comment = make_comment()
    other = make_comment(article=comment.article)
    for reader in ("a", "b"):
        MisplacementReport.objects.report(comment, reader, other)
    address = f"{page_of(comment)}move/"
    assert f'value="{other.number}"' in client.get(address, headers=SCRIPT).text
    answer = by_script(client, address, number=other.number)
    comment.refresh_from_db()
    assert comment.parent == other
    client.post(re.search(r'action="([^"]+undo/)"', answer.text)[1])
    comment.refresh_from_db()
    assert comment.parent is None


@pytest.mark.parametrize(("number", "status"), [("999", 422), ("x", 422), ("1", 409)])
def test_a_place_where_it_cannot_go_is_refused(client, owner, number, status):
    comment = make_comment()
    answer = by_script(client, f"{page_of(comment)}move/", number=number)
    assert answer.status_code == status
    assert "errornote" in answer.text


@pytest.mark.parametrize("key", ["visitor", "network"])
def test_a_ban_begins_at_a_comment_and_ends_on_the_page_of_bans(client, owner, key):
    comment = make_comment(visitor_key="v" * 32, network_key="n" * 32)
    client.post(f"{page_of(comment)}ban/", {"whom": key, "days": "0", "note": "繰り返し"})
    ban = Ban.objects.in_force().get()
    assert (getattr(ban, f"{key}_key"), ban.expires_at) == (getattr(comment, f"{key}_key"), None)
    page = client.get(f"{DESK}bans/").text
    assert ban.who in page
    assert "繰り返し" in page
    end = f"{DESK}bans/{ban.pk}/end/"
    assert f'action="{end}"' in page
    client.post(end)
    assert not Ban.objects.in_force().exists()
    assert f'action="{end}"' not in client.get(f"{DESK}bans/").text
    assert "することは残っていませんでした" in by_script(client, end).text


def test_a_ban_of_nobody_is_refused(client, owner):
    comment = make_comment()
    assert client.post(f"{page_of(comment)}ban/", {"days": "7"}).status_code == 422
    assert client.post(f"{page_of(comment)}ban/", {"whom": "network", "days": "7"}).status_code == 422
    assert not Ban.objects.exists()


# Several at once


def choose(client, verb, *comments, headers=None, **fields):
    fields |= {"verb": verb, "chosen": [getattr(comment, "pk", comment) for comment in comments]}
    return client.post(f"{DESK}chosen/", fields, headers=headers or {})


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_for_several_it_says_how_many_and_asks_first(client, owner, headers):
    chosen = [make_comment(upvotes=2), make_comment(upvotes=3)]
    answer = choose(client, "remove", *chosen, headers=headers)
    assert "2件のコメント、5票を隠します" in answer.text
    assert not ModerationEvent.objects.exists()
    assert ("<html" in answer.text) is not bool(headers)


def test_several_are_one_event_and_one_undo(client, owner):
    chosen = [make_comment(), make_comment(), make_comment(status="removed")]
    answer = choose(client, "remove", *chosen, headers=SCRIPT, sure="yes", reason="advertising")
    event = ModerationEvent.objects.get()
    assert (event.scope, event.comment_count, event.reason) == ("chosen", 2, "advertising")
    assert [status_of(comment) for comment in chosen] == ["removed"] * 3
    assert {str(comment.pk) for comment in chosen} <= set(re.search(r'data-done="([^"]*)"', answer.text)[1].split())
    client.post(f"{DESK}decisions/{event.pk}/undo/")
    assert [status_of(comment) for comment in chosen] == ["published", "published", "removed"]


def test_reading_is_no_decision(client, owner):
    chosen = [make_comment(), make_comment()]
    left = make_comment()
    answer = choose(client, "read", *chosen, headers=SCRIPT)
    assert "2件を既読にしました" in answer.text
    assert [comment.pk for comment in Comment.objects.unread()] == [left.pk]
    assert not ModerationEvent.objects.exists()


@pytest.mark.parametrize(("verb", "chosen"), [("remove", []), ("nonsense", [1]), ("remove", ["x"]), ("", [1])])
def test_a_choice_of_nothing_does_nothing(client, owner, verb, chosen):
    comment = make_comment()
    answer = choose(client, verb, *chosen, headers=SCRIPT, sure="yes")
    assert answer.status_code == 200
    assert status_of(comment) == "published"
    assert not ModerationEvent.objects.exists()


def test_comments_that_do_not_exist_leave_nothing_to_do(client, owner):
    assert "することは残っていませんでした" in choose(client, "remove", 10**17, headers=SCRIPT, sure="yes").text


# The log


def test_the_log_shows_who_decided_what_and_why_and_undoes_it(client, owner):
    comment = make_comment(text="言い過ぎたもの")
    decide(client, comment, "remove", reason="insult", note="二度目")
    event = ModerationEvent.objects.get()
    page = client.get(f"{DESK}decisions/").text
    for text in (owner.username, "言い過ぎたもの", event.get_reason_display(), "二度目", f"decisions/{event.pk}/undo/"):
        assert text in page
    client.post(f"{DESK}decisions/{event.pk}/undo/")
    page = client.get(f"{DESK}decisions/").text
    assert f"decisions/{event.pk}/undo/" not in page
    assert "desk-log__item--undone" in page


def test_a_comment_shows_decisions_that_took_it_along(client, owner, wave):
    decide(client, wave, "remove", scope="replies", note="まとめて")
    reply = Comment.objects.get(parent=wave)
    assert "まとめて" in client.get(page_of(reply)).text


def test_the_log_goes_on_where_the_page_ended(client, owner):
    comment = make_comment()
    for _ in range(14):
        comment.remove(by=owner)
        comment.restore(by=owner)
    first = client.get(f"{DESK}decisions/").text
    more = re.search(r'href="([^"]+after=[^"]+)"', first)[1]
    assert first.count("desk-undo") == 25
    assert client.get(more).text.count("desk-undo") == 3


# Who may


def test_the_admin_leads_to_the_desk(client, owner):
    assert client.get("/admin/").text.count(f'href="{DESK}"') == 2


def test_staff_without_the_permission_is_refused(client):
    member = make_user(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="view_comment"))
    client.force_login(member)
    comment = make_comment()
    assert client.get(f"{DESK}held/").status_code == 403
    assert decide(client, comment, "remove").status_code == 403
    assert status_of(comment) == "published"
    assert DESK not in client.get("/admin/").text


def test_whoever_is_no_staff_is_sent_to_the_sign_in_whatever_their_permissions(client):
    comment = make_comment()
    sign_in = f"/admin/login/?next={page_of(comment)}"
    assert client.get(page_of(comment))["Location"] == sign_in
    user = make_user()
    user.user_permissions.add(Permission.objects.get(codename="change_comment"))
    client.force_login(user)
    assert client.get(page_of(comment))["Location"] == sign_in
    assert decide(client, comment, "remove").status_code == 302
    assert status_of(comment) == "published"


def test_staff_with_the_permission_may(client):
    member = make_user(is_staff=True)
    member.user_permissions.add(Permission.objects.get(codename="change_comment"))
    client.force_login(member)
    comment = make_comment()
    decide(client, comment, "remove")
    assert status_of(comment) == "removed"


def test_a_form_without_its_token_is_refused(owner):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(owner)
    comment = make_comment()
    assert decide(strict, comment, "remove").status_code == 403
    assert status_of(comment) == "published"
