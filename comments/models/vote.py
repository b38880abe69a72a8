from django.db import models
from django.db.models import Count, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.ranking import weight_of


class VoteQuerySet(models.QuerySet["Vote"]):
    def set_value(
        self,
        comment,
        visitor_key: str,
        value: int,
        *,
        network_key: str = "",
        from_new_visitor: bool = False,
        is_valid: bool = True,
    ) -> bool:
        """Make the visitor's vote on the comment `value`, 0 for none. False when it was so already.

        The caller holds the lock on the article.
        """
        mine = self.filter(comment=comment, visitor_key=visitor_key)
        if value == 0:
            return self._withdraw(mine, comment)
        if mine.exists():
            return mine.exclude(value=value).update(value=value) > 0
        before = self._of_network(comment, network_key).count() if is_valid and network_key else 0
        self.create(
            comment=comment,
            visitor_key=visitor_key,
            value=value,
            network_key=network_key,
            from_new_visitor=from_new_visitor,
            is_valid=is_valid,
            weight=weight_of(before),
        )
        return True

    def _withdraw(self, mine: models.QuerySet, comment) -> bool:
        vote = mine.first()
        if vote is None:
            return False
        vote.delete()
        self.weigh(comment, vote.network_key)
        return True

    def weigh(self, comment, network_key: str) -> None:
        """Give the network's votes on the comment their weights again; the caller holds the lock on the article."""
        if not network_key:
            return
        # What comes later weighs so little that it does not matter how little.
        votes: list[Vote] = list(self._of_network(comment, network_key).order_by("pk")[:40])
        for place, vote in enumerate(votes):
            vote.weight = weight_of(place)
        Vote.objects.bulk_update(votes, ["weight"])
        if len(votes) == 40:
            # Votes that were cast while their network was left out weigh 1 until then.
            later = self._of_network(comment, network_key).filter(pk__gt=votes[-1].pk)
            later.filter(weight__gt=votes[-1].weight).update(weight=votes[-1].weight)

    def _of_network(self, comment, network_key: str) -> models.QuerySet["Vote"]:
        return self.filter(comment=comment, network_key=network_key, is_valid=True)

    def counts(self) -> dict[str, float]:
        """`up` and `down`: how many valid votes; `up_weight` and `down_weight`: what they weigh in 評価順."""
        up, down = Q(value=1, is_valid=True), Q(value=-1, is_valid=True)
        return self.aggregate(
            up=Count("pk", filter=up),
            down=Count("pk", filter=down),
            up_weight=Sum("weight", filter=up, default=0.0),
            down_weight=Sum("weight", filter=down, default=0.0),
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
