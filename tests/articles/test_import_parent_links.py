from hypothesis import given
from hypothesis import strategies as st

from articles.parent_links import circles, parents_first

links = st.dictionaries(st.integers(0, 12), st.none() | st.integers(0, 15))


def test_parents_come_first_and_the_rest_by_rank():
    parents = {1: 9, 2: None, 3: None, 9: None, 4: 1}
    assert list(parents_first(parents, rank=lambda key: key)) == [2, 3, 9, 1, 4]


def test_a_parent_that_is_no_key_counts_as_there():
    assert list(parents_first({1: 100}, rank=lambda key: key)) == [1]


def test_it_finds_each_circle_once():
    assert circles({1: 2, 2: 1, 3: 1, 4: 4, 5: None, 6: 5, 7: 99}) == [[1, 2], [4]]


def test_a_chain_of_100_000_links_is_no_trouble():
    chain = {key: key + 1 for key in range(100_000)}
    assert circles(chain) == []
    assert next(iter(parents_first(chain, rank=lambda key: key))) == 99_999


@given(links)
def test_when_the_circles_are_cut_every_key_comes_after_its_parent(parents):
    for circle in circles(parents):
        assert all(parents[key] in circle for key in circle)
        parents[min(circle)] = None
    order = list(parents_first(parents, rank=lambda key: key))
    assert sorted(order) == sorted(parents)
    place = {key: position for position, key in enumerate(order)}
    assert all(place[parent] < place[key] for key, parent in parents.items() if parent in place)
