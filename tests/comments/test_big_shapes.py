import random
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.big import shapes
from comments.models.queries import MAX_THREAD
from comments.nested_sets import Row, violations

NOW = timezone.now()


@pytest.mark.parametrize(("articles", "comments"), [(4, 40), (40, 600), (20_000, 1_000_000)])
def test_sizes_add_up(articles, comments):
    sizes = shapes.sizes(random.Random(1), articles, comments)
    assert (len(sizes.comments), sum(sizes.comments)) == (articles, comments)
    assert min(sizes.comments) >= 0
    assert len(set(sizes.particular.values())) == 3


def test_a_large_site_has_the_articles_to_look_at():
    sizes = shapes.sizes(random.Random(1), 20_000, 1_000_000)
    wanted = {name: sizes.comments[place] for name, place in sizes.particular.items()}
    assert wanted == {"large": 10_000, "thread": 1_000, "usual": 58}


def thread_sizes(parents: list[int | None]) -> Counter[int]:
    roots: list[int] = []
    for number, parent in enumerate(parents):
        roots.append(number if parent is None else roots[parent])
    return Counter(roots)


def test_no_thread_is_larger_than_one_may_be():
    parents = shapes.parents(random.Random(1), 10_000)
    assert max(thread_sizes(parents).values()) <= MAX_THREAD
    assert 0.5 < sum(parent is not None for parent in parents) / 10_000 < 0.6


def test_a_full_thread_is_one_thread():
    assert thread_sizes(shapes.parents_in_one_thread(random.Random(1), 1_000)) == {0: 1_000}


@pytest.mark.parametrize(("shape", "comments"), [(shapes.parents, 10_000), (shapes.parents_in_one_thread, 1_000)])
def test_a_discussion_is_whole_and_goes_ten_levels_deep(shape, comments):
    draw = random.Random(1)
    links = shape(draw, comments)
    places = shapes.discussion(draw, 1, NOW - timedelta(days=9), NOW, links)
    roots = {}
    for place in places:
        roots[place.number] = roots[place.parent.number] if place.parent else place.number
    rows = [
        Row(p.number, p.parent and p.parent.number, roots[p.number], p.lft, p.rght, p.level, p.article) for p in places
    ]
    assert list(violations(sorted(rows, key=lambda row: (row.tree_id, row.lft)))) == []
    assert max(place.level for place in places) == 9
    assert all(place.parent.created_at <= place.created_at <= NOW for place in places if place.parent)


def test_comments_of_all_articles_come_in_the_order_of_time():
    draw, begin = random.Random(1), NOW - timedelta(days=20)
    moments = [begin + timedelta(hours=n) for n in range(100)]
    told = [(at, shapes.discussion(draw, n, at, NOW, shapes.parents(draw, 20))) for n, at in enumerate(moments)]
    found = list(shapes.in_order(told))
    assert len(found) == 2_000
    assert [place.created_at for place in found] == sorted(place.created_at for place in found)


def test_lengths_and_votes_are_those_of_the_page():
    draw = random.Random(1)
    lengths = sorted(shapes.length(draw) for _ in range(1_001))
    assert 50 <= lengths[500] <= 66
    votes = [shapes.votes(draw) for _ in range(1_000)]
    assert 0.4 < sum(vote == (0, 0) for vote in votes) / 1_000 < 0.65
