import socket
import threading
import time
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import time_machine
from django.utils import timezone

from articles import source_check
from articles.models import Article, Source
from tests.factories import make_article
from tests.owners_servers import serving

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


class Handler(BaseHTTPRequestHandler):
    """Answers with the status that the path names; notes who asked for what."""

    protocol_version = "HTTP/1.1"

    def do_HEAD(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        kind = self.path.strip("/")
        if kind == "no-head":
            return self.answer(405 if self.command == "HEAD" else 200)
        if kind.startswith("to="):
            return self.answer(302, {"Location": kind.removeprefix("to=")})
        if kind == "endless":
            return self.answer(302, {"Location": self.path})
        if kind == "drip":
            return self.drip()
        return self.answer(int(kind))

    do_GET = do_HEAD

    def answer(self, status, headers=()):
        self.send_response(status)
        # More than any test waits for, so reading it would hang.
        for name, value in {"Content-Length": 10**9, **dict(headers)}.items():
            self.send_header(name, str(value))
        self.end_headers()

    def drip(self):
        """A header without end, a byte at a time."""
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not self.server.stopping.wait(0.1):
            self.wfile.write(b"x")

    def log_message(self, *args):
        pass


class Elsewhere(ThreadingHTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked = []
        self.stopping = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}/"

    def shutdown(self):
        self.stopping.set()
        super().shutdown()


@pytest.fixture
def elsewhere():
    with serving(Elsewhere()) as server:
        yield server


@pytest.fixture
def loopback(monkeypatch):
    """A test's own server is on an address that the site would refuse."""
    real = source_check.config
    monkeypatch.setattr(source_check, "config", lambda: replace(real(), ip_filter_allow_loopback_ips=True))


@pytest.fixture
def found(monkeypatch):
    """What is found, without a network: by default nothing wrong."""
    findings = {}
    monkeypatch.setattr(source_check, "in_time", lambda url: findings.setdefault(url, ""))
    return findings


def source(url="https://news.test/a", **kwargs) -> Source:
    kwargs.setdefault("article", make_article())
    return Source.objects.create(title="資料", url=url, **kwargs)


def check() -> list[Source]:
    return list(source_check.check_due())


# Asking


@pytest.mark.parametrize(
    ("path", "finding"),
    [
        ("200", ""),
        ("204", ""),
        ("no-head", ""),
        ("to=/200", ""),
        ("403", ""),
        ("429", ""),
        ("404", "404"),
        ("410", "410"),
        ("500", "500"),
        ("503", "503"),
        ("to=/404", "404"),
        ("endless", "redirects"),
        ("to=ftp://example.com/", "no address"),
    ],
)
def test_what_an_address_answers(elsewhere, loopback, path, finding):
    assert source_check.ask(elsewhere.url + path) == finding


def test_the_body_is_asked_for_only_where_the_head_does_not_do(elsewhere, loopback, settings):
    settings.SITE_URL = "https://news.example.jp"
    source_check.ask(elsewhere.url + "200")
    source_check.ask(elsewhere.url + "no-head")
    assert [command for command, _path, _agent in elsewhere.asked] == ["HEAD", "HEAD", "GET"]
    assert {agent for _command, _path, agent in elsewhere.asked} == {"Kawaraban (+https://news.example.jp)"}


def test_redirects_end(elsewhere, loopback):
    source_check.ask(elsewhere.url + "endless")
    assert len(elsewhere.asked) == source_check.MAX_REDIRECTS + 1


def test_a_server_that_never_ends_is_not_waited_for(elsewhere, loopback, monkeypatch):
    monkeypatch.setattr(source_check, "LONGEST", 0.3)
    begun = time.monotonic()
    assert source_check.in_time(elsewhere.url + "drip") == "timeout"
    assert time.monotonic() - begun < 5


def test_a_server_that_is_not_there(loopback):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert source_check.ask(f"http://127.0.0.1:{port}/") == "no answer"


def test_a_name_that_nobody_has():
    assert source_check.ask("https://nobody.invalid/") == "unknown host"


@pytest.mark.parametrize("url", ["ftp://news.test/", "https://", "nonsense", "https://[news.test/", "https://\udcff/"])
def test_what_is_no_address(url):
    assert source_check.ask(url) in {"no address", "unknown host"}


# What must never be asked


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://172.16.0.1/",
        "http://192.168.0.1/",
        "http://100.64.0.1/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "https://10.0.0.1:8443/",
    ],
)
def test_addresses_that_are_not_public_are_refused(url):
    assert source_check.ask(url) == "not public"


def test_a_redirect_to_one_is_refused(elsewhere, loopback):
    assert source_check.ask(f"{elsewhere.url}to=http://169.254.169.254/") == "not public"
    assert source_check.ask(f"{elsewhere.url}to=http://10.0.0.1/") == "not public"


