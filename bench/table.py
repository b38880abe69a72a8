"""The table of `bench/run`: its rows, their goals, and how they are measured.

CPU is what all processes that serve a request take, user and system: gunicorn
with its workers, PostgreSQL with all its processes, nginx. It hardly depends
on what else the machine does, as rates and times do. Rows are measured in
turns, pass by pass; a ratio is the median of the ratios of the passes, so a
slow minute of the machine falls on both of its sides. Passes are short and
many, and a reading in one is several: eight connections may all come to one of
the two processes, which then costs half as much again, until others are opened.
"""

import argparse
import contextlib
import gzip
import json
import os
import platform
import random
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import brotli
import psycopg

from bench import clients, processes
from bench.clients import Answer, Load
from tests import throwaway_postgres
from tests.nginx import Nginx
from tests.server import ROOT, Server, clean_environment, run_manage

RESULTS = ROOT / "bench/results.json"
ENCODINGS = {"plain": {}, "gzip": {"Accept_Encoding": "gzip"}, "br": {"Accept_Encoding": "br"}}
# Workers that leave after so many requests would be started anew in the middle of a pass.
FOR_EVER = {"GUNICORN_CMD_ARGS": "--max-requests 0"}
ACT = {"Sec_Fetch_Site": "same-origin", "X_Requested_With": "fetch"}
# Acts in one pass: with those of the other rows fewer than the site takes in a minute from everybody.
POSTS, WORST_POSTS, VOTES = 48, 24, 120
LEAST_PAGES = 16
LEAST_PASSES = 5
# In a pass: what others are compared with falls on each of them.
BASE_TIMES = 3
MIX = {"read": 0.95, "vote": 0.04, "post": 0.01}


@dataclass
class Row:
    """One line: what is driven, by whom it is served, and what is hoped for."""

    name: str
    drive: Callable[[], Load]
    # The processes whose CPU counts.
    served_by: list[int]
    # What it is to be compared with, by name, and how many times that it may cost.
    base: str = ""
    most: float = 0
    # The bare response and the file of nginx of the same bytes.
    bare: str = ""
    file: str = ""
    # Of the rate of `base` at least so much.
    least_rate: float = 0
    size: int = 0
    queries: str = ""
    # How often in each pass, of which its figures are the medians.
    times: int = 1
    # Driven for a moment before each pass, unmeasured: what is kept ready is ready then.
    warm_up: Callable[[], object] | None = None
    loads: list[Load] = field(default_factory=list)
    # Of each pass.
    cpu: list[float] = field(default_factory=list)
    # Of it the part of PostgreSQL, which is served_by's last.
    database: list[float] = field(default_factory=list)
    # Of the pass that is under way.
    used: list[tuple[float, float]] = field(default_factory=list)

    def measure(self) -> None:
        if self.warm_up:
            self.warm_up()
        before = [processes.cpu_seconds(pid) for pid in self.served_by]
        load = self.drive()
        used = [
            (processes.cpu_seconds(pid) - was) * 1e3 / max(load.requests, 1)
            for pid, was in zip(self.served_by, before, strict=True)
        ]
        self.loads.append(load)
        self.used.append((sum(used), used[-1]))

    def end_pass(self) -> None:
        self.cpu.append(statistics.median(cpu for cpu, _ in self.used))
        self.database.append(statistics.median(database for _, database in self.used))
        self.used.clear()

    @property
    def errors(self) -> int:
        return sum(load.errors for load in self.loads)

    def median(self, name: str) -> float:
        return statistics.median(getattr(load, name) for load in self.loads)


# Servers


class BareServer(Server):
    config = "bench/bare_gunicorn.py"


