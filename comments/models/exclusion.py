"""Whose votes do not count, and how the counts follow.

The votes themselves stay as they are; only `is_valid` and what is derived
from it change, one article at a time, under the lock on that article. A vote
counts again when the last exclusion that covers it has ended.
"""

from typing import NamedTuple, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Article
from comments.models.moderation import ModerationEvent
from comments.models.vote import Vote

# Keys are 32 hex digits; so many tell them apart on a page.
SHOWN_DIGITS = 8


class Amount(NamedTuple):
    """So many votes on so many comments."""

    votes: int
    comments: int

    def __str__(self) -> str:
        return _("%(votes)s on %(comments)s") % {
            "votes": ngettext("%(n)d vote", "%(n)d votes", self.votes) % {"n": self.votes},
            "comments": ngettext("%(n)d comment", "%(n)d comments", self.comments) % {"n": self.comments},
        }


class VoteExclusionQuerySet(models.QuerySet["VoteExclusion"]):
    def in_force(self) -> Self:
        return self.filter(ended_at=None)

    def ended(self) -> Self:
        return self.exclude(ended_at=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def under(self, article_id: int) -> Self:
        """Those in force for the votes under one article."""
        return self.in_force().filter(Q(article=None) | Q(article=article_id))

    def cover(self, visitor_key: str, network_key: str, article_id: int) -> bool:
        """Whether a vote of this visitor from this network under this article does not count."""
        who = Q(visitor_key=visitor_key) & ~Q(visitor_key="") | Q(network_key=network_key) & ~Q(network_key="")
        return self.under(article_id).filter(who).exists()

    def with_votes(self) -> Self:
        """Each with `vote_count`: how many votes are in its reach."""

        def of(key: str, **where) -> Subquery:
            mine = Vote.objects.filter(**{key: OuterRef(key)}, **where)
            return Subquery(mine.order_by().values(key).annotate(n=Count("pk")).values("n"))

        here = {"comment__article": OuterRef("article")}
        count = Case(
            When(network_key="", article=None, then=of("visitor_key")),
            When(network_key="", then=of("visitor_key", **here)),
            When(article=None, then=of("network_key")),
            default=of("network_key", **here),
            output_field=IntegerField(),
        )
        return self.annotate(vote_count=Coalesce(count, 0))

    def leave_out(
        self, *, by, visitor_key: str = "", network_key: str = "", article: Article | None = None
    ) -> "VoteExclusion | None":
        """Take the votes of one visitor or one network out of the counts, under one article or everywhere.

        Readers are told nothing. What they vote later is stored and does not
        count either. None when the very same is in force already, or when
        there are no votes to leave out. The exclusion that it gives back
        says in `recounted` what has changed.
        """
        who = {"visitor_key": visitor_key, "network_key": network_key}
        with transaction.atomic():
            # The oldest of the votes is the lock: two owners who decide the
            # same at once come one after the other. It is held for the insert
            # alone, so nobody waits for it who holds the lock on an article.
            votes = VoteExclusion(article=article, **who).votes()
            if votes.select_for_update(of=("self",)).order_by("pk").first() is None:
                return None
            if self.in_force().filter(article=article, **who).exists():
                return None
            exclusion = self.create(article=article, moderator=by, **who)
            exclusion.log(ModerationEvent.Action.LEAVE_OUT, by)
        exclusion.recount()
        return exclusion

    def heal(self) -> int:
        """Make every vote count, or not, as the exclusions have it; how many did otherwise.

        A vote that was being cast while its network or visitor was left out
        everywhere may have slipped between, and a recount may have been cut
        short. Two queries, by the indexes on the keys, when nothing is wrong.
        """
        keys = set(self.values_list("visitor_key", "network_key"))
        votes = Vote.objects.filter(
            Q(visitor_key__in=sorted({visitor for visitor, _network in keys if visitor}))
            | Q(network_key__in=sorted({network for _visitor, network in keys if network}))
        )
        return recount(votes).votes


class VoteExclusion(models.Model):
    """The owner's decision that the votes of one visitor or one network do not count. Ended, never deleted."""

    visitor_key = models.CharField(max_length=32, blank=True)
    network_key = models.CharField(max_length=32, blank=True)
    # None: everywhere.
    article = models.ForeignKey(Article, models.CASCADE, null=True, verbose_name=gettext_lazy("article"))
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=gettext_lazy("moderator")
    )
    created_at = models.DateTimeField(gettext_lazy("decided"), default=timezone.now)
    ended_at = models.DateTimeField(gettext_lazy("ended"), null=True)

    # What the last `leave_out` or `end` of this instance has changed.
    recounted = Amount(0, 0)

    objects = VoteExclusionQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("votes left out")
        verbose_name_plural = gettext_lazy("votes left out")
        constraints = [
            models.CheckConstraint(
                name="vote_exclusion_one_key",
                condition=(Q(visitor_key="") & ~Q(network_key="")) | (~Q(visitor_key="") & Q(network_key="")),
            )
        ]

    def __str__(self) -> str:
        where = self.article or _("everywhere")
        return f"{self.who} ({where})"

    @property
    def who(self) -> str:
        return name_of(visitor_key=self.visitor_key, network_key=self.network_key)

    def votes(self) -> models.QuerySet[Vote]:
        """All votes in its reach."""
        key = {"visitor_key": self.visitor_key} if self.visitor_key else {"network_key": self.network_key}
        votes = Vote.objects.filter(**key)
        return votes if self.article_id is None else votes.filter(comment__article=self.article_id)

    def end(self, *, by) -> bool:
        """Count the votes again. False when it was ended before."""
        now = timezone.now()
        with transaction.atomic():
            # The condition lets only one of two at once end it.
            if not VoteExclusion.objects.in_force().filter(pk=self.pk).update(ended_at=now):
                return False
            self.ended_at = now
            self.log(ModerationEvent.Action.COUNT_AGAIN, by)
        self.recount()
        return True

    def log(self, action: str, by) -> None:
        ModerationEvent.objects.create(exclusion=self, moderator=by, action=action)

    def recount(self) -> None:
        """Let the counts follow the decision, which has been committed.

        Where it is for one article that is locked in any case, so a vote that
        is just being cast there is waited for.
        """
        articles = [] if self.article_id is None else [self.article_id]
        self.recounted = recount(self.votes(), articles)


