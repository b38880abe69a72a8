"""Readers vote while the owner leaves a network out and counts it again; afterwards every count is that of the votes that count."""

import json
import subprocess
import sys

from tests.server import ROOT

VOTERS = 4
ACTS = 40

MAKE_COMMENTS = """
from articles.models import Article
from comments.models import Comment
for a in range(2):
    article = Article.objects.create(title="競争", status="published")
    for n in range(2):
        comment = Comment.objects.post(article.pk, text=f"{n}", visitor_key="author")
        for network in ("left out", "other"):
            comment.cast_vote(f"first of {network}", 1, network_key=network)
        print(comment.pk)
"""

# What slipped between two articles is for `heal`; the counts are right even before.
LOOK = """
import json
from django.db.models import F
from comments.models import Comment, Vote, VoteExclusion
from comments.models.exclusion import _wrong
rows = list(Comment.objects.filter(pk__in={comments}))
def wrong_counts():
    return [c.pk for c in Comment.objects.filter(pk__in={comments}) if c.score != c.votes.filter(is_valid=True).count()]
before = wrong_counts()
slipped = VoteExclusion.objects.heal()
print(json.dumps({{
    "wrong_before": before,
    "slipped": slipped,
    "wrong_after": wrong_counts(),
    "still_wrong": _wrong(Vote.objects.filter(comment__in={comments})).count(),
    "votes": Vote.objects.filter(comment__in={comments}).count(),
    "decisions": VoteExclusion.objects.count(),
}}))
"""

UNDO = """
from comments.models import Vote, VoteExclusion
for exclusion in VoteExclusion.objects.in_force():
    exclusion.end(by=None)
VoteExclusion.objects.heal()
print(Vote.objects.filter(is_valid=False, comment__in={comments}).count())
"""


def run_at_once(server, comments):
    command = [sys.executable, "tests/faults/excluder.py"]
    processes = [
        subprocess.Popen(
            [*command, str(seed), str(ACTS), *comments],
            cwd=ROOT,
            env=server.env,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(VOTERS + 1)
    ]
    for process in processes:
        _out, err = process.communicate()
        assert process.returncode == 0, err


def test_counts_follow_the_exclusions_while_readers_vote(server):
    comments = server.manage("shell", "-v0", "-c", MAKE_COMMENTS).split()
    run_at_once(server, comments)
    pks = list(map(int, comments))
    found = json.loads(server.manage("shell", "-v0", "-c", LOOK.format(comments=pks)))
    assert found["decisions"] > 3
    assert found["votes"] > 30
    assert (found["wrong_before"], found["wrong_after"], found["still_wrong"]) == ([], [], 0)
    assert server.manage("shell", "-v0", "-c", UNDO.format(comments=pks)).strip() == "0"


OWNERS = """
import threading
from django.db import connection
from comments.models import Comment, VoteExclusion
comment = Comment.objects.get(pk={comment})
keys = [f"both{{n}}" for n in range(20)]
for key in keys:
    comment.cast_vote(f"visitor of {{key}}", 1, network_key=key)
start = threading.Barrier(4)
def decide():
    connection.ensure_connection()
    for key in keys:
        start.wait()
        VoteExclusion.objects.leave_out(by=None, network_key=key)
    connection.close()
threads = [threading.Thread(target=decide) for _ in range(4)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(VoteExclusion.objects.filter(network_key__in=keys).count())
"""


def test_owners_who_decide_the_same_at_once_make_one_exclusion(server):
    comment = server.manage("shell", "-v0", "-c", MAKE_COMMENTS).split()[0]
    assert server.manage("shell", "-v0", "-c", OWNERS.format(comment=comment)).strip() == "20"