class Site:
    """A database with the shapes in it, and the environment to serve it with."""

    def __init__(self, folder: Path, database_url: str, static: Path | None = None):
        self.folder = folder
        folder.mkdir()
        if static:
            (folder / "static").symlink_to(static)
        self.variables = {
            "DATABASE_URL": database_url,
            "SECRET_KEY": secrets.token_urlsafe(64),
            "IDENTITY_KEYS": secrets.token_urlsafe(64),
            "TRUSTED_PROXIES": "127.0.0.1",
            "MIN_FORM_SECONDS": "0",
        }
        self.env = clean_environment(VAR_DIR=str(folder), **self.variables)
        self.told: dict = {}

    def load(self, *arguments: object) -> dict | list:
        command = [sys.executable, "bench/load.py", *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, text=True, check=True)
        return json.loads(done.stdout.rpartition("TOLD ")[2])

    def prepare(self, articles: int, comments: int) -> None:
        run_manage("migrate", "--verbosity=0", env=self.env)
        self.told = self.load("shapes", articles, comments)

    def serve(self, name: str, **variables: str) -> Server:
        folder = self.folder / name
        folder.mkdir()
        # Pictures and static files are those of the site.
        (folder / "static").symlink_to((self.folder / "static").resolve())
        return Server(folder, **self.variables | FOR_EVER | variables)

    def count_queries(self) -> dict[str, int]:
        told = self.folder / "told.json"
        told.write_text(json.dumps(self.told))
        return self.load("queries", told)


def fetch(server_port: int, path: str, **headers: str) -> bytes:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    with urllib.request.urlopen(
        urllib.request.Request(f"http://127.0.0.1:{server_port}{path}", headers=sent)
    ) as answer:
        return answer.read()


# Readers who write


networks = iter(range(1 << 40))


def forwarded() -> dict[str, str]:
    """Each is another reader's act, from a network of their own."""
    n = next(networks)
    return {"X_Forwarded_For": f"{11 + (n >> 16) % 100}.{n >> 8 & 255}.{n & 255}.7"}


def post_request(path: str, parent: int | None, stamp: str) -> bytes:
    said = "".join(random.choices("港夜走貨物列車道路騒音数字本文地図海岸線路", k=40))
    fields = {"text": f"{said}だと思いますが、どうでしょうか。", "author_name": "", "stamp": stamp, "website": ""}
    fields |= {"place": "new"} if parent is None else {"parent": parent}
    return clients.request("POST", f"{path}comments/", urlencode(fields).encode(), **ACT, **forwarded())


def vote_request(pk: int) -> bytes:
    return clients.request("POST", f"/comments/{pk}/vote/", b"value=1", **ACT, **forwarded())


def is_good(answer: Answer) -> bool:
    if answer.kind == "post":
        # Published, and so on the page at once.
        return answer.status == 201 and b"thread__item--new" in answer.body
    return answer.status == 200


def posts(port: int, site: Site, shape: str, times: int) -> Callable[[], Load]:
    # Goes on where the last pass ended.
    places = iter(site.told[shape] * 1_000)

    def drive() -> Load:
        make = lambda client: ("post", post_request(*next(places), site.told["stamp"]))  # noqa: E731
        return clients.drive(port, clients.for_times(times, make), is_good)

    return drive


def votes(port: int, pk: int) -> Callable[[], Load]:
    make = lambda client: ("vote", vote_request(pk))  # noqa: E731
    return lambda: clients.drive(port, clients.for_times(VOTES, make), is_good)


def slowly(port: int, path: str, seconds: float) -> Callable[[], Load]:
    """Pages that are made anew. wrk leaves the last ones unfinished, which are many where few are made in a second."""
    make = lambda client: ("read", clients.get(path, **forwarded()))  # noqa: E731
    return lambda: clients.drive(port, clients.for_seconds(seconds, make, LEAST_PAGES), is_good)


def mixed(port: int, site: Site, seconds: float) -> Load:
    """Readers of one article who now and then vote or write; whoever has, reads on with the cookie of it."""
    path, draw = site.told["mix"], random.Random(4)
    page = clients.get(path, Accept_Encoding="br")
    own = clients.get(path, Accept_Encoding="br", Cookie="wrote=1")
    has_written: set[int] = set()

    def make(client: int) -> tuple[str, bytes]:
        kind = draw.choices([*MIX], [*MIX.values()])[0]
        if kind == "read":
            data = own if client in has_written else page
            has_written.discard(client)
            return kind, data
        has_written.add(client)
        if kind == "vote":
            return kind, vote_request(draw.choice(site.told["mix_comments"]))
        parent = draw.choice([None, draw.choice(site.told["mix_comments"])])
        return kind, post_request(path, parent, site.told["stamp"])

    return clients.drive(port, clients.for_seconds(seconds, make), is_good)


