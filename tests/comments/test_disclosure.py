import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, ModerationEvent
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

WRITTEN = datetime(2026, 3, 4, 20, 30, 15, tzinfo=UTC)


@pytest.fixture
def owner(client):
    user = make_owner(username="aruji")
    client.force_login(user)
    return user


@pytest.fixture
def comment():
    return make_comment(
        article=make_article(title="港の朝市"),
        text="一行目\n<b>二行目</b>",
        author_name="漁師",
        trip="abcdefghij",
        public_id="Ab12Cd34",
        address="192.0.2.7",
        upvotes=5,
        downvotes=2,
        created_at=WRITTEN,
    )


def address_of(comment) -> str:
    return f"/admin/desk/comments/{comment.pk}/disclosure/"


def make_sheet(client, comment, note="東京地裁 令和8年", **fields):
    return client.post(address_of(comment), {"note": note, **fields})


def test_asking_makes_nothing(client, owner, comment):
    page = client.get(address_of(comment)).text
    assert 'name="hold">' in page
    assert "192.0.2.7" not in page
    assert not ModerationEvent.objects.exists()


def test_it_holds_all_that_is_known(client, owner, comment):
    comment.remove(by=owner, reason="insult")
    page = make_sheet(client, comment).text
    for text in (
        "192.0.2.7",
        "港の朝市",
        comment.article.get_absolute_url(),
        "漁師",
        "◆abcdefghij",
        "ID:Ab12Cd34",
        "+5 / −2",
    ):
        assert text in page
    assert "一行目\n&lt;b&gt;二行目&lt;/b&gt;" in page
    assert "2026-03-05 05:30:15 JST" in page
    assert "2026-03-04 20:30:15 UTC" in page
    assert "削除済み" in page


def test_it_says_until_when_an_address_was_kept(client, owner, comment, settings):
    Comment.objects.filter(pk=comment.pk).update(address=None)
    page = make_sheet(client, comment).text
    last = timezone.localtime(WRITTEN + settings.ADDRESS_RETENTION)
    assert "保存していません" in page
    assert f"{last:%Y年%m月%d日}" in page


def test_no_cache_keeps_it(client, owner, comment):
    kept = make_sheet(client, comment)["Cache-Control"]
    assert "no-store" in kept
    assert "private" in kept


def test_it_is_logged_who_made_it_and_what_for(client, owner, comment):
    make_sheet(client, comment)
    event = ModerationEvent.objects.get()
    assert (event.action, event.moderator, event.note) == ("disclose", owner, "東京地裁 令和8年")
    assert not event.is_undoable


def test_a_later_sheet_names_the_earlier_ones(client, owner, comment):
    first = make_sheet(client, comment, note="最初の請求").text
    assert "以前に作成した書面" not in first
    second = make_sheet(client, comment, note="二度目の請求").text
    earlier = second[second.index("以前に作成した書面") :]
    assert "最初の請求" in earlier
    assert "aruji" in earlier
    assert "二度目の請求" not in earlier


def test_the_comment_is_kept_for_a_legal_claim_when_asked_to(client, owner, comment):
    page = make_sheet(client, comment, hold="on").text
    comment.refresh_from_db()
    assert comment.on_legal_hold
    assert "法的" in page
    assert {event.action for event in ModerationEvent.objects.all()} == {"hold", "disclose"}


def test_it_is_not_kept_otherwise(client, owner, comment):
    make_sheet(client, comment)
    comment.refresh_from_db()
    assert not comment.on_legal_hold


@pytest.mark.parametrize("note", ["", " ", "長" * 301])
def test_without_a_purpose_there_is_no_sheet(client, owner, comment, note):
    answer = make_sheet(client, comment, note=note, hold="on")
    assert answer.status_code == 422
    assert "192.0.2.7" not in answer.text
    assert not ModerationEvent.objects.exists()
    comment.refresh_from_db()
    assert not comment.on_legal_hold


def test_an_erased_comment_has_a_sheet_that_says_nothing_of_its_author(client, owner, comment):
    comment.erase(by=owner)
    page = make_sheet(client, comment, hold="on").text
    assert "漁師" not in page
    assert re.search(r"<pre>\s*</pre>", page)


def test_a_hold_is_set_and_released_on_the_comments_page(client, owner, comment):
    page = f"/admin/desk/comments/{comment.pk}/"
    client.post(f"{page}hold/")
    comment.refresh_from_db()
    assert comment.on_legal_hold
    assert 'name="release"' in client.get(page).text
    client.post(f"{page}hold/", {"release": "yes"})
    comment.refresh_from_db()
    assert not comment.on_legal_hold


def test_the_moment_of_a_later_edit_is_told(client, owner, comment):
    Comment.objects.filter(pk=comment.pk).update(edited_at=WRITTEN + timedelta(minutes=4))
    assert "2026-03-05 05:34:15 JST" in make_sheet(client, comment).text
