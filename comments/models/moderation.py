from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ModerationEvent(models.Model):
    """One decision: who, what, when, and what was before. Rows are only ever added."""

    class Action(models.TextChoices):
        APPROVE = "approve", _("approved")
        REMOVE = "remove", _("removed")
        RESTORE = "restore", _("restored")
        MARK_SPAM = "mark_spam", _("marked as spam")
        MOVE = "move", _("moved")
        ERASE = "erase", _("erased")
        HOLD = "hold", _("kept for a legal claim")
        RELEASE = "release", _("no longer kept for a legal claim")
        LEAVE_OUT = "leave_out", _("votes left out")
        COUNT_AGAIN = "count", _("votes counted again")

    # One of the two is what was decided on.
    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, null=True, related_name="moderation_events", verbose_name=_("comment")
    )
    exclusion = models.ForeignKey(
        "comments.VoteExclusion", models.CASCADE, null=True, related_name="moderation_events", verbose_name=_("votes")
    )
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("moderator"))
    action = models.CharField(_("decision"), max_length=10, choices=Action)
    status_before = models.CharField(_("status before"), max_length=10, blank=True)
    created_at = models.DateTimeField(_("decided"), default=timezone.now)

    class Meta:
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.comment_id or self.exclusion_id}"
