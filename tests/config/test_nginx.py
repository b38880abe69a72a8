"""The site behind nginx, with the configuration that deploy/ has for it."""

import http.client
import json
import re
import shutil
import subprocess
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlencode

import brotli
import pytest

from tests.nginx import CONFIGURATION, Nginx, program
from tests.server import Server, free_port, new_database

SLUG = "behind-nginx"
MAKE = f"""
from articles.models import Article
from comments.models import Comment, Policy
Policy(pk=1, valve_factor=0).save()
article = Article.objects.create(title="前", slug="{SLUG}", status="published")
print("PK", Comment.objects.post(article.pk, text="一番", visitor_key="writer").pk)
"""
POST = """
from articles.models import Article
from comments.models import Comment
Comment.objects.post(Article.objects.get(slug="{slug}").pk, text="{text}", visitor_key="writer")
"""


class Answer:
    def __init__(self, answer: http.client.HTTPResponse):
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()

    @property
    def text(self) -> str:
        return self.body.decode()


def ask(port: int, path: str, method: str = "GET", body: str | None = None, **headers: str) -> Answer:
    """`headers` with _ for -."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        return Answer(connection.getresponse())


def wait_for_new_second() -> None:
    """So that the requests of a test fall into one second."""
    time.sleep(1.02 - time.time() % 1)


# In front of an application that tells what it was asked


class Echo(BaseHTTPRequestHandler):
    """Answers with a number that is another one each time, and with the headers it was sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        with self.server.lock:
            self.server.asked += 1
            number = self.server.asked
        time.sleep(self.server.seconds)
        if "X-Pass" not in self.headers:
            self.server.gate.wait()
        body = json.dumps({"number": number, "headers": dict(self.headers.items()), "method": self.command}).encode()
        self.send_response(200)
        for header in self.server.headers:
            self.send_header(*header)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *arguments):
        pass


PAGE = (("X-Accel-Expires", "1"), ("Cache-Control", "public, max-age=0"), ("Vary", "Accept-Encoding"))


@pytest.fixture
def echo():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    server.lock, server.asked, server.seconds, server.headers = threading.Lock(), 0, 0, PAGE
    server.gate = threading.Event()
    server.gate.set()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def front(echo, tmp_path):
    with Nginx(tmp_path / "nginx", echo.server_port, tmp_path) as nginx:
        yield nginx.port


def numbers(front: int, *requests: dict[str, str]) -> list[int]:
    """Which answers came, all asked for in one second."""
    wait_for_new_second()
    return [json.loads(ask(front, "/", **headers).body)["number"] for headers in requests]


def test_within_a_second_a_page_is_asked_for_once(front):
    assert numbers(front, {}, {}, {"method": "GET"}) == [1, 1, 1]


def test_no_page_goes_out_in_another_second_than_it_was_asked_for_in(front):
    for begin in range(1, 4):
        assert numbers(front, {}, {}) == [begin, begin]


def test_a_place_that_is_used_again_gives_nothing_that_was_there_before(echo, tmp_path):
    """Each process of nginx holds the files open that it has read."""
    seen: set[int] = set()
    with Nginx(tmp_path / "nginx", echo.server_port, tmp_path, workers=2) as nginx:
        # There are ten places, one for each second.
        for _ in range(13):
            found = set(numbers(nginx.port, *[{}] * 12))
            assert not found & seen
            seen |= found


def test_whoever_has_written_and_staff_go_round_it(front):
    mine = [{"Cookie": "wrote=1"}, {"Cookie": "a=b; sessionid=x"}]
    assert numbers(front, {}, *mine, {}) == [1, 2, 3, 1]


def test_what_they_are_shown_is_not_kept(front):
    assert numbers(front, {"Cookie": "wrote=1"}, {}, {}) == [1, 2, 2]


def test_other_cookies_make_no_other_page(front):
    assert numbers(front, {}, {"Cookie": "visitor=abc; theme=dark"}) == [1, 1]


def test_each_language_has_its_own_page(front):
    ja, en = {"Cookie": "language=ja"}, {"Cookie": "visitor=a; language=en"}
    assert numbers(front, {}, ja, en, ja, en) == [1, 2, 3, 2, 3]


