#!/usr/bin/env python3
"""http_writer.py SEED SECONDS ADDRESS SLUG...: one of many readers who write through the served site at once.

Posts, replies and moves go by HTTP, moves with the receipt of the post;
removing is the owner's, and goes by the model. Prints one JSON line: the
comments that were acknowledged as {text: id}, and how often each status came.
"""

import http.client
import json
import os
import random
import re
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from comments import stamp  # noqa: E402
from comments.models import Comment  # noqa: E402

RECEIPT = re.compile(r'href="(/receipts/[^"]+/)" data-receipt="([0-9]+)"')


class Reader:
    def __init__(self, seed: int, address: str, slugs: list[str]):
        self.seed, self.chance, self.slugs = seed, random.Random(seed), slugs
        self.host = urlsplit(address).netloc
        self.answers: Counter[str] = Counter()
        self.acknowledged: dict[str, int] = {}
        self.receipts: list[str] = []

    def send(self, path: str, **fields: object) -> tuple[int, str]:
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Requested-With": "fetch",
            # Each act is another reader's, from another network: together they stay within the limits.
            "X-Forwarded-For": f"203.{self.seed}.{sum(self.answers.values()) % 256}.1",
        }
        # A connection for each: one that idles may be closed just when it is used again.
        with closing(http.client.HTTPConnection(self.host, timeout=60)) as connection:
            connection.request("POST", path, urlencode(fields), headers)
            answer = connection.getresponse()
            page = answer.read().decode()
        self.answers[f"{path.rstrip('/').rpartition('/')[2]} {answer.status}"] += 1
        return answer.status, page

    def act(self) -> None:
        slug, roll = self.chance.choice(self.slugs), self.chance.random()
        if roll < 0.25 and self.receipts:
            number = self.chance.choice(["", self.chance.randrange(1, len(self.receipts) * 8)])
            self.send(f"{self.chance.choice(self.receipts)}move/", **{"move-number": number})
        elif roll < 0.32:
            self.some_comment(slug, lambda comment: comment.remove(by=None))
        elif roll < 0.75:
            self.some_comment(slug, lambda comment: self.post(slug, comment.pk))
        else:
            self.post(slug, "")

    def some_comment(self, slug: str, act) -> None:
        if comment := Comment.objects.filter(article__slug=slug).order_by("?").first():
            act(comment)

    def post(self, slug: str, parent: object) -> None:
        text = f"{self.seed}-{sum(self.answers.values())}-{slug}"
        status, page = self.send(
            f"/articles/{slug}/comments/", text=text, author_name="", parent=parent, stamp=stamp.make()
        )
        if status == 201:
            address, pk = RECEIPT.search(page).groups()
            self.acknowledged[text] = int(pk)
            self.receipts.append(address)


def main(seed: int, seconds: float, address: str, slugs: list[str]) -> None:
    reader = Reader(seed, address, slugs)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        reader.act()
    print(json.dumps({"acknowledged": reader.acknowledged, "answers": reader.answers}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3], sys.argv[4:])
