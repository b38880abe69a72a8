"""Akismet, played by a server of HTTP on this machine."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs

import httpx
import pytest

from comments import limits, spam_check
from comments.models import Comment, Policy, Rule
from tests.factories import make_article, make_comment, make_owner

pytestmark = pytest.mark.django_db


class Service:
    """Answers as it is told to, and keeps what it was asked."""

    def __init__(self):
        self.status, self.text, self.asked, self.go = 200, "false", [], Event()
        self.go.set()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                service.asked.append((self.path, {name: values[0] for name, values in parse_qs(body).items()}))
                service.go.wait(60)
                self.send_response(service.status)
                self.end_headers()
                self.wfile.write(service.text.encode())

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = Thread(target=self.http.serve_forever, daemon=True)

    def __enter__(self) -> "Service":
        self.thread.start()
        return self

    def __exit__(self, *error) -> None:
        self.go.set()
        self.http.shutdown()
        self.http.server_close()


class Detour(httpx.HTTPTransport):
    """Leads what is meant for the service to the one on this machine."""

    def __init__(self, port: int):
        super().__init__()
        self.port = port

    def handle_request(self, request):
        assert request.url.host == "rest.akismet.com"
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=self.port)
        return super().handle_request(request)


@pytest.fixture
def service(settings, monkeypatch) -> Iterator[Service]:
    settings.AKISMET_KEY = "0123456789ab"
    with Service() as service:
        port = service.http.server_port
        monkeypatch.setattr(spam_check, "transport", lambda: Detour(port))
        yield service


def post(client, text="こんにちは", **fields):
    article = make_article(slug="kiji")
    response = client.post("/articles/kiji/comments/", {"text": text, "author_name": "花子", "parent": "", **fields})
    return response, Comment.objects.filter(article=article).first()


@pytest.mark.parametrize(
    ("status", "text", "reasons"),
    [
        (200, "false", ""),
        (200, "true", "akismet:spam"),
        (500, "", "akismet:failed"),
        (200, "invalid", "akismet:failed"),
        (200, "<html>…</html>", "akismet:failed"),
        (302, "", "akismet:failed"),
    ],
)
def test_its_answer_decides_and_nothing_is_lost(reader, service, status, text, reasons):
    service.status, service.text = status, text
    _response, comment = post(reader)
    assert comment.hold_reasons == reasons
    assert comment.is_published == (reasons == "")


def test_who_does_not_answer_in_time_holds(reader, service, monkeypatch):
    monkeypatch.setattr(spam_check, "SECONDS", 0.2)
    service.go.clear()
    assert post(reader)[1].hold_reasons == "akismet:failed"


def test_a_service_that_cannot_be_reached_holds(reader, service):
    service.http.server_close()
    assert post(reader)[1].hold_reasons == "akismet:failed"


def test_what_it_gets_to_see(reader, service):
    post(reader)
    [(path, asked)] = service.asked
    assert path == "/1.1/comment-check"
    assert asked["api_key"] == "0123456789ab"
    assert (asked["comment_content"], asked["comment_author"]) == ("こんにちは", "花子")
    assert asked["permalink"] == "http://testserver/articles/kiji/"
    assert asked["user_ip"] == "127.0.0.1"


def test_it_is_asked_only_about_what_nothing_else_holds_or_refuses(reader, client, service):
    Rule.objects.create(pattern="禁句", action="refuse")
    article = make_article()
    for fields in ({"website": "x"}, {"text": "禁句"}, {"preview": "1"}, {"text": ""}):
        reader.post(f"/articles/{article.slug}/comments/", {"text": "字", "author_name": "", "parent": "", **fields})
    Policy.objects.create(pk=1, premoderation="all")
    reader.post(f"/articles/{article.slug}/comments/", {"text": "別の字", "author_name": "", "parent": ""})
    client.defaults["HTTP_SEC_FETCH_SITE"] = "same-origin"
    client.force_login(make_owner())
    client.post(f"/articles/{article.slug}/comments/", {"text": "字", "author_name": "", "parent": ""})
    assert service.asked == []


def test_without_a_key_nobody_is_asked(reader, service, settings):
    settings.AKISMET_KEY = ""
    assert post(reader)[1].is_published
    assert service.asked == []


def test_an_edit_is_shown_to_it_as_well(reader, service):
    _response, comment = post(reader)
    address = reader.post(f"/mine/{comment.pk}/receipt/")["Location"]
    service.text = "true"
    assert reader.post(f"{address}edit/", {"edit-text": "宣伝", "edit-author_name": ""}).status_code == 422
    comment.refresh_from_db()
    assert comment.text == "こんにちは"


def test_the_log_does_not_hold_the_text(reader, service, caplog):
    service.status = 500
    post(reader, "内緒の話")
    assert "Akismet did not answer" in caplog.text
    assert "内緒の話" not in caplog.text


def test_who_has_reached_the_limit_of_a_thread_is_not_asked_about(reader, service, monkeypatch):
    limit = limits.REPLIES_IN_THREAD
    monkeypatch.setattr(limits, "REPLIES_IN_THREAD", limits.Limit(limit.name, 1, limit.per, limit.reason))
    root = make_comment()
    address = f"/articles/{root.article.slug}/comments/"
    answers = [reader.post(address, {"text": f"返事{n}", "parent": root.pk}).status_code for n in range(3)]
    assert answers == [303, 429, 429]
    assert len(service.asked) == 1
