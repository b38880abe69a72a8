import json
import subprocess
import sys
from datetime import timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from comments.models import Ban, Comment, MisplacementReport, RateLimit, Report, VoteExclusion
from config.management.commands import tick
from tests.factories import make_article, make_comment, make_owner
from tests.server import ROOT, clean_environment

ADDRESS = "203.0.113.77"
SIX = "2001:db8:77::7"


def run() -> int:
    with pytest.raises(SystemExit) as ended:
        call_command("tick")
    return ended.value.code


def everything_stored() -> str:
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            rows += cursor.fetchall()
    return json.dumps(rows, default=str)


@pytest.mark.django_db
@pytest.mark.parametrize("address", [ADDRESS, SIX])
def test_after_the_retention_period_nothing_holds_an_address(reader_from, capsys, caplog, address):
    article = make_article()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        reader = reader_from(address)
        reader.post(f"/articles/{article.slug}/comments/", {"text": "やあ", "author_name": "", "parent": ""})
        reader.post(f"/comments/{make_comment().pk}/vote/", {"value": 1})
        reader.post("/admin/login/", {"username": "owner", "password": "wrong"})
        reader.get("/receipts/guessed/")
        # First that the search finds what there is.
        assert everything_stored().count(address) == 2
        clock.shift(timedelta(days=90, seconds=-1))
        assert run() == 0
        assert everything_stored().count(address) == 2
        clock.shift(timedelta(seconds=1))
        assert run() == 0
    assert address not in everything_stored()
    assert address not in str(vars(cache._connections[cache._alias] if hasattr(cache, "_connections") else cache))
    out = capsys.readouterr()
    assert address not in out.out + out.err + caplog.text
    assert Comment.objects.get(article=article).network_key


@pytest.fixture
def reader_from(client):
    def make(address):
        client.defaults |= {"REMOTE_ADDR": address, "HTTP_SEC_FETCH_SITE": "same-origin"}
        return client

    return make


@pytest.mark.django_db
def test_a_legal_hold_keeps_the_address():
    held, other = make_comment(address=ADDRESS), make_comment(address=SIX)
    held.hold(by=make_owner())
    with time_machine.travel(timezone.now() + timedelta(days=91)):
        run()
        held.refresh_from_db()
        other.refresh_from_db()
        assert (held.address, other.address) == (ADDRESS, None)
        held.release(by=None)
        run()
    held.refresh_from_db()
    assert held.address is None


@pytest.mark.django_db
def test_another_period_counts_at_once(settings):
    comment = make_comment(address=ADDRESS, created_at=timezone.now() - timedelta(days=8))
    run()
    comment.refresh_from_db()
    assert comment.address == ADDRESS
    settings.ADDRESS_RETENTION = timedelta(days=7)
    run()
    comment.refresh_from_db()
    assert comment.address is None


@pytest.mark.django_db
def test_more_addresses_than_one_batch_are_dropped(monkeypatch):
    monkeypatch.setattr(tick, "BATCH", 2)
    article = make_article()
    for _ in range(5):
        make_comment(article=article, address=ADDRESS, created_at=timezone.now() - timedelta(days=91))
    run()
    assert not Comment.objects.exclude(address=None).exists()


@pytest.mark.django_db
def test_who_is_locked_out_stays_so(settings):
    settings.ADDRESS_RETENTION = timedelta(0)
    attempt = AccessAttempt.objects.create(username="owner", ip_address=ADDRESS, failures_since_start=10)
    run()
    assert AccessAttempt.objects.exists()
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=timezone.now() - timedelta(hours=1))
    run()
    assert not AccessAttempt.objects.exists()


@pytest.mark.django_db
def test_counters_and_sessions_that_are_over_are_deleted(client):
    client.force_login(make_owner())
    RateLimit.hit("key", 1, timedelta(minutes=1))
    run()
    assert RateLimit.objects.filter(key="key").count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=30)):
        run()
    assert not RateLimit.objects.filter(key="key").exists()
    assert not Session.objects.exists()