def name_of(*, visitor_key: str = "", network_key: str = "") -> str:
    """What the owner reads for a key: enough of it to tell it from others."""
    if visitor_key:
        return _("visitor %(key)s") % {"key": visitor_key[:SHOWN_DIGITS]}
    return _("network %(key)s") % {"key": network_key[:SHOWN_DIGITS]}


def recount(votes: models.QuerySet[Vote], articles: list[int] | None = None) -> Amount:
    """Make these votes count, or not, as the exclusions in force have it.

    One transaction per article, under its lock, so that no lock waits for
    another. `articles` are looked into even where nothing seems wrong.
    """
    wrong = _wrong(votes)
    found = wrong.order_by("comment__article").values_list("comment__article", flat=True).distinct()
    changed = [_recount_article(article_id, wrong) for article_id in articles or list(found)]
    return Amount(sum(done.votes for done in changed), sum(done.comments for done in changed))


def _wrong(votes: models.QuerySet[Vote]) -> models.QuerySet[Vote]:
    """Those that count although an exclusion in force covers them, or do not although none does."""
    who = Q(visitor_key=OuterRef("visitor_key")) & ~Q(visitor_key="")
    who |= Q(network_key=OuterRef("network_key")) & ~Q(network_key="")
    where = Q(article=None) | Q(article=OuterRef("comment__article"))
    return votes.filter(is_valid=Exists(VoteExclusion.objects.in_force().filter(who, where)))


@transaction.atomic
def _recount_article(article_id: int, wrong: models.QuerySet[Vote]) -> Amount:
    article = Article.objects.lock(article_id)
    wrong = wrong.filter(comment__article=article_id)
    places = list(wrong.order_by().values_list("comment", "network_key").distinct())
    if not places:
        return Amount(0, 0)
    changed = wrong.update(is_valid=Case(When(is_valid=True, then=False), default=True))
    comments = article.discussion.in_bulk({comment for comment, _network in places})
    for comment, network_key in places:
        Vote.objects.weigh(comments[comment], network_key)
    for comment in comments.values():
        comment.recount()
    article.discussion_version += 1
    article.save_discussion()
    return Amount(changed, len(comments))
