from django.db import models
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

# One reader may be wrong; a second who says the same is worth the owner's time.
QUORUM = 2


class MisplacementReportQuerySet(models.QuerySet["MisplacementReport"]):
    def report(self, comment, visitor_key: str, guessed_parent=None) -> None:
        """Take a visitor's word on a comment; a second one takes the place of the first.

        Changes no tree and no count, so the unique constraint is all it needs.
        """
        self.update_or_create(comment=comment, visitor_key=visitor_key, defaults={"guessed_parent": guessed_parent})

    def enough(self) -> models.QuerySet:
        """Keys of the comments that so many readers have reported that the owner shall look."""
        counted = self.order_by().values("comment").annotate(readers=Count("pk"))
        return counted.filter(readers__gte=QUORUM).values("comment")

    def best_guess(self, comment):
        """The comment that most readers say it answers, of equals the one named last; None when nobody named one."""
        named = self.filter(comment=comment, guessed_parent__status="published").order_by()
        counted = named.values("guessed_parent").annotate(readers=Count("pk"), last=Max("pk"))
        best = counted.order_by("-readers", "-last").first()
        return type(comment).objects.get(pk=best["guessed_parent"]) if best else None


class MisplacementReport(models.Model):
    """A reader says that a comment answers another one than it stands under.

    Open while the row exists: moving the comment or dismissing deletes it.
    """

    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="misplacement_reports")
    visitor_key = models.CharField(max_length=32)
    guessed_parent = models.ForeignKey("comments.Comment", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(_("reported"), default=timezone.now)

    objects = MisplacementReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("misplaced reply")
        verbose_name_plural = _("misplaced replies")
        constraints = [models.UniqueConstraint(fields=["comment", "visitor_key"], name="misplacement_once")]

    def __str__(self) -> str:
        return f"{self.comment_id} → {self.guessed_parent_id}"
