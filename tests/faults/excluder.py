#!/usr/bin/env python3
"""excluder.py SEED ACTS COMMENT...: one of many processes that vote from two networks while the owner leaves one out.

Seed 0 is the owner, who leaves out and counts again instead.
"""

import os
import random
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from comments.models import Comment, VoteExclusion  # noqa: E402

NETWORKS = ["left out", "other"]


def decide(chance: random.Random, comment: Comment) -> None:
    """One decision of the owner: an end to one exclusion, or a new one of a network or a visitor."""
    found = VoteExclusion.objects.in_force().order_by("?").first()
    if found and chance.random() < 0.6:
        found.end(by=None)
        return
    article = chance.choice([None, comment.article])
    who = chance.choice([{"network_key": NETWORKS[0]}, {"visitor_key": f"visitor{chance.randrange(30)}"}])
    VoteExclusion.objects.leave_out(by=None, article=article, **who)


def vote(chance: random.Random, comment: Comment) -> None:
    visitor = chance.randrange(30)
    comment.cast_vote(f"visitor{visitor}", chance.choice([0, 1, 1]), network_key=NETWORKS[visitor % 2])


def main(seed: int, acts: int, comments: list[int]) -> None:
    chance = random.Random(seed)
    act = vote if seed else decide
    for _ in range(acts):
        act(chance, Comment.objects.select_related("article").get(pk=chance.choice(comments)))


if __name__ == "__main__":
    seed, acts, *comments = map(int, sys.argv[1:])
    main(seed, acts, comments)
