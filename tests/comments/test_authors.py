import pytest
from django.db import connection

from articles.models import Article
from comments import authors
from comments.models import Comment, Receipt
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

ID = "Ab-_12xy"


def by(client, article, public_id=ID, **headers):
    return client.get(f"/articles/{article.slug}/by/{public_id}/", headers=headers)


def test_the_ID_beside_a_comment_leads_to_all_of_that_person(reader):
    article = make_article()
    for text in ("ひとつめ", "ふたつめ"):
        reader.post(f"/articles/{article.slug}/comments/", {"text": text})
    first, second = Comment.objects.order_by("number")
    assert first.public_id == second.public_id
    address = f"/articles/{article.slug}/by/{first.public_id}/"
    assert reader.get(article.get_absolute_url()).text.count(f'href="{address}"') == 2
    page = reader.get(address).text
    assert page.index("ひとつめ") < page.index("ふたつめ")


def test_it_says_how_many_and_shows_nobody_else(client):
    article = make_article()
    for text in ("一", "二"):
        make_comment(article=article, text=f"同じ人の{text}", public_id=ID)
    make_comment(article=article, text="別の人", public_id="another1")
    make_comment(text="別の記事", public_id=ID)
    response = by(client, article)
    assert response.context["count"] == 2
    assert "同じ人の一" in response.text
    assert "別の人" not in response.text
    assert "別の記事" not in response.text


@pytest.mark.parametrize("status", [status for status in Comment.Status if status != Comment.Status.PUBLISHED])
def test_what_is_hidden_shows_no_ID_and_is_not_listed(client, status):
    hidden = make_comment(public_id=ID, status=status)
    make_comment(parent=None, article=hidden.article, public_id="another1")
    Comment.objects.filter(number=2).update(parent=hidden)
    assert ID not in client.get(hidden.article.get_absolute_url()).text
    assert by(client, hidden.article).status_code == 404


@pytest.mark.parametrize("status", [Comment.Status.PENDING, Comment.Status.WITHDRAWN])
def test_its_author_is_led_to_no_missing_page(client, status):
    hidden = make_comment(public_id=ID, status=status)
    assert ID not in client.get(f"/receipts/{Receipt.objects.issue(hidden)}/").text


@pytest.mark.parametrize("public_id", ["nobody12", "x" * 300, "あ"])
def test_it_does_not_find_an_unknown_ID(client, public_id):
    assert by(client, make_comment(public_id=ID).article, public_id).status_code == 404


def test_nobody_is_found_by_having_no_ID(client):
    article = make_comment().article
    assert client.get(f"/articles/{article.slug}/by//").status_code == 404


def test_it_does_not_find_a_draft(client):
    article = make_comment(public_id=ID).article
    Article.objects.update(status=Article.Status.DRAFT)
    assert by(client, article).status_code == 404


def test_a_script_gets_the_count_and_the_numbers_alone(client):
    comment = make_comment(public_id=ID, text="本文は要らない")
    response = by(client, comment.article, **{"X-Requested-With": "fetch"})
    assert f'href="/comments/in/{comment.article.pk}/1/"' in response.text
    assert "本文は要らない" not in response.text
    assert "<html" not in response.text
    assert "X-Requested-With" in response["Vary"]
    assert "X-Requested-With" in by(client, comment.article)["Vary"]


def test_it_is_the_same_for_everybody(client, reader):
    article = make_comment(public_id=ID).article
    reader.post(f"/articles/{article.slug}/comments/", {"text": "書いた人"})
    assert by(client, article).content == by(reader, article).content
    assert not by(client, article).cookies


def test_of_very_many_it_shows_the_newest(client, monkeypatch):
    monkeypatch.setattr(authors, "SHOWN_COMMENTS", 2)
    article = make_article()
    for _ in range(3):
        make_comment(article=article, public_id=ID)
    response = by(client, article)
    assert [row.comment.number for row in response.context["rows"]] == [2, 3]
    assert response.context["count"] == 3


@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "fetch"}], ids=["page", "script"])
def test_it_asks_no_more_of_many_comments(client, headers, django_assert_max_num_queries):
    root, counts = make_comment(public_id=ID, article=(article := make_article())), []
    for _ in range(2):
        with django_assert_max_num_queries(3 if headers else 7) as asked:
            by(client, article, **headers)
        counts.append(len(asked))
        for _ in range(10):
            make_comment(parent=root, public_id=ID)
    assert counts[0] == counts[1]


def test_it_walks_the_comments_of_the_article_only():
    article = make_article()
    for _ in range(30):
        make_comment(article=article, public_id=ID)
    for _ in range(300):
        make_comment(article=article if _ < 3 else None)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    plan = Comment.objects.by_public_id(article, ID)[:200].explain()
    assert "comment_number" in plan or "article_id" in plan
    assert "comment_queue" not in plan


def test_the_page_asks_no_more_for_IDs(client, django_assert_max_num_queries):
    article = make_article()
    counts = []
    for n in range(2):
        for _ in range(10):
            make_comment(article=article, public_id=f"person-{n}", trip="0123456789", by_staff=True)
        with django_assert_max_num_queries(100) as asked:
            client.get(article.get_absolute_url())
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_where_the_article_is_not_at_hand_the_ID_is_no_link(client):
    comment = make_comment(public_id=ID)
    page = client.get(f"/comments/{comment.pk}/misplaced/").text
    assert f'<span class="comment__id">ID:{ID}</span>' in page


# What is switched off


@pytest.fixture
def signed():
    return make_comment(author_name="灯台守", public_id=ID, trip="0123456789", by_staff=True)


def places(client, comment):
    secret = Receipt.objects.issue(comment)
    article = comment.article
    return [
        article.get_absolute_url(),
        f"/articles/{article.slug}/comments/since/0/",
        f"/articles/{article.slug}/comments.atom",
        "/comments.atom",
        f"/comments/{comment.pk}/reply/",
        f"/comments/{comment.pk}/misplaced/",
        f"/receipts/{secret}/",
    ]


def test_everything_is_shown_wherever_a_name_stands(client, signed):
    for place in places(client, signed):
        text = client.get(place).text
        assert "灯台守" in text
        assert "◆0123456789" in text
        assert "comment__staff" in text or " [" in author_in_feed(text)
        assert ID in text or author_in_feed(text)


def test_nothing_is_shown_where_all_is_off(client, signed, settings):
    settings.PUBLIC_IDS = settings.TRIPS = settings.STAFF_MARKS = False
    for place in places(client, signed):
        text = client.get(place).text
        assert "灯台守" in text
        assert ID not in text
        assert "0123456789" not in text
        assert "comment__staff" not in text
        assert author_in_feed(text) in {"灯台守", ""}
    assert by(client, signed.article).status_code == 404


def author_in_feed(text):
    return text.partition("<author><name>")[2].partition("</name>")[0]


def test_feeds_say_name_trip_and_mark(client, signed):
    assert author_in_feed(client.get("/comments.atom").text).startswith("灯台守◆0123456789 [")


def test_the_admin_shows_who_wrote(admin_client, signed):
    page = admin_client.get("/admin/comments/comment/").text
    assert "灯台守◆0123456789 [" in page
    assert f"ID:{ID}" in page
