"""Whose address counts, through gunicorn: only a proxy that is named may say for whom it asks."""

import http.client
import json
import re
import socket
from contextlib import closing
from urllib.parse import urlencode

import pytest

from tests.server import Server, new_database

FORGED = "203.0.113.9"
FORGERIES = [
    {"X-Forwarded-For": FORGED},
    {"X-Forwarded-For": f"{FORGED}, 127.0.0.1"},
    {"X-Real-IP": FORGED},
    {"X-Real-Ip": FORGED, "X-Client-IP": FORGED, "True-Client-IP": FORGED, "CF-Connecting-IP": FORGED},
    {"Forwarded": f"for={FORGED};proto=https"},
    {"X-Forwarded-For": FORGED, "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"},
]

STAMP = re.compile(r'name="stamp" value="([^"]+)"')

LOOK = """
import json
from axes.models import AccessAttempt
from comments.models import Comment, RateLimit, Vote
rows = Comment.objects.filter(article__slug="{slug}").order_by("number")
print(json.dumps({{
    "addresses": list(rows.values_list("address", flat=True)),
    "networks": list(rows.values_list("network_key", flat=True)),
    "voted_from": list(Vote.objects.filter(comment__article__slug="{slug}").values_list("network_key", flat=True)),
    "limited": list(RateLimit.objects.filter(key__startswith="comment/network:").values_list("key", flat=True)),
    "guessed": list(RateLimit.objects.filter(key__startswith="receipt/").values_list("key", flat=True)),
    "sign_ins": list(AccessAttempt.objects.values_list("ip_address", flat=True)),
}}))
"""


def send(server, path, headers, **fields) -> tuple[int, str]:
    told = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"} | headers
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("POST" if fields else "GET", path, urlencode(fields) or None, told)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def sign_in_wrongly(server, headers):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as connection:
        connection.request("GET", "/admin/login/", headers=headers)
        answer = connection.getresponse()
        page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].split(";")[0]
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    fields = {"username": "nobody", "password": "wrong", "csrfmiddlewaretoken": token}
    return send(server, "/admin/login/", headers | {"Cookie": cookie}, **fields)


def act(server, slug, forgeries):
    """A comment, a vote, a guess and a wrong password with each of the headers; what the database says then."""
    make = (
        f"from articles.models import Article; Article.objects.create(title='記事', slug='{slug}', status='published')"
    )
    server.manage("shell", "-v0", "-c", make)
    stamp = STAMP.search(send(server, f"/articles/{slug}/", {})[1])[1]
    for n, headers in enumerate(forgeries):
        fields = {"text": f"{n}", "author_name": "", "parent": "", "stamp": stamp}
        status, _page = send(server, f"/articles/{slug}/comments/", headers, **fields)
        assert status == 303
        send(server, "/receipts/guessed/", headers)
        sign_in_wrongly(server, headers)
    pk = f"from comments.models import Comment; print(Comment.objects.get(article__slug='{slug}', number=1).pk)"
    comment = server.manage("shell", "-v0", "-c", pk).strip()
    for headers in forgeries:
        send(server, f"/comments/{comment}/vote/", headers, value="1")
    return json.loads(server.manage("shell", "-v0", "-c", LOOK.format(slug=slug)))


def test_forged_headers_change_neither_key_nor_limit_nor_log(server):
    found = act(server, "forged", FORGERIES)
    assert set(found["addresses"]) == {"127.0.0.1"}
    assert len(set(found["networks"] + found["voted_from"])) == 1
    assert len(found["voted_from"]) == len(FORGERIES)
    assert len(set(found["limited"])) == len(set(found["guessed"])) == 1
    assert set(found["sign_ins"]) == {"127.0.0.1"}
    assert FORGED not in server.new_log()


def test_a_named_proxy_is_believed_and_what_its_client_forged_is_not(tmp_path, static_files):
    (tmp_path / "static").symlink_to(static_files)
    with new_database("proxied") as database:
        site = Server(tmp_path, TRUSTED_PROXIES="127.0.0.0/8", **database)
        site.manage("migrate", "--verbosity=0")
        with site:
            forgeries = [
                {"X-Forwarded-For": "192.0.2.7"},
                {"X-Forwarded-For": f"{FORGED}, 192.0.2.8"},
                {"X-Forwarded-For": "192.0.2.9", "X-Real-IP": FORGED, "Forwarded": f"for={FORGED}"},
                {"X-Forwarded-For": "198.51.100.1"},
            ]
            found = act(site, "proxied", forgeries)
    assert found["addresses"] == ["192.0.2.7", "192.0.2.8", "192.0.2.9", "198.51.100.1"]
    assert [found["networks"].count(key) for key in found["networks"]] == [3, 3, 3, 1]
    assert len(set(found["limited"])) == len(set(found["guessed"])) == 2
    assert set(found["sign_ins"]) == set(found["addresses"])
    log = site.log.read_text()
    assert "192.0.2" not in log
    assert FORGED not in log


@pytest.mark.parametrize(
    "nonsense", [b"NONSENSE\r\n\r\n", b"GET / HTTP/1.1\r\nBad Header\r\n\r\n"], ids=["line", "header"]
)
def test_the_log_keeps_no_address_of_who_sends_nonsense(server, nonsense):
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        connection.sendall(nonsense)
        assert connection.recv(100).startswith(b"HTTP/1.1 400")
    assert "Invalid request from a stranger" in server.new_log()
    assert "127.0.0.1" not in server.new_log()
