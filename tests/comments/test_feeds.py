import re
import xml.etree.ElementTree as ElementTree

import pytest

from articles.models import Article
from comments.models import Comment, Receipt
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def feed_of(client, address):
    response = client.get(address)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    assert not response.cookies
    return ElementTree.fromstring(response.content)


def entries(client, address):
    return feed_of(client, address).findall(f"{ATOM}entry")


def texts(client, address):
    return [entry.findtext(f"{ATOM}summary") for entry in entries(client, address)]


def ids(client, address):
    return {entry.findtext(f"{ATOM}id") for entry in entries(client, address)}


def receipt_feed(comment):
    return f"/receipts/{Receipt.objects.issue(comment)}/replies.atom"


def test_it_lists_the_newest_first(client):
    first = make_comment(text="先")
    make_comment(article=first.article, text="後")
    make_comment(text="別の記事")
    assert texts(client, f"/articles/{first.article.slug}/comments.atom") == ["<p>後</p>", "<p>先</p>"]
    assert texts(client, "/comments.atom") == ["<p>別の記事</p>", "<p>後</p>", "<p>先</p>"]


def test_a_receipt_is_followed_by_the_replies_to_its_comment(client):
    comment = make_comment(text="元")
    reply = make_comment(parent=comment, text="返信")
    make_comment(parent=reply, text="返信への返信")
    address = receipt_feed(comment)
    assert texts(client, address) == ["<p>返信</p>"]
    assert client.get(address)["Cache-Control"] == "private, no-store"


def test_a_guessed_receipt_has_no_feed(client):
    assert client.get("/receipts/guess/replies.atom").status_code == 404


@pytest.mark.parametrize("empty", [True, False])
def test_it_has_all_that_rfc_4287_asks_for(client, empty):
    article = make_article()
    if not empty:
        make_comment(article=article)
        Comment.objects.get().edit("書き直した")
    comment = make_comment(article=article, status=Comment.Status.PENDING)
    for address in ("/comments.atom", f"/articles/{article.slug}/comments.atom", receipt_feed(comment)):
        feed = feed_of(client, address)
        for element in (feed, *feed.findall(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                assert element.findtext(f"{ATOM}{name}"), (address, name)
            assert MOMENT.fullmatch(element.findtext(f"{ATOM}updated"))
        assert feed.find(f"{ATOM}link[@rel='self']").get("href") == f"http://testserver{address}"
        # Each entry names its author, so the feed need not.
        assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in feed.findall(f"{ATOM}entry"))


def test_an_edit_is_an_update(client):
    comment = make_comment()
    comment.edit("書き直した")
    (entry,) = entries(client, "/comments.atom")
    assert entry.findtext(f"{ATOM}updated") > entry.findtext(f"{ATOM}published")


def test_an_id_survives_moving_and_another_slug(client):
    root = make_comment()
    moved = make_comment(parent=root)
    before = ids(client, "/comments.atom")
    moved.move_to(None)
    Article.objects.update(slug="atarashii-namae")
    assert ids(client, "/comments.atom") == ids(client, "/articles/atarashii-namae/comments.atom") == before
    assert f"tag:testserver,{moved.created_at:%Y-%m-%d}:comments/{moved.pk}" in before


def test_ids_name_the_site_whatever_address_it_is_read_at(client, settings):
    settings.SITE_URL = "https://news.example.jp"
    make_comment()
    assert all(name.startswith("tag:news.example.jp,") for name in ids(client, "/comments.atom"))


@pytest.mark.parametrize("status", [status for status in Comment.Status.values if status != "published"])
def test_it_shows_nothing_that_is_hidden(client, status):
    root = make_comment()
    make_comment(parent=root, text="秘密", author_name="秘密", status=status)
    for address in ("/comments.atom", f"/articles/{root.article.slug}/comments.atom", receipt_feed(root)):
        assert "秘密" not in client.get(address).text


def test_it_shows_nothing_of_a_draft(client):
    comment = make_comment(parent=make_comment(), text="秘密")
    Article.objects.update(status=Article.Status.DRAFT)
    assert not entries(client, "/comments.atom")
    assert not entries(client, receipt_feed(comment.parent))
    assert client.get(f"/articles/{comment.article.slug}/comments.atom").status_code == 404


def test_it_ends_after_fifty(client):
    article = make_article()
    for _ in range(51):
        make_comment(article=article)
    assert len(entries(client, "/comments.atom")) == 50


def test_what_xml_cannot_hold_is_left_out(client):
    make_comment(text="前\ufffe後", author_name="\uffff")
    Comment.objects.update(html="<p>前\x0b後 &amp; <br></p>")
    assert texts(client, "/comments.atom") == ["<p>前後 &amp; <br></p>"]


def test_the_article_names_its_feed(client):
    article = make_article(slug="kiji")
    page = client.get(article.get_absolute_url()).text
    assert re.search(
        r'<link rel="alternate" type="application/atom\+xml"[^>]*href="/articles/kiji/comments.atom"', page
    )


def test_the_number_of_queries_does_not_grow(client, django_assert_max_num_queries):
    make_comment()
    client.get("/comments.atom")
    with django_assert_max_num_queries(3) as few:
        client.get("/comments.atom")
    for _ in range(5):
        make_comment()
    with django_assert_max_num_queries(len(few)):
        client.get("/comments.atom")
