import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail, signing
from django.utils import timezone, translation

from articles.models import Article
from comments import links
from comments.models import Comment, ModerationEvent, Notice, Report
from comments.models.decision import Decision
from comments.notices import send_notices
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

Status = Comment.Status


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    settings.SITE_URL = "https://news.example.jp"


def held_comment(**kwargs) -> Comment:
    # So that no notice has the key of its comment.
    make_comment()
    return make_comment(article=make_article(comments=Article.Comments.MODERATED), **kwargs)


def paths_of_last_mail() -> list[str]:
    """Of the links that decide, in the order in which they stand there."""
    send_notices()
    return re.findall(r"https://news\.example\.jp(/decide/\S+/)$", mail.outbox[-1].body, re.MULTILINE)


def press(reader, path, **fields):
    """What the button of the page sends, as it was when it was shown."""
    edited = re.search(r'name="edited" value="(.*?)"', reader.get(path).text)
    return reader.post(path, fields | ({"edited": edited[1]} if edited else {}))


def status_of(comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


@pytest.mark.parametrize(("which", "becomes"), [(0, Status.PUBLISHED), (1, Status.REMOVED)], ids=["approve", "remove"])
def test_the_button_decides(reader, which, becomes):
    comment = held_comment()
    answer = press(reader, paths_of_last_mail()[which])
    assert answer.status_code == 200
    assert status_of(comment) == becomes
    event = ModerationEvent.objects.get()
    assert (event.source, event.moderator) == ("link", None)
    assert f"/admin/desk/comments/{comment.pk}/" in answer.text
    assert Notice.objects.get().used_at


@pytest.mark.parametrize(("chosen", "kept"), [("hate", "hate"), ("", ""), ("made-up", "")], ids=str)
def test_removing_asks_for_the_reason(reader, chosen, kept):
    comment = held_comment()
    path = paths_of_last_mail()[1]
    assert '<option value="hate">' in reader.get(path).text
    press(reader, path, reason=chosen)
    assert Comment.objects.get(pk=comment.pk).reason == kept


def test_approving_asks_for_no_reason(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    assert "<option" not in reader.get(path).text
    press(reader, path, reason="hate")
    assert Comment.objects.get(pk=comment.pk).reason == ""


def test_what_it_did_can_be_undone(reader):
    comment = held_comment()
    press(reader, paths_of_last_mail()[0])
    ModerationEvent.objects.get().undo(by=None)
    assert status_of(comment) == Status.PENDING


def test_a_scanner_that_follows_every_link_changes_nothing(reader):
    comment = held_comment(text="本文です")
    reach = str(Decision.on(comment, "approve").radius())
    for path in paths_of_last_mail():
        pages = [reader.get(path), reader.get(path), reader.head(path)]
        assert [page.status_code for page in pages] == [200, 200, 200]
        assert "本文です" in pages[0].text
        assert f"対象: {reach}" in " ".join(pages[0].text.split())
        assert pages[0].text.count('<button class="button" type="submit">') == 1
    assert status_of(comment) == Status.PENDING
    assert not ModerationEvent.objects.exists()
    assert not Notice.objects.get().used_at


def test_a_form_from_elsewhere_changes_nothing(client):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    assert client.post(path, {"edited": ""}).status_code == 403
    assert client.post(path, {"edited": ""}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert status_of(comment) == Status.PENDING


def test_a_form_without_its_page_changes_nothing(reader):
    comment = held_comment()
    assert reader.post(paths_of_last_mail()[0]).status_code == 409
    assert status_of(comment) == Status.PENDING


@pytest.mark.parametrize("second", [0, 1], ids=["the same", "the other"])
def test_both_links_together_serve_once(reader, second):
    comment = held_comment()
    paths = paths_of_last_mail()
    press(reader, paths[0])
    for answer in (reader.get(paths[second]), reader.post(paths[second], {"edited": ""})):
        assert answer.status_code == 410
        assert "すでに使われています" in answer.text
    assert status_of(comment) == Status.PUBLISHED
    assert ModerationEvent.objects.count() == 1


def test_it_serves_once_also_after_an_undo(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    press(reader, path)
    ModerationEvent.objects.get().undo(by=None)
    assert reader.post(path, {"edited": ""}).status_code == 410
    assert status_of(comment) == Status.PENDING


def test_it_serves_for_seven_days(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        answers = [reader.get(path), reader.post(path, {"edited": ""})]
    assert [answer.status_code for answer in answers] == [410, 410]
    assert "期限切れ" in answers[0].text
    assert status_of(comment) == Status.PENDING
    assert press(reader, path).status_code == 200


@pytest.mark.parametrize(
    "alter",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "x" + token,
        lambda token: signing.dumps([1, "approve", "pending"], salt="another"),
        lambda token: "guessed",
        lambda token: "",
    ],
    ids=["its end", "its beginning", "for another purpose", "guessed", "empty"],
)
def test_an_altered_one_is_none(reader, alter):
    comment = held_comment()
    path = f"/decide/{alter(paths_of_last_mail()[0].split('/')[2])}/"
    assert reader.get(path).status_code == 404
    assert reader.post(path, {"edited": ""}).status_code == 404
    assert status_of(comment) == Status.PENDING


def test_the_desk_was_faster(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    comment.remove(by=None)
    assert [reader.get(path).status_code, reader.post(path, {"edited": ""}).status_code] == [409, 409]
    assert status_of(comment) == Status.REMOVED
    assert not Notice.objects.get().used_at


def test_the_author_has_erased_it(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    comment.erase()
    assert [reader.get(path).status_code, reader.post(path, {"edited": ""}).status_code] == [410, 410]
    assert status_of(comment) == Status.WITHDRAWN


def test_a_text_that_nobody_has_seen_is_not_decided_on(reader):
    comment = held_comment()
    path = paths_of_last_mail()[0]
    reader.get(path)
    comment.edit("別の文", "")
    answer = reader.post(path, {"edited": ""})
    assert answer.status_code == 409
    assert "別の文" in answer.text
    assert status_of(comment) == Status.PENDING
    assert press(reader, path).status_code == 200
    assert status_of(comment) == Status.PUBLISHED


def test_reports_can_be_dismissed(reader):
    comment = make_comment()
    comment.report("a", "n", "hate")
    keep, remove = paths_of_last_mail()
    assert press(reader, keep).status_code == 200
    assert status_of(comment) == Status.PUBLISHED
    assert not Report.objects.open().exists()
    assert reader.get(remove).status_code == 410


def test_removing_says_which_replies_stay(reader):
    comment = make_comment()
    make_comment(parent=comment)
    comment.report("a", "n", "hate")
    assert "返信1件は、断り書きの下に残ります" in reader.get(paths_of_last_mail()[1]).text


def test_nobody_keeps_these_pages_and_only_the_act_sets_its_short_cookie(reader):
    held_comment()
    path = paths_of_last_mail()[0]
    for answer in (reader.get(path), press(reader, path), reader.get(path), reader.get("/decide/guessed/")):
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["Referrer-Policy"] == "strict-origin"
        assert answer["X-Robots-Tag"] == "noindex"
        is_act = answer.wsgi_request.method == "POST"
        assert set(answer.cookies) == ({"wrote"} if is_act else set())


def test_the_pages_speak_english_too(reader, settings):
    held_comment()
    with translation.override("en"):
        settings.LANGUAGE_CODE = "en"
        path = paths_of_last_mail()[0]
        assert "This covers: 1 comment, 0 votes" in " ".join(reader.get(path).text.split())
        assert "The comment is published." in press(reader, path).text
        assert "used before" in reader.get(path).text


def test_every_state_has_links_that_its_status_allows():
    for status, actions in links.OFFERED.items():
        for action in actions:
            assert status in Decision.on(Comment(), action).allowed
