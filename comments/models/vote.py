from typing import NamedTuple

from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.ranking import WEIGHED, weight_of


class Counts(NamedTuple):
    """How many valid votes there are, and what they weigh in 評価順."""

    up: int
    down: int
    up_weight: float
    down_weight: float


class VoteQuerySet(models.QuerySet["Vote"]):
    def value_of(self, comment, visitor_key: str) -> int:
        """What the visitor has voted on the comment, 0 for nothing."""
        mine = self.filter(comment=comment, visitor_key=visitor_key)
        return mine.values_list("value", flat=True).first() or 0

    def of_visitor(self, visitor_key: str, article) -> dict[int, int]:
        """The visitor's votes under one article, by the key of the comment."""
        mine = self.filter(visitor_key=visitor_key, comment__article=article)
        return dict(mine.values_list("comment_id", "value"))

    def weigh(self, comment, network_key: str) -> None:
        """Give the network's votes on the comment their weights again; the caller holds the lock on the article."""
        if not network_key:
            return
        first = list(self._of_network(comment, network_key).order_by("pk")[:WEIGHED])
        moved = [(vote, weight_of(place)) for place, vote in enumerate(first) if vote.weight != weight_of(place)]
        for vote, weight in moved:
            vote.weight = weight
        Vote.objects.bulk_update([vote for vote, _weight in moved], ["weight"])
        if len(first) == WEIGHED:
            # Votes that were cast while their network was left out weigh 1 until then.
            self._of_network(comment, network_key).filter(pk__gt=first[-1].pk, weight__gt=0).update(weight=0)

    def _of_network(self, comment, network_key: str) -> models.QuerySet["Vote"]:
        return self.filter(comment=comment, network_key=network_key, is_valid=True)

    def counts(self) -> "Counts":
        return Counts(
            **self.filter(is_valid=True).aggregate(
                up=Count("pk", filter=Q(value=1)),
                down=Count("pk", filter=Q(value=-1)),
                up_weight=Sum("weight", filter=Q(value=1), default=0.0),
                down_weight=Sum("weight", filter=Q(value=-1), default=0.0),
            )
        )


class Vote(models.Model):
    """What one visitor thinks of one comment."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="votes")
    visitor_key = models.CharField(max_length=32)
    network_key = models.CharField(max_length=32, blank=True)
    value = models.SmallIntegerField(_("value"))
    # What it adds to the order by votes (`ranking.weight_of`).
    weight = models.FloatField(default=1)
    # False while a VoteExclusion covers it: then it counts nowhere.
    is_valid = models.BooleanField(default=True)
    from_new_visitor = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)

    objects = VoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        indexes = [
            models.Index(fields=["visitor_key", "comment"], name="vote_of_visitor"),
            models.Index(fields=["network_key", "comment"], name="vote_of_network"),
            models.Index(fields=["created_at"], name="vote_newest"),
        ]
        constraints = [
            # Also the index by which the votes of a comment are counted.
            models.UniqueConstraint(fields=["comment", "visitor_key"], name="vote_once"),
            models.CheckConstraint(name="vote_value", condition=Q(value__in=[1, -1])),
        ]

    def __str__(self) -> str:
        return f"{self.value:+d} → {self.comment_id}"

    def change(self, value: int) -> None:
        """Turn it round. Its weight and its network stay; the caller holds the lock on the article."""
        self.value = value
        self.save(update_fields=["value"])

    def take_back(self) -> None:
        """Those of its network that came later weigh more from now on; the caller holds the lock on the article."""
        self.delete()
        if self.is_valid:
            Vote.objects.weigh(self.comment, self.network_key)
