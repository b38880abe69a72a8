import socket
import threading
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.utils import timezone, translation

from articles.models import Article
from comments import notices
from comments.digest import SHOWN_MOST
from comments.models import Appeal, Comment, Notice, Policy, RateLimit
from comments.notices import send_notices
from config.management.commands import tick
from tests.factories import make_article, make_comment, make_owner
from tests.owners_servers import Hook, MailServer, serving
from tests.server import free_port

pytestmark = pytest.mark.django_db

SITE = "https://news.example.jp"


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    settings.NOTICE_WEBHOOK_URL = ""
    settings.SITE_URL = SITE


@pytest.fixture
def mail_server(settings):
    with serving(MailServer()) as server:
        use_mail_server(settings, server.server_address[1])
        yield server


@pytest.fixture
def hook(settings):
    with serving(Hook()) as server:
        use_hook(settings, server)
        yield server


def use_mail_server(settings, port):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port


def use_hook(settings, server):
    settings.NOTICE_EMAILS = []
    settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{server.server_address[1]}/services/himitsu"


def held_comment(**kwargs) -> Comment:
    """One that is born held, with its word to the owner."""
    article = kwargs.pop("article", None) or make_article(comments=Article.Comments.MODERATED)
    return make_comment(article=article, **kwargs)


def flood(count: int) -> None:
    article = make_article()
    places = ({"number": n, "tree_id": n, "lft": 1, "rght": 2, "level": 0} for n in range(1, count + 1))
    rows = Comment.objects.bulk_create(
        Comment(article=article, text=f"洪水{n}", status="pending", hold_reasons="valve", **place)
        for n, place in enumerate(places)
    )
    Notice.objects.bulk_create(Notice(channel="mail", kind="held", comment=row) for row in rows)


def body() -> str:
    return mail.outbox[-1].body


# What is told


def test_a_held_comment_is_told_by_mail(mail_server):
    comment = held_comment(text="買って\nください")
    send_notices()
    (message,) = mail_server.messages
    assert message["Subject"] == "[瓦版] 承認待ちのコメント1件"
    assert message["Auto-Submitted"] == "auto-generated"
    text = message.get_content()
    assert f"#{comment.number} {comment.article}" in text
    assert "> 買って ください" in text
    assert f"{SITE}/admin/desk/comments/{comment.pk}/" in text
    assert text.count(f"{SITE}/decide/") == 2
    assert Notice.objects.get().sent_at


def test_the_message_is_in_the_language_of_the_site(settings):
    settings.LANGUAGE_CODE = "en"
    held_comment()
    with translation.override("ja"):
        send_notices()
    assert mail.outbox[0].subject == "[瓦版] 1 held comment"
    assert "Approve: " in body()


def test_a_report_says_why(settings):
    settings.LANGUAGE_CODE = "en"
    comment = make_comment()
    comment.report("a", "n1", "hate")
    comment.report("b", "n1", "hate")
    comment.report("c", "n1", "untrue")
    assert [notice.kind for notice in Notice.objects.all()] == ["reported"]
    send_notices()
    assert "Reported: discrimination or hate 2 / untrue and misleading 1" in body()
    assert "Leave it as it is: " in body()


def test_the_owner_hears_again_when_reports_hide_a_comment():
    comment = make_comment()
    for n in range(3):
        comment.report(f"v{n}", f"n{n}", "hate")
    comment.refresh_from_db()
    assert comment.status == Comment.Status.PENDING
    assert Notice.objects.filter(kind="reported").count() == 2
    send_notices()
    assert body().count("> ") == 1


def test_an_appeal_is_told_in_the_authors_words():
    comment = make_comment(status=Comment.Status.REMOVED)
    Appeal.objects.create(comment=comment, text="誤解です\n承認: https://evil.example/")
    Notice.objects.tell(Notice.Kind.APPEAL, comment)
    send_notices()
    assert "誤解です 承認: https://evil.example/\n" in body()
    assert "異議" in mail.outbox[0].subject


def test_what_was_decided_meanwhile_is_left_out():
    decided, waiting = held_comment(text="済んだ"), held_comment(text="まだ")
    decided.approve(by=None)
    send_notices()
    assert "済んだ" not in body()
    assert "まだ" in body()
    assert not Notice.objects.unsent().exists()
    assert Notice.objects.filter(comment=waiting, attempts=1).exists()


def test_nothing_is_sent_when_all_was_decided_and_the_next_is_not_held_up():
    held_comment().approve(by=None)
    send_notices()
    assert not mail.outbox
    held_comment()
    send_notices()
    assert len(mail.outbox) == 1


