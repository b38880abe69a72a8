import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.importing import import_comments
from comments.models import Comment
from tests.comments.test_import_comments import record
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("comments.threads.paginate.__defaults__", (3,))


def test_it_leads_to_the_comment_in_its_article(client):
    comment = make_comment(article=make_article(slug="kiji"))
    response = client.get(f"/comments/{comment.pk}/")
    assert (response.status_code, response["Location"]) == (302, "/articles/kiji/#c1")


def test_it_leads_to_the_page_on_which_the_comment_stands(client, small_pages):
    article = make_article(slug="kiji")
    for _ in range(3):
        make_comment(article=article)
    comment = make_comment(article=article)
    address = client.get(f"/comments/{comment.pk}/")["Location"]
    assert address == "/articles/kiji/?comments=2#c4"
    assert 'id="c4"' in client.get(address).text


@pytest.mark.parametrize("status", [Comment.Status.REMOVED, Comment.Status.PENDING, Comment.Status.SPAM])
def test_it_does_not_find_a_hidden_comment(client, status):
    assert client.get(f"/comments/{make_comment(status=status).pk}/").status_code == 404


def test_the_discussion_shows_threads_page_by_page(client, small_pages):
    article = make_article(slug="kiji")
    root = make_comment(article=article)
    for _ in range(4):
        make_comment(parent=root)
    make_comment(article=article)
    first, second = client.get("/articles/kiji/").text, client.get("/articles/kiji/?comments=2").text
    assert [f'id="c{n}"' in first for n in range(1, 7)] == [True] * 5 + [False]
    assert 'id="c6"' in second


@pytest.mark.parametrize("number", ["0", "2", "-1", "abc", "", "1" * 30, "１"])
def test_it_does_not_find_a_page_that_is_not_there(client, number):
    article = make_article()
    assert client.get(article.get_absolute_url(), {"comments": number}).status_code == 404


class Outline(HTMLParser):
    """The comments of a page, each with the one that its element stands in."""

    def __init__(self, page: str):
        super().__init__()
        self.open: list[tuple[str, str | None]] = []
        self.inside: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in {"li", "ol", "details"}:
            name = dict(attrs).get("id")
            if name:
                self.inside[name] = next((name for _tag, name in reversed(self.open) if name), None)
            self.open.append((tag, name))

    def handle_endtag(self, tag):
        if tag in {"li", "ol", "details"}:
            opened, _name = self.open.pop()
            assert opened == tag


def test_each_comment_is_nested_in_the_one_it_answers(client):
    root = make_comment()
    reply = make_comment(parent=root)
    make_comment(parent=reply)
    make_comment(article=root.article)
    make_comment(parent=root)
    outline = Outline(client.get(root.article.get_absolute_url()).text)
    assert outline.inside == {"c1": None, "c2": "c1", "c3": "c2", "c5": "c1", "c4": None}
    assert outline.open == []


def test_a_date_is_shown_as_the_readers_know_it(client):
    comment = make_comment(created_at=datetime(2020, 10, 2, 16, 0, tzinfo=UTC))
    page = client.get(comment.article.get_absolute_url()).text
    assert '<time datetime="2020-10-03T01:00:00+0900">2020年10月03日</time>' in page


def test_a_vote_count_is_shown_where_it_is_not_zero(client):
    article = make_article()
    make_comment(article=article, score=17, upvotes=17)
    make_comment(article=article)
    page = client.get(article.get_absolute_url()).text
    assert '<span class="vote__count" id="votes-1">17</span>' in page
    assert '<span class="vote__count" id="votes-2"></span>' in page


def test_a_removed_comment_with_replies_shows_as_a_placeholder(client):
    root = make_comment(text="消える言葉")
    make_comment(parent=root, text="残る返信")
    root.remove(by=None)
    page = client.get(root.article.get_absolute_url()).text
    assert "消える言葉" not in page
    assert "comment__removed" in page
    assert "残る返信" in page


