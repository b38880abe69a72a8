import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.erasure import erase_visitor
from comments.models import (
    Appeal,
    Ban,
    Citation,
    Comment,
    MisplacementReport,
    ModerationEvent,
    RateLimit,
    Receipt,
    Refusal,
    Vote,
    VoteExclusion,
)
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

WRITER = {
    "author_name": "花子",
    "trip": "T" * 10,
    "public_id": "I" * 8,
    "network_key": "n" * 32,
    "address": "192.0.2.7",
}


def post(client, article, text="ひみつの話", **fields):
    client.post(f"/articles/{article.slug}/comments/", {"text": text, "author_name": "", "parent": ""} | fields)
    return Comment.objects.get(article=article, text=text)


def secret_of(comment):
    return Receipt.objects.issue(comment)


def test_it_forgets_what_was_written_and_by_whom():
    comment = make_comment(text="ひみつの話", visitor_key="writer", **WRITER)
    comment.erase()
    row = str(Comment.objects.filter(pk=comment.pk).values().get())
    for word in ("ひみつ", "writer", *WRITER.values()):
        assert word not in row
    assert not Receipt.objects.filter(comment=comment).exists()


def test_a_note_stays_where_somebody_has_replied(client):
    comment = make_comment(text="ひみつの話")
    make_comment(parent=comment, text="返事です")
    comment.erase()
    comment.article.refresh_from_db()
    page = client.get(comment.article.get_absolute_url()).text
    assert "ひみつ" not in page
    assert "返事です" in page
    assert "投稿者が取り下げました" in page
    assert comment.article.comment_count == 1
    call_command("check_trees")


def test_what_it_named_does_not_lead_back_to_it():
    named = make_comment()
    comment = make_comment(article=named.article, text=">>1 賛成")
    assert Citation.objects.exists()
    comment.erase()
    assert not Citation.objects.exists()


def test_it_is_recorded_who_erased():
    owner, comment = make_owner(), make_comment()
    comment.erase(by=owner)
    event = ModerationEvent.objects.get()
    assert (event.action, event.moderator, event.status_before) == ("erase", owner, "published")


def test_what_is_kept_for_a_legal_claim_is_not_erased():
    comment = make_comment(text="ひみつの話")
    comment.hold(by=None)
    with pytest.raises(Refusal, match=Refusal.HELD):
        comment.erase()
    comment.refresh_from_db()
    assert (comment.text, comment.status) == ("ひみつの話", "published")
    comment.release(by=None)
    comment.erase()


def test_nobody_publishes_an_erased_comment_again():
    comment = make_comment()
    comment.remove(by=None)
    comment.erase()
    assert not comment.restore(by=None)
    assert not comment.approve(by=None)


# Everything of one visitor


def test_it_erases_a_visitor_and_nobody_else(reader, client):
    article, elsewhere = make_article(), make_article()
    mine, also_mine = post(reader, article), post(reader, elsewhere)
    other = make_comment(parent=mine, text="ほかの人の返事")
    reader.post(f"/comments/{other.pk}/vote/", {"value": 1})
    reader.post(f"/comments/{other.pk}/misplaced/", {"number": ""})
    other.cast_vote("somebody", 1)
    key = mine.visitor_key

    done = erase_visitor(key)

    assert (done.comments, done.votes, done.held) == (2, 1, 0)
    assert RateLimit.objects.exists()
    # Or erasing would be a way round the limits; they go within the hour.
    RateLimit.objects.all().delete()
    assert key not in everything_stored()
    other.refresh_from_db()
    assert (other.text, other.score) == ("ほかの人の返事", 1)
    also_mine.refresh_from_db()
    assert also_mine.text == ""
    call_command("check_trees")


