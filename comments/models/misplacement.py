from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class MisplacementReport(models.Model):
    """A reader says that a comment answers another one than it stands under."""

    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, db_index=False, related_name="misplacement_reports"
    )
    visitor_key = models.CharField(max_length=32)
    guessed_parent = models.ForeignKey("comments.Comment", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("reported"), default=timezone.now)

    class Meta:
        verbose_name = _("misplaced reply")
        verbose_name_plural = _("misplaced replies")
        constraints = [models.UniqueConstraint(fields=["comment", "visitor_key"], name="misplacement_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} → {self.guessed_parent_id}"
