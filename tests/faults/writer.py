#!/usr/bin/env python3
"""writer.py SEED ACTS ARTICLE...: one of many processes that post, move, vote and moderate at once.

Prints one JSON line: the comments that were acknowledged, as [article, number, pk].
"""

import json
import os
import random
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()

from articles.models import Article  # noqa: E402
from comments.models import Comment, ModerationEvent, Refusal  # noqa: E402
from comments.models.decision import TRANSITIONS, Decision  # noqa: E402


def act(chance: random.Random, article: int, text: str) -> Comment | None:
    """One act of a reader or the owner; the comment when it was a post."""
    answered = Comment.objects.filter(article=article).order_by("?").first()
    roll = chance.random()
    if roll > 0.97:
        # The owner saves the article, in the admin, as it was a moment ago.
        edited = Article.objects.get(pk=article)
        edited.title = text
        edited.save()
        return None
    if answered and roll > 0.87:
        moderate(chance, answered)
        return None
    if answered and roll > 0.7:
        target = Comment.objects.filter(article=article).order_by("?").first() if chance.random() < 0.7 else None
        answered.move_to(target)
        return None
    if answered and roll > 0.6:
        answered.cast_vote(f"visitor{chance.randrange(20)}", chance.choice([0, 1]))
        return None
    parent = answered.pk if answered and roll < 0.45 else None
    visitor = text.partition("-")[0]
    return Comment.objects.post(article, text=text, visitor_key=visitor, network_key="net", parent_id=parent)


def moderate(chance: random.Random, comment: Comment) -> None:
    """A decision, the undo of one, or a reader's report."""
    if chance.random() < 0.3:
        comment.report(f"reader{chance.randrange(9)}", f"net{chance.randrange(9)}", "insult")
    elif chance.random() < 0.4:
        event = ModerationEvent.objects.exclude(action="undo").order_by("?").first()
        if event:
            event.undo(by=None)
    else:
        action, scope = chance.choice(sorted(TRANSITIONS)), chance.choice(["comment", "replies", "visitor"])
        Decision.on(comment, action, scope).carry_out(by=None)


def main(seed: int, acts: int, articles: list[int]) -> None:
    chance, posted = random.Random(seed), []
    for n in range(acts):
        article = chance.choice(articles)
        try:
            comment = act(chance, article, f"{seed}-{n}")
        except Refusal:
            # What it answers was removed or moved a moment before; nothing was written.
            continue
        if comment:
            posted.append([article, comment.number, comment.pk])
    print(json.dumps(posted))


if __name__ == "__main__":
    seed, acts, *articles = map(int, sys.argv[1:])
    main(seed, acts, articles)