def everything_stored() -> str:
    """All rows of all tables, as text; what a decision says of somebody stays without their keys."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return json.dumps(rows, default=str)


def test_reports_are_erased_and_counted_again(reader):
    mine = post(reader, make_article())
    comment, other = make_comment(), make_comment()
    for named in (comment, other):
        named.report(mine.visitor_key, "n", "insult")
        named.report("somebody", "n", "insult")
        MisplacementReport.objects.report(named, mine.visitor_key)
    erase_visitor(mine.visitor_key)
    for named in (comment, other):
        named.refresh_from_db()
        assert (named.report_count, named.misplacement_count) == (1, 0)
    assert not MisplacementReport.objects.exists()


def test_what_was_written_to_the_editor_is_erased(reader):
    mine = post(reader, make_article())
    mine.remove(by=None)
    Appeal.objects.lodge(mine, "ひみつの一言")
    erase_visitor(mine.visitor_key)
    assert "ひみつの一言" not in everything_stored()


def test_a_ban_stays_on_record_without_whom_it_kept_out(reader):
    mine = post(reader, make_article())
    Ban.objects.ban(by=None, visitor_key=mine.visitor_key)
    network = Ban.objects.ban(by=None, network_key="n" * 32)
    erase_visitor(mine.visitor_key)
    RateLimit.objects.all().delete()
    assert mine.visitor_key not in everything_stored()
    assert Ban.objects.count() == 2
    assert list(Ban.objects.in_force()) == [network]


def test_the_key_is_really_looked_for_in_all_tables(reader):
    comment = post(reader, make_article())
    assert comment.visitor_key in everything_stored()
    assert RateLimit.objects.filter(key__contains=comment.visitor_key).exists()


def test_votes_of_the_same_network_weigh_more_again():
    comment = make_comment()
    for visitor in ("a", "b"):
        comment.cast_vote(visitor, 1, network_key="n")
    erase_visitor("a")
    assert Vote.objects.get().weight == 1
    comment.refresh_from_db()
    assert (comment.score, comment.upvotes) == (1, 1)


def test_it_says_what_had_to_be_kept():
    make_comment(visitor_key="v").hold(by=None)
    make_comment(visitor_key="v")
    done = erase_visitor("v")
    assert (done.comments, done.held) == (1, 1)


def test_nobody_is_no_visitor():
    with pytest.raises(ValueError, match="no visitor"):
        erase_visitor("")


def test_a_decision_on_the_votes_stays_on_record_without_the_key():
    comment = make_comment()
    comment.cast_vote("v", 1)
    VoteExclusion.objects.leave_out(by=None, visitor_key="v")
    erase_visitor("v")
    exclusion = VoteExclusion.objects.get()
    assert (exclusion.visitor_key, exclusion.ended_at is None) == ("erased", False)


# By receipt


def test_the_receipt_asks_before_it_erases(reader):
    comment = post(reader, make_article())
    secret = secret_of(comment)
    page = reader.get(f"/receipts/{secret}/erase/")
    assert "ひみつの話" in page.text
    assert page["Cache-Control"] == "private, no-store"
    comment.refresh_from_db()
    assert comment.text


def test_the_receipt_erases_this_comment_only(reader, client):
    article = make_article()
    comment, other = post(reader, article), post(reader, article, "もうひとつ")
    response = reader.post(f"/receipts/{secret_of(comment)}/erase/", {"what": "comment"})
    assert (response.status_code, response["Location"]) == (303, f"/erased/?comment={comment.pk}")
    assert "消去しました" in client.get("/erased/").text
    comment.refresh_from_db()
    other.refresh_from_db()
    assert (comment.text, other.text) == ("", "もうひとつ")


def test_the_receipt_erases_everything_of_its_author_and_the_cookie(reader):
    article = make_article()
    comment = post(reader, article)
    post(reader, article, "もうひとつ")
    response = reader.post(f"/receipts/{secret_of(comment)}/erase/", {"what": "everything", "sure": "on"})
    assert response.cookies["visitor"]["max-age"] == 0
    assert not Comment.objects.exclude(text="").exists()


def test_on_another_device_the_cookie_there_stays(reader, script):
    comment = post(reader, make_article())
    post(script, make_article(), "別の人")
    response = script.post(f"/receipts/{secret_of(comment)}/erase/", {"what": "everything", "sure": "on"})
    assert "visitor" not in response.cookies
    assert Comment.objects.exclude(text="").get().text == "別の人"


def test_a_receipt_of_an_imported_comment_erases_no_stranger(reader):
    # All imported comments have the same key: none.
    comment, other = make_comment(visitor_key=""), make_comment(visitor_key="")
    assert "すべて消去する" not in reader.get(f"/receipts/{secret_of(comment)}/erase/").text
    reader.post(f"/receipts/{secret_of(comment)}/erase/", {"what": "everything", "sure": "on"})
    other.refresh_from_db()
    assert other.text


@pytest.mark.parametrize(("visitor", "counts"), [("writer", True), ("", False)])
def test_the_owner_is_told_how_much_is_erased_unless_it_is_nobodys(client, visitor, counts):
    client.force_login(make_owner())
    comment = make_comment(visitor_key=visitor)
    with CaptureQueriesContext(connection) as asked:
        page = client.get(f"/admin/comments/comment/{comment.pk}/change/")
    assert ('value="everything"' in page.text) == counts
    # Of a million imported comments that would be all.
    assert any("COUNT" in query["sql"] and '"visitor_key" = ' in query["sql"] for query in asked) == counts


@pytest.mark.parametrize("what", ["comment", "everything"])
def test_the_reader_is_told_what_is_kept(reader, what):
    comment = post(reader, make_article())
    secret = secret_of(comment)
    comment.hold(by=None)
    response = reader.post(f"/receipts/{secret}/erase/", {"what": what, "sure": "on"})
    assert response.status_code == 409
    assert 'role="alert"' in response.text


def test_while_something_is_kept_the_rest_can_still_be_erased_later(reader):
    comment = post(reader, make_article())
    comment.hold(by=None)
    assert not reader.post("/mine/erase/", {"sure": "on"}).cookies
    comment.release(by=None)
    reader.post("/mine/erase/", {"sure": "on"})
    comment.refresh_from_db()
    assert comment.text == ""


def test_a_wrong_receipt_erases_nothing(reader):
    comment = make_comment()
    assert reader.post("/receipts/falsch/erase/", {"what": "everything", "sure": "on"}).status_code == 404
    comment.refresh_from_db()
    assert comment.text


@pytest.mark.parametrize("by", ["receipt", "cookie"])
def test_everything_is_not_erased_by_a_slip(reader, by):
    comment = post(reader, make_article())
    addresses = {"receipt": f"/receipts/{secret_of(comment)}/erase/", "cookie": "/mine/erase/"}
    response = reader.post(addresses[by], {"what": "everything"})
    assert response.status_code == 422
    assert "何も消去していません" in response.text
    comment.refresh_from_db()
    assert comment.text


# By the browser's cookie


def test_my_comments_can_be_erased_together(reader):
    comment = post(reader, make_article())
    assert 'href="/mine/erase/"' in reader.get("/mine/").text
    assert "コメント1件" in reader.get("/mine/erase/").text
    response = reader.post("/mine/erase/", {"sure": "on"})
    assert response["Location"] == "/erased/?everything"
    assert response.cookies["visitor"]["max-age"] == 0
    comment.refresh_from_db()
    assert comment.text == ""


def test_who_only_voted_can_erase_that(reader):
    comment = make_comment()
    reader.post(f"/comments/{comment.pk}/vote/", {"value": 1})
    assert 'href="/mine/erase/"' in reader.get("/mine/").text
    reader.post("/mine/erase/", {"sure": "on"})
    comment.refresh_from_db()
    assert (comment.score, Vote.objects.count()) == (0, 0)


def test_who_never_wrote_has_nothing_to_erase(reader):
    make_comment(visitor_key="")
    assert "/mine/erase/" not in reader.get("/mine/").text
    response = reader.post("/mine/erase/", {"sure": "on"})
    assert (response.status_code, response["Location"]) == (303, "/mine/")
    assert Comment.objects.get().text


def test_another_site_erases_nothing(reader, client):
    comment = post(reader, make_article())
    client.cookies = reader.cookies
    assert client.post("/mine/erase/", {"sure": "on"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    comment.refresh_from_db()
    assert comment.text


def test_reports_go_with_their_author(reader):
    comment = make_comment(parent=make_comment())
    reader.post(f"/comments/{comment.pk}/misplaced/", {"number": ""})
    assert MisplacementReport.objects.count() == 1
    reader.post("/mine/erase/", {"sure": "on"})
    assert not MisplacementReport.objects.exists()
