from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.threads import arrange, paginate


@dataclass
class Node:
    pk: int
    parent_id: int | None = None
    is_published: bool = True


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


@st.composite
def forests(draw):
    nodes = []
    for pk in range(1, draw(st.integers(1, 30)) + 1):
        parent = draw(st.integers(0, pk - 1)) or None
        nodes.append(Node(pk, parent, draw(st.booleans())))
    return nodes


@given(forests())
def test_the_lists_it_opens_are_closed_where_they_end(nodes):
    rows = arrange(nodes)
    depth = 0
    for row in rows:
        assert row.level == depth
        depth += row.opens - len(row.closes)
    assert depth == 0


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
