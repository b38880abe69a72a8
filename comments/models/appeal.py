from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.moderation import ModerationEvent

# One sentence.
APPEAL_LENGTH = 300


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        return self.filter(settled_by=None)


class Appeal(models.Model):
    """What an author says to the owner about the comment that is hidden. Open until the next decision on it."""

    comment = models.OneToOneField("comments.Comment", models.CASCADE, related_name="appeal")
    text = models.CharField(_("appeal"), max_length=APPEAL_LENGTH)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    settled_by = models.ForeignKey(ModerationEvent, models.SET_NULL, null=True, related_name="settled_appeals")

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        indexes = [models.Index(fields=["created_at"], condition=Q(settled_by=None), name="appeal_open")]

    def __str__(self) -> str:
        return self.text
