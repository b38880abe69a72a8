#!/usr/bin/env python3
"""many_votes.py [VOTES]: eight processes cast 500 votes each at once, on one comment and then on fifty.

Prints how many a second were taken; ends with an error when a vote is lost.
On SQLite, or with a DATABASE_URL of an empty database on PostgreSQL:
tests/throwaway_postgres.py bench/many_votes.py
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.test_many_voters import PROCESSES, VOTES, look, make_comments, vote_at_once
from tests.server import Server


def main(votes: int) -> None:
    url = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        # Never started: the votes go by the model, and only its environment is needed.
        server = Server(Path(folder), **({"DATABASE_URL": url} if url else {}))
        server.manage("migrate", "--verbosity=0")
        print(f"{PROCESSES} processes of {votes} votes, {'PostgreSQL' if url else 'SQLite'}")
        for count in (1, 50):
            pks = make_comments(server, count)
            left, per_second = vote_at_once(server, pks, votes)
            found = sorted(vote for vote in look(server, pks)["votes"] if not vote[1].startswith("shared"))
            print(f"on {count} comments: {per_second:.0f} votes a second")
            if [(pk, visitor, value) for pk, visitor, _network, value, _weight in found] != left:
                sys.exit("what was cast is not what is stored")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else VOTES)
