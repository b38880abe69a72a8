import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.importing import import_comments
from comments.models import Citation, Comment
from tests.comments.test_import_comments import record
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def article():
    return make_article(slug="kiji")


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr("comments.threads.paginate.__defaults__", (3,))


def citations() -> list[tuple[int, int]]:
    return list(Citation.objects.order_by("pk").values_list("source__number", "target__number"))


def back_link(article, number: int) -> str:
    return f'href="/comments/in/{article.pk}/{number}/"'


def test_an_anchor_leads_to_the_comment(client, article):
    make_comment(article=article)
    make_comment(article=article, text="前>>1後")
    address = f"/comments/in/{article.pk}/1/"
    assert f'前<a href="{address}" class="anchor" data-number="1">&gt;&gt;1</a>後' in client.get("/articles/kiji/").text
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, "/articles/kiji/#c1")


def test_an_anchor_leads_to_the_right_page(client, article, small_pages):
    for _ in range(4):
        make_comment(article=article)
    assert client.get(f"/comments/in/{article.pk}/4/")["Location"] == "/articles/kiji/?comments=2#c4"


def test_a_script_gets_the_comment_alone(script, article):
    make_comment(article=article, text="これだけ")
    response = script.get(f"/comments/in/{article.pk}/1/")
    assert response.status_code == 200
    assert "これだけ" in response.text
    assert "<html" not in response.text
    assert "<form" not in response.text
    assert "X-Requested-With" in response["Vary"].split(", ")
    assert not response.cookies


@pytest.mark.parametrize("number", [2, 0, 2**31, 10**30])
def test_it_does_not_find_an_unknown_number(client, article, number):
    make_comment(article=article)
    assert client.get(f"/comments/in/{article.pk}/{number}/").status_code == 404


@pytest.mark.parametrize("article_pk", [99999, 2**63])
def test_it_does_not_find_an_unknown_article(client, article_pk):
    assert client.get(f"/comments/in/{article_pk}/1/").status_code == 404


@pytest.mark.parametrize("status", [status for status in Comment.Status if status != Comment.Status.PUBLISHED])
def test_it_does_not_find_a_hidden_comment(client, script, article, status):
    make_comment(article=article, status=status)
    for browser in (client, script):
        assert browser.get(f"/comments/in/{article.pk}/1/").status_code == 404


def test_it_does_not_find_a_comment_of_a_draft(script, article):
    make_comment(article=article)
    type(article).objects.update(status="draft")
    assert script.get(f"/comments/in/{article.pk}/1/").status_code == 404


def test_the_comment_that_is_named_shows_the_way_back(client, article):
    make_comment(article=article)
    make_comment(article=article, text=">>1 なるほど")
    make_comment(article=article, text=">>1 たしかに")
    page = client.get("/articles/kiji/").text
    assert back_link(article, 2) in page
    assert back_link(article, 3) in page
    assert page.count("comment__citers") == 1


def test_there_is_no_way_back_to_a_hidden_comment(client, article):
    make_comment(article=article)
    make_comment(article=article, text=">>1").remove(by=None)
    assert "comment__citers" not in client.get("/articles/kiji/").text


def test_a_comment_named_by_very_many_shows_the_first_of_them(client, article):
    make_comment(article=article)
    for _ in range(11):
        make_comment(article=article, text=">>1")
    page = client.get("/articles/kiji/").text
    assert back_link(article, 11) in page
    assert back_link(article, 12) not in page


def test_it_keeps_whom_a_comment_names(article):
    for _ in range(3):
        make_comment(article=article)
    make_comment(article=article, text=">>1-2 >>3 >>3")
    assert citations() == [(4, 1), (4, 2), (4, 3)]


def test_it_keeps_no_number_that_is_not_there_yet_and_not_its_own(article):
    make_comment(article=article, text=">>1 >>2 >>3")
    make_comment(article=article)
    assert citations() == []


def test_it_keeps_no_number_of_another_article(article):
    make_comment(article=article)
    make_comment(text=">>2")
    make_comment(article=article)
    assert citations() == []


def test_a_changed_text_names_others(article):
    for _ in range(2):
        make_comment(article=article)
    comment = make_comment(article=article, text=">>1")
    comment.text = ">>2"
    Citation.objects.rewrite(comment)
    assert citations() == [(3, 2)]


def test_imported_comments_name_each_other(article):
    make_comment(article=article)
    import_comments(article, [record(1, text=">>1 >>3"), record(2, minutes=1), record(3, minutes=2, text=">>9")])
    assert citations() == [(2, 1), (2, 3)]
    assert f'href="/comments/in/{article.pk}/3/"' in Comment.objects.get(number=2).html


def test_the_number_of_queries_does_not_grow_with_the_anchors(client, article):
    make_comment(article=article)
    make_comment(article=article, text=">>1")
    with CaptureQueriesContext(connection) as few:
        client.get("/articles/kiji/")
    for number in range(1, 20):
        make_comment(article=article, text=f">>{number} >>1")
    with CaptureQueriesContext(connection) as many:
        client.get("/articles/kiji/")
    assert len(few) == len(many)