# Rows


@dataclass
class Stage:
    """All that runs."""

    site: Site
    hot: Server
    cold: Server
    bare: Server
    nginx: Nginx
    postmaster: int
    seconds: float
    sizes: dict[str, int] = field(default_factory=dict)

    def rows(self) -> list[Row]:
        return [*self.bases(), *self.hot_rows(), *self.cold_rows(), *self.writing_rows()]

    def by_site(self, server: Server) -> list[int]:
        return [server.process.pid, self.postmaster]

    def bases(self) -> Iterator[Row]:
        for name in ENCODINGS:
            drive = reading(self.bare.port, f"/{name}", self.seconds)
            yield Row(f"bare Django, {name}", drive, [self.bare.process.pid], size=self.sizes[name], times=BASE_TIMES)
            drive = reading(self.nginx.port, f"/bench/{name}", self.seconds)
            yield Row(f"nginx's file, {name}", drive, [self.nginx.process.pid], size=self.sizes[name], times=BASE_TIMES)

    def hot_rows(self) -> Iterator[Row]:
        path = self.site.told["hot"]
        for name, headers in ENCODINGS.items():
            bare, file = f"bare Django, {name}", f"nginx's file, {name}"
            drive = reading(self.hot.port, path, self.seconds, **headers)
            like = {"bare": bare, "file": file, "size": self.sizes[name], "queries": "hot"}
            like |= {"warm_up": for_a_moment(self.hot.port, path, **headers), "least_rate": 0.9}
            yield Row(f"hot article, {name}", drive, self.by_site(self.hot), bare, 1.15, **like)
        for name, headers in ENCODINGS.items():
            bare, file = f"bare Django, {name}", f"nginx's file, {name}"
            drive = reading(self.nginx.port, path, self.seconds, **headers)
            like = {"bare": bare, "file": file, "size": self.sizes[name], "queries": "hot"}
            like["warm_up"] = for_a_moment(self.nginx.port, path, **headers)
            served_by = [self.nginx.process.pid, *self.by_site(self.hot)]
            yield Row(f"the same behind nginx, {name}", drive, served_by, file, 1.3, **like)
        tag = self.tag()
        drive = reading(self.hot.port, path, self.seconds, Accept_Encoding="br", If_None_Match=tag)
        like = {"bare": "bare Django, br", "file": "nginx's file, br", "queries": "hot"}
        like["warm_up"] = for_a_moment(self.hot.port, path, Accept_Encoding="br")
        yield Row("revalidation (304)", drive, self.by_site(self.hot), "bare Django, br", 1.0, **like)

    def tag(self) -> str:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.hot.port}{self.site.told['hot']}", headers={"Accept-Encoding": "br"}
        )
        with urllib.request.urlopen(asked) as answer:
            return answer.headers["ETag"]

    def cold_rows(self, site: Site | None = None, cold: Server | None = None, among: str = "") -> Iterator[Row]:
        site, cold = site or self.site, cold or self.cold
        told, served_by = site.told, self.by_site(cold)
        bare, file = "bare Django, plain", "nginx's file, plain"
        article = f"cold article, 58 comments{among}"
        pages = {
            article: (told["hot"], bare if not among else article.removesuffix(among), 1.2 if among else 12, "hot"),
            f"cold, 200 of 10,000 comments{among}": (told["large"], article, 3, "large"),
            f"cold home{among}": ("/", article, 1, "home"),
            f"cold category{among}": (told["category"], article, 1, "category"),
        }
        for name, (path, base, most, queries) in pages.items():
            drive = slowly(cold.port, path, self.seconds)
            size = len(fetch(cold.port, path))
            like = {"bare": bare, "file": file, "size": size, "queries": f"cold {queries}"}
            like["times"] = BASE_TIMES if name == article else 1
            yield Row(name, drive, served_by, base, most, **like)
        drive, size = slowly(cold.port, told["search"], self.seconds), len(fetch(cold.port, told["search"]))
        like = {"bare": bare, "file": file, "size": size, "queries": "cold search"}
        yield Row(f"cold search{among}", drive, served_by, article, 1, **like)

    def writing_rows(self) -> Iterator[Row]:
        port, served_by, bare = self.hot.port, self.by_site(self.hot), "bare Django, plain"
        for name, shape, times, base, most in (
            ("post to 58", "58", POSTS, bare, 10),
            ("post to 10,000", "10000", POSTS, bare, 10),
            ("post, worst place of a thread of 1,000", "threads", WORST_POSTS, "post to 58", 6),
        ):
            drive = posts(port, self.site, shape, times)
            yield Row(name, drive, served_by, base, most, bare, queries=f"post {shape}")
        drive = votes(port, self.site.told["voted"])
        yield Row("vote, all on one comment", drive, served_by, bare, 4.5, bare, queries="vote")