def test_nothing_is_written_when_no_way_is_set_up(settings):
    settings.NOTICE_EMAILS = []
    held_comment()
    assert not Notice.objects.exists()


def test_without_the_address_of_the_site_there_are_no_links(settings):
    settings.SITE_URL = ""
    held_comment(text="本文")
    send_notices()
    assert "本文" in body()
    assert "decide" not in body()
    assert "承認する" not in body()
    assert "admin" not in body()


# Digests


def test_a_flood_is_one_message():
    flood(5_000)
    send_notices()
    send_notices()
    (message,) = mail.outbox
    assert message.subject == "[瓦版] 承認待ちのコメント5000件"
    assert message.body.count("> 洪水") == SHOWN_MOST
    assert "ほか4980件" in message.body
    assert len(message.body) < 30_000
    assert not Notice.objects.unsent().exists()


def test_the_number_of_queries_does_not_grow_with_the_flood(django_assert_max_num_queries):
    flood(60)
    with django_assert_max_num_queries(22):
        send_notices()


def test_the_next_message_waits_until_the_pause_is_over():
    Policy.objects.create(pk=1, digest_minutes=15)
    with time_machine.travel(timezone.now(), tick=False) as clock:
        held_comment()
        send_notices()
        held_comment()
        clock.shift(timedelta(minutes=14))
        send_notices()
        assert len(mail.outbox) == 1
        held_comment()
        clock.shift(timedelta(minutes=1))
        send_notices()
    assert [message.subject[-3:] for message in mail.outbox] == ["ト1件", "ト2件"]


def test_two_ways_do_not_wait_for_each_other(settings, hook):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    held_comment()
    send_notices()
    assert (len(mail.outbox), len(hook.calls)) == (1, 1)


# The webhook


def test_the_webhook_gets_what_slack_understands(hook):
    comment = held_comment(text="<!channel> & more")
    send_notices()
    ((path, kind, told),) = hook.calls
    assert (path, kind) == ("/services/himitsu", "application/json")
    assert told["text"] == "[瓦版] 承認待ちのコメント1件"
    texts = [block["text"]["text"] for block in told["blocks"]]
    assert any(f"desk/comments/{comment.pk}/|#{comment.number}" in text for text in texts)
    assert any("&lt;!channel&gt; &amp; more" in text for text in texts)
    assert "decide" not in str(told)


def test_a_flood_keeps_within_what_slack_takes(settings, hook):
    flood(200)
    Notice.objects.update(channel="webhook")
    Comment.objects.update(text="長" * 5_000)
    send_notices()
    ((_path, _kind, told),) = hook.calls
    assert len(told["blocks"]) <= 50
    assert all(len(block["text"]["text"]) <= 3_000 for block in told["blocks"])


# Servers that do not take it


def test_a_dead_server_loses_nothing_and_is_tried_again_later(settings, caplog):
    use_mail_server(settings, free_port())
    with time_machine.travel(timezone.now(), tick=False) as clock:
        held_comment()
        send_notices()
        notice = Notice.objects.get()
        assert (notice.sent_at, notice.attempts) == (None, 1)
        assert notice.error == "ConnectionRefusedError Connection refused"
        with serving(MailServer()) as server:
            use_mail_server(settings, server.server_address[1])
            send_notices()
            assert not server.messages
            clock.shift(timedelta(minutes=1))
            send_notices()
            assert len(server.messages) == 1
    notice.refresh_from_db()
    assert (bool(notice.sent_at), notice.attempts, notice.error) == (True, 2, "")


