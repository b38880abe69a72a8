"""Whose page sent a vote, as browsers tell it in three headers, in every combination that one can send."""

from itertools import product

import pytest
from django.test import Client

from comments.models import Vote
from tests.factories import make_comment

pytestmark = pytest.mark.django_db

# Who may be behind a vote. A frame: a page of ours in somebody's sandboxed frame.
OURS = {"our page", "the person"}
EVERYBODY = OURS | {"a neighbour", "elsewhere", "a frame"}

# Each header's values, and who can send them; None: the browser does not know the header or leaves it out.
SITES = {
    None: EVERYBODY,
    "same-origin": {"our page"},
    "none": {"the person"},
    "same-site": {"a neighbour"},
    "cross-site": {"elsewhere", "a frame"},
}
ORIGINS = {
    None: EVERYBODY - {"a frame"},
    "http://testserver": OURS,
    "https://evil.example": {"a neighbour", "elsewhere"},
    "null": EVERYBODY,
}
REFERERS = {
    None: EVERYBODY,
    "http://testserver/articles/a/": OURS | {"a frame"},
    "https://evil.example/": {"a neighbour", "elsewhere"},
}

# The headers, and who can have sent them; without those that no browser sends.
SENT = [
    ((site, origin, referer), senders)
    for site, origin, referer in product(SITES, ORIGINS, REFERERS)
    if (senders := SITES[site] & ORIGINS[origin] & REFERERS[referer])
]


def vote(values):
    headers = {
        name: value for name, value in zip(("Sec-Fetch-Site", "Origin", "Referer"), values, strict=True) if value
    }
    return Client(headers=headers).post(f"/comments/{make_comment().pk}/vote/", {"value": 1})


@pytest.mark.parametrize(("values", "senders"), SENT, ids=["-".join(map(str, values)) for values, _ in SENT])
def test_a_vote_is_taken_when_nobody_else_can_have_sent_it(values, senders):
    taken = senders <= OURS
    response = vote(values)
    assert response.status_code == (303 if taken else 403)
    assert Vote.objects.exists() is taken
    assert ("visitor" in response.cookies) is taken


@pytest.mark.parametrize("header", [0, 1, 2], ids=["Sec-Fetch-Site", "Origin", "Referer"])
def test_each_of_the_three_alone_is_enough_from_our_page(header):
    ours = ("same-origin", "http://testserver", "http://testserver/articles/a/")
    assert vote([value if n == header else None for n, value in enumerate(ours)]).status_code == 303


def test_the_table_holds_what_another_site_can_send():
    foreign = [values for values, senders in SENT if not senders & OURS]
    assert len(SENT) > 30
    assert len(foreign) > 15
