#!/usr/bin/env python3
"""voter.py SEED VOTES COMMENT...: one of many processes that vote on the same comments at once.

Prints one JSON line: what each of its own visitors has voted in the end, as
[comment, visitor, value], and when it began and ended (seconds of one clock
for all processes).
"""

import json
import os
import random
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from comments.models import Comment  # noqa: E402

NETWORKS = 12
# Some come to every process: the same person with two windows open.
SHARED = 5


def main(seed: int, votes: int, pks: list[int]) -> None:
    chance, mine = random.Random(seed), {}
    comments = [Comment.objects.get(pk=pk) for pk in pks]
    began = time.monotonic()
    for _ in range(votes):
        comment, number = chance.choice(comments), chance.randrange(200)
        visitor = f"shared{number}" if number < SHARED else f"{seed}-{number}"
        value = chance.choices([1, -1, 0], [5, 2, 2])[0]
        comment.cast_vote(visitor, value, network_key=f"network{number % NETWORKS}", from_new_visitor=number % 3 == 0)
        # SQLite's writers do not queue: of eight that never pause one may wait until it gives up.
        time.sleep(0.002)
        if number >= SHARED:
            mine[comment.pk, visitor] = value
    left = sorted([pk, visitor, value] for (pk, visitor), value in mine.items() if value)
    print(json.dumps({"left": left, "began": began, "ended": time.monotonic()}))


if __name__ == "__main__":
    seed, votes, *pks = map(int, sys.argv[1:])
    main(seed, votes, pks)
