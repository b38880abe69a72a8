from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.moderation import ModerationEvent, Reason


class ReportQuerySet(models.QuerySet["Report"]):
    def past(self, moment: datetime) -> Self:
        """What was settled and made before the moment."""
        return self.exclude(settled_by=None).filter(created_at__lte=moment)

    def open(self) -> Self:
        """Those on which nothing was decided yet."""
        return self.filter(settled_by=None)


class Report(models.Model):
    """A reader says that a comment should not stand here. Open until a decision on the comment settles it."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="reports")
    visitor_key = models.CharField(max_length=32)
    network_key = models.CharField(max_length=32, blank=True)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason)
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    settled_by = models.ForeignKey(ModerationEvent, models.SET_NULL, null=True, related_name="settled_reports")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [models.UniqueConstraint(fields=["comment", "visitor_key"], name="report_once")]
        indexes = [models.Index(fields=["visitor_key"], condition=~Q(visitor_key=""), name="report_of_visitor")]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} → {self.comment_id}"
