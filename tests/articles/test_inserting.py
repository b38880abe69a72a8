"""Large parts are set into a page last; where nobody does that they stand in their place at once."""

from django.test import RequestFactory

from articles import inserting


def test_they_are_set_in_where_they_stand():
    request = RequestFactory().get("/")
    inserting.accept(request)
    one, two = (inserting.later(request, part.encode()) for part in ("港 100% %(a)s", "<b>"))
    assert inserting.complete(request, f"二{two}一{one}{two}").decode() == "二<b>一港 100% %(a)s<b>"


def test_a_page_without_them_stays_as_it_is():
    request = RequestFactory().get("/")
    inserting.accept(request)
    assert inserting.complete(request, "港 [0]").decode() == "港 [0]"


def test_nothing_is_held_afterwards():
    request = RequestFactory().get("/")
    inserting.accept(request)
    inserting.complete(request, inserting.later(request, b"a"))
    assert not hasattr(request, "inserts")


def test_where_nobody_sets_them_in_they_stand_at_once():
    assert inserting.later(RequestFactory().get("/"), "<b>港</b>".encode()) == "<b>港</b>"