@pytest.mark.django_db
def test_a_vote_that_slipped_past_an_exclusion_is_left_out():
    comment = make_comment()
    comment.cast_vote("a", 1, network_key="n")
    VoteExclusion.objects.create(network_key="n")
    run()
    comment.refresh_from_db()
    assert comment.score == 0


@pytest.mark.django_db
def test_one_task_that_fails_keeps_no_other_from_being_done(monkeypatch, caplog):
    def broken():
        raise OSError("no")

    monkeypatch.setattr(tick, "TASKS", [broken, tick.drop_addresses])
    make_comment(address=ADDRESS, created_at=timezone.now() - timedelta(days=91))
    assert run() == 1
    assert "broken failed" in caplog.text
    assert not Comment.objects.exclude(address=None).exists()


@pytest.mark.django_db
def test_the_search_for_addresses_does_not_read_what_is_past():
    article, old = make_article(), timezone.now() - timedelta(days=400)
    places = ({"number": n, "tree_id": n, "lft": 1, "rght": 2, "level": 0} for n in range(1, 3001))
    Comment.objects.bulk_create(Comment(article=article, text="昔", created_at=old, **place) for place in places)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE comments_comment")
        query, params = Comment.objects.with_expired_address().values_list("pk").query.sql_with_params()
        cursor.execute(("EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN ") + query, params)
        assert "comment_address" in str(cursor.fetchall())


def test_the_repeated_tick_ends_with_its_parent(tmp_path):
    env = clean_environment(VAR_DIR=str(tmp_path))
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=env, check=True)
    old = "from comments.models import RateLimit; RateLimit.objects.create(key='old', window='2026-01-01T00:00Z')"
    subprocess.run([*manage, "shell", "-v0", "-c", old], cwd=ROOT, env=env, check=True)
    look = "from comments.models import RateLimit; print(RateLimit.objects.filter(key='old').count())"
    parent = f"{sys.executable} manage.py tick --every 1 & sleep 5"
    # Returns only when all that hold its output have ended, and the tick is one of them.
    done = subprocess.run(["sh", "-c", parent], cwd=ROOT, env=env, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("", "")
    left = subprocess.run([*manage, "shell", "-v0", "-c", look], cwd=ROOT, env=env, capture_output=True, text=True)
    assert left.stdout.strip() == "0"


@pytest.mark.django_db
def test_reports_go_when_they_are_settled_and_old():
    settled, waiting = make_comment(), make_comment()
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for comment in (settled, waiting):
            comment.report("v", "n", "insult")
            MisplacementReport.objects.report(comment, "v")
        settled.remove(by=None)
        clock.shift(timedelta(days=90, seconds=-1))
        assert run() == 0
        assert (Report.objects.count(), MisplacementReport.objects.count()) == (2, 2)
        clock.shift(timedelta(seconds=1))
        assert run() == 0
    assert [report.comment for report in Report.objects.all()] == [waiting]
    assert [report.comment for report in MisplacementReport.objects.all()] == [waiting]
    waiting.refresh_from_db()
    assert waiting.report_count == 1


@pytest.mark.django_db
def test_whom_a_ban_kept_out_is_forgotten_when_it_is_long_over():
    with time_machine.travel(timezone.now(), tick=False) as clock:
        day = timedelta(days=1)
        Ban.objects.ban(by=None, visitor_key="expired", expires_at=timezone.now() + day)
        Ban.objects.ban(by=None, network_key="ended").end(by=None)
        Ban.objects.ban(by=None, visitor_key="for good")
        keys = Ban.objects.order_by("pk").values_list("visitor_key", "network_key")
        clock.shift(timedelta(days=90))
        assert run() == 0
        assert list(keys.all()) == [("expired", ""), ("", "erased"), ("for good", "")]
        clock.shift(day)
        assert run() == 0
    assert list(keys.all()) == [("erased", ""), ("", "erased"), ("for good", "")]
