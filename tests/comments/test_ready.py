"""What is ready is given out only for the same, and does not grow without end."""

from comments.ready import MOST_MET, OVERHEAD, Ready

EACH = 1_000 + OVERHEAD


def put(ready: Ready, *keys: int) -> None:
    for key in keys:
        for _ in range(2):
            ready.put(key, ("made of", key), b"%d" % key, 1_000)


def there(ready: Ready, *keys: int) -> list[int]:
    return [key for key in keys if ready.get(key, ("made of", key))]


def test_it_is_given_out_for_the_same():
    ready = Ready()
    put(ready, 1)
    assert ready.get(1, ("made of", 1)) == b"1"


def test_what_was_made_once_is_not_kept():
    ready = Ready()
    ready.put(1, ("made of", 1), b"1", 1_000)
    assert there(ready, 1) == []


def test_it_does_not_remember_all_that_was_made_once():
    ready = Ready()
    for n in range(2 * MOST_MET):
        ready.put(n, ("made of", n), b"", 1_000)
    assert (len(ready.met), len(ready.young)) == (MOST_MET, 0)


def test_it_is_not_given_out_for_anything_else():
    ready = Ready()
    put(ready, 1)
    assert [ready.get(1, ("made of", 2)), ready.get(2, ("made of", 1))] == [None, None]


def test_the_new_takes_the_place_of_the_old():
    ready = Ready()
    put(ready, 1)
    ready.put(1, "other", b"other", 1_000)
    assert [ready.get(1, "other"), ready.get(1, ("made of", 1))] == [b"other", None]


def test_it_stays_within_its_bound():
    ready = Ready(20 * EACH)
    put(ready, *range(1_000))
    assert len(ready.young) + len(ready.old) <= 22


def test_what_nobody_asks_for_goes():
    ready = Ready(20 * EACH)
    for n in range(100):
        put(ready, n)
        there(ready, 0)
    assert there(ready, 0, 1, 99) == [0, 99]
