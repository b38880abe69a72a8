"""The owner's first page: what readers do today against the usual, and what waits for the owner.

Nothing of it is counted on the request but what waits, and that only as far
as anybody would read on. The figures are those of `HourlyCount`, which `tick`
keeps, so they are a minute old and cost the same however large the site is.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from statistics import median

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article, Autosave, Source
from articles.source_check import explain
from comments.models import Comment, HourlyCount
from comments.queues import COUNTED_MOST, QUEUES

# The same weekday of so many weeks before is the usual; of four, one flood moves the median little.
WEEKS = 4
HOURS = 24

LISTED_MOST = 8

# In units of the SVG.
WIDTH, HEIGHT = 288, 64

# What somebody waits for; the other queues are looked through.
WAITING = ("reported", "held", "misplaced", "appeals", "unread")


@dataclass(frozen=True)
class Hour:
    """One hour of today by the clock of the site; `today` is None while it lies ahead."""

    hour: int
    today: int | None
    usual: float

    @property
    def tallest(self) -> float:
        return max(self.today or 0, self.usual)


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


class Day:
    """One figure through the hours of today beside those of the same weekday before."""

    width, height = WIDTH, HEIGHT

    def __init__(self, counts: dict[tuple[date, int], int], now: datetime):
        days = [now.date() - timedelta(weeks=week) for week in range(1, WEEKS + 1)]
        self.hours = [
            Hour(
                hour,
                counts.get((now.date(), hour), 0) if hour <= now.hour else None,
                median(counts.get((day, hour), 0) for day in days),
            )
            for hour in range(HOURS)
        ]
        self.today = sum(hour.today or 0 for hour in self.hours)
        self.usual_by_now = median(by_then(counts, day, now) for day in days)

    @property
    def most(self) -> float:
        return max(hour.tallest for hour in self.hours)

    @property
    def bars(self) -> list[Bar]:
        slot, unit = WIDTH / HOURS, HEIGHT / max(self.most, 1)
        return [
            Bar(hour.hour * slot + 1, HEIGHT - hour.today * unit, slot - 2, hour.today * unit)
            for hour in self.hours
            if hour.today
        ]

    @property
    def usual_line(self) -> str:
        """The points of a line in steps, an hour each."""
        slot, unit = WIDTH / HOURS, HEIGHT / max(self.most, 1)
        heights = [(hour.hour, HEIGHT - hour.usual * unit) for hour in self.hours]
        return " ".join(f"{n * slot:g},{y:.2f} {(n + 1) * slot:g},{y:.2f}" for n, y in heights)


def by_then(counts: dict[tuple[date, int], int], day: date, now: datetime) -> float:
    """What there was on that day by this time of it; of the hour that runs as much as has passed of it."""
    over = sum(counts.get((day, hour), 0) for hour in range(now.hour))
    return over + counts.get((day, now.hour), 0) * now.minute / 60


class Dashboard:
    """What one member of the staff sees: of discussions and of articles only what they may work on."""

    def __init__(self, user: User):
        self.user = user
        self.now = timezone.localtime()
        self.moderates = user.has_perm("comments.change_comment")
        self.writes = user.has_perm("articles.change_article")

    @cached_property
    def counted(self) -> list[HourlyCount]:
        # Zones that are half an hour apart from others see hours begin at half past; days differ by that.
        begin = self.now - timedelta(weeks=WEEKS, days=1)
        return list(HourlyCount.objects.filter(hour__gte=begin).order_by("hour"))

    @property
    def counted_at(self) -> datetime | None:
        return self.counted[-1].counted_at if self.counted else None

    @property
    def comments(self) -> Day:
        return self._day("comments")

    @property
    def votes(self) -> Day:
        return self._day("votes")

    def _day(self, name: str) -> Day:
        counts: Counter = Counter()
        for row in self.counted:
            moment = timezone.localtime(row.hour)
            counts[moment.date(), moment.hour] += getattr(row, name)
        return Day(counts, self.now)

    @property
    def queues(self) -> list:
        return [(QUEUES[name], QUEUES[name].count()) for name in WAITING]

    @property
    def talked_of(self) -> list[tuple[Article, int]]:
        """The articles with most of today's comments that readers see, by the newest of them up to COUNTED_MOST."""
        begin = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        written = Comment.objects.filter(status=Comment.Status.PUBLISHED, created_at__gte=begin)
        newest = written.newest_first().values_list("article_id", flat=True)[:COUNTED_MOST]
        most = Counter(newest).most_common(LISTED_MOST)
        articles = Article.objects.for_lists().in_bulk([pk for pk, _n in most])
        return [(articles[pk], n) for pk, n in most]

    @property
    def scheduled(self) -> QuerySet[Article]:
        return Article.objects.scheduled().for_lists().order_by("published_at", "pk")[:LISTED_MOST]

    @property
    def drafts(self) -> QuerySet[Article]:
        return Article.objects.drafts().for_lists().order_by("-updated_at", "-pk")[:LISTED_MOST]

    @property
    def unsaved(self) -> QuerySet[Autosave]:
        """The user's own forms that were never saved."""
        mine = Autosave.objects.filter(user=self.user).select_related("article")
        return mine.only("saved_at", "article__title").order_by("-saved_at")[:LISTED_MOST]

    @property
    def dead_sources(self) -> list[tuple[Source, str]]:
        """Each with what was found, in words."""
        return [(source, explain(source.finding)) for source in Source.objects.dead()[:LISTED_MOST]]
