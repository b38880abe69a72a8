from datetime import datetime
from typing import Self

from django.db import models, transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models.moderation import ModerationEvent

# One reader may be wrong; a second who says the same is worth the owner's time.
QUORUM = 2


class MisplacementReportQuerySet(models.QuerySet["MisplacementReport"]):
    def report(self, comment, visitor_key: str, guessed_parent=None) -> None:
        """Take a visitor's word on a comment; a second one takes the place of the first.

        The unique constraint makes two at once one row; the count is derived under the lock on the article.
        """
        with transaction.atomic():
            Article.objects.lock(comment.article_id)
            defaults = {"guessed_parent": guessed_parent, "settled_by": None}
            self.update_or_create(comment=comment, visitor_key=visitor_key, defaults=defaults)
            type(comment).objects.recount_reports([comment.pk])

    def past(self, moment: datetime) -> Self:
        """What was settled and made before the moment."""
        return self.exclude(settled_by=None).filter(created_at__lte=moment)

    def open(self) -> Self:
        """Those on which nothing was decided yet."""
        return self.filter(settled_by=None)

    def best_guess(self, comment):
        """The comment that most readers say it answers, of equals the one named last; None when nobody named one."""
        named = self.open().filter(comment=comment, guessed_parent__status="published").order_by()
        counted = named.values("guessed_parent").annotate(readers=Count("pk"), last=Max("pk"))
        best = counted.order_by("-readers", "-last").first()
        return type(comment).objects.get(pk=best["guessed_parent"]) if best else None


class MisplacementReport(models.Model):
    """A reader says that a comment answers another one than it stands under.

    Open until a decision on the comment settles it; deleted when its author moves it.
    """

    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="misplacement_reports")
    visitor_key = models.CharField(max_length=32)
    guessed_parent = models.ForeignKey("comments.Comment", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("reported"), default=timezone.now)
    settled_by = models.ForeignKey(ModerationEvent, models.SET_NULL, null=True, related_name="settled_misplacements")

    objects = MisplacementReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("misplaced reply")
        verbose_name_plural = _("misplaced replies")
        constraints = [models.UniqueConstraint(fields=["comment", "visitor_key"], name="misplacement_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} → {self.guessed_parent_id}"