@pytest.mark.parametrize(
    "cookie",
    ["language=en; language=ja", 'language="en"', "LANGUAGE=en", "language =en", "language=fr", "language=en ; a=b"],
)
def test_a_language_that_could_be_read_otherwise_is_not_kept(front, cookie):
    assert numbers(front, {"Cookie": cookie}, {"Cookie": cookie}) == [1, 2]


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("br;q=0.5, gzip;q=1.0", "br"),
        ("gzip,br;q=0", "gzip"),
        ("gzip;q=0.000, br;q=0", None),
        ("deflate, gzip;q=0.1", "gzip"),
        ("identity", None),
        ("brotli", None),
        ("*", None),
    ],
)
def test_the_application_is_asked_for_one_of_three_encodings(front, accepted, sent):
    told = json.loads(ask(front, "/", Accept_Encoding=accepted).body)
    assert told["headers"].get("Accept-Encoding") == sent


def test_each_encoding_is_kept_apart_and_each_browser_is_not(front):
    accepted = ["gzip, br", "br, gzip", "gzip", "gzip, deflate", "identity"]
    assert numbers(front, *({"Accept_Encoding": value} for value in accepted)) == [1, 1, 2, 2, 3]


def test_the_application_is_told_to_ask_at_once_and_for_whom(front):
    told = json.loads(ask(front, "/", X_Forwarded_For="203.0.113.9", X_Forwarded_Proto="https").body)["headers"]
    assert told["Cache-Control"] == "no-cache"
    assert told["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert told["X-Forwarded-Proto"] == "http"
    assert told["Host"].startswith("127.0.0.1:")


@pytest.mark.parametrize(
    "headers",
    [
        (("Cache-Control", "public, max-age=60"),),
        (("Expires", "Thu, 01 Jan 2099 00:00:00 GMT"),),
        (*PAGE, ("Set-Cookie", "visitor=abc")),
        (),
    ],
)
def test_only_what_the_application_lets_nginx_keep_is_kept(echo, front, headers):
    echo.headers = headers
    assert numbers(front, {}, {}) == [1, 2]


def test_forms_are_never_answered_from_it(front):
    assert numbers(front, {}, {"method": "POST", "body": "a"}, {"method": "POST", "body": "a"}, {}) == [1, 2, 3, 1]


def test_many_at_once_ask_the_application_once(echo, tmp_path):
    echo.seconds = 0.3
    nginx = Nginx(tmp_path / "nginx", echo.server_port, tmp_path)
    # So long that the application has answered, however busy this machine is.
    proxy = nginx.folder / "kawaraban_proxy.inc"
    proxy.write_text(proxy.read_text().replace("lock_timeout 20ms", "lock_timeout 20s"))
    with nginx:
        wait_for_new_second()
        found = []
        readers = [threading.Thread(target=lambda: found.append(ask(nginx.port, "/").body)) for _ in range(30)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
    assert len(found) == 30
    assert echo.asked <= 2  # 2 when their starting took longer than what was left of the second


def test_nobody_waits_for_an_answer_that_somebody_else_waits_for(echo, front):
    echo.gate.clear()
    first = threading.Thread(target=ask, args=(front, "/"))
    wait_for_new_second()
    first.start()
    while not echo.asked:
        time.sleep(0.001)
    # The first one is answered only after this one.
    assert ask(front, "/", X_Pass="yes").status == 200
    echo.gate.set()
    first.join()


def test_what_is_too_long_is_refused_before_the_application_sees_it(echo, front):
    assert ask(front, "/", "POST", "x" * 3_200_000).status == 413
    assert ask(front, "/admin/", "POST", "x" * 3_200_000).status == 200
    assert echo.asked == 1


def test_the_whole_file_with_tls_is_one_that_nginx_takes(tmp_path):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=news.example.jp"]
    command = ["openssl", "req", "-x509", *kind, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    site = (CONFIGURATION / "kawaraban.conf").read_text()
    site = re.sub(r"ssl_certificate \S+;", f"ssl_certificate {certificate};", site)
    site = re.sub(r"ssl_certificate_key \S+;", f"ssl_certificate_key {key};", site)
    site = site.replace("/var/cache/nginx", str(tmp_path)).replace("/var/log/nginx", str(tmp_path))
    # `nginx -t` opens the ports too, which somebody may hold here.
    site = re.sub(r"listen \[::\]:.*", "", site)
    site = re.sub(r"listen (80|443)", lambda found: f"listen 127.0.0.1:{free_port()}", site)
    (tmp_path / "kawaraban.conf").write_text(site)
    shutil.copy(CONFIGURATION / "kawaraban_proxy.inc", tmp_path)
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; events {{}} http {{ include {tmp_path}/kawaraban.conf; }}"
    )
    command = [program(), "-t", "-p", tmp_path, "-c", tmp_path / "nginx.conf", "-e", tmp_path / "log"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr, done.stderr


# In front of the site


@pytest.fixture(scope="module")
def site(tmp_path_factory, static_files):
    folder = tmp_path_factory.mktemp("behind-nginx")
    (folder / "static").symlink_to(static_files)
    (folder / "media").mkdir()
    with new_database("nginx") as database:
        server = Server(folder, TRUSTED_PROXIES="127.0.0.1", **database)
        server.manage("migrate", "--verbosity=0")
        server.comment = int(server.manage("shell", "-v0", "-c", MAKE).partition("PK ")[2])
        with server, Nginx(folder / "nginx", server.port, folder) as nginx:
            server.front = nginx.port
            yield server
    assert not server.has_unexpected_errors(), server.new_log()


PATH = f"/articles/{SLUG}/"


def test_others_see_what_was_written_within_a_second(site):
    assert "二番目に" not in ask(site.front, PATH).text
    site.manage("shell", "-v0", "-c", POST.format(slug=SLUG, text="二番目に"))
    time.sleep(1)
    assert "二番目に" in ask(site.front, PATH).text


def test_whoever_has_written_sees_it_at_once(site):
    ask(site.front, PATH)
    form = ask(site.front, PATH, Cookie="wrote=1").text
    stamp = re.search(r'name="stamp" value="([^"]+)"', form)[1]
    fields = urlencode({"text": "三番目に書く", "stamp": stamp})
    headers = {"Content_Type": "application/x-www-form-urlencoded", "Sec_Fetch_Site": "same-origin"}
    answer = ask(site.front, PATH + "comments/", "POST", fields, **headers)
    assert answer.status == 303
    cookies = [cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie")]
    assert "三番目に書く" in ask(site.front, PATH, Cookie="; ".join(cookies)).text


def test_a_page_comes_compressed_and_as_the_application_made_it(site):
    plain = ask(site.front, PATH, Cookie="wrote=1").body
    answer = ask(site.front, PATH, Accept_Encoding="gzip, br")
    assert answer.headers["Content-Encoding"] == "br"
    assert brotli.decompress(answer.body) == plain
    assert "X-Accel-Expires" not in answer.headers


def test_who_has_the_page_already_is_told_so(site):
    wait_for_new_second()
    tag = ask(site.front, PATH).headers["ETag"]
    assert ask(site.front, PATH, If_None_Match=tag).status == 304


def test_static_files_come_from_nginx_compressed(site):
    path = re.search(r'"(/static/css/site[^"]+\.css)"', ask(site.front, PATH).text)[1]
    answer = ask(site.front, path, Accept_Encoding="gzip")
    assert answer.headers["Server"] == "nginx"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Content-Type"] == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pictures_come_from_nginx_and_other_files_do_not(site):
    media = site.log.parent / "media"
    (media / "picture.webp").write_bytes(b"RIFF")
    (media / "script.html").write_text("<script>")
    answer = ask(site.front, "/media/picture.webp")
    assert (answer.status, answer.body, answer.headers["Content-Type"]) == (200, b"RIFF", "image/webp")
    assert ask(site.front, "/media/script.html").status == 404
    assert ask(site.front, "/media/../secret_key").status in {400, 404}
    assert ask(site.front, "/static/..%2fsecret_key").status == 404
