"""Eight readers write through the served site at once: what was acknowledged is there once, and every tree is whole."""

import json
import subprocess
import sys
from collections import Counter

import pytest

from tests.server import ROOT, Server, new_database

PROCESSES = 8
SECONDS = 4

MAKE_ARTICLES = """
from articles.models import Article
for slug in {slugs}:
    Article.objects.create(title="競争", slug=slug, status="published")
"""

LOOK = """
import json
from articles.models import Article
from comments.models import Comment
rows = Comment.objects.filter(article__slug__in={slugs})
articles = Article.objects.filter(slug__in={slugs})
print(json.dumps({{
    "comments": list(rows.values_list("text", "pk")),
    "moved": rows.exclude(moved_at=None).count(),
    "removed": rows.filter(status="removed").count(),
    "numbers": [sorted(rows.filter(article=a).values_list("number", flat=True)) for a in articles],
    "last": [a.last_comment_number for a in articles],
    "counted": [a.comment_count for a in articles],
    "shown": [rows.filter(article=a, status="published").count() for a in articles],
}}))
"""


def write_at_once(server, slugs, seconds, processes=PROCESSES):
    """(what was acknowledged as (text, id), how often each answer came)."""
    command = [sys.executable, "tests/faults/http_writer.py"]
    readers = [
        subprocess.Popen(
            [*command, str(seed), str(seconds), server.url, *slugs],
            cwd=ROOT,
            env=server.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(processes)
    ]
    acknowledged, answers = [], Counter()
    for reader in readers:
        out, err = reader.communicate()
        assert reader.returncode == 0, err
        told = json.loads(out)
        acknowledged += told["acknowledged"].items()
        answers.update(told["answers"])
    return acknowledged, answers


@pytest.fixture
def proxied_server(tmp_path, static_files):
    """One whose readers come through a proxy, each from a network of their own."""
    (tmp_path / "static").symlink_to(static_files)
    with new_database("proxied") as database:
        server = Server(tmp_path, TRUSTED_PROXIES="127.0.0.1", **database)
        server.manage("migrate", "--verbosity=0")
        with server:
            yield server
    assert not server.has_unexpected_errors(), server.new_log()


def test_nothing_that_was_acknowledged_is_lost_or_doubled(proxied_server):
    server = proxied_server
    slugs = ["many-readers-1", "many-readers-2"]
    server.manage("shell", "-v0", "-c", MAKE_ARTICLES.format(slugs=slugs))
    acknowledged, answers = write_at_once(server, slugs, SECONDS)
    found = json.loads(server.manage("shell", "-v0", "-c", LOOK.format(slugs=slugs)))

    assert len(acknowledged) > PROCESSES
    assert found["moved"]
    assert found["removed"]
    assert sorted(map(tuple, found["comments"])) == sorted(acknowledged)
    assert found["numbers"] == [list(range(1, last + 1)) for last in found["last"]]
    assert found["counted"] == found["shown"]
    # Refused with a reason, at the most.
    assert {answer.split()[1] for answer in answers} <= {"201", "303", "409", "422"}, answers
    server.manage("check_trees")
