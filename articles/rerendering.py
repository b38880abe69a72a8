"""Renders again what an older version of `rendering` has made, some at each tick."""

from articles import rendering
from articles.models import Article

# At one tick, so that what comes after it is not kept waiting, and of whole bodies in memory at once.
MOST = 1000
BATCH = 50


def render_again() -> None:
    old = Article.objects.rendered_before(rendering.VERSION).prefetch_related("addenda")
    after, left = 0, MOST
    while left > 0 and (batch := list(old.filter(pk__gt=after)[: min(BATCH, left)])):
        for article in batch:
            article.render_again()
        after, left = batch[-1].pk, left - len(batch)
