import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.utils import timezone

from articles.models import Article, Autosave
from comments.dashboard import Day
from comments.models import Comment, HourlyCount, Policy, Vote
from tests.factories import make_article, make_comment, make_owner, make_user

pytestmark = pytest.mark.django_db

# A Wednesday, 14:30 in Tokyo.
NOW = datetime(2026, 6, 10, 5, 30, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def owner(client):
    owner = make_owner()
    client.force_login(owner)
    return owner


def write(n, moment, article=None):
    for _ in range(n):
        make_comment(article=article or make_article(), created_at=moment)


def figures(page):
    return re.findall(r'figure__today">(\d+)<', page)


# Hours counted by tick


def test_it_counts_each_hour_of_the_last_weeks(clock):
    write(2, NOW)
    write(3, NOW - 4 * WEEK)
    HourlyCount.objects.count_up()
    counted = dict(HourlyCount.objects.filter(comments__gt=0).values_list("hour", "comments"))
    assert counted == {datetime(2026, 6, 10, 5, tzinfo=UTC): 2, datetime(2026, 5, 13, 5, tzinfo=UTC): 3}
    assert HourlyCount.objects.count() == 36 * 24 + 1


def test_it_counts_votes(clock):
    comment = make_comment()
    Vote.objects.create(comment=comment, visitor_key="somebody", value=1, created_at=NOW - HOUR)
    HourlyCount.objects.count_up()
    assert HourlyCount.objects.get(votes__gt=0).hour == datetime(2026, 6, 10, 4, tzinfo=UTC)


def test_counting_twice_changes_nothing(clock):
    write(2, NOW)
    HourlyCount.objects.count_up()
    before = list(HourlyCount.objects.order_by("hour").values())
    HourlyCount.objects.count_up()
    assert list(HourlyCount.objects.order_by("hour").values()) == before


def test_an_hour_that_was_not_over_is_counted_again(clock):
    HourlyCount.objects.count_up()
    clock.shift(HOUR)
    write(1, NOW + timedelta(minutes=29, seconds=59))
    write(2, NOW + HOUR)
    HourlyCount.objects.count_up()
    assert list(HourlyCount.objects.order_by("-hour").values_list("comments", flat=True)[:2]) == [2, 1]


def test_after_the_first_time_only_the_last_hours_are_read(clock, django_assert_num_queries):
    write(1, NOW - DAY)
    HourlyCount.objects.count_up()
    Comment.objects.update(created_at=NOW - 2 * DAY)
    HourlyCount.objects.count_up()
    assert HourlyCount.objects.get(comments__gt=0).hour.day == 9


def test_hours_that_are_too_old_are_forgotten(clock):
    HourlyCount.objects.create(hour=NOW - 38 * DAY, comments=1, votes=1, counted_at=NOW)
    kept = HourlyCount.objects.create(hour=NOW - 36 * DAY, comments=1, votes=1, counted_at=NOW)
    HourlyCount.objects.past().delete()
    assert list(HourlyCount.objects.all()) == [kept]


# Today against the usual


def test_the_usual_is_the_middle_of_four_weeks_of_this_weekday_by_this_time():
    now = NOW.astimezone(timezone.get_default_timezone())
    counts = {((now - week * WEEK).date(), 13): n for week, n in [(1, 2), (2, 4), (3, 6), (4, 9000)]}
    counts |= {((now - week * WEEK).date(), 14): 10 for week in range(1, 5)}  # half of it has passed
    counts |= {((now - week * WEEK).date(), 15): 99 for week in range(1, 5)}  # lies ahead
    counts |= {((now - DAY).date(), 13): 77}  # another weekday
    assert Day(counts, now).usual_by_now == 5 + 5


def test_the_hours_ahead_have_no_figure_of_today():
    now = NOW.astimezone(timezone.get_default_timezone())
    day = Day({(now.date(), 14): 3}, now)
    assert (day.today, day.hours[14].today, day.hours[15].today) == (3, 3, None)
    assert len(day.bars) == 1
    assert day.bars[0].height == day.height


def test_a_day_without_anything_can_be_drawn():
    day = Day({}, NOW)
    assert (day.today, day.usual_by_now, day.bars, day.most) == (0, 0, [], 0)
    assert len(day.usual_line.split()) == 48


# The page


def test_it_shows_todays_comments_and_votes_against_the_usual(client, owner, clock):
    article = make_article()
    write(3, NOW - HOUR, article)
    write(9, NOW - DAY, article)
    for week in range(1, 5):
        write(2, NOW - week * WEEK - HOUR, article)
    HourlyCount.objects.count_up()
    page = client.get("/admin/").text
    assert figures(page) == ["3", "0"]
    assert "今の時刻までのふだん: 2" in page
    assert "コメントの1時間ごとの数: 今日は3、この時刻までにふだんは2。" in page


def test_the_day_begins_at_midnight_in_the_sites_zone(client, owner, clock):
    midnight = datetime(2026, 6, 9, 15, tzinfo=UTC)
    write(1, midnight)
    write(5, midnight - timedelta(seconds=1))
    HourlyCount.objects.count_up()
    assert figures(client.get("/admin/").text) == ["1", "0"]


def test_before_the_first_count_it_says_so(client, owner):
    page = client.get("/admin/").text
    assert figures(page) == []
    assert "まだ何も数えていません" in page


def test_queues_lead_to_the_desk_with_what_waits(client, owner):
    make_comment(status=Comment.Status.PENDING)
    make_comment(report_count=2, is_unread=False)
    page = client.get("/admin/").text
    found = re.findall(r'href="/admin/desk/(\w+)/"[^>]*><span>[^<]+</span> <strong>(\d+)', page)
    assert dict(found) == {"reported": "1", "held": "1", "misplaced": "0", "appeals": "0", "unread": "0"}


def test_a_flood_is_shown_with_its_button(client, owner):
    assert 'action="/admin/desk/valve/"' not in client.get("/admin/").text
    now = timezone.now()
    Policy(pk=1, valve_since=now, valve_until=now + HOUR).save()
    assert 'action="/admin/desk/valve/"' in client.get("/admin/").text


def section(page, title):
    return page.split(f">{title}</h2>")[1].split("</section>")[0]


def test_scheduled_articles_come_soonest_first_in_the_sites_zone(client, owner, clock):
    make_article(title="あさっての記事", published_at=NOW + 2 * DAY)
    make_article(title="あすの案内", published_at=NOW + DAY, kind=Article.Kind.PAGE)
    make_article(title="もう出た記事", published_at=NOW - DAY)
    make_article(title="下書きのまま", published_at=NOW + DAY, status=Article.Status.DRAFT)
    listed = section(client.get("/admin/").text, "公開予定")
    assert re.findall(r">([^<]+)</a>", listed) == ["あすの案内", "あさっての記事"]
    assert "2026年06月11日 14:30" in listed


def test_drafts_and_the_owners_own_unsaved_forms_are_listed(client, owner):
    draft = make_article(title="書きかけ", status=Article.Status.DRAFT, published_at=None)
    Autosave.objects.create(user=owner, article=draft, fields={"body": "本文"})
    Autosave.objects.create(user=owner, fields={"title": "まだない"})
    Autosave.objects.create(user=make_owner(), article=make_article(title="ほかの人の記事"))
    page = client.get("/admin/").text
    assert "書きかけ" in section(page, "下書き")
    unsaved = section(page, "保存していないもの")
    assert unsaved.count("<li>") == 2
    assert "ほかの人の記事" not in unsaved


def test_dead_sources_lead_to_the_form_of_their_article(client, owner):
    article = make_article()
    article.sources.create(title="消えた資料", url="https://a.example/", dead_since=timezone.now(), finding="404")
    article.sources.create(title="ある資料", url="https://b.example/")
    listed = section(client.get("/admin/").text, "切れたリンク")
    assert f'href="/admin/articles/article/{article.pk}/change/"' in listed
    assert "消えた資料" in listed
    assert "ページが見つかりません(404)。" in listed
    assert "ある資料" not in listed


def test_articles_that_are_talked_about_today_come_by_comments(client, owner, clock):
    lively, calm, old = make_article(title="盛ん"), make_article(title="静か"), make_article(title="昔")
    write(3, NOW - HOUR, lively)
    write(1, NOW, calm)
    write(5, NOW - DAY, old)
    make_comment(article=calm, status=Comment.Status.SPAM)
    listed = section(client.get("/admin/").text, "今日の話題")
    assert re.findall(r">([^<]+)</a>", listed) == ["盛ん", "静か"]
    assert "コメント1件" in listed


# Whoever works here sees what they may work on


def member(client, *permissions):
    user = make_user(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return client.get("/admin/").text


def test_a_writer_sees_articles_and_nothing_of_the_desk(client):
    page = member(client, "change_article", "view_article")
    assert "公開予定" in page
    assert "/desk/" not in page.split('class="today"')[1]
    assert figures(page) == []


def test_a_moderator_sees_the_desk_and_no_drafts(client):
    make_article(title="秘密の下書き", status=Article.Status.DRAFT)
    page = member(client, "change_comment")
    assert "/admin/desk/held/" in page
    assert "秘密の下書き" not in page


def test_who_may_do_neither_sees_neither(client):
    page = member(client)
    assert "<section" not in page.split('class="today"')[1].split("content-main")[0]


def test_a_visitor_is_sent_to_the_sign_in(client):
    assert client.get("/admin/").status_code == 302


def test_the_number_of_queries_does_not_grow(client, owner, django_assert_max_num_queries):
    def grow():
        for _ in range(6):
            make_article(published_at=timezone.now() + DAY)
            article = make_article()
            make_comment(article=article)
            article.sources.create(title="資料", url="https://a.example/", dead_since=timezone.now())
            draft = make_article(status=Article.Status.DRAFT)
            Autosave.objects.create(user=owner, article=draft)
        HourlyCount.objects.count_up()

    grow()
    client.get("/admin/")
    with django_assert_max_num_queries(30) as few:
        client.get("/admin/")
    grow()
    with django_assert_max_num_queries(len(few)):
        client.get("/admin/")
