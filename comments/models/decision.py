"""What a moderator decides on comments: how far it reaches is said first, and all of it is one event.

A decision locks the articles that it reaches, in the order of their keys, so
that two of them never wait for each other, and reads the comments after that.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.models import Article
from comments.models.appeal import Appeal
from comments.models.ban import Ban
from comments.models.comment import Comment
from comments.models.misplacement import MisplacementReport
from comments.models.moderation import ModerationEvent, change
from comments.models.report import Report

if TYPE_CHECKING:
    from comments.models.queries import CommentQuerySet

Action = ModerationEvent.Action
Scope = ModerationEvent.Scope
Status = Comment.Status

# What each acts on, and what it makes of it.
TRANSITIONS = {
    Action.APPROVE: ({Status.PENDING, Status.SPAM}, Status.PUBLISHED),
    Action.REMOVE: ({Status.PENDING, Status.PUBLISHED}, Status.REMOVED),
    Action.RESTORE: ({Status.REMOVED}, Status.PUBLISHED),
    Action.MARK_SPAM: ({Status.PENDING, Status.PUBLISHED, Status.REMOVED}, Status.SPAM),
    Action.SUSPEND: ({Status.PUBLISHED}, Status.PENDING),
    # The comment stands as it is; what was said against it is settled.
    Action.DISMISS: (set(Status), None),
}

# What network means without a number of hours.
NETWORK_HOURS = 24


class BanOrder(NamedTuple):
    """Whom a decision keeps from writing as well, and until when: None for good."""

    visitor_key: str = ""
    network_key: str = ""
    expires_at: datetime | None = None


class Radius(NamedTuple):
    """What a decision takes along."""

    comments: int
    votes: int
    # Replies of others among them, and published ones of others that stay readable under a placeholder.
    others: int
    staying: int
    articles: int

    def __str__(self) -> str:
        said = [
            ngettext("%(n)d comment", "%(n)d comments", self.comments) % {"n": self.comments},
            ngettext("%(n)d vote", "%(n)d votes", self.votes) % {"n": self.votes},
        ]
        if self.others:
            said.append(ngettext("%(n)d reply of others", "%(n)d replies of others", self.others) % {"n": self.others})
        return _(", ").join(said)


class Decision:
    """One of TRANSITIONS on the comments of a scope. `radius` says what it would take along, `carry_out` does it."""

    def __init__(
        self,
        action: str,
        scope: str,
        *,
        comment: Comment | None = None,
        hours: int = NETWORK_HOURS,
        chosen: Iterable[int] = (),
    ):
        self.action = Action(action)
        self.scope = Scope(scope)
        self.comment = comment
        self.hours = hours
        self.chosen = sorted(chosen)
        # How many were left as they are because nobody has seen their new text.
        self.edited_since = 0
        self.allowed, self.status = TRANSITIONS[self.action]

    @classmethod
    def on(cls, comment: Comment, action: str, scope: str = Scope.COMMENT, *, hours: int = NETWORK_HOURS) -> "Decision":
        """On a comment and whatever else the scope takes in; `hours` are those of Scope.NETWORK."""
        return cls(action, scope, comment=comment, hours=hours)

    @classmethod
    def on_chosen(cls, pks: Iterable[int], action: str) -> "Decision":
        return cls(action, Scope.CHOSEN, chosen=pks)

    def affected(self) -> "CommentQuerySet":
        """Those of the scope whose status the action applies to."""
        chosen = Comment.objects.filter(pk__in=self.chosen)
        reached = in_scope(self.comment, self.scope, self.hours) if self.comment else chosen
        return reached.filter(status__in=self.allowed).order_by("pk")

    def radius(self) -> Radius:
        """A few queries, whatever the reach."""
        author = self.comment.visitor_key if self.comment else None
        counted = self.affected().aggregate(
            n=Count("pk"),
            votes=Sum(F("upvotes") + F("downvotes"), default=0),
            others=Count("pk", filter=~Q(visitor_key=author) & Q(level__gt=0)),
            articles=Count("article", distinct=True),
        )
        others = counted["others"] if self.scope in {Scope.REPLIES, Scope.NETWORK} else 0
        return Radius(counted["n"], counted["votes"], others, self._staying(), counted["articles"])

    def _staying(self) -> int:
        if self.scope != Scope.COMMENT or self.comment is None:
            return 0
        return in_scope(self.comment, Scope.REPLIES).filter(status=Status.PUBLISHED).exclude(pk=self.comment.pk).count()

    @transaction.atomic
    def carry_out(
        self,
        *,
        by,
        reason: str = "",
        note: str = "",
        source: str = ModerationEvent.Source.DESK,
        hold_reasons: str | None = None,
        ban: BanOrder | None = None,
        seen_at: datetime | None = None,
    ) -> ModerationEvent | None:
        """Do it, all or nothing, and log it as one event. None when there was nothing to do.

        What was edited after `seen_at` is not shown to readers: it is left, and counted in `edited_since`.
        """
        articles = self._lock()
        comments = self._seen(list(self.affected().filter(article__in=articles).select_related(None)), seen_at)
        if not comments and not ban:
            return None
        event = self._log(comments, articles, moderator=by, reason=reason, note=note, source=source)
        self._apply(event, comments, reason, hold_reasons)
        if self.status is not None:
            for comment in comments:
                articles[comment.article_id].comment_count += (self.status == Status.PUBLISHED) - comment.is_published
        if ban:
            Ban.objects.ban(by=by, note=note, event=event, **ban._asdict())
        settle(event, comments)
        for article in articles.values():
            article.discussion_version += 1
            article.save_discussion()
        return event

    def _seen(self, comments: list[Comment], seen_at: datetime | None) -> list[Comment]:
        if seen_at is None or self.status != Status.PUBLISHED:
            return comments
        seen = [comment for comment in comments if comment.edited_at is None or comment.edited_at <= seen_at]
        self.edited_since = len(comments) - len(seen)
        return seen

    def _lock(self) -> dict[int, Article]:
        found = set(self.affected().order_by().values_list("article", flat=True).distinct())
        return {pk: Article.objects.lock(pk) for pk in sorted(found)}

    def _log(self, comments: list[Comment], articles: dict[int, Article], **told) -> ModerationEvent:
        return ModerationEvent.objects.create(
            action=self.action if comments else Action.BAN,
            scope=self.scope,
            comment=self.comment or comments[0],
            article=next(iter(articles.values())) if len(articles) == 1 else None,
            status_before=comments[0].status if len(comments) == 1 else "",
            comment_count=len(comments),
            vote_count=sum(comment.upvotes + comment.downvotes for comment in comments),
            **told,
        )

    def _apply(self, event: ModerationEvent, comments: list[Comment], reason: str, hold_reasons: str | None) -> None:
        values: dict[str, object] = {"is_unread": False}
        if self.status is not None:
            values |= {"status": self.status, "reason": reason}
        if hold_reasons is not None:
            values |= {"hold_reasons": hold_reasons, "is_unread": True}
        change(event, comments, **values)


def settle(event: ModerationEvent, comments: list[Comment]) -> None:
    """What was open on these comments is settled by the event, except by one that only asks for a look."""
    if event.action == Action.SUSPEND:
        return
    pks = [comment.pk for comment in comments]
    for model in (Report, MisplacementReport, Appeal):
        # What is misplaced stays so until it is moved, dismissed, or hidden.
        if model is MisplacementReport and event.action in {Action.APPROVE, Action.RESTORE}:
            continue
        model.objects.open().filter(comment__in=pks).update(settled_by=event)
    Comment.objects.recount_reports(pks)


def in_scope(comment: Comment, scope: str, hours: int = NETWORK_HOURS) -> "CommentQuerySet":
    """The comments that a decision on this one reaches. One without a key of its author is alone."""
    alone = Comment.objects.filter(pk=comment.pk)
    if scope == Scope.REPLIES:
        # Read again: a reply since the comment was read has renumbered its thread.
        tree_id, lft, rght = alone.values_list("tree_id", "lft", "rght").get()
        return Comment.objects.filter(tree_id=tree_id, lft__gte=lft, rght__lte=rght)
    if scope in {Scope.VISITOR, Scope.VISITOR_HERE} and comment.visitor_key:
        theirs = Comment.objects.filter(visitor_key=comment.visitor_key)
        return theirs.filter(article=comment.article_id) if scope == Scope.VISITOR_HERE else theirs
    if scope == Scope.NETWORK and comment.network_key:
        since = timezone.now() - timedelta(hours=hours)
        # The comment itself is in reach however old it is; the staff, who may sit in the same network, are not.
        near = Q(network_key=comment.network_key, created_at__gte=since, by_staff=False)
        return Comment.objects.filter(near | Q(pk=comment.pk))
    return alone
