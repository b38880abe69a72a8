from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from comments import suspicion
from comments.models import Comment, Vote, VoteExclusion
from comments.vote_chart import BARS_MOST, Chart
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

# The middle of an hour that is over.
THEN = timezone.now().replace(minute=30, second=0, microsecond=0) - timedelta(hours=3)


def votes(comment, count, *, network="", visitor="", new=0, value=1, at=THEN):
    """So many votes on a comment, by as many visitors, of which the first `new` are newcomers."""
    before = Vote.objects.count()
    return Vote.objects.bulk_create(
        Vote(
            comment=comment,
            visitor_key=visitor or f"voter{before + n}",
            network_key=network or f"network{before + n}",
            from_new_visitor=n < new,
            value=value,
            created_at=at,
        )
        for n in range(count)
    )


def comments(count, article=None):
    article = article or make_article()
    return [make_comment(article=article) for _ in range(count)]


def listed():
    return [case.comment for case in suspicion.cases()]


# Many from one network


def test_it_lists_a_comment_with_many_votes_from_one_network():
    comment, other = comments(2)
    votes(comment, 5, network="n")
    votes(other, 3)
    (case,) = suspicion.cases()
    assert case.comment == comment
    (finding,) = case.findings
    assert (finding.votes, finding.usual, finding.network_key) == (5, 1.0, "n")
    assert str(finding.hour.minute) == "0"
    assert "5" in str(finding)
    assert "n" in str(finding)


def test_it_ignores_four_votes_from_one_network():
    votes(make_comment(), 4, network="n")
    assert listed() == []


def test_it_ignores_a_quiet_articles_popular_comment():
    popular, other = comments(2)
    votes(popular, 40, new=40)
    votes(other, 1)
    assert listed() == []


def test_it_ignores_what_is_usual_where_everybody_comes_by_one_network():
    for n, comment in enumerate(comments(6)):
        votes(comment, 10 + n, network="carrier")
    assert listed() == []


def test_it_lists_what_stands_out_where_everybody_comes_by_one_network():
    first, *others = comments(6)
    votes(first, 31, network="carrier")
    for comment in others:
        votes(comment, 10, network="carrier")
    assert listed() == [first]
    assert suspicion.cases()[0].findings[0].times == pytest.approx(3.1)


def test_many_hours_on_one_comment_do_not_make_each_other_usual():
    comment, other = comments(2)
    for hour in range(30):
        votes(comment, 10, network="n", at=THEN - timedelta(hours=hour))
    votes(other, 2)
    (case,) = suspicion.cases()
    assert len(case.findings) == 30
    assert case.further == 30 - suspicion.REASONS_MOST


def test_it_compares_with_the_same_article_only():
    comment = make_comment()
    votes(comment, 6, network="n")
    for busy in comments(5):
        votes(busy, 100, network="carrier")
    assert comment in listed()


def test_votes_over_many_hours_are_no_burst():
    comment = make_comment()
    for hour in range(20):
        votes(comment, 4, network="n", at=THEN - timedelta(hours=hour))
    assert listed() == []


@pytest.mark.parametrize(
    ("zone", "minutes"), [("Asia/Tokyo", 0), ("Asia/Kolkata", 30), ("America/New_York", 0)], ids=lambda value: value
)
def test_an_hour_is_the_same_in_every_time_zone(settings, zone, minutes):
    settings.TIME_ZONE = zone
    begin = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(hours=2)
    comment = make_comment()
    votes(comment, 3, network="n", at=begin)
    votes(comment, 3, network="n", at=begin + timedelta(minutes=59))
    (finding,) = suspicion.many_from_network()
    assert (finding.hour, finding.votes) == (begin, 6)
    with timezone.override(zone):
        assert f":{minutes:02}" in str(finding)


def test_it_looks_back_for_a_week():
    votes(make_comment(), 9, network="n", at=THEN - suspicion.LOOK_BACK)
    assert listed() == []


