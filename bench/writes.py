#!/usr/bin/env python3
"""writes.py [COMMENTS] [--statements] [--profile]: what a comment, a reply and a vote cost the server.

Prints the CPU milliseconds of gunicorn and PostgreSQL together, for each act, beside a bare Django response that the
same gunicorn serves. The database must be empty; it is filled with COMMENTS (10,000) first:
tests/throwaway_postgres.py bench/writes.py 1000000
`--statements` lists every statement of each act instead, `--profile` where Python spends its time.
"""

import argparse
import cProfile
import http.client
import os
import pstats
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.server import Server, free_port

# Below what the site takes in a minute, and below what the valve takes for a flood.
BATCH = 80
TICKS = os.sysconf("SC_CLK_TCK")
FORM = "application/x-www-form-urlencoded"

BARE = """
import os
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
settings.configure(ALLOWED_HOSTS=["*"], SECRET_KEY="x" * 50, ROOT_URLCONF=__name__, MIDDLEWARE=[])
BODY = b"x" * 18_000
urlpatterns = [path("", lambda request: HttpResponse(BODY))]
application = get_wsgi_application()
"""

# 58 comments as a reader's page has them, a thread that is nearly full, and the rest in threads of five.
FILL = """
INSERT INTO comments_comment (article_id, parent_id, number, author_name, text, html, status, created_at, score, upvotes,
    downvotes, imported_upvotes, imported_downvotes, rank, visitor_key, network_key, public_id, trip, by_staff,
    on_legal_hold, reason, hold_reasons, fingerprint, is_unread, is_locked, report_count, misplacement_count,
    tree_id, lft, rght, level)
SELECT {article}, NULL, n, '', text, '<p>' || text || '</p>', 'published', now() - interval '1 hour' - n * interval '1 second',
    0, 0, 0, 0, 0, 0, md5('v' || n % 5000), md5('w' || n % 5000), 'abcdefgh', '', false, false, '', '',
    left(md5(n::text), 16), false, false, 0, 0, {tree}, {lft}, {rght}, {level}
FROM generate_series({first}, {last}) n, LATERAL (SELECT {text} AS text) made
"""
TEXT = (
    "'これは' || n || '番目の意見です。バスの本数が減ると通学に困る人が多いので、もう一度考え直してほしいと思います。'"
)


