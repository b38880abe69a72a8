"""Eight processes count under one key at once: exactly so many get through as the limit says."""

import subprocess
import sys

from tests.server import ROOT

PROCESSES = 8
HITS = 40
LIMIT = 100

HIT = f"""
import django; django.setup()
from datetime import timedelta
from comments.models import RateLimit
print(sum(RateLimit.hit("together", {LIMIT}, timedelta(days=100_000)) is None for _ in range({HITS})))
"""


def test_all_processes_share_one_limit(server):
    env = server.env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    hitters = [
        subprocess.Popen([sys.executable, "-c", HIT], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    taken = [int(hitter.communicate()[0]) for hitter in hitters]
    assert sum(taken) == LIMIT
    look = "from comments.models import RateLimit; print(RateLimit.objects.get(key='together').count)"
    assert int(server.manage("shell", "-v0", "-c", look)) == PROCESSES * HITS
