"""Renders again what an older version of `rendering` has made, some at each tick."""

from articles import rendering
from articles.models import Article

# At one tick, so that what comes after it is not kept waiting, and of whole bodies in memory at once.
MOST = 1000
BATCH = 50


def render_again() -> None:
    # Whatever was made again, by this or by a save meanwhile, is not among the old any more.
    old = Article.objects.rendered_before(rendering.VERSION).prefetch_related("addenda")
    for start in range(0, MOST, BATCH):
        batch = list(old[: min(BATCH, MOST - start)])
        for article in batch:
            article.render_again()
        if not batch:
            return
