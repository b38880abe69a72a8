from typing import Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from comments.models.moderation import ModerationEvent
from comments.models.vote import Vote


class VoteExclusionQuerySet(models.QuerySet["VoteExclusion"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None)

    def under(self, article_id: int) -> Self:
        """Those in force for the votes under one article."""
        return self.in_force().filter(Q(article=None) | Q(article=article_id))

    def cover(self, visitor_key: str, network_key: str, article_id: int) -> bool:
        """Whether a vote of this visitor from this network under this article does not count."""
        who = Q(visitor_key=visitor_key) & ~Q(visitor_key="") | Q(network_key=network_key) & ~Q(network_key="")
        return self.under(article_id).filter(who).exists()

    def leave_out(self, *, by, visitor_key: str = "", network_key: str = "", article: Article | None = None):
        """Take the votes of one visitor or one network out of the counts, under one article or everywhere.

        Readers are told nothing. What they vote later is stored and does not
        count either. Each article is recounted under its own lock.
        """
        with transaction.atomic():
            exclusion = self.create(visitor_key=visitor_key, network_key=network_key, article=article, moderator=by)
            exclusion.log(ModerationEvent.Action.LEAVE_OUT, by)
        exclusion.recount()
        return exclusion


class VoteExclusion(models.Model):
    """The owner's decision that the votes of one visitor or one network do not count. Ended, never deleted."""

    visitor_key = models.CharField(max_length=32, blank=True)
    network_key = models.CharField(max_length=32, blank=True)
    # None: everywhere.
    article = models.ForeignKey(Article, models.CASCADE, null=True, verbose_name=_("article"))
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("moderator")
    )
    created_at = models.DateTimeField(_("decided"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = VoteExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = _("votes left out")
        verbose_name_plural = _("votes left out")
        constraints = [
            models.CheckConstraint(
                name="vote_exclusion_one_key",
                condition=(Q(visitor_key="") & ~Q(network_key="")) | (~Q(visitor_key="") & Q(network_key="")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.visitor_key or self.network_key} ({self.article or '*'})"

    def end(self, *, by) -> bool:
        """Count the votes again. False when it was ended before."""
        with transaction.atomic():
            # The condition lets only one of two at once end it.
            if not VoteExclusion.objects.in_force().filter(pk=self.pk).update(ended_at=timezone.now()):
                return False
            self.log(ModerationEvent.Action.COUNT_AGAIN, by)
        self.recount()
        return True

    def log(self, action: str, by) -> None:
        ModerationEvent.objects.create(exclusion=self, moderator=by, action=action)

    def recount(self) -> None:
        """Make the votes in its reach valid or not, as the exclusions in force have it, and count again.

        One transaction per article, under its lock, so that no lock waits for
        another. A vote that is cast between them is found on the second look.
        """
        for _look in range(2):
            articles = self._votes().order_by("comment__article").values_list("comment__article", flat=True)
            for article_id in articles.distinct():
                self._recount_article(article_id)

    @transaction.atomic
    def _recount_article(self, article_id: int) -> None:
        article = Article.objects.lock(article_id)
        votes = self._votes().filter(comment__article=article)
        under = VoteExclusion.objects.under(article_id)
        covered = Q(visitor_key__in=under.exclude(visitor_key="").values("visitor_key")) | Q(
            network_key__in=under.exclude(network_key="").values("network_key")
        )
        wrong = votes.filter(covered, is_valid=True) | votes.filter(~covered, is_valid=False)
        changed = list(wrong.select_related("comment"))
        if not changed:
            return
        for vote in changed:
            vote.is_valid = not vote.is_valid
        Vote.objects.bulk_update(changed, ["is_valid"], batch_size=500)
        for comment, network_key in {(vote.comment, vote.network_key) for vote in changed}:
            Vote.objects.weigh(comment, network_key)
        for comment in {vote.comment for vote in changed}:
            comment.recount()
        article.discussion_version += 1
        article.save_discussion()

    def _votes(self) -> models.QuerySet[Vote]:
        key = {"visitor_key": self.visitor_key} if self.visitor_key else {"network_key": self.network_key}
        votes = Vote.objects.filter(**key)
        return votes if self.article_id is None else votes.filter(comment__article=self.article_id)