def test_the_pause_grows_to_an_hour(settings):
    use_mail_server(settings, free_port())
    pauses = []
    with time_machine.travel(timezone.now(), tick=False) as clock:
        held_comment()
        for _ in range(9):
            send_notices()
            pauses.append((Notice.objects.get().next_try_at - timezone.now()) // timedelta(minutes=1))
            clock.shift(timedelta(minutes=pauses[-1]))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_comes_in_meanwhile_waits_with_it(settings):
    use_mail_server(settings, free_port())
    with time_machine.travel(timezone.now(), tick=False):
        held_comment()
        send_notices()
        held_comment()
        send_notices()
    assert sorted(Notice.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_server_that_says_nothing_is_given_up(settings):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        use_mail_server(settings, silent.getsockname()[1])
        settings.EMAIL_TIMEOUT = 0.2
        held_comment()
        send_notices()
    # What smtplib makes of the time that ran out.
    assert Notice.objects.get().error == "SMTPServerDisconnected"


def test_a_refusal_is_noted_without_addresses_and_words(settings, caplog):
    with serving(MailServer("550 owner@example.jp is not known here")) as server:
        use_mail_server(settings, server.server_address[1])
        held_comment()
        send_notices()
    assert Notice.objects.get().error == "SMTPRecipientsRefused"
    assert "owner@example.jp" not in caplog.text


@pytest.mark.parametrize("status", [500, 404, 302, 307])
def test_a_webhook_that_does_not_say_yes_is_called_again(settings, caplog, status):
    with time_machine.travel(timezone.now(), tick=False) as clock, serving(Hook(status)) as hook:
        use_hook(settings, hook)
        held_comment()
        send_notices()
        assert Notice.objects.get().error == f"Refused {status}"
        hook.status = 200
        clock.shift(timedelta(minutes=1))
        send_notices()
    # Never at the place that a redirect names.
    assert [path for path, _kind, _told in hook.calls] == ["/services/himitsu"] * 2
    assert "himitsu" not in caplog.text
    assert Notice.objects.get().sent_at


def test_a_webhook_that_says_nothing_is_given_up(settings, monkeypatch):
    monkeypatch.setattr(notices, "WEBHOOK_TIMEOUT", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.NOTICE_EMAILS, port = [], silent.getsockname()[1]
        settings.NOTICE_WEBHOOK_URL = f"http://127.0.0.1:{port}/"
        held_comment()
        send_notices()
    assert Notice.objects.get().error == "ReadTimeout"


def test_whoever_posts_talks_to_no_server(settings, reader, monkeypatch):
    def broken(digest):
        raise AssertionError

    monkeypatch.setattr(notices, "WAYS", {"mail": broken, "webhook": broken})
    settings.NOTICE_WEBHOOK_URL = "http://192.0.2.1/"
    article = make_article(comments=Article.Comments.MODERATED)
    answer = reader.post(f"/articles/{article.slug}/comments/", {"text": "やあ", "author_name": "", "parent": ""})
    assert answer.status_code == 303
    assert Notice.objects.unsent().count() == 2


# Several at once


@pytest.mark.django_db(transaction=True)
def test_ticks_at_once_send_one_message(mail_server):
    for _ in range(10):
        held_comment()
    start = threading.Barrier(4)

    def send():
        connection.ensure_connection()
        start.wait()
        send_notices()
        connection.close()

    ticks = [threading.Thread(target=send) for _ in range(4)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join()
    assert len(mail_server.messages) == 1
    assert set(Notice.objects.values_list("attempts", flat=True)) == {1}


def test_what_is_being_sent_is_nobody_elses():
    held_comment()
    first = Notice.objects.claim("mail", timedelta(0))
    assert first.count() == 1
    held_comment()
    assert not Notice.objects.claim("mail", timedelta(0)).exists()


def test_whoever_was_killed_while_sending_holds_it_up_for_ten_minutes():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        held_comment()
        Notice.objects.claim("mail", timedelta(0))
        clock.shift(timedelta(minutes=9))
        send_notices()
        assert not mail.outbox
        clock.shift(timedelta(minutes=1))
        send_notices()
    assert len(mail.outbox) == 1


# `tick` and the desk


def test_tick_sends_last_and_goes_on_when_it_cannot(settings, caplog):
    use_mail_server(settings, free_port())
    held_comment()
    with pytest.raises(SystemExit) as ended:
        call_command("tick")
    assert ended.value.code == 0
    assert tick.TASKS[-2:] == [send_notices, tick.check_sources]
    assert Notice.objects.get().attempts == 1


def test_tick_drops_what_was_sent_a_month_ago_and_nothing_unsent():
    held_comment()
    send_notices()
    Notice.objects.create(channel="webhook", kind="valve")
    RateLimit.objects.all().delete()
    with time_machine.travel(timezone.now() + timedelta(days=29)):
        tick.drop_notices()
        assert Notice.objects.count() == 2
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        tick.drop_notices()
    assert [notice.channel for notice in Notice.objects.all()] == ["webhook"]


def test_the_desk_shows_what_could_not_be_sent(client, settings):
    use_mail_server(settings, free_port())
    held_comment()
    send_notices()
    client.force_login(make_owner())
    page = client.get("/admin/comments/notice/?sent=no").text
    assert "ConnectionRefusedError" in page
    assert client.get("/admin/comments/notice/add/").status_code == 403