def make_site(comments: int) -> None:
    from django.db import connection

    from comments import starter_rules
    from comments.models import Comment, Policy, Rule
    from tests.factories import make_article

    Rule.objects.add_suggested((rule for group in starter_rules.GROUPS for rule in group.rules), by=None)
    Policy(pk=1, usual_per_minute=20).save()
    small, thread, *others = [
        make_article(slug=f"bench-{n}", title=f"記事{n}") for n in range(2 + max(1, comments // 500))
    ]
    with connection.cursor() as cursor:
        run = lambda **values: cursor.execute(FILL.format(**{"text": TEXT} | values))  # noqa: E731
        place = {"tree": "nextval('comments_comment_tree_id')", "lft": 1, "rght": 2, "level": 0}
        run(article=small.pk, first=1, last=58, **place)
        for n, article in enumerate(others):
            size = min(500, comments - n * 500)
            here = {
                "tree": f"1000000000 + {n} * 100 + (n - 1) / 5",
                "lft": "CASE (n - 1) % 5 WHEN 0 THEN 1 ELSE (n - 1) % 5 * 2 END",
            }
            here |= {
                "rght": "CASE (n - 1) % 5 WHEN 0 THEN 10 ELSE (n - 1) % 5 * 2 + 1 END",
                "level": "sign((n - 1) % 5)",
            }
            run(article=article.pk, first=1, last=size // 5 * 5, **here)
        cursor.execute(
            "UPDATE comments_comment c SET parent_id = r.id FROM comments_comment r"
            " WHERE c.level = 1 AND r.tree_id = c.tree_id AND r.level = 0"
        )
        run(article=thread.pk, first=1, last=1, tree=2000000000, lft=1, rght=1800, level=0)
        run(article=thread.pk, first=2, last=900, tree=2000000000, lft="2 * (n - 1)", rght="2 * n - 1", level=1)
        root = Comment.objects.get(article=thread, number=1)
        Comment.objects.filter(article=thread, number__gt=1).update(parent=root.pk)
        cursor.execute(
            "UPDATE articles_article a SET comment_count = n, last_comment_number = n, discussion_version = n"
            " FROM (SELECT article_id, count(*) n FROM comments_comment GROUP BY 1) c WHERE c.article_id = a.id"
        )
        cursor.execute(
            "INSERT INTO comments_commenttext (comment_id, head, text, tokens)"
            " SELECT id, '', text, array_to_tsvector(ARRAY['t', 'bこれ', 'b' || substr(text, 4, 2)]) FROM comments_comment"
        )
        cursor.execute(
            "INSERT INTO comments_receipt (comment_id, secret_hash)"
            " SELECT id, md5(id::text) || md5('s' || id) FROM comments_comment"
        )
        cursor.execute("SET default_statistics_target = 100")
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("ALTER SYSTEM SET autovacuum = off")
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute("CHECKPOINT")


class Readers:
    """Forty who have written here before, each from a network of their own."""

    def __init__(self) -> None:
        self.cookies: dict[int, str] = {}
        self.serial = count(1)

    def form(self, **more: object) -> dict:
        from comments import stamp

        n = next(self.serial)
        text = f"{n}人目の意見ですが、便数を減らす前に、朝と夕方だけでも残せないか調べてほしいと思います。({n * 7919})"
        return {
            "text": text,
            "author_name": "",
            "parent": "",
            "website": "",
            "hinted": "",
            stamp.FIELD: stamp.make(),
            **more,
        }

    def headers(self, who: int, fetch: bool = True) -> dict:
        made = {
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": f"10.{who // 200}.{who % 200}.7",
            "Content-Type": FORM,
        }
        made |= {"Accept-Encoding": "gzip, br", "Accept-Language": "ja", "User-Agent": "bench"}
        if fetch:
            made["X-Requested-With"] = "fetch"
        if who in self.cookies:
            made["Cookie"] = self.cookies[who]
        return made


class Site:
    """What is sent: (path, form) of each act, and the rows between two batches as if time had gone by."""

    def __init__(self) -> None:
        from comments.models import Comment

        self.readers = Readers()
        in_place = Comment.objects.filter(article__slug="bench-1")
        self.first_in_thread = in_place.get(number=2).pk
        self.roots = list(Comment.objects.filter(article__slug="bench-2", level=0).values_list("pk", flat=True))
        self.replied = list(Comment.objects.filter(article__slug="bench-2", level=1).values_list("pk", flat=True))
        self.acts: dict[str, tuple[Callable[[int], tuple[str, dict]], bool]] = {
            "comment": (self.comment, True),
            "comment, plain form": (self.comment, False),
            "reply": (self.reply, True),
            "reply, worst place of 1,000": (self.worst_reply, True),
            "vote": (self.vote, True),
            "vote, plain form": (self.vote, False),
        }

    def comment(self, n: int) -> tuple[str, dict]:
        return "/articles/bench-0/comments/", self.readers.form()

    def reply(self, n: int) -> tuple[str, dict]:
        return "/articles/bench-2/comments/", self.readers.form(parent=self.replied[n % len(self.replied)])

    def worst_reply(self, n: int) -> tuple[str, dict]:
        return "/articles/bench-1/comments/", self.readers.form(parent=self.first_in_thread)

    def vote(self, n: int) -> tuple[str, dict]:
        return f"/comments/{self.roots[n // 40 % len(self.roots)]}/vote/", {"value": 1}

    def let_time_pass(self) -> None:
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM comments_ratelimit")
            cursor.execute("DELETE FROM comments_vote")
            # The thread stays as long as it was.
            cursor.execute(
                "UPDATE comments_comment SET created_at = created_at - interval '20 minutes' WHERE created_at > now() - interval '20 minutes'"
            )
            cursor.execute("SELECT id FROM comments_comment WHERE tree_id = 2000000000 AND level > 1")
            extra = [pk for (pk,) in cursor.fetchall()]
            if extra:
                for table in ("comments_commenttext", "comments_receipt"):
                    cursor.execute(f"DELETE FROM {table} WHERE comment_id = ANY(%s)", [extra])
                cursor.execute("DELETE FROM comments_comment WHERE id = ANY(%s)", [extra])
                cursor.execute(
                    "UPDATE comments_comment SET lft = 2 * (number - 1), rght = 2 * number - 1 WHERE tree_id = 2000000000 AND level = 1"
                )
                cursor.execute("UPDATE comments_comment SET rght = 1800 WHERE tree_id = 2000000000 AND level = 0")
            cursor.execute("VACUUM comments_comment, comments_ratelimit, comments_vote, articles_article")


def cpu(pids: list[int]) -> float:
    """Seconds of the processor, user and system, that these processes have had."""
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used / TICKS


def with_children(pid: int) -> list[int]:
    found = [pid]
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += with_children(int(child))
    return found


def backends() -> list[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        )
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def bare_server(folder: Path) -> Iterator[tuple[int, int]]:
    (folder / "bare.py").write_text(BARE)
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "-k",
        "gthread",
        "--workers=2",
        "--threads=4",
        f"--bind=127.0.0.1:{port}",
    ]
    process = subprocess.Popen([*command, "--no-control-socket", "--log-level=warning", "bare:application"], cwd=folder)
    try:
        time.sleep(2)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def measure_bare(port: int, pid: int, times: int = 1500) -> float:
    client = http.client.HTTPConnection("127.0.0.1", port)
    pids = with_children(pid)
    for part in (200, times):
        began = cpu(pids)
        for _ in range(part):
            client.request("GET", "/", headers={"Accept-Encoding": "gzip, br"})
            client.getresponse().read()
    return (cpu(pids) - began) / times * 1000


def send(client: http.client.HTTPConnection, site: Site, act: str, n: int) -> tuple[http.client.HTTPResponse, bytes]:
    make, fetch = site.acts[act]
    path, form = make(n)
    client.request("POST", path, urlencode(form), site.readers.headers(n % 40, fetch))
    answer = client.getresponse()
    body = answer.read()
    assert answer.status in {200, 201, 303}, f"{act}: {answer.status} {body.decode()[:2000]}"
    if cookie := answer.getheader("Set-Cookie"):
        site.readers.cookies[n % 40] = cookie.partition(";")[0]
    return answer, body


def measure(site: Site, server: Server, act: str, batches: int) -> tuple[float, float, int]:
    """CPU ms of gunicorn and of PostgreSQL for one act, and the bytes of its answer."""
    client = http.client.HTTPConnection("127.0.0.1", server.port)
    python = database = 0.0
    size = 0
    numbers = count()
    for batch in range(batches + 1):
        site.let_time_pass()
        theirs, ours = backends(), with_children(server.process.pid)
        began = cpu(ours), cpu(theirs)
        for _ in range(BATCH):
            _answer, body = send(client, site, act, next(numbers))
            size = len(body)
        if batch:
            python += cpu(ours) - began[0]
            database += cpu(theirs) - began[1]
    return python / batches / BATCH * 1000, database / batches / BATCH * 1000, size


def in_process(site: Site, act: str, times: int, first: int = 0) -> None:
    from django.test import Client

    client = Client(SERVER_NAME="localhost")
    make, fetch = site.acts[act]
    for n in range(first, first + times):
        path, form = make(n)
        headers = site.readers.headers(n % 40, fetch)
        del headers["Accept-Encoding"]
        client.cookies.load(headers.pop("Cookie", ""))
        answer = client.post(path, urlencode(form), content_type=headers.pop("Content-Type"), headers=headers)
        assert answer.status_code in {200, 201, 303}, answer.content.decode()
        site.readers.cookies[n % 40] = answer.cookies["visitor"].OutputString().partition(";")[0]
        client.cookies.clear()


def print_statements(site: Site) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for act in site.acts:
        site.let_time_pass()
        in_process(site, act, 41)
        with CaptureQueriesContext(connection) as captured:
            in_process(site, act, 1, 41)
        print(f"\n{act}: {len(captured)} statements")
        for query in captured:
            sql = re.sub(r'(("\w+"\.)?"\w+"(, )?){4,}', "…", " ".join(query["sql"].split()))
            print(f"  {sql[:300]}")


def profile(site: Site) -> None:
    for act in site.acts:
        site.let_time_pass()
        in_process(site, act, 40)
        watch = cProfile.Profile(time.process_time)
        began = time.process_time()
        in_process(site, act, BATCH)
        print(f"\n{act}: {(time.process_time() - began) / BATCH * 1000:.2f} ms of this process without the profiler")
        site.let_time_pass()
        watch.runcall(in_process, site, act, BATCH)
        pstats.Stats(watch).sort_stats("cumulative").print_stats(150)
        pstats.Stats(watch).sort_stats("tottime").print_stats(40)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("comments", nargs="?", type=int, default=10_000)
    parser.add_argument("--batches", type=int, default=4)
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server = Server(folder, TRUSTED_PROXIES="127.0.0.1", DATABASE_URL=os.environ["DATABASE_URL"])
        os.environ.update(server.env)
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        import django

        django.setup()
        server.manage("migrate", "--verbosity=0")
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        make_site(asked.comments)
        site = Site()
        if asked.statements:
            print_statements(site)
        if asked.profile:
            profile(site)
        if asked.statements or asked.profile:
            return
        with bare_server(folder) as (port, pid), server:
            bare = measure_bare(port, pid)
            print(f"{asked.comments} comments; bare Django response: {bare:.3f} CPU ms", flush=True)
            print("| act | CPU ms | of gunicorn | of PostgreSQL | × bare | bytes |\n|---|---|---|---|---|---|")
            for act in site.acts:
                python, database, size = measure(site, server, act, asked.batches)
                both = python + database
                print(
                    f"| {act} | {both:.2f} | {python:.2f} | {database:.2f} | {both / bare:.1f} | {size:,} |", flush=True
                )
            print(f"bare again: {measure_bare(port, pid):.3f}")


if __name__ == "__main__":
    main()
