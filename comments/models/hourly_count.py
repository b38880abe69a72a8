from datetime import UTC, datetime, timedelta
from itertools import count, takewhile

from django.db import models
from django.db.models import Count
from django.db.models.functions import TruncHour
from django.utils import timezone

from comments.models.comment import Comment
from comments.models.vote import Vote

HOUR = timedelta(hours=1)

# Four whole weeks before today's, wherever in its week today stands.
KEPT_FOR = timedelta(days=36)


class HourlyCountQuerySet(models.QuerySet["HourlyCount"]):
    def count_up(self) -> None:
        """Count the hours from the last that is known, which was not over then, to this one; for `tick`.

        The first time it counts all that are kept. Two at once count the same
        and write over each other, under the primary key.
        """
        now = timezone.now()
        last = self.order_by("-hour").values_list("hour", flat=True).first()
        begin = max(last or now - KEPT_FOR, now - KEPT_FOR).astimezone(UTC)
        begin = begin.replace(minute=0, second=0, microsecond=0)
        comments, votes = per_hour(Comment, begin, now), per_hour(Vote, begin, now)
        hours = takewhile(lambda hour: hour <= now, (begin + n * HOUR for n in count()))
        rows = [
            self.model(hour=hour, comments=comments.get(hour, 0), votes=votes.get(hour, 0), counted_at=now)
            for hour in hours
        ]
        written = ["comments", "votes", "counted_at"]
        self.bulk_create(rows, update_conflicts=True, unique_fields=["hour"], update_fields=written)

    def past(self) -> "HourlyCountQuerySet":
        """What is too old to be compared with."""
        return self.filter(hour__lt=timezone.now() - KEPT_FOR - HOUR)


def per_hour(model: type[models.Model], begin: datetime, end: datetime) -> dict[datetime, int]:
    """How many rows were made in each hour, by their index by date."""
    rows = model._default_manager.filter(created_at__gte=begin, created_at__lte=end).order_by()
    hours = rows.annotate(hour=TruncHour("created_at", tzinfo=UTC)).values("hour")
    return dict(hours.annotate(n=Count("pk")).values_list("hour", "n"))


class HourlyCount(models.Model):
    """What readers did in one hour, so that the dashboard compares days without counting."""

    hour = models.DateTimeField(primary_key=True)
    # All that were written, whatever became of them.
    comments = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    counted_at = models.DateTimeField()

    objects = HourlyCountQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.hour:%Y-%m-%d %H}: {self.comments}, {self.votes}"
