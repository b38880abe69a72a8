from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from comments.models import Comment
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
        self.open: list[str | None] = []
        self.inside: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "li":
            name = dict(attrs).get("id")
            if name:
                self.inside[name] = self.open[-1] if self.open else None
            self.open.append(name)

    def handle_endtag(self, tag):
        if tag == "li":
            self.open.pop()


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
    assert "このコメントは削除されました" in page
    assert "残る返信" in page


def test_a_comment_cannot_bring_markup_into_the_page(client):
    comment = make_comment(text="<script>alert(1)</script>", author_name="<img src=x>")
    page = client.get(comment.article.get_absolute_url()).text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    article = make_article()
    root = make_comment(article=article)
    with django_assert_max_num_queries(30) as few:
        client.get(article.get_absolute_url())
    for _ in range(20):
        make_comment(article=article)
        root = make_comment(parent=root)
    with django_assert_max_num_queries(len(few)):
        client.get(article.get_absolute_url())