def test_what_is_left_out_or_hidden_is_not_listed():
    article = make_article()
    left_out, removed = comments(2, article)
    votes(left_out, 9, network="n")
    votes(removed, 9, network="m")
    removed.remove(by=None)
    assert listed() == [left_out]
    VoteExclusion.objects.leave_out(by=None, network_key="n")
    assert listed() == []


def test_votes_of_an_unknown_network_are_not_taken_for_one():
    comment = make_comment()
    votes(comment, 9)
    Vote.objects.update(network_key="")
    assert listed() == []


# Many from new visitors


def test_it_lists_a_comment_to_which_newcomers_came_alone():
    comment, *others = comments(5)
    votes(comment, 12, new=12)
    for other in others:
        votes(other, 8, new=3)
    (case,) = suspicion.cases()
    assert case.comment == comment
    (finding,) = case.findings
    assert (finding.votes, finding.networks, finding.others) == (12, 12, 0)
    assert finding.usual == pytest.approx(13 / 21)


def test_it_ignores_nine_newcomers():
    comment, *others = comments(5)
    votes(comment, 9, new=9)
    for other in others:
        votes(other, 8, new=3)
    assert listed() == []


def test_it_ignores_newcomers_who_come_with_others_as_is_usual_there():
    comment, *others = comments(5)
    votes(comment, 40, new=20)
    for other in others:
        votes(other, 8, new=3)
    assert listed() == []


def test_it_ignores_newcomers_where_nearly_everybody_is_new():
    comment, *others = comments(5)
    votes(comment, 12, new=12)
    for other in others:
        votes(other, 10, new=9)
    assert listed() == []


def test_under_a_quiet_article_the_whole_site_is_usual():
    comment = make_comment()
    votes(comment, 12, new=12)
    votes(make_comment(), 20, new=10)
    assert listed() == [comment]


def test_without_anything_to_compare_with_newcomers_are_not_judged():
    votes(make_comment(), 50, new=50)
    votes(make_comment(), suspicion.ENOUGH_TO_COMPARE - 1)
    assert listed() == []


# Many newcomers of one network under a whole article


def attack_every_comment(article, *, new):
    for comment in comments(5, article):
        votes(comment, 20, network="n", new=new)


def test_it_lists_an_article_where_one_network_does_the_same_to_every_comment():
    article = make_article()
    votes(make_comment(), 20, new=10)
    attack_every_comment(article, new=20)
    (case,) = suspicion.cases()
    assert (case.article, case.comment) == (article, None)
    assert [(finding.votes, finding.others) for finding in case.findings] == [(100, 0)]
    assert [(suspect.network_key, suspect.here) for suspect in case.suspects] == [("n", (100, 5))]


def test_it_ignores_a_carriers_network_whose_readers_are_as_new_as_others():
    votes(make_comment(), 20, new=10)
    attack_every_comment(make_article(), new=10)
    assert listed() == []


def test_what_is_listed_at_its_comment_is_not_listed_again_for_the_article():
    votes(make_comment(), 20, new=10)
    comment = make_comment()
    votes(comment, 30, network="n", new=30)
    assert listed() == [comment]


# One visitor very often


def test_it_lists_an_article_where_one_visitor_votes_very_often():
    article = make_article()
    for comment in comments(30, article):
        votes(comment, 1, visitor="busy")
    votes(Comment.objects.first(), 2)
    (case,) = suspicion.cases()
    assert (case.article, case.comment) == (article, None)
    (suspect,) = case.suspects
    assert (suspect.visitor_key, suspect.votes, suspect.here) == ("busy", 30, (30, 30))
    assert case.chart.up == 32


def test_it_ignores_a_visitor_who_votes_a_little_less():
    for comment in comments(29):
        votes(comment, 1, visitor="busy")
    assert listed() == []


def test_it_ignores_busy_visitors_where_that_is_usual():
    for comment in comments(30):
        votes(comment, 1, visitor="busy")
        votes(comment, 1, visitor="as busy")
    assert listed() == []


