from datetime import UTC, datetime, timedelta
from typing import Self

from django.db import connection, models
from django.utils import timezone


class RateLimitQuerySet(models.QuerySet["RateLimit"]):
    def past(self, longest: timedelta) -> Self:
        """Windows that are over, when none is longer than `longest`."""
        return self.filter(window__lt=timezone.now() - longest)


class RateLimit(models.Model):
    """How often something was done under one key in one window of time; shared by all processes and machines."""

    key = models.CharField(max_length=100)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    objects = RateLimitQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_limit_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    @classmethod
    def hit(cls, key: str, limit: int, per: timedelta) -> datetime | None:
        """Count one act. None while it is within the limit, else the moment when the next window begins.

        One statement, which the unique constraint makes safe for two at once.
        """
        seconds = int(per.total_seconds())
        start = int(timezone.now().timestamp()) // seconds * seconds
        window = datetime.fromtimestamp(start, tz=UTC)
        statement = """
            INSERT INTO comments_ratelimit ("key", "window", "count") VALUES (%s, %s, 1)
            ON CONFLICT ("key", "window") DO UPDATE SET "count" = comments_ratelimit."count" + 1
            RETURNING "count"
        """
        with connection.cursor() as cursor:
            cursor.execute(statement, [key, connection.ops.adapt_datetimefield_value(window)])
            (count,) = cursor.fetchone()
        return None if count <= limit else window + per
