"""関連記事 that nobody has chosen: found by `tick`, kept with the reasons, and the same however often it is asked.

An article is compared with a bounded number of others: the newest of its tags,
its series, its category, and the newest of all. What they share adds up; of
two with the same sum the newer one stands first.
"""

from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models.functions import Substr
from django.utils import timezone

from articles import likeness
from articles.body import plain_text
from articles.models import Article, RelatedArticle

# In this order: one tag outweighs the series, the series a category with the same text, the category the text.
WEIGHTS = {"tags": 4.0, "series": 3.5, "category": 1.5, "text": 1.4}

# What is less alike than this shares no more than its language.
LIKE_FROM = 0.05

# What is kept, although fewer are shown: some may be chosen by the owner as well, or be taken down.
KEPT = 12

# So many there are always: what has nothing in common is then the newest of all, and says so.
SHOWN = 6

# Of each group the newest.
CANDIDATES = 50

# Characters of the body's HTML: the beginning says what it is about.
COMPARED = 1500

# At one tick; about 50 ms each.
AT_ONCE = 20

# What is new meanwhile is looked at again after so long.
FRESH = timedelta(days=7)


def find_due() -> None:
    """Of some articles that were changed, or were not looked at for long."""
    for article in due(timezone.now() - FRESH):
        find(article)


def due(before: datetime) -> list[Article]:
    """The changed ones first; two questions, because each has the index."""
    public = with_texts(Article.objects.published().listed())
    changed = list(public.filter(related_at=None).order_by("pk")[:AT_ONCE])
    old = public.filter(related_at__lt=before).order_by("related_at")
    return [*changed, *old[: AT_ONCE - len(changed)]]


def find(article: Article) -> None:
    """Keep what is related to the article, unless it is saved meanwhile: then the next tick does."""
    candidates = candidates_of(article)
    alike = likeness.compare(_pairs(article), [_pairs(candidate) for candidate in candidates])
    reasons = [reasons_for(article, other, share) for other, share in zip(candidates, alike, strict=True)]
    # Stable: of two with the same sum the newer one stays before the other.
    ranked = sorted(zip(candidates, reasons, strict=True), key=lambda pair: -sum(pair[1].values()))
    found = [pair for n, pair in enumerate(ranked[:KEPT]) if pair[1] or n < SHOWN]
    keep(
        article,
        [
            RelatedArticle(article=article, target=other, score=sum(why.values()), reasons=why or {"newest": 0})
            for other, why in found
        ],
    )


@lru_cache(maxsize=4 * CANDIDATES)
def _pairs_of(text: str) -> Counter[str]:
    return likeness.pairs(text)


def _pairs(article) -> Counter[str]:
    """Of what says what it is about. The candidates of one article are mostly those of the next."""
    return _pairs_of(f"{article.title}\n{article.lead}\n{plain_text(article.beginning)}")


def reasons_for(article: Article, other: Article, alike: float) -> dict[str, float]:
    """What the two have in common, each with its part of the score."""
    shared = len({tag.pk for tag in article.tags.all()} & {tag.pk for tag in other.tags.all()})
    parts = {
        "tags": shared,
        "series": article.series_id is not None and article.series_id == other.series_id,
        "category": article.category_id is not None and article.category_id == other.category_id,
        "text": alike if alike >= LIKE_FROM else 0,
    }
    return {name: round(WEIGHTS[name] * part, 3) for name, part in parts.items() if part}


def candidates_of(article: Article) -> list[Article]:
    """At most four times CANDIDATES, the newest first."""
    public = Article.objects.published().listed().exclude(pk=article.pk)
    newest = public.newest_first()
    groups = [newest]
    if tags := [tag.pk for tag in article.tags.all()]:
        groups.append(newest.filter(pk__in=Article.tags.through.objects.filter(tag__in=tags).values("article")))
    if article.series_id:
        groups.append(newest.filter(series=article.series_id))
    if article.category_id:
        groups.append(newest.filter(category=article.category_id))
    pks = {pk for group in groups for pk in group.values_list("pk", flat=True)[:CANDIDATES]}
    return list(with_texts(public.filter(pk__in=pks)).newest_first())


def with_texts(articles):
    """What is compared, without the rest of the bodies."""
    rows = articles.only("title", "lead", "category", "series", "published_at", "updated_at", "related_at")
    return rows.annotate(beginning=Substr("html", 1, COMPARED)).prefetch_related("tags")


@transaction.atomic
def keep(article: Article, rows: list[RelatedArticle]) -> None:
    # Under the lock, because two ticks at once would each delete and add.
    now = Article.objects.lock(article.pk)
    if now.updated_at != article.updated_at:
        return
    article.found_related.all().delete()
    RelatedArticle.objects.bulk_create(rows)
    Article.objects.filter(pk=article.pk).update(related_at=timezone.now())
    # Those that were looked at before this one was there shall see it too.
    older = Article.objects.filter(pk__in=[row.target_id for row in rows], related_at__lt=article.published_at)
    older.update(related_at=None)