def test_a_name_that_leads_to_one_is_refused(elsewhere, monkeypatch):
    def resolve(host, port, *args, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", elsewhere.server_address[1]))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert source_check.ask("http://news.test/200") == "not public"
    assert elsewhere.asked == []


def test_no_proxy_of_the_environment_is_asked(elsewhere, loopback, monkeypatch):
    monkeypatch.setenv("http_proxy", elsewhere.url)
    source_check.ask(elsewhere.url + "200")
    # A proxy would have been asked for the whole address.
    assert [path for _command, path, _agent in elsewhere.asked] == ["/200"]


def test_nobody_is_asked_for_an_example(monkeypatch):
    monkeypatch.setattr(source_check, "new_session", None)
    assert source_check.ask("https://www.example.org/a") == ""


# When


def test_a_source_is_asked_for_once_a_week(found):
    with time_machine.travel(timezone.now(), tick=False) as clock:
        one = source()
        check()
        assert Source.objects.get(pk=one.pk).checked_at == timezone.now()
        found.clear()
        clock.shift(7 * DAY - timedelta(seconds=1))
        check()
        assert found == {}
        clock.shift(timedelta(seconds=1))
        check()
        assert found == {one.url: ""}


def test_a_few_at_once_and_each_of_another_host(found):
    for n in range(4):
        source("https://a.test/" + str(n))
    for host in "bcd":
        source(f"https://{host}.test/")
    check()
    assert sorted(found) == ["https://a.test/0", "https://b.test/", "https://c.test/"]
    found.clear()
    check()
    assert sorted(found) == ["https://a.test/1", "https://d.test/"]


def test_only_what_readers_see_is_asked_for(found):
    source(article=make_article(status=Article.Status.DRAFT))
    source(article=make_article(published_at=timezone.now() + DAY))
    check()
    assert found == {}


@pytest.mark.parametrize(("finding", "days"), [("404", 3), ("unknown host", 3), ("503", 6), ("timeout", 6)])
def test_it_is_dead_after_days_without_an_answer(found, finding, days):
    one = source()
    found[one.url] = finding
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(days - 1):
            assert check() == []
            clock.shift(DAY)
            assert not Source.objects.dead().exists()
        assert check() == [one]
        assert Source.objects.dead().get().finding == finding
        # Told once, and not asked for each day any more.
        clock.shift(DAY)
        assert check() == []
        assert Source.objects.get().checked_at == timezone.now() - DAY


def test_it_is_alive_again_when_it_answers(found):
    one = source(dead_since=timezone.now(), failures=6, finding="404", checked_at=timezone.now() - 7 * DAY)
    assert check() == []
    one.refresh_from_db()
    assert (one.dead_since, one.failures, one.finding) == (None, 0, "")


def test_one_bad_day_is_forgotten(found):
    one = source(failures=4, finding="404", checked_at=timezone.now() - DAY)
    check()
    assert Source.objects.get(pk=one.pk).failures == 0


def test_of_a_new_address_nothing_is_known(found):
    one = source(dead_since=timezone.now(), failures=6, finding="404", checked_at=timezone.now())
    one.url = "https://news.test/new"
    one.save()
    one.refresh_from_db()
    assert (one.checked_at, one.dead_since, one.failures, one.finding) == (None, None, 0, "")


def test_saving_the_article_keeps_what_was_found_meanwhile():
    one = source()
    Source.objects.filter(pk=one.pk).update(failures=2, finding="404", checked_at=timezone.now())
    one.title = "新しい題名"
    one.save()
    one.refresh_from_db()
    assert (one.title, one.failures) == ("新しい題名", 2)


def test_what_was_found_of_an_address_that_was_changed_meanwhile_is_dropped(monkeypatch):
    one = source()

    def ask(url):
        Source.objects.filter(pk=one.pk).update(url="https://news.test/new")
        return "404"

    monkeypatch.setattr(source_check, "in_time", ask)
    assert check() == []
    assert Source.objects.get().failures == 0


def test_every_finding_has_words():
    assert source_check.explain("404") == "ページが見つかりません(404)。"
    assert source_check.explain("502") == "サーバーがエラーを返します(502)。"


# What readers see


@pytest.mark.parametrize(
    ("language", "title", "name", "of_title"),
    [
        ("en", "Harbour notes", "英語", ' lang="en"'),
        ("en", "港の記録", "英語", ""),
        ("zh-Hant", "港", "繁体字中国語", ' lang="zh-Hant"'),
        ("tlh", "nuqneH", "tlh", ' lang="tlh"'),
    ],
)
def test_the_language_is_named_in_the_readers_words(client, language, title, name, of_title):
    one = source(language=language, publisher="港湾局")
    Source.objects.update(title=title)
    page = client.get(one.article.get_absolute_url()).content.decode()
    assert f"<span>{name}</span>" in page
    assert f'hreflang="{language}"' in page
    assert f"{of_title}>{title}</a>" in " ".join(page.split())
