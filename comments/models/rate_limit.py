from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from comments.models import statements

if TYPE_CHECKING:
    from comments.limits import Limit

# Limits, and whose acts count under them (`comments/limits.py`).
Acts = Sequence[tuple["Limit", str]]


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
        begin = begin_of(per)
        _key, count = statements.ask(_counting(1), {"key0": key, "window0": begin})
        return None if count <= limit else begin + per

    @classmethod
    def counting(cls, acts: Acts) -> tuple[tuple[str, ...], dict[str, Any]]:
        """The change that counts one of each of these acts, and its values.

        Its rows are in the order of their keys in everybody's, so that no two wait for each other.
        """
        if not acts:
            return (), {}
        rows = sorted((limit.key_of(whose), begin_of(limit.per)) for limit, whose in acts)
        values = {
            name: value
            for n, row in enumerate(rows)
            for name, value in zip((f"key{n}", f"window{n}"), row, strict=True)
        }
        return (_counting(len(rows)),), values

    @classmethod
    def note(cls, acts: Acts) -> None:
        """Count one of each of these acts, whatever the limits say."""
        counting, values = cls.counting(acts)
        if counting:
            statements.change(counting, values)

    @classmethod
    def refuse(cls, acts: Acts) -> None:
        """Raises LimitReached of the first of these acts of which another one is too many. Counts nothing."""
        reached, values = cls.reached(acts)
        keys = {row[0] for row in statements.ask_all(f"SELECT key FROM comments_ratelimit WHERE {reached}", values)}  # noqa: S608
        for limit, whose in acts:
            if limit.key_of(whose) in keys:
                limit.refuse()

    @staticmethod
    def reached(acts: Acts) -> tuple[str, dict[str, Any]]:
        """The condition of the rows by which another one of these acts is too many, and its values.

        Acts of one moment may all be the last: as many as the site answers at once can be more than the limit.
        """
        values: dict[str, Any] = {}
        for n, (limit, whose) in enumerate(acts):
            values |= {f"key{n}": limit.key_of(whose), f"window{n}": begin_of(limit.per), f"most{n}": limit.most}
        return _reached(len(acts)), values


@cache
def _reached(rows: int) -> str:
    marks = (f'("key" = %(key{n})s AND "window" = %(window{n})s AND "count" >= %(most{n})s)' for n in range(rows))
    return " OR ".join(marks) or "1 = 0"


@cache
def _counting(rows: int) -> str:
    marks = ", ".join(f"(%(key{n})s, %(window{n})s, 1)" for n in range(rows))
    return f"""
        INSERT INTO comments_ratelimit ("key", "window", "count") VALUES {marks}
        ON CONFLICT ("key", "window") DO UPDATE SET "count" = comments_ratelimit."count" + 1
        RETURNING "key", "count"
    """  # noqa: S608


def begin_of(per: timedelta) -> datetime:
    """When the window began that is open now."""
    seconds = int(per.total_seconds())
    return datetime.fromtimestamp(int(timezone.now().timestamp()) // seconds * seconds, tz=UTC)
