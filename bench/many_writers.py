#!/usr/bin/env python3
"""many_writers.py [SECONDS]: eight readers post, answer, move and remove through gunicorn at once, for 20 seconds.

Prints what they got done and how the site answered; ends with an error when
an acknowledged comment is missing or there twice, or a tree is broken. On
SQLite, or with a DATABASE_URL of an empty database on PostgreSQL:
tests/throwaway_postgres.py bench/many_writers.py
"""

import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.faults.test_many_readers import LOOK, MAKE_ARTICLES, PROCESSES, write_at_once
from tests.server import Server

SLUGS = ["bench-1", "bench-2", "bench-3"]


def main(seconds: float) -> None:
    url = os.environ.get("DATABASE_URL")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), TRUSTED_PROXIES="127.0.0.1", **({"DATABASE_URL": url} if url else {}))
        server.manage("migrate", "--verbosity=0")
        server.manage("collectstatic", "--noinput", "--verbosity=0")
        server.manage("shell", "-v0", "-c", MAKE_ARTICLES.format(slugs=SLUGS))
        with server:
            acknowledged, answers = write_at_once(server, SLUGS, seconds)
        found = json.loads(server.manage("shell", "-v0", "-c", LOOK.format(slugs=SLUGS)))
        print(f"{PROCESSES} processes, {seconds:g} s, {'PostgreSQL' if url else 'SQLite'}")
        print(f"acknowledged {len(acknowledged)}, stored {len(found['comments'])}")
        print(f"moved {found['moved']}, removed {found['removed']}")
        for answer, times in sorted(answers.items()):
            print(f"  {answer}: {times}")
        print(server.manage("check_trees").strip())
        if sorted(map(tuple, found["comments"])) != sorted(acknowledged):
            sys.exit("what was acknowledged is not what is stored")
        if failed := [answer for answer in answers if answer.split()[1].startswith("5")]:
            sys.exit(f"the site failed: {failed}")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 20)
