"""Eight processes write to the same discussions at once, and every tree is whole afterwards."""

import json
import subprocess
import sys

import pytest

from tests.server import ROOT

PROCESSES = 8
ACTS = 40

MAKE_ARTICLES = """
from articles.models import Article
for n in range({count}):
    print(Article.objects.create(title="競争", status="published").pk)
"""

LOOK = """
import json
from articles.models import Article
from comments.models import Comment
rows = Comment.objects.filter(article__in={articles}).order_by("pk")
print(json.dumps({{
    "comments": list(rows.values_list("article", "number", "pk")),
    "shown": {{a: rows.filter(article=a, status="published").count() for a in {articles}}},
    "counted": dict(Article.objects.filter(pk__in={articles}).values_list("pk", "comment_count")),
    "last": dict(Article.objects.filter(pk__in={articles}).values_list("pk", "last_comment_number")),
    "wrong_reports": [c.pk for c in rows if c.report_count != c.reports.open().count()],
    "wrong_scores": [c.pk for c in rows if c.score != c.votes.count()],
}}))
"""


def write_at_once(server, articles):
    command = [sys.executable, "tests/faults/writer.py"]
    writers = [
        subprocess.Popen(
            [*command, str(seed), str(ACTS), *map(str, articles)],
            cwd=ROOT,
            env=server.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    acknowledged = []
    for writer in writers:
        out, err = writer.communicate()
        assert writer.returncode == 0, err
        acknowledged += json.loads(out)
    return acknowledged


@pytest.mark.parametrize("count", [1, 4], ids=["one article", "several articles"])
def test_trees_stay_whole_and_nothing_is_lost(server, count):
    articles = list(map(int, server.manage("shell", "-v0", "-c", MAKE_ARTICLES.format(count=count)).split()))
    acknowledged = write_at_once(server, articles)
    found = json.loads(server.manage("shell", "-v0", "-c", LOOK.format(articles=articles)))

    assert len(acknowledged) > PROCESSES * ACTS / 4
    assert sorted(acknowledged) == sorted(found["comments"])
    for article in map(str, articles):
        numbers = [number for a, number, _pk in found["comments"] if str(a) == article]
        assert sorted(numbers) == list(range(1, found["last"][article] + 1))
        assert found["counted"][article] == found["shown"][article]
    assert not found["wrong_scores"]
    assert not found["wrong_reports"]
    server.manage("check_trees")
