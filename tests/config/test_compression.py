"""Pages that are the same for everybody are compressed, what is for one person is not."""

import gzip

import pytest

from comments.models import Receipt
from tests.factories import make_article, make_comment
from tests.reader import Reader

pytestmark = pytest.mark.django_db

GZIP = {"Accept-Encoding": "gzip, br"}


@pytest.mark.parametrize("address", ["/", "/feed.atom", "/sitemap.xml", "/privacy/", "/nowhere/"])
def test_it_compresses_what_is_the_same_for_everybody(client, address):
    make_article()
    response = client.get(address, headers=GZIP)
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert gzip.decompress(response.content)


def test_who_cannot_read_it_gets_it_plain(client):
    assert "Content-Encoding" not in client.get("/").headers


def test_a_receipt_is_not_compressed(client):
    secret = Receipt.objects.issue(make_comment())
    assert "Content-Encoding" not in client.get(f"/receipts/{secret}/", headers=GZIP).headers


def test_the_admin_is_not_compressed(admin_client):
    assert "Content-Encoding" not in admin_client.get("/admin/articles/article/", headers=GZIP).headers
    assert "Content-Encoding" not in admin_client.get("/admin/login/?next=/", headers=GZIP).headers


def test_the_page_of_an_article_as_its_owner_sees_it_is_not_compressed(admin_client):
    address = make_article().get_absolute_url()
    assert "Content-Encoding" not in admin_client.get(address, headers=GZIP).headers


def test_an_answer_that_brings_a_cookie_is_not_compressed():
    article, reader = make_article(), Reader(headers={"Sec-Fetch-Site": "same-origin"})
    sent = {"text": "はじめまして。", "author_name": ""}
    response = reader.post(f"{article.get_absolute_url()}comments/", sent, headers=GZIP)
    assert response.cookies
    assert "Content-Encoding" not in response.headers


def test_a_page_that_is_known_is_known_compressed_as_well(client):
    make_article()
    etag = client.get("/feed.atom", headers=GZIP)["ETag"]
    assert client.get("/feed.atom", headers=GZIP | {"If-None-Match": etag}).status_code == 304