# status, what the placeholder says
@pytest.mark.parametrize(
    ("status", "said"),
    [
        (Comment.Status.REMOVED, "comment__removed"),
        (Comment.Status.SPAM, "comment__removed"),
        (Comment.Status.WITHDRAWN, "comment__withdrawn"),
        (Comment.Status.PENDING, "comment__pending"),
    ],
)
def test_a_placeholder_says_who_hid_the_comment(client, status, said):
    root = make_comment()
    make_comment(parent=root)
    Comment.objects.filter(pk=root.pk).update(status=status)
    page = client.get(root.article.get_absolute_url()).text
    marks = ("comment__removed", "comment__withdrawn", "comment__pending")
    assert [mark for mark in marks if mark in page] == [said]


def test_an_edited_comment_says_so(client):
    comment = make_comment(edited_at=timezone.now())
    make_comment(article=comment.article)
    assert client.get(comment.article.get_absolute_url()).text.count("comment__edited") == 1


def test_a_moved_comment_says_where_it_stood(client):
    former = make_comment()
    comment = make_comment(article=former.article, moved_from=former, moved_at=timezone.now())
    page = client.get(comment.article.get_absolute_url()).text
    assert ">>1" in page.partition('class="comment__moved">')[2].partition("<")[0]


def test_a_moved_comment_that_stood_on_its_own_says_so(client):
    comment = make_comment(moved_at=timezone.now())
    make_comment(article=comment.article)
    page = client.get(comment.article.get_absolute_url()).text
    assert page.count("comment__moved") == 1


def test_a_thread_says_how_many_replies_it_folds(client):
    root = make_comment()
    hidden = make_comment(parent=root)
    make_comment(parent=hidden)
    make_comment(parent=root)
    hidden.remove(by=None)
    make_comment(article=root.article)
    page = client.get(root.article.get_absolute_url()).text
    assert page.count('<details class="fold"') == 1
    assert re.search(r'<details class="fold" open>\s*<summary>2', page)


def test_a_giant_thread_starts_folded_after_its_first_replies(client):
    root = make_comment()
    for _ in range(51):
        make_comment(parent=root)
    page = client.get(root.article.get_absolute_url()).text
    folded = page.index('<details class="fold">')
    assert page.index('id="c20"') < folded < page.index('id="c21"')
    assert re.search(r'<details class="fold">\s*<summary>\D*32', page)
    outline = Outline(page)
    assert set(outline.inside.values()) == {None, "c1"}
    assert outline.open == []


def test_a_fold_inside_a_branch_ends_with_the_branch(client):
    article = make_article()
    branch = [record(n, parent=2) for n in range(3, 40)]
    others = [record(n, parent=1) for n in range(40, 60)]
    import_comments(article, [record(1), record(2, parent=1), *branch, *others])
    outline = Outline(client.get(article.get_absolute_url()).text)
    assert outline.open == []
    assert (outline.inside["c39"], outline.inside["c40"]) == ("c2", "c1")


def test_replies_deeper_than_the_nesting_stand_beside_each_other(client):
    article = make_article()
    import_comments(article, [record(n, parent=n - 1) for n in range(1, 106)])
    outline = Outline(client.get(article.get_absolute_url()).text)
    assert outline.inside["c101"] == "c100"
    assert outline.inside["c102"] == outline.inside["c105"] == "c100"
    assert outline.open == []


def test_a_comment_cannot_bring_markup_into_the_page(client):
    comment = make_comment(text="<script>alert(1)</script>", author_name="<img src=x>")
    page = client.get(comment.article.get_absolute_url()).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


@pytest.mark.parametrize("order", ["", "new", "best"])
def test_the_number_of_queries_does_not_grow(client, order):
    def queries(replies: int, levels: int) -> int:
        article = make_article()
        base = 1000 * article.pk
        wide = [record(base), *(record(base + n, parent=base, text=">>1") for n in range(1, replies))]
        deep = [record(base + n, parent=base + n - 1 if n > 500 else None) for n in range(500, 500 + levels)]
        import_comments(article, wide + deep)
        rows = article.discussion.exclude(number=1)
        rows.update(moved_from=article.discussion.get(number=1), moved_at=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            client.get(article.get_absolute_url(), {"order": order})
        return len(captured)

    # On one page, and on several.
    assert queries(5, 2) == queries(50, 100)
    assert queries(120, 250) == queries(250, 300)
