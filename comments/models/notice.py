from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NoticeQuerySet(models.QuerySet["Notice"]):
    def unsent(self) -> Self:
        return self.filter(sent_at=None)

    def tell(self, kind: str, comment=None) -> None:
        """Put word for the owner into the outbox, once for each way that is set up; `tick` sends it."""
        Notice.objects.bulk_create([Notice(channel=channel, kind=kind, comment=comment) for channel in channels()])


class Notice(models.Model):
    """The outbox: something that the owner shall hear of, and by which way. A dead server loses none of it."""

    class Kind(models.TextChoices):
        HELD = "held", _("held")
        REPORTED = "reported", _("reported")
        APPEAL = "appeal", _("appeal")
        VALVE = "valve", _("flood")

    class Channel(models.TextChoices):
        MAIL = "mail", _("e-mail")
        WEBHOOK = "webhook", _("webhook")

    kind = models.CharField(max_length=8, choices=Kind)
    channel = models.CharField(max_length=8, choices=Channel)
    comment = models.ForeignKey("comments.Comment", models.CASCADE, null=True, related_name="notices")
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