def reading(port: int, path: str, seconds: float, **headers: str) -> Callable[[], Load]:
    return lambda: clients.read(port, path, seconds, **headers)


def for_a_moment(port: int, path: str, **headers: str) -> Callable[[], Load]:
    return lambda: clients.hammer(port, path, 0.3, **headers)


def measure(rows: list[Row], passes: int, until: float) -> None:
    """In `passes` turns, and in no more than LEAST_PASSES when it is later than `until`, by `monotonic`."""
    for row in rows:
        # The first of a row starts what is started once: connections, templates, kept pages.
        row.drive()
    for number in range(passes):
        if number >= LEAST_PASSES and time.monotonic() > until:
            break
        say(f"pass {number + 1} of {passes}")
        # Each time in another order, so that none always comes after the same one.
        turns = [row for row in rows for _ in range(row.times)]
        for row in random.sample(turns, len(turns)):
            row.measure()
        for row in rows:
            row.end_pass()


# What it says


@dataclass
class Line:
    """A row of the table, as it is printed and kept."""

    what: str
    per_second: float | None = None
    p50: float | None = None
    p99: float | None = None
    cpu: float | None = None
    database: float | None = None
    size: int | None = None
    queries: int | None = None
    to_bare: float | None = None
    to_file: float | None = None
    # What the goal is about.
    to_base: float | None = None
    goal: str = ""
    found: str = ""
    is_reached: bool | None = None


def lines_of(rows: list[Row], queries: dict[str, int]) -> list[Line]:
    by_name = {row.name: row for row in rows}
    found = []
    for row in rows:
        line = Line(row.name, row.median("per_second"), row.median("p50"), row.median("p99"))
        line.cpu, line.size, line.queries = statistics.median(row.cpu), row.size or None, queries.get(row.queries)
        if "Django" not in row.name and "file" not in row.name:
            line.database = statistics.median(row.database)
        line.to_bare = ratio(row, by_name.get(row.bare))
        line.to_file = ratio(row, by_name.get(row.file))
        if row.most:
            base = by_name[row.base]
            times, rate = ratio(row, base), row.median("per_second") / base.median("per_second")
            line.to_base = times
            line.goal, line.found = f"≤ {row.most:g} × {row.base}", f"{times:.2f}"
            line.is_reached = times <= row.most
            if row.least_rate:
                line.goal += f", rate ≥ {row.least_rate:g} ×"
                line.found += f", {rate:.2f}"
                line.is_reached = line.is_reached and rate >= row.least_rate
        if row.errors:
            line.found += f" {row.errors} ERRORS"
            line.is_reached = False
        found.append(line)
    return found


def ratio(row: Row, base: Row | None) -> float | None:
    if base is None:
        return None
    return statistics.median(mine / max(theirs, 1e-9) for mine, theirs in zip(row.cpu, base.cpu, strict=True))


HEAD = (
    "",
    "per s",
    "p50 ms",
    "p99 ms",
    "CPU ms",
    "database",
    "bytes",
    "queries",
    "× bare",
    "× file",
    "goal",
    "found",
    "",
)


# The columns that begin at their left.
TEXTS = {0, 10, 11, 12}


def cells(line: Line) -> tuple[str, ...]:
    return (
        line.what,
        number(line.per_second, 0),
        number(line.p50, 2),
        number(line.p99, 2),
        number(line.cpu, 3),
        number(line.database, 3),
        number(line.size, 0),
        number(line.queries, 0),
        number(line.to_bare, 2),
        number(line.to_file, 1),
        line.goal,
        line.found,
        {None: "", True: "yes", False: "NO"}[line.is_reached],
    )


