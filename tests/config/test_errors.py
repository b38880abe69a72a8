import pytest
from django.test import Client

from config import errors

pytestmark = pytest.mark.django_db


def assert_page(response, status, words):
    assert response.status_code == status
    assert words in response.text
    assert '<html lang="ja">' in response.text


def test_an_unknown_address(client):
    assert_page(client.get("/nowhere/"), 404, "ページが見つかりません")


def test_an_unknown_address_says_whose_site_it_is(client):
    page = client.get("/nowhere/").text
    assert "<title>エラー – 瓦版</title>" in page
    assert '<a class="site-header__name" href="/">瓦版</a>' in page


def test_a_forged_host(client):
    assert_page(client.get("/", headers={"Host": "evil.example"}), 400, "リクエストを読み取れません")


@pytest.mark.parametrize("address", ["/", "/archive/", "/comments/1/vote/"])
def test_a_wrong_method(address):
    response = Client(headers={"Sec-Fetch-Site": "same-origin"}).put(address)
    if address == "/comments/1/vote/":
        assert_page(response, 405, "直接開けません")
    else:
        assert_page(response, 405, "フォームの送信先")
    assert "GET" in response["Allow"]


def test_a_fault_of_ours_asks_the_database_nothing(client, monkeypatch, django_assert_num_queries):
    client.raise_request_exception = False

    def fail(*args):
        raise RuntimeError

    monkeypatch.setattr("articles.models.ArticleQuerySet.published", fail)
    with django_assert_num_queries(0):
        response = client.get("/archive/")
    assert_page(response, 500, "サーバーで問題が起きました")


def test_an_oversized_body_is_read_only_so_far():
    class Endless:
        taken = 0

        def read(self, size):
            self.taken += size
            return b"a" * size

    request = Endless()
    errors.drain(request)
    assert errors.DRAIN_BYTES <= request.taken < errors.DRAIN_BYTES + 100_000


def test_a_sender_who_hangs_up_is_no_error():
    class Broken:
        def read(self, size):
            raise OSError

    errors.drain(Broken())


@pytest.mark.parametrize("path", ["/", "/nowhere/"])
def test_every_page_has_a_policy_without_inline_code(client, path):
    policy = client.get(path)["Content-Security-Policy"]
    directives = [directive.strip() for directive in policy.split(";")]
    assert "default-src 'none'" in directives
    assert "script-src 'self'" in directives
    assert "unsafe" not in policy


def test_pages_are_in_english_where_the_site_is(client, settings):
    settings.LANGUAGE_CODE = "en"
    response = client.get("/nowhere/")
    assert "There is no such page" in response.text
    assert '<html lang="en">' in response.text
