"""The threads of a discussion of more than one page are found once for each of its versions, and never old."""

import re

import pytest

from articles import keeping, site_version
from comments import threads
from comments.models import Comment, statements
from comments.models.queries import ORDERS
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db

ACTS = {
    "a new thread": lambda comments: make_comment(article=comments[1].article),
    "a reply": lambda comments: make_comment(parent=comments[1]),
    "a move into another thread": lambda comments: comments[3].move_to(comments[1]),
    "a thread of its own": lambda comments: comments[6].move_to(None),
    "a vote": lambda comments: comments[4].cast_vote("somebody", 1),
    "a withdrawal": lambda comments: comments[2].withdraw(),
    "a removal": lambda comments: comments[2].remove(by=make_owner()),
    "an edit": lambda comments: comments[2].edit("直しました"),
    "a pin": lambda comments: comments[5].pin(by=make_owner()),
}


@pytest.fixture
def comments(monkeypatch) -> dict[int, Comment]:
    """By number: threads of one, the first of them with a reply; two comments on a page."""
    monkeypatch.setattr(site_version, "current", lambda: 1)
    monkeypatch.setattr(threads, "PAGE_SIZE", 2)
    monkeypatch.setattr(threads.paginate, "__defaults__", (2,))
    article = make_article(slug="kiji")
    roots = [make_comment(article=article) for _ in range(5)]
    return {comment.number: comment for comment in [*roots, make_comment(parent=roots[0])]}


def pages(client) -> list[list[str]]:
    found = []
    for order in ORDERS:
        for page in range(1, 6):
            answer = client.get("/articles/kiji/", {"order": order, "comments": page})
            found.append(re.findall(r'id="c\d+"|class="pinned|aria-current="page"|votes-\d+">\d*', answer.text))
    return found


@pytest.mark.parametrize("act", ACTS)
def test_every_act_is_seen_at_once(client, comments, act):
    before = pages(client)
    ACTS[act](comments)
    seen = pages(client)
    keeping.forget()
    assert seen == pages(client)
    assert (seen != before) or act == "an edit"


def test_they_are_asked_for_once_for_each_order_and_version(client, comments, monkeypatch):
    asked: list[str] = []
    given = statements.threads
    monkeypatch.setattr(statements, "threads", lambda pk, order: asked.append(order) or given(pk, order))
    every = [ORDERS[""], ORDERS["best"]]
    addresses = ["/articles/kiji/", "/articles/kiji/?comments=2", "/articles/kiji/?order=best", "/articles/kiji/"]
    for address in addresses:
        client.get(address)
    assert asked == every
    make_comment(article=comments[1].article)
    for address in addresses:
        client.get(address)
    assert asked == every + every


def test_after_a_vote_only_those_are_asked_for_that_stand_by_votes(client, comments, monkeypatch):
    addresses = ["/articles/kiji/", "/articles/kiji/?order=new", "/articles/kiji/?order=best"]
    for address in addresses:
        client.get(address)
    asked: list[str] = []
    given = statements.threads
    monkeypatch.setattr(statements, "threads", lambda pk, order: asked.append(order) or given(pk, order))
    monkeypatch.setattr(type(Comment.objects), "pinned", lambda *arguments: asked.append("pinned"))
    comments[4].cast_vote("somebody", 1)
    for address in addresses:
        client.get(address)
    assert asked == [ORDERS["best"]]
    make_comment(article=comments[1].article)
    for address in addresses:
        client.get(address)
    # Nothing is pinned: that is not asked apart.
    assert asked == [ORDERS["best"], *(ORDERS[order] for order in ("", "new", "best"))]


def test_what_was_pinned_changes_with_the_votes_on_it(client, comments):
    comments[5].pin(by=make_owner())
    before = pages(client)
    comments[5].cast_vote("somebody", 1)
    seen = pages(client)
    keeping.forget()
    assert before != seen == pages(client)
    comments[5].unpin(by=make_owner())
    assert 'class="pinned' in seen[0]
    assert 'class="pinned' not in pages(client)[0]
