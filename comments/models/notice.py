from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# Longer than any server is waited for. Whoever was killed while sending holds the notices up for no longer.
SENDING_TAKES = timedelta(minutes=10)

# A server that is dead is tried again after one minute, two, four … and from then on each hour.
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

# The links in a message serve for a week; after a month nobody asks what was sent.
KEPT = timedelta(days=30)


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def past(self) -> Self:
        """Those that were sent so long ago that nobody needs them."""
        # The channels are named for the index alone.
        return self.filter(channel__in=Notice.Channel.values, sent_at__lt=timezone.now() - KEPT)

    def open(self) -> Self:
        """Those whose comment still waits for what they tell of, or whose source is still dead."""
        return self.filter(
            Q(kind=Notice.Kind.VALVE)
            | Q(kind=Notice.Kind.SOURCE, source__dead_since__isnull=False)
            | Q(kind=Notice.Kind.HELD, comment__status="pending")
            | Q(kind=Notice.Kind.REPORTED, comment__report_count__gt=0)
            | Q(kind=Notice.Kind.APPEAL, comment__appeal__isnull=False, comment__appeal__settled_by=None)
        )

    def last_message_at(self, channel: str) -> datetime | None:
        """When the last message went out that way."""
        sent = self.filter(channel=channel, sent_at__isnull=False, attempts__gt=0)
        return sent.order_by("-sent_at").values_list("sent_at", flat=True).first()

    def claim(self, channel: str, pause: timedelta) -> Self:
        """All that waits for a way, taken so that nobody else sends it; none during the `pause` after a message.

        Its only lock is short: the oldest row, so that of two who come at once the second sees
        the rows of the first as taken. While one row is being sent, or waits to be tried again, all others wait with it.
        """
        now, waiting = timezone.now(), self.unsent().filter(channel=channel)
        with transaction.atomic():
            waiting.select_for_update(no_key=True).order_by("created_at", "pk").first()
            last = self.last_message_at(channel)
            if waiting.filter(next_try_at__gt=now).exists() or (last and now < last + pause):
                return self.none()
            # Asked for once more in the statement itself: a row that was begun before the lock may be older.
            waiting.filter(next_try_at__lte=now).update(next_try_at=now + SENDING_TAKES)
        return waiting.filter(next_try_at=now + SENDING_TAKES)

    def mark_sent(self) -> None:
        self.update(sent_at=timezone.now(), attempts=F("attempts") + 1, error="")

    def leave_out(self) -> None:
        """Nobody needs to hear of these any more. No attempt: the next message need not wait for it."""
        self.update(sent_at=timezone.now(), attempts=0, error="")

    def mark_failed(self, error: str) -> None:
        """To be tried again, after a longer pause each time."""
        tried = self.aggregate(most=models.Max("attempts", default=0))["most"]
        pause = min(FIRST_PAUSE * 2 ** min(tried, 10), LONGEST_PAUSE)
        self.update(next_try_at=timezone.now() + pause, attempts=F("attempts") + 1, error=error[:200])

    def tell(self, kind: str, comment=None, source=None) -> None:
        """Put word for the owner into the outbox, once for each way that is set up; `tick` sends it."""
        Notice.objects.bulk_create(
            [Notice(channel=channel, kind=kind, comment=comment, source=source) for channel in channels()]
        )


class Notice(models.Model):
    """The outbox: something that the owner shall hear of, and by which way. A dead server loses none of it."""

    class Kind(models.TextChoices):
        HELD = "held", _("held")
        REPORTED = "reported", _("reports")
        APPEAL = "appeal", _("appeal")
        VALVE = "valve", _("flood")
        SOURCE = "source", _("dead source")

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    kind = models.CharField(max_length=8, choices=Kind)
    channel = models.CharField(max_length=8, choices=Channel)
    comment = models.ForeignKey("comments.Comment", models.CASCADE, null=True, related_name="notices")
    source = models.ForeignKey("articles.Source", models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    # While it lies in the future somebody is sending it, or it is not yet to be tried again.
    next_try_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)
    # When one of its signed links was used: they serve once.
    used_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [
            models.Index(fields=["channel", "created_at"], condition=Q(sent_at=None), name="notice_unsent"),
            models.Index(fields=["channel", "-sent_at"], condition=Q(sent_at__isnull=False), name="notice_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} → {self.get_channel_display()}"


def channels() -> list[str]:
    """The ways to the owner that the settings name."""
    ways = {Notice.Channel.MAIL: settings.NOTICE_EMAILS, Notice.Channel.WEBHOOK: settings.NOTICE_WEBHOOK_URL}
    return [channel for channel, is_set in ways.items() if is_set]
