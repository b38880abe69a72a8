"""人気の記事: what readers did under an article lately, each doing worth less the older it is.

The measure is a sum of w · 2^(−age / half-life), the exponential decay of
Cormode, Shkapenyuk, Srivastava and Xu (Forward Decay, ICDE 2009), over
the doings within a window. Of each person only the newest comment and the newest vote under
an article count, and the persons of one network weigh 1, 1/2, 1/4 … as votes
do (`ranking.weight_of`): neither many words nor many cookies push an article.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import CharField, F, Max, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from articles.models import Popularity
from comments.models import Comment, Vote
from comments.ranking import weight_of

WINDOWS = {"day": timedelta(days=1), "week": timedelta(days=7), "month": timedelta(days=30)}

# What is as old as its window is long counts an eighth.
HALVINGS = 3

# A vote is a press, a comment somebody's words.
COMMENT, VOTE = 1.0, 0.25

# Also what nobody touches falls; between two articles the measures are at most so far apart.
FRESH = timedelta(hours=1)

# What was written while the last measure was taken may have been missed.
OVERLAP = timedelta(minutes=5)

BATCH = 100
REFRESHED = 500


class Doing(NamedTuple):
    article: int
    network: str
    at: datetime
    weight: float


def measure() -> None:
    """Measure the articles with new doings, and some of those that were not measured for an hour."""
    now = timezone.now()
    articles = sorted(touched(now) | refreshed(now))
    for start in range(0, len(articles), BATCH):
        write(articles[start : start + BATCH], now)


def touched(now: datetime) -> set[int]:
    """Those with doings since the last measure; before the first one, of the last month."""
    last = Popularity.objects.order_by("-measured_at").values_list("measured_at", flat=True).first()
    since = max(last - OVERLAP, now - WINDOWS["month"]) if last else now - WINDOWS["month"]
    commented = Comment.objects.filter(created_at__gte=since).order_by().values_list("article", flat=True).distinct()
    voted = Vote.objects.filter(created_at__gte=since).order_by().values_list("comment__article", flat=True).distinct()
    return {*commented, *voted}


def refreshed(now: datetime) -> set[int]:
    old = Popularity.objects.filter(measured_at__lte=now - FRESH).order_by("measured_at")
    return set(old.values_list("article", flat=True)[:REFRESHED])


def write(articles: list[int], now: datetime) -> None:
    """One statement that needs no lock: whoever comes at the same time writes the same."""
    sums = summed(doings(articles, now - WINDOWS["month"]), now)
    rows = [Popularity(article_id=article, measured_at=now, **sums[article]) for article in sums]
    updated = [*WINDOWS, "measured_at"]
    Popularity.objects.bulk_create(rows, update_conflicts=True, unique_fields=["article"], update_fields=updated)
    Popularity.objects.filter(article__in=set(articles) - set(sums)).delete()


def doings(articles: list[int], since: datetime) -> Iterator[Doing]:
    """What readers did: the newest comment and the newest vote of each person under each of the articles."""
    # What was imported has no keys, but may have an ID.
    person = Coalesce(NullIf("visitor_key", Value("")), "public_id", output_field=CharField())
    comments = Comment.objects.filter(article__in=articles, status=Comment.Status.PUBLISHED, by_staff=False)
    votes = Vote.objects.filter(comment__article__in=articles, comment__status=Comment.Status.PUBLISHED, is_valid=True)
    for rows, of, who, weight in (
        (comments, F("article"), person, COMMENT),
        (votes, F("comment__article"), F("visitor_key"), VOTE),
    ):
        recent = rows.filter(created_at__gt=since).order_by().values(of=of, who=who, net=F("network_key"))
        for row in recent.annotate(at=Max("created_at")):
            yield Doing(row["of"], row["net"], row["at"], weight)


def summed(done: Iterable[Doing], now: datetime) -> dict[int, dict[str, float]]:
    """For each article with doings, the sum of each window."""
    sums: dict[int, dict[str, float]] = defaultdict(lambda: dict.fromkeys(WINDOWS, 0.0))
    before: dict[tuple[int, str, float], int] = defaultdict(int)
    # Of a network the newest weighs most, and so the sum only falls with time.
    for doing in sorted(done, key=lambda doing: doing.at, reverse=True):
        place = before[doing.article, doing.network, doing.weight] if doing.network else 0
        before[doing.article, doing.network, doing.weight] += 1
        for window, length in WINDOWS.items():
            sums[doing.article][window] += doing.weight * weight_of(place) * decay(now - doing.at, length)
    return sums


def decay(age: timedelta, window: timedelta) -> float:
    """What a doing of that age still counts: 1 for one of this moment, 0 for one before the window."""
    return 0.5 ** (HALVINGS * max(age / window, 0)) if age < window else 0.0
