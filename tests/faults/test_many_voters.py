"""Eight processes vote on the same comments at once, and every count is what its rows say."""

import json
import subprocess
import sys
from collections import defaultdict

import pytest

from comments import ranking
from tests.server import ROOT

PROCESSES = 8
VOTES = 500

MAKE_COMMENTS = """
from articles.models import Article
from comments.models import Comment
article = Article.objects.create(title="人気投票", status="published")
for n in range({count}):
    print(Comment.objects.post(article.pk, text=str(n), visitor_key="writer").pk)
"""

LOOK = """
import json
from comments.models import Comment, Vote
rows = Comment.objects.filter(pk__in={pks})
votes = Vote.objects.filter(comment__in={pks}).order_by("pk")
print(json.dumps({{
    "votes": list(votes.values_list("comment", "visitor_key", "network_key", "value", "weight")),
    "counts": {{c.pk: [c.upvotes, c.downvotes, c.score, c.rank] for c in rows}},
}}))
"""


def make_comments(server, count):
    return list(map(int, server.manage("shell", "-v0", "-c", MAKE_COMMENTS.format(count=count)).split()))


def vote_at_once(server, pks, votes=VOTES):
    """(what the visitors of single processes have voted in the end, votes per second)."""
    command = [sys.executable, "tests/faults/voter.py"]
    voters = [
        subprocess.Popen(
            [*command, str(seed), str(votes), *map(str, pks)],
            cwd=ROOT,
            env=server.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for seed in range(PROCESSES)
    ]
    answers = []
    for voter in voters:
        out, err = voter.communicate()
        assert voter.returncode == 0, err
        answers.append(json.loads(out))
    seconds = max(answer["ended"] for answer in answers) - min(answer["began"] for answer in answers)
    left = sorted(tuple(vote) for answer in answers for vote in answer["left"])
    return left, PROCESSES * votes / seconds


def look(server, pks):
    return json.loads(server.manage("shell", "-v0", "-c", LOOK.format(pks=pks)))


def weights_by_network(votes):
    """What each vote should weigh, in the order of the votes: 1, 1/2, 1/4 … within a comment and network."""
    places = defaultdict(int)
    for comment, _visitor, network, _value, _weight in votes:
        yield ranking.weight_of(places[comment, network])
        places[comment, network] += 1


def counts_by_rows(votes, pk):
    """[up, down, score, rank] as they follow from the rows of one comment."""
    values = [(value, weight) for comment, _visitor, _network, value, weight in votes if comment == pk]
    up, down = (sum(value == sign for value, _weight in values) for sign in (1, -1))
    up_weight, down_weight = (sum(weight for value, weight in values if value == sign) for sign in (1, -1))
    return [up, down, up - down, pytest.approx(ranking.lower_bound(up_weight, down_weight))]


@pytest.mark.parametrize("count", [1, 50], ids=["one comment", "fifty comments"])
def test_counts_equal_the_rows_and_no_vote_is_lost(server, count):
    pks = make_comments(server, count)
    left, per_second = vote_at_once(server, pks)
    print(f"{per_second:.0f} votes a second on {count} comments")
    found = look(server, pks)
    votes = found["votes"]

    assert len(left) > VOTES
    assert sorted((pk, who, value) for pk, who, _net, value, _w in votes if not who.startswith("shared")) == left
    assert [vote[-1] for vote in votes] == pytest.approx(list(weights_by_network(votes)), abs=1e-9)
    assert found["counts"] == {str(pk): counts_by_rows(votes, pk) for pk in pks}
