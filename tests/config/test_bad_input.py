import io

import pytest
from django.conf import settings
from django.test.client import FakePayload

from comments.models import Comment
from tests.factories import make_article
from tests.reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    return Reader(headers={"Sec-Fetch-Site": "same-origin"})


@pytest.mark.parametrize(
    "address",
    [
        "/%00/",
        "/articles/%00/",
        "/pages/%00/",
        "/categories/%00/",
        "/tags/%00/",
        "/articles/%00/comments/received/",
        "/media/%00",
    ],
)
def test_a_nul_in_an_address_is_no_page(client, address):
    assert client.get(address).status_code == 404


def test_a_nul_in_the_address_of_a_form_is_no_page(reader):
    assert reader.post("/articles/%00/comments/", {"text": "字"}).status_code == 404


@pytest.mark.parametrize("query", ["?page=%00", "?comments=1%00", "?p=%00", "?%00=1"])
def test_a_nul_in_a_query_is_refused(client, query):
    assert client.get(f"/{query}").status_code == 400


@pytest.mark.parametrize("name", ["sessionid", "visitor", "csrftoken"])
def test_a_nul_in_a_cookie_is_refused(client, name):
    client.cookies[name] = "\0aaaaaaaaaa"
    # As a browser could send it: quoted, in octal.
    assert client.get("/admin/login/").status_code == 400


def test_a_form_with_a_large_file_is_refused(reader):
    article = make_article()
    file = io.BytesIO(b"a" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    response = reader.post(f"/articles/{article.slug}/comments/", {"text": "字", "f": file})
    assert response.status_code == 413
    assert not Comment.objects.exists()


def test_a_body_of_unknown_length_is_refused(reader):
    article = make_article()
    response = reader.generic(
        "POST",
        f"/articles/{article.slug}/comments/",
        headers={"Transfer-Encoding": "chunked"},
        content_type="application/x-www-form-urlencoded",
        **{"wsgi.input": FakePayload(b"text=a")},
    )
    assert response.status_code == 411
    assert "リクエストを読み取れません" in response.text


def test_a_name_longer_than_any_is_refused_at_the_sign_in(client):
    response = client.post("/admin/login/", {"username": "a" * 300, "password": "b"})
    assert response.status_code == 200
    assert "150 文字以下" in response.text