# What is shown


def test_the_most_striking_comes_first_and_fifty_are_enough(monkeypatch):
    monkeypatch.setattr(suspicion, "LISTED_MOST", 2)
    few, many, some = (make_comment() for _ in range(3))
    votes(few, 5, network="a")
    votes(many, 20, network="b")
    votes(some, 10, network="c")
    assert listed() == [many, some]


def test_it_says_what_leaving_out_would_change():
    article = make_article()
    comment, second = comments(2, article)
    votes(comment, 6, network="n", new=4)
    votes(second, 1, network="n")
    votes(make_comment(), 2, network="n")
    votes(make_comment(), 1, network="n", at=THEN - timedelta(days=30))
    (case,) = suspicion.cases()
    (suspect,) = case.suspects
    assert (suspect.network_key, suspect.votes, suspect.new) == ("n", 6, 4)
    assert (suspect.first, suspect.last) == (THEN, THEN)
    assert (suspect.here, suspect.everywhere) == ((7, 2), (10, 4))


def test_it_tells_what_counts_from_what_is_left_out():
    comment = make_comment()
    votes(comment, 4, network="gone")
    votes(comment, 1, network="gone", value=-1)
    VoteExclusion.objects.leave_out(by=make_owner(), network_key="gone")
    votes(comment, 7, network="n")
    (case,) = suspicion.cases()
    assert (case.left_out_up, case.left_out_down) == (4, 1)
    assert (case.chart.up, case.chart.down, case.chart.left_out) == (7, 0, 5)


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    votes(make_comment(), 5, network="n")
    for comment in comments(30):
        votes(comment, 1, visitor="busy")
    with django_assert_num_queries(13):
        assert len(suspicion.cases()) == 2
    for n in range(20):
        votes(make_comment(), 20, network=f"n{n}", new=20)
        for comment in comments(30):
            votes(comment, 1, visitor=f"busy{n}")
    with django_assert_num_queries(13):
        assert len(suspicion.cases()) == 42


# The chart


def row(hour, n, value=1, is_valid=True):
    return {"hour": hour, "n": n, "value": value, "is_valid": is_valid}


def chart(hours, *rows):
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    return Chart([row(begin + timedelta(hours=h), *rest) for h, *rest in rows], begin, begin + timedelta(hours=hours))


def test_a_bar_is_an_hour_while_there_are_few():
    assert (len(chart(24).bars), chart(24).hours_in_bar) == (24, 1)


@pytest.mark.parametrize("hours", [0, 1, BARS_MOST, BARS_MOST + 1, 167, 168])
def test_there_are_never_too_many_bars_and_every_vote_is_in_one(hours):
    drawn = chart(hours, (0, 1), (max(hours, 0), 2))
    assert 1 <= len(drawn.bars) <= BARS_MOST
    assert drawn.up == 3


def test_bars_stand_on_the_line_and_hang_from_it():
    drawn = chart(2, (0, 4), (0, 1, 1, False), (1, 2, -1), (1, 1, -1, False))
    assert drawn.line == 40
    assert [(rect.kind, rect.y, rect.height) for rect in drawn.rects] == [
        ("up", 8, 32),
        ("out", 0, 8),
        ("down", 40, 16),
        ("out", 56, 8),
    ]


def test_nothing_is_drawn_outside():
    drawn = chart(168, (0, 5), (167, 7, -1), (168, 2, 1, False))
    for rect in drawn.rects:
        assert 0 <= rect.x <= rect.x + rect.width <= drawn.width
        assert 0 <= rect.y <= rect.y + rect.height <= drawn.height + 0.01


def test_both_databases_group_alike():
    # SQLite would take a misspelled column for a text.
    assert connection.vendor in {"sqlite", "postgresql"}
    comment = make_comment()
    votes(comment, 5, network="n", value=-1)
    assert [case.comment for case in suspicion.cases()] == [comment]
