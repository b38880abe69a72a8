"""Two gunicorns on one database, and a Redis in their settings that does not answer: pages are as fresh as ever."""

import http.client
import re
import time
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.server import Server, new_database

MAKE = """
from django.utils import timezone
from articles.models import Article
now = timezone.now()
Article.objects.create(title="港の貨物線", slug="harbour", body="<p>本文</p>", status="published", published_at=now)
"""
PATH = "/articles/harbour/"
STAMP = re.compile(r'name="stamp" value="([^"]+)"')


@pytest.fixture(scope="module")
def machines(tmp_path_factory, static_files):
    folder = tmp_path_factory.mktemp("machines")
    (folder / "static").symlink_to(static_files)
    with new_database("machines") as database:
        # Nothing listens on port 1.
        first, second = (Server(folder, CACHE_URL="redis://127.0.0.1:1/0", **database) for _ in range(2))
        first.manage("migrate", "--verbosity=0")
        first.manage("shell", "-v0", "-c", MAKE)
        with first, second:
            yield first, second
    assert not first.has_unexpected_errors(), first.new_log()


def ask(server, path, fields=None, cookie="") -> tuple[int, str, list[str]]:
    """Status, text, and the cookies that were set."""
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Cookie": cookie}
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("POST" if fields else "GET", path, urlencode(fields or {}) or None, headers)
        answer = connection.getresponse()
        cookies = [value.partition(";")[0] for value in answer.headers.get_all("Set-Cookie", [])]
        return answer.status, answer.read().decode(), cookies


def write(server, text: str) -> str:
    """The cookies of whoever has written this."""
    stamp = STAMP.search(ask(server, PATH)[1])[1]
    status, _text, cookies = ask(server, f"{PATH}comments/", {"text": text, "stamp": stamp, "place": "new"})
    assert status == 303
    return "; ".join(cookies)


def test_who_writes_on_one_sees_it_at_once_on_the_other(machines):
    first, second = machines
    ask(second, PATH)

    cookies = write(first, "夜の便は静かでした")

    assert "夜の便は静かでした" in ask(second, PATH, cookie=cookies)[1]


def test_others_see_it_on_the_other_after_a_second(machines):
    first, second = machines
    write(first, "朝の便は混みました")
    time.sleep(1)

    assert "朝の便は混みました" in ask(second, PATH)[1]


@pytest.mark.parametrize("path", ["/", "/search/?q=%E6%B8%AF", "/feed.atom", "/healthz", "/admin/login/"])
def test_without_redis_everything_answers(machines, path):
    for server in machines:
        assert ask(server, path)[0] == 200
