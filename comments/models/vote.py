from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class VoteQuerySet(models.QuerySet["Vote"]):
    def set_value(self, comment, visitor_key: str, value: int) -> bool:
        """Make the visitor's vote on the comment `value`, 0 for none. False when it was so already.

        The caller holds the lock on the article.
        """
        mine = self.filter(comment=comment, visitor_key=visitor_key)
        if value == 0:
            return mine.delete()[0] > 0
        if mine.exclude(value=value).update(value=value):
            return True
        _vote, is_new = self.get_or_create(comment=comment, visitor_key=visitor_key, defaults={"value": value})
        return is_new

    def counts(self) -> tuple[int, int]:
        """How many are for and how many against."""
        counted = self.aggregate(up=Count("pk", filter=Q(value=1)), down=Count("pk", filter=Q(value=-1)))
        return counted["up"], counted["down"]


class Vote(models.Model):
    """What one visitor thinks of one comment."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="votes")
    visitor_key = models.CharField(max_length=32)
    value = models.SmallIntegerField(_("value"))
    created_at = models.DateTimeField(default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [
            # Also the index by which the votes of a comment are counted.
            models.UniqueConstraint(fields=["comment", "visitor_key"], name="vote_once"),
            models.CheckConstraint(name="vote_value", condition=Q(value__in=[1, -1])),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d} → {self.comment_id}"
