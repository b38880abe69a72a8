from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.db import connection, models
from django.utils import timezone


class RateLimitQuerySet(models.QuerySet["RateLimit"]):
    def past(self, longest: timedelta) -> Self:
        """Windows that are over, when none is longer than `longest`."""
        return self.filter(window__lt=timezone.now() - longest)


class RateLimit(models.Model):
    """How often something was done under one key in one window of time; shared by all processes and machines.

    On PostgreSQL the table is not logged, so counting never waits for the disk: after a crash all windows begin anew.
    """

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
        (count,) = cls.count_acts([(key, per)])
        return None if count <= limit else begin_of(per) + per

    @classmethod
    def count_acts(cls, acts: list[tuple[str, timedelta]]) -> list[int]:
        """How often each of these was done in its window, this once included.

        One statement. Its rows are in the order of their keys in everybody's, so that no two wait for each other.
        """
        rows = sorted((key, begin_of(per)) for key, per in acts)
        statement = f"""
            INSERT INTO comments_ratelimit ("key", "window", "count") VALUES {", ".join(["(%s, %s, 1)"] * len(rows))}
            ON CONFLICT ("key", "window") DO UPDATE SET "count" = comments_ratelimit."count" + 1
            RETURNING "key", "count"
        """  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(statement, [value for key, start in rows for value in (key, _adapted(start))])
            counts = dict(cursor.fetchall())
        return [counts[key] for key, _per in acts]

    @classmethod
    def take_back(cls, acts: list[tuple[str, timedelta]]) -> None:
        """What was counted and not done after all."""
        for key, per in sorted(acts):
            cls.objects.filter(key=key, window=begin_of(per)).update(count=models.F("count") - 1)


def begin_of(per: timedelta) -> datetime:
    """When the window began that is open now."""
    seconds = int(per.total_seconds())
    return datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, tz=UTC)


def _adapted(moment: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(moment)
