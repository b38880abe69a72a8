from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone


class RateLimit(models.Model):
    """How often something was done under one key in one window of time; shared by all processes and machines."""

    key = models.CharField(max_length=100)
    window = models.DateTimeField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window"], name="rate_limit_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.count}"

    @classmethod
    def hit(cls, key: str, limit: int, per: timedelta) -> datetime | None:
        """Count one act. None while it is within the limit, else the moment when the next window begins."""
        seconds = int(per.total_seconds())
        start = int(timezone.now().timestamp()) // seconds * seconds
        window = datetime.fromtimestamp(start, tz=timezone.get_current_timezone())
        with transaction.atomic():
            # The unique constraint makes two first acts at once one row; F() adds in the database.
            row, _is_new = cls.objects.get_or_create(key=key, window=window)
            cls.objects.filter(pk=row.pk).update(count=F("count") + 1)
            row.refresh_from_db(fields=["count"])
        return None if row.count <= limit else window + per
