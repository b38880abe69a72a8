from hypothesis import given
from hypothesis import strategies as st

from comments.nested_sets import Row, number_tree, violations


def problems(*rows: tuple) -> list[str]:
    found = violations(sorted((Row(*row) for row in rows), key=lambda row: (row.tree_id, row.lft, row.pk)))
    return [violation.problem for violation in found]


@st.composite
def forests(draw) -> list[Row]:
    """Whole trees: each node after the first answers one before it."""
    rows: list[Row] = []
    for tree_id in range(1, draw(st.integers(1, 4)) + 1):
        answers = draw(st.lists(st.integers(0, 10), max_size=10))
        first = len(rows) + 1
        parents = {first: None}
        for pk, answer in enumerate(answers, start=first + 1):
            parents[pk] = first + answer % (pk - first)
        children: dict[int, list[int]] = {}
        for pk, parent in parents.items():
            children.setdefault(parent, []).append(pk)
        numbers = number_tree(children, first)
        rows += [Row(pk, parents[pk], tree_id, *numbers[pk], tree_id) for pk in parents]
    return rows


def test_it_numbers_a_tree():
    children = {"a": ["b", "d"], "b": ["c"]}
    assert number_tree(children, "a") == {"a": (1, 8, 0), "b": (2, 5, 1), "c": (3, 4, 2), "d": (6, 7, 1)}


def test_a_node_alone_is_a_tree():
    assert number_tree({}, 7) == {7: (1, 2, 0)}


def test_a_chain_of_100_000_levels_is_no_trouble():
    numbers = number_tree({n: [n + 1] for n in range(100_000)}, 0)
    assert numbers[100_000] == (100_001, 100_002, 100_000)
    assert not list(violations(Row(n, n - 1 if n else None, 1, *numbers[n]) for n in range(100_001)))


@given(forests())
def test_whole_trees_have_no_violations(rows):
    assert problems(*rows) == []


FIELDS = ("parent_id", "tree_id", "lft", "rght", "level", "group")


@given(forests(), st.data())
def test_any_single_wrong_value_is_found(rows, data):
    place = data.draw(st.integers(0, len(rows) - 1))
    field = data.draw(st.sampled_from(FIELDS))
    right = getattr(rows[place], field)
    wrong = data.draw(st.none() | st.integers(0, 30) if field == "parent_id" else st.integers(0, 30))
    changed = rows[place]._replace(**{field: wrong})
    trees = [row.tree_id for row in rows]
    alone = trees.count(rows[place].tree_id) == 1
    # A thread of one comment may have any free tree_id, and any article.
    harmless = wrong == right or (alone and (field == "group" or (field == "tree_id" and wrong not in trees)))
    assert bool(problems(*rows[:place], changed, *rows[place + 1 :])) is not harmless


def test_it_says_what_is_wrong():
    assert problems((1, None, 1, 1, 4, 0), (2, 1, 1, 2, 3, 5)) == ["level is 5, its depth is 1"]
    assert problems((1, None, 1, 1, 4, 0), (2, 9, 1, 2, 3, 1)) == ["parent is 9, but it stands inside 1"]
    assert problems((1, None, 1, 1, 6, 0), (2, 1, 1, 2, 3, 1)) == ["rght is 6, the tour says 4"]
    assert problems((1, None, 1, 1, 2, 0), (2, None, 1, 3, 4, 0)) == ["stands outside the first root of its tree"]
    assert problems((1, None, 1, 1, 4, 0, 7), (2, 1, 1, 2, 3, 1, 8)) == ["belongs to 8, the row around it to 7"]
