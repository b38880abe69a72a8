import pytest
from django.test import Client

from articles.models import Article
from comments.models import Comment, Receipt
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db


def write(client, text="わたしの言葉", article=None):
    client.post(f"/articles/{(article or make_article()).slug}/comments/", {"text": text})
    return Comment.objects.get(text=text)


def test_it_lists_ones_own_newest_first_with_their_state(reader):
    article = make_article(comments=Article.Comments.MODERATED)
    write(reader, "はじめの言葉")
    write(reader, "あとの言葉", article)
    make_comment(text="他人の言葉")
    page = reader.get("/mine/").text
    assert page.index("あとの言葉") < page.index("はじめの言葉")
    assert page.index('data-state="pending"') < page.index('data-state="published"')
    assert "他人の言葉" not in page


def test_a_newcomer_has_nothing_and_gets_no_cookie(client):
    make_comment(visitor_key="")
    response = client.get("/mine/")
    assert not response.context["comments"]
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


def test_it_gives_a_new_receipt_that_ends_the_old_one(reader):
    comment = write(reader)
    old = Receipt.objects.issue(comment)
    response = reader.post(f"/mine/{comment.pk}/receipt/")
    assert response.status_code == 303
    assert response["Cache-Control"] == "private, no-store"
    assert Client().get(response["Location"]).status_code == 200
    assert Client().get(f"/receipts/{old}/").status_code == 404


@pytest.mark.parametrize("pk", [None, 10**6, 2**63])
def test_it_gives_none_for_the_comment_of_another(reader, pk):
    write(reader)
    other = make_comment()
    before = other.receipt.secret_hash
    assert reader.post(f"/mine/{pk or other.pk}/receipt/").status_code == 404
    assert Receipt.objects.get(comment=other).secret_hash == before


def test_reading_gives_no_receipt(reader):
    comment = write(reader)
    assert reader.get(f"/mine/{comment.pk}/receipt/").status_code == 405


def test_a_form_from_elsewhere_gets_none(reader):
    comment = write(reader)
    assert reader.post(f"/mine/{comment.pk}/receipt/", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_every_page_leads_to_it(client):
    assert 'href="/mine/"' in client.get("/").text


def test_so_does_the_page_of_a_held_comment(reader):
    article = make_article(slug="kiji")
    assert reader.get(f"/articles/{article.slug}/comments/received/").text.count('href="/mine/"') == 2


def test_the_number_of_queries_does_not_grow(reader, django_assert_max_num_queries):
    write(reader)
    reader.get("/mine/")
    with django_assert_max_num_queries(8) as few:
        reader.get("/mine/")
    count = len(few)  # before another request empties the log
    for n in range(5):
        write(reader, f"言葉{n}")
    with django_assert_max_num_queries(count):
        reader.get("/mine/")
