"""Eight processes see the same flood at once: the valve begins once, and the owner is told once."""

import subprocess
import sys

from tests.server import ROOT, Server, new_database

PROCESSES = 8

FLOOD = """
from articles.models import Article
from comments.models import Comment
article = Article.objects.create(title="炎上", status="published")
for n in range(30):
    Comment.objects.post(article.pk, text=str(n), visitor_key=str(n))
# As if they were all written in the moment in which the processes look.
from django.utils import timezone
from datetime import timedelta
Comment.objects.update(created_at=timezone.now() + timedelta(minutes=10))
"""

WATCH = """
import django; django.setup()
from comments import valve
for _ in range(20):
    valve.watch()
"""

LOOK = """
from comments.models import Notice, Policy
print(Notice.objects.filter(kind="valve").count(), Policy.objects.current().has_valve)
"""


def test_of_all_that_see_it_one_begins_and_tells(tmp_path):
    with new_database("flooded") as database:
        site = Server(tmp_path, NOTICE_WEBHOOK_URL="http://127.0.0.1:1/", **database)
        site.manage("migrate", "--verbosity=0")
        site.manage("shell", "-v0", "-c", FLOOD)
        env = site.env | {"DJANGO_SETTINGS_MODULE": "config.settings"}
        watchers = [
            subprocess.Popen([sys.executable, "-c", WATCH], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        for watcher in watchers:
            _out, err = watcher.communicate()
            assert watcher.returncode == 0, err
        assert site.manage("shell", "-v0", "-c", LOOK).split() == ["1", "True"]
