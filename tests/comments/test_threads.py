from dataclasses import dataclass
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comments.threads import FIRST_ROWS, GIANT, MAX_NESTING, arrange, paginate


@dataclass
class Node:
    pk: int
    parent_id: int | None = None
    is_published: bool = True
    is_locked: bool = False

    @property
    def tree_id(self):
        return self.pk


def shape(nodes):
    return [(row.comment.pk, row.level) for row in arrange(nodes)]


def test_it_puts_replies_under_what_they_answer_by_number():
    assert shape([Node(1), Node(2), Node(3, 1), Node(4, 2), Node(5, 1), Node(6, 3)]) == [
        (1, 0),
        (3, 1),
        (6, 2),
        (5, 1),
        (2, 0),
        (4, 1),
    ]


def test_it_gives_each_reply_its_parent():
    rows = arrange([Node(1), Node(2, 1)])
    assert [row.parent and row.parent.pk for row in rows] == [None, 1]


def test_it_leaves_out_what_is_hidden_and_has_no_replies():
    assert shape([Node(1), Node(2, 1, is_published=False), Node(3, is_published=False)]) == [(1, 0)]


def test_it_keeps_the_place_of_a_hidden_comment_with_replies():
    rows = arrange([Node(1, is_published=False), Node(2, 1, is_published=False), Node(3, 2)])
    assert [(row.comment.pk, row.level, row.is_placeholder) for row in rows] == [
        (1, 0, True),
        (2, 1, True),
        (3, 2, False),
    ]


def test_it_leaves_out_a_hidden_comment_whose_replies_are_all_hidden():
    assert shape([Node(1, is_published=False), Node(2, 1, is_published=False)]) == []


def test_it_shows_a_comment_whose_parent_is_not_in_the_list():
    assert shape([Node(2, 1)]) == [(2, 0)]


def test_it_arranges_a_thread_of_five_thousand_levels():
    assert arrange([Node(n, n - 1 or None) for n in range(1, 5001)])[-1].level == 4999


def test_threads_stand_as_the_page_has_them():
    nodes = [Node(1), Node(2), Node(3, 2), Node(4, 2), Node(5)]
    assert [row.comment.pk for row in arrange(nodes, [2, 5, 1])] == [2, 3, 4, 5, 1]


def test_it_counts_the_replies_that_can_be_seen():
    nodes = [Node(1), Node(2, 1, is_published=False), Node(3, 2), Node(4, 3, is_published=False), Node(5)]
    assert [row.replies for row in arrange(nodes)] == [1, 0, 0, 0]


def rests(nodes):
    return {row.comment.pk: row.rest for row in arrange(nodes) if row.rest}


def test_it_folds_the_rest_of_a_giant_thread():
    assert rests([Node(1), *(Node(n, 1) for n in range(2, GIANT + 2))]) == {FIRST_ROWS + 1: GIANT + 1 - FIRST_ROWS}


def test_it_folds_nothing_of_a_thread_that_is_not_giant():
    assert rests([Node(1), *(Node(n, 1) for n in range(2, GIANT + 1))]) == {}
    assert rests([Node(n) for n in range(1, GIANT * 2)]) == {}


def test_it_folds_the_rest_of_each_list_that_goes_on():
    # Two branches of the root; the cut is inside the first.
    first, second = range(2, 40), range(40, 60)
    nodes = [Node(1), Node(2, 1), *(Node(n, 2) for n in first[1:]), *(Node(n, 1) for n in second)]
    assert rests(nodes) == {FIRST_ROWS + 1: 39 - FIRST_ROWS, 40: 20}


@st.composite
def forests(draw, most=30):
    nodes = []
    for pk in range(1, draw(st.integers(1, most)) + 1):
        parent = draw(st.integers(0, pk - 1)) or None
        nodes.append(Node(pk, parent, draw(st.booleans())))
    return nodes


def containers(rows):
    """For each comment, the comments that its element stands in, as the template writes the elements."""
    open_items, found = [], {}
    for row in rows:
        if row.rest:
            open_items.append(None)
        found[row.comment.pk] = [pk for pk in open_items if pk]
        if row.opens:
            open_items.append(row.comment.pk)
        for _ in row.closes:
            open_items.pop()
    assert open_items == []
    return found


def assert_nested(nodes):
    rows = arrange(nodes)
    found = containers(rows)
    for row in rows:
        above = found[row.parent.pk] + [row.parent.pk] if row.parent else []
        assert found[row.comment.pk] == above[:MAX_NESTING]


@given(forests())
def test_each_comment_stands_inside_the_one_it_answers(nodes):
    assert_nested(nodes)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(forests(most=120))
def test_each_comment_of_a_folded_thread_does_too(nodes):
    with patch("comments.threads.GIANT", 5), patch("comments.threads.FIRST_ROWS", 3):
        assert_nested(nodes)


@given(forests())
def test_each_comment_that_is_nested_too_deep_stands_beside_the_one_it_answers(nodes):
    with patch("comments.threads.MAX_NESTING", 2):
        rows = arrange(nodes)
        found = containers(rows)
    for row in rows:
        assert len(found[row.comment.pk]) == min(row.level, 2)


@given(forests())
def test_it_shows_all_that_is_published_and_all_it_hangs_from(nodes):
    by_pk = {node.pk: node for node in nodes}
    expected = set()
    for node in nodes:
        if node.is_published:
            while node:
                expected.add(node.pk)
                node = by_pk.get(node.parent_id)
    assert {row.comment.pk for row in arrange(nodes)} == expected


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [
        ([], [[]]),  # no comments: one empty page
        ([(1, 2), (2, 3)], [[1, 2]]),  # all within the size
        ([(1, 3), (2, 3)], [[1], [2]]),  # a thread is never cut
        ([(1, 9), (2, 1)], [[1], [2]]),  # the first one whole, however long
        ([(1, 1), (2, 9), (3, 1)], [[1], [2], [3]]),
    ],
)
def test_it_fills_pages_with_whole_threads(sizes, pages):
    assert paginate(sizes, page_size=5) == pages
