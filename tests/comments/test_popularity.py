from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Popularity
from comments.models import Comment, Vote
from comments.popularity import measure
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def comment(article, ago=timedelta(0), **kwargs):
    return make_comment(article=article, created_at=timezone.now() - ago, **kwargs)


def vote(on, visitor, ago=timedelta(0), **kwargs):
    on.cast_vote(visitor, 1, **kwargs)
    Vote.objects.filter(comment=on, visitor_key=visitor).update(created_at=timezone.now() - ago)


def measured(article, window="week") -> float:
    measure()
    rows = Popularity.objects.filter(article=article)
    return round(rows.values_list(window, flat=True).first() or 0, 2)


def test_a_fresh_comment_counts_one_and_a_vote_less():
    article = make_article()
    first = comment(article)
    assert measured(article) == 1
    vote(first, "a", network_key="n")
    assert measured(article) == 1.25


@pytest.mark.parametrize(
    ("ago", "day", "week", "month"),
    [
        (timedelta(0), 1, 1, 1),
        (8 * HOUR, 0.5, 0.91, 0.98),
        (DAY, 0, 0.74, 0.93),
        (7 * DAY, 0, 0, 0.62),
        (20 * DAY, 0, 0, 0.25),
    ],
)
def test_it_counts_less_the_older_it_is(ago, day, week, month):
    article = make_article()
    comment(article, ago)
    assert [measured(article, window) for window in ("day", "week", "month")] == [day, week, month]


def test_one_person_counts_once_however_much_they_write_and_vote():
    article = make_article()
    written = [comment(article, visitor_key="a") for _ in range(3)]
    for each in written:
        vote(each, "b")
    assert measured(article) == 1.25
    comment(article, visitor_key="c")
    assert measured(article) == 2.25


def test_many_cookies_of_one_network_count_less_than_two():
    article = make_article()
    for n in range(6):
        comment(article, visitor_key=f"cookie{n}", network_key="n")
    assert 1.9 < measured(article) < 2


def test_votes_that_were_left_out_and_hidden_comments_count_nothing():
    article = make_article()
    kept, hidden = comment(article), comment(article)
    vote(kept, "a")
    vote(hidden, "b")
    Vote.objects.filter(visitor_key="a").update(is_valid=False)
    Comment.objects.filter(pk=hidden.pk).update(status=Comment.Status.REMOVED)
    assert measured(article) == 1


def test_what_the_owner_writes_is_no_doing_of_readers():
    article = make_article()
    comment(article, by_staff=True)
    assert measured(article) == 0


def test_imported_comments_are_told_apart_by_their_ids():
    article = make_article()
    for public_id in ("a", "b", "b"):
        comment(article, visitor_key="", public_id=public_id)
    assert measured(article) == 2


def test_what_nobody_touches_falls_and_is_forgotten():
    article = make_article()
    comment(article, visitor_key="a")
    assert measured(article, "month") == 1
    Comment.objects.update(created_at=timezone.now() - 29 * DAY)
    Popularity.objects.update(measured_at=timezone.now() - HOUR)
    assert 0.1 < measured(article, "month") < 0.2
    Comment.objects.update(created_at=timezone.now() - 31 * DAY)
    Popularity.objects.update(measured_at=timezone.now() - HOUR)
    measure()
    assert not Popularity.objects.exists()


def test_a_later_tick_measures_only_what_was_touched(django_assert_num_queries):
    old, new = make_article(), make_article()
    comment(old, DAY)
    assert measured(old, "day") == 0
    comment(new)
    Comment.objects.filter(article=old).update(status=Comment.Status.REMOVED)
    with django_assert_num_queries(7):
        measure()
    assert set(Popularity.objects.values_list("article", flat=True)) == {old.pk, new.pk}


def test_the_queries_do_not_grow_with_the_doings(django_assert_num_queries):
    for _ in range(4):
        article = make_article()
        for n in range(4):
            vote(comment(article), f"v{n}")
    with django_assert_num_queries(7):
        measure()