def number(value: float | None, places: int) -> str:
    return "" if value is None else f"{value:,.{places}f}"


def show(lines: list[Line]) -> None:
    table = [HEAD, *map(cells, lines)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for place, row in enumerate(table):
        texts = [
            cell.ljust(width) if place in TEXTS else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        print("| " + " | ".join(texts) + " |")
        if not place:
            rules = ["-" * width if n in TEXTS else "-" * (width - 1) + ":" for n, width in enumerate(widths)]
            print("| " + " | ".join(rules) + " |")


# What is measured apart


def lost_votes(stage: Stage, rows: list[Row]) -> Line:
    """All votes of the row, those of its first pass included, against what the database counts."""
    pk = stage.site.told["voted"]
    with psycopg.connect(stage.site.variables["DATABASE_URL"]) as connection:
        query = """
            SELECT c.upvotes - c.imported_upvotes, (SELECT count(*) FROM comments_vote WHERE comment_id = c.id)
            FROM comments_comment c WHERE c.id = %s
        """
        counted, stored = connection.execute(query, [pk]).fetchone()
    row = next(row for row in rows if row.name.startswith("vote"))
    cast = sum(load.taken.get("vote", 0) for load in row.loads) + VOTES
    found = f"{cast} cast, {stored} stored, {counted} counted"
    return Line("votes lost, 8 clients on one comment", goal="none", found=found, is_reached=cast == stored == counted)


def mix_line(stage: Stage, seconds: float) -> Line:
    bare_path = clients.get("/br")
    read_bare = clients.for_seconds(3, lambda client: ("read", bare_path))
    bare = clients.drive(stage.bare.port, read_bare, is_good)
    before = processes.cpu_seconds(*stage.by_site(stage.hot))
    load = mixed(stage.hot.port, stage.site, seconds)
    cpu = (processes.cpu_seconds(*stage.by_site(stage.hot)) - before) * 1e3 / load.requests
    line = Line(f"95 % reads, 4 % votes, 1 % posts, {seconds:g} s", load.per_second, load.p50, load.p99, cpu)
    line.goal = "p99 ≤ 25 × p50 of bare Django, no error"
    line.found = f"{load.p99 / bare.p50:.1f} × {bare.p50:.2f} ms, {load.errors} errors"
    line.is_reached = load.p99 <= 25 * bare.p50 and not load.errors
    return line


def memory_line(site: Site, requests: int, articles: int) -> Line:
    """Of the larger worker, after requests for articles in any order."""
    paths = site.load("many", articles)
    draw = random.Random(5)
    asked = [clients.get(path, Accept_Encoding="br") for path in paths]
    with site.serve("memory") as server:
        workers = [pid for pid in processes.family(server.process.pid) if pid != server.process.pid]
        seen = []
        for _ in range(10):
            make = lambda client: ("read", draw.choice(asked))  # noqa: E731
            load = clients.drive(server.port, clients.for_times(requests // 10, make), is_good)
            assert not load.errors, server.log.read_text()
            seen.append(max(map(processes.resident, workers)))
            print(f"{len(seen) * requests // 10:,} requests: {seen[-1]:.0f} MB", file=sys.stderr)
    line = Line(f"memory of a worker, {requests:,} requests, {articles:,} articles", goal="≤ 150 MB, flat")
    line.found = f"{seen[-1]:.0f} MB, {seen[-1] - seen[4]:+.0f} MB in the last half"
    # 3 MB: the allocator's breath.
    line.is_reached = max(seen) <= 150 and seen[-1] - seen[4] <= 3
    return line


def import_line(folder: Path, database_url: str, postmaster: int, comments: int) -> Line:
    site = Site(folder, database_url)
    run_manage("migrate", "--verbosity=0", env=site.env | {"DEMO_SITE": "no"})
    file = folder / "export.xml"
    with file.open("w") as text:
        text.writelines(export(comments))
    command = [sys.executable, "manage.py", "import_wordpress", str(file)]
    begin, before = time.perf_counter(), processes.cpu_seconds(postmaster)
    process = subprocess.Popen(command, cwd=ROOT, env=site.env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout
    said = process.stdout.read().decode()
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, said
    seconds = time.perf_counter() - begin
    cpu = used.ru_utime + used.ru_stime + processes.cpu_seconds(postmaster) - before
    with psycopg.connect(database_url) as connection:
        (stored,) = connection.execute("SELECT count(*) FROM comments_comment").fetchone()
    assert stored == comments, f"{stored} of {comments} comments came in:\n{said}"
    line = Line(f"import of {comments:,} comments", comments / seconds, cpu=cpu * 1e3 / comments)
    megabytes = used.ru_maxrss / 1e3
    line.goal, line.found = "≥ 5,000 per s, ≤ 200 MB", f"{comments / seconds:,.0f} per s, {megabytes:.0f} MB"
    line.is_reached = comments / seconds >= 5_000 and megabytes <= 200
    return line


def export(comments: int) -> Iterator[str]:
    """A WordPress export of articles with 58 comments each, shaped as the others here are."""
    draw = random.Random(6)
    yield """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>測定</title><link>https://old.example.jp</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.example.jp</wp:base_site_url><wp:base_blog_url>https://old.example.jp</wp:base_blog_url>
"""
    sentence = "港の貨物列車は来月から夜も走るそうですが、騒音はどうなるのでしょうか。"
    for article, first in enumerate(range(0, comments, 58), 1):
        body = "".join(f"<p>{sentence * 5}</p>" for _ in range(12))
        yield f"""<item><title>記事{article}</title><link>https://old.example.jp/?p={article}</link><dc:creator>owner</dc:creator>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded></excerpt:encoded><wp:post_id>{article}</wp:post_id>
<wp:post_date>2020-01-02 09:00:00</wp:post_date><wp:post_date_gmt>2020-01-02 00:00:00</wp:post_date_gmt>
<wp:post_name>post-{article}</wp:post_name><wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<wp:comment_status>open</wp:comment_status>
"""
        for n in range(first, min(first + 58, comments)):
            parent = draw.randrange(max(first, n - 15), n) + 1 if n > first and draw.random() < 0.55 else 0
            text = (sentence * 8)[: int(min(draw.lognormvariate(4.06, 0.7), 253)) + 3]
            yield f"""<wp:comment><wp:comment_id>{n + 1}</wp:comment_id><wp:comment_author>匿名</wp:comment_author>
<wp:comment_date_gmt>2020-01-03 {n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}</wp:comment_date_gmt>
<wp:comment_content><![CDATA[{text}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved>
<wp:comment_type>comment</wp:comment_type><wp:comment_parent>{parent}</wp:comment_parent></wp:comment>
"""
        yield "</item>\n"
    yield "</channel></rss>\n"


# All of it


def new_database(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def settle(url: str) -> None:
    """What PostgreSQL does after so much was written would fall on whatever is measured at that moment."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET autovacuum = off")
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CHECKPOINT")


def postmaster_of(url: str) -> int:
    with psycopg.connect(url) as connection:
        return processes.parent(connection.info.backend_pid)


@contextlib.contextmanager
def stage_for(site: Site, folder: Path, postmaster: int, seconds: float) -> Iterator[Stage]:
    bodies = folder / "bodies"
    (bodies / "bench").mkdir(parents=True)
    with site.serve("hot") as hot, site.serve("cold", PAGE_CACHE_MB="0") as cold:
        # One page, packed in three ways: each process made its own, with a stamp of its own.
        packed = fetch(hot.port, site.told["hot"], Accept_Encoding="br")
        plain = brotli.decompress(packed)
        for name, body in (("plain", plain), ("gzip", gzip.compress(plain, 6, mtime=0)), ("br", packed)):
            for place in (bodies, bodies / "bench"):
                (place / name).write_bytes(body)
        sizes = {name: (bodies / name).stat().st_size for name in ENCODINGS}
        bare_folder = folder / "bare"
        bare_folder.mkdir()
        bare = BareServer(bare_folder, BARE_FOLDER=str(bodies), **FOR_EVER)
        with bare, front(folder, hot.port, site.folder, bodies) as nginx:
            yield Stage(site, hot, cold, bare, nginx, postmaster, seconds, sizes)


def front(folder: Path, port: int, var_dir: Path, bodies: Path) -> Nginx:
    """nginx as in deploy/, which beside the site has the same bytes as files."""
    nginx = Nginx(folder / "nginx", port, var_dir)
    inside = f"    location /bench/ {{ root {bodies}; default_type text/html; }}\n\n    location /static/"
    text = nginx.configuration.read_text()
    nginx.configuration.write_text(text.replace("    location /static/", inside, 1))
    return nginx


def run(options: argparse.Namespace) -> None:
    begin, url = time.monotonic(), os.environ["DATABASE_URL"]
    postmaster = postmaster_of(url)
    with tempfile.TemporaryDirectory(prefix="kawaraban-bench-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        say("collecting static files, making the articles and comments")
        site = Site(folder / "site", url)
        run_manage("collectstatic", "--noinput", "--verbosity=0", env=site.env)
        site.prepare(0, 0)
        settle(url)
        queries = site.count_queries()
        stage = stack.enter_context(stage_for(site, folder, postmaster, options.seconds))
        rows = stage.rows()
        if options.comments:
            say(f"making a site of {options.comments:,} comments")
            large = Site(folder / "large", new_database(url, "large"), site.folder / "static")
            large.prepare(options.articles, options.comments)
            rows += large_rows(stage, stack, large)
        measure(rows, options.passes, begin + options.enough)
        lines = [*lines_of(rows, queries), lost_votes(stage, rows), mix_line(stage, options.mix_seconds)]
        say("importing")
        imported = new_database(url, "imported")
        lines.append(import_line(folder / "imported", imported, postmaster, options.import_comments))
        if options.memory:
            say("memory")
            lines.append(memory_line(site, options.memory, options.memory_articles))
    show(lines)
    keep(lines, options)


def large_rows(stage: Stage, stack: contextlib.ExitStack, large: Site) -> list[Row]:
    """The same pages and the same post in a database with very many more comments."""
    among = f" among {large.told['comments']:,}"
    hot = stack.enter_context(large.serve("hot"))
    cold = stack.enter_context(large.serve("cold", PAGE_CACHE_MB="0"))
    drive = posts(hot.port, large, "58", POSTS)
    post = Row(f"post to 58{among}", drive, stage.by_site(hot), "post to 58", 1.2, "bare Django, plain")
    return [*stage.cold_rows(large, cold, among), post]


def say(text: str) -> None:
    print(text, file=sys.stderr)


def keep(lines: list[Line], options: argparse.Namespace) -> None:
    python, cores = platform.python_version(), os.cpu_count()
    told = {"python": python, "cores": cores, "load": os.getloadavg()[0], "options": vars(options)}
    RESULTS.write_text(json.dumps(told | {"lines": [vars(line) for line in lines]}, ensure_ascii=False, indent=1))
    driver = "wrk" if clients.has_wrk() else "the client of bench/clients.py"
    print(
        f"{cores} cores, Python {python}, {driver}, load of the machine {os.getloadavg()[0]:.1f}. Kept in {RESULTS.name}."
    )


def main(description: str | None) -> None:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--passes", type=int, default=9)
    parser.add_argument("--enough", type=float, default=220, metavar="SECONDS", help="after these only five passes")
    parser.add_argument("--seconds", type=float, default=0.5, help="of each reading row in each pass")
    parser.add_argument("--mix-seconds", type=float, default=10)
    parser.add_argument("--import-comments", type=int, default=20_000)
    parser.add_argument("--articles", type=int, default=20_000, help="of the large site")
    parser.add_argument("--comments", type=int, default=0, help="of a large site, which is made and measured too")
    parser.add_argument("--memory", type=int, default=0, metavar="REQUESTS", help="measure the memory of a worker")
    parser.add_argument("--memory-articles", type=int, default=5_000)
    options = parser.parse_args()
    if "KAWARABAN_BENCH" not in os.environ:
        # Again, inside a PostgreSQL of its own.
        os.environ["KAWARABAN_BENCH"] = "yes"
        sys.exit(throwaway_postgres.run([sys.executable, str(ROOT / "bench/run"), *sys.argv[1:]]))
    run(options)
