import itertools
import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.template import RequestContext, Template
from django.utils import timezone

from articles.models import Article
from comments import valve
from comments.models import Comment, ModerationEvent, Notice, Policy, RateLimit
from comments.notices import send_notices
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

# Beyond those of comments that were posted.
trees = itertools.count(1_000_000)

NOON = datetime(2030, 5, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def by_mail(settings):
    settings.NOTICE_EMAILS = ["owner@example.jp"]
    settings.SITE_URL = "https://news.example.jp"


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


def write(count: int, **columns) -> None:
    """So many comments of one moment, without all that comes with posting."""
    article = make_article()
    columns = {"article": article, "text": "書き込み", "created_at": timezone.now(), **columns}
    places = ({"number": n, "tree_id": next(trees), "lft": 1, "rght": 2, "level": 0} for n in range(count))
    Comment.objects.bulk_create(Comment(**columns, **place) for place in places)


def held(count: int, hold_reasons: str = "valve") -> None:
    write(count, status=Comment.Status.PENDING, hold_reasons=hold_reasons)
    Article.objects.update(last_comment_number=count)


def begin() -> Policy:
    assert valve.begin()
    return Policy.objects.current()


# When it begins to hold


@pytest.mark.parametrize(("written", "holds"), [(20, False), (21, True)])
def test_a_quiet_site_bears_twenty_in_a_minute(clock, written, holds):
    write(written)
    valve.watch()
    assert Policy.objects.current().has_valve is holds


@pytest.mark.parametrize(("written", "holds"), [(50, False), (51, True)])
def test_a_busy_site_bears_five_times_the_usual(clock, written, holds):
    Policy.objects.create(pk=1, usual_per_minute=10.1, valve_factor=5)
    write(written)
    valve.watch()
    assert Policy.objects.current().has_valve is holds


def test_what_is_older_than_a_minute_does_not_count(clock):
    write(15)
    clock.shift(timedelta(minutes=1))
    write(15)
    valve.watch()
    assert not Policy.objects.current().has_valve


def test_the_staff_may_write_as_much_as_they_like(clock):
    write(50, by_staff=True)
    valve.watch()
    assert not Policy.objects.current().has_valve


def test_the_owner_can_do_without_it(clock, django_assert_num_queries):
    Policy.objects.create(pk=1, valve_factor=0)
    write(50)
    with django_assert_num_queries(1):
        valve.watch()
    assert not Policy.objects.current().has_valve


def test_watching_is_two_reads_however_much_there_is(clock, django_assert_num_queries):
    for count in (1, 18):
        write(count)
        with django_assert_num_queries(2):
            valve.watch()


def test_nothing_is_counted_while_it_holds_or_rests(clock, django_assert_num_queries):
    begin()
    with django_assert_num_queries(1):
        valve.watch()
    valve.let_through(by=None)
    with django_assert_num_queries(1):
        valve.watch()


def test_it_holds_for_fifteen_minutes_and_tells_once(clock):
    write(30)
    for _ in range(3):
        valve.watch()
    clock.shift(timedelta(minutes=15) - timedelta(seconds=1))
    assert Policy.objects.current().has_valve
    clock.shift(timedelta(seconds=1))
    assert not Policy.objects.current().has_valve
    assert [notice.kind for notice in Notice.objects.all()] == ["valve"]


def test_tick_lets_it_hold_on_while_the_flood_lasts(clock):
    begin()
    clock.shift(timedelta(minutes=14))
    write(30)
    valve.keep_on()
    clock.shift(timedelta(minutes=14))
    valve.keep_on()
    assert Policy.objects.current().has_valve
    clock.shift(timedelta(minutes=1))
    valve.keep_on()
    assert not Policy.objects.current().has_valve
    assert Notice.objects.count() == 1


def test_another_flood_is_told_anew(clock):
    begin()
    clock.shift(timedelta(minutes=16))
    write(30)
    valve.watch()
    assert Notice.objects.count() == 2


# What is usual


def test_the_usual_pace_is_that_of_the_busy_hours(clock):
    # 20 hours of the week with 60 comments and more, and one with a flood.
    for hour in range(20):
        write(60 + hour, created_at=NOON - timedelta(hours=hour, minutes=30))
    write(3_000, created_at=NOON - timedelta(days=3))
    valve.measure_usual()
    assert Policy.objects.current().usual_per_minute == pytest.approx(64 / 60)


def test_what_was_hidden_or_is_a_week_old_is_not_usual(clock):
    for hour in range(30):
        write(60, created_at=NOON - timedelta(hours=hour, minutes=30), status=Comment.Status.SPAM)
        write(60, created_at=NOON - timedelta(days=7, hours=hour, minutes=30))
    valve.measure_usual()
    assert Policy.objects.current().usual_per_minute == 0


def test_it_is_measured_once_an_hour(clock, django_assert_num_queries):
    valve.measure_usual()
    with django_assert_num_queries(1):
        valve.measure_usual()
    RateLimit.objects.all().delete()
    with django_assert_num_queries(3):
        valve.measure_usual()


# The one button


def link() -> str:
    send_notices()
    return re.search(r"(/decide/\S+/)$", mail.outbox[-1].body, re.MULTILINE)[1]


def test_the_message_has_one_link_for_the_flood(clock):
    begin()
    path = link()
    assert "書き込みの急増" in mail.outbox[0].subject
    assert mail.outbox[0].body.count("/decide/") == 1
    assert "初めての人" in mail.outbox[0].body
    assert path


def test_the_button_lets_newcomers_through_and_an_undo_takes_it_back(clock, reader):
    begin()
    held(3)
    held(2, "links:3 valve")
    path = link()
    assert "3件" in reader.get(path).text
    assert Policy.objects.current().has_valve
    assert reader.post(path).status_code == 200
    assert not Policy.objects.current().has_valve
    assert Comment.objects.filter(status="published").count() == 3
    event = ModerationEvent.objects.get()
    assert (event.source, event.comment_count, event.is_undoable) == ("link", 3, True)
    event.undo(by=None)
    assert Comment.objects.filter(status="pending").count() == 5


def test_the_link_serves_once(clock, reader):
    begin()
    path = link()
    assert reader.post(path).status_code == 200
    assert [reader.get(path).status_code, reader.post(path).status_code] == [410, 410]


def test_the_link_is_for_this_flood_alone(clock, reader):
    begin()
    path = link()
    clock.shift(timedelta(minutes=20))
    begin()
    assert [reader.get(path).status_code, reader.post(path).status_code] == [409, 409]
    assert Policy.objects.current().has_valve


def test_for_an_hour_it_leaves_newcomers_alone(clock):
    begin()
    valve.let_through(by=None)
    clock.shift(timedelta(minutes=59))
    write(50)
    valve.watch()
    valve.keep_on()
    assert not valve.begin()
    assert not Policy.objects.current().has_valve
    clock.shift(timedelta(minutes=1))
    write(50)
    valve.watch()
    assert Policy.objects.current().has_valve


def test_a_flood_that_the_owner_has_dealt_with_is_not_told(clock):
    begin()
    valve.let_through(by=None)
    send_notices()
    assert not mail.outbox


def test_one_press_publishes_no_more_than_can_be_undone_at_once(clock, monkeypatch):
    monkeypatch.setattr(valve, "LET_THROUGH_MOST", 2)
    begin()
    held(3)
    assert valve.let_through(by=None).comment_count == 2
    assert valve.let_through(by=None).comment_count == 1
    assert valve.let_through(by=None) is None


# The desk


def test_the_desk_has_the_same_button(clock, client):
    owner = make_owner()
    client.force_login(owner)
    begin()
    held(2)
    page = Template("{% load comment_tags %}{% valve_state %}").render(RequestContext(client.get("/").wsgi_request))
    assert 'action="/admin/desk/valve/"' in page
    assert client.get("/admin/desk/valve/").status_code == 405
    answer = client.post("/admin/desk/valve/", follow=True)
    assert "2件を掲載" in answer.text
    assert not Policy.objects.current().has_valve
    assert ModerationEvent.objects.get().moderator == owner


def test_the_desk_has_no_button_when_nothing_is_held():
    page = Template("{% load comment_tags %}{% valve_state %}").render(RequestContext(None))
    assert "<button" not in page


def test_others_may_not_press_it(clock, client):
    client.force_login(make_user(is_staff=True))
    begin()
    assert client.post("/admin/desk/valve/").status_code == 403
    client.logout()
    assert client.post("/admin/desk/valve/").status_code == 302
    assert Policy.objects.current().has_valve


def test_the_policy_row_is_made_when_it_is_needed():
    assert not Policy.objects.exists()
    make_comment()
    valve.watch()
    assert not Policy.objects.exists()
    valve.begin()
    assert Policy.objects.count() == 1


def test_what_is_posted_opens_the_flood_and_the_next_newcomer_waits(clock, reader):
    article = make_article()
    for _ in range(valve.LEAST_PER_MINUTE):
        make_comment(article=article)
    address = f"/articles/{article.slug}/comments/"
    assert reader.post(address, {"text": "二十一番目です。"}).status_code == 303
    assert Policy.objects.current().has_valve
    Comment.objects.all().update(status="removed")
    assert reader.post(address, {"text": "二十二番目です。"}).headers["Location"].endswith("/received/")
    assert Comment.objects.latest("pk").hold_reasons == "valve"
