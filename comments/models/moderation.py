"""Decisions, each one row with all that it changed, so that one undo puts everything back.

What a decision changed is kept per comment and field. Undoing it leaves alone
what a later decision that stands, or the author, has made of the field since.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models import Article

if TYPE_CHECKING:
    from comments.models.comment import Comment

# Rows in one statement.
BATCH = 500

# What keeps a decision, so that an undo has something to put back.
TRACES = ("changes", "settled_reports", "settled_misplacements", "settled_appeals")


class Reason(models.TextChoices):
    """The short list: why a moderator hides a comment, and why a reader reports one."""

    INSULT = "insult", _("insult or abuse")
    HATE = "hate", _("discrimination or hate")
    THREAT = "threat", _("threat or incitement")
    PERSONAL = "personal", _("personal data")
    SEXUAL = "sexual", _("sexual content")
    ADVERTISING = "advertising", _("advertising or spam")
    OFF_TOPIC = "off_topic", _("nothing to do with the article")
    UNTRUE = "untrue", _("untrue and misleading")
    UNLAWFUL = "unlawful", _("against the law or somebody's rights")
    OTHER = "other", _("another reason")


class ModerationEventQuerySet(models.QuerySet["ModerationEvent"]):
    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def standing(self) -> Self:
        """Those that nobody has undone."""
        return self.filter(undone_by=None)

    def with_undoable(self) -> Self:
        """With the answer to `has_trace`, so that a list asks for it once."""
        rels = [getattr(self.model, name).rel for name in TRACES]
        # With a limit, not EXISTS, for which PostgreSQL may read the whole of a small table into a hash.
        first = [
            Subquery(rel.related_model.objects.filter(**{rel.field.name: OuterRef("pk")}).order_by().values("pk")[:1])
            for rel in rels
        ]
        return self.annotate(found_trace=Coalesce(F("ban"), *first))


class ModerationEvent(models.Model):
    """One decision: who, what, why, when, and what it took along. Rows are only ever added."""

    class Action(models.TextChoices):
        APPROVE = "approve", _("approved")
        REMOVE = "remove", _("removed")
        RESTORE = "restore", _("restored")
        MARK_SPAM = "mark_spam", _("marked as spam")
        # Until somebody has looked at it.
        SUSPEND = "suspend", _("hidden until reviewed")
        MOVE = "move", _("moved")
        DISMISS = "dismiss", _("reports dismissed")
        PIN = "pin", _("pinned")
        UNPIN = "unpin", _("no longer pinned")
        LOCK = "lock", _("thread locked")
        UNLOCK = "unlock", _("thread unlocked")
        BAN = "ban", _("banned")
        UNBAN = "unban", _("ban ended")
        ERASE = "erase", _("erased")
        HOLD = "hold", _("kept for a legal claim")
        RELEASE = "release", _("no longer kept for a legal claim")
        DISCLOSE = "disclose", _("disclosure sheet made")
        LEAVE_OUT = "leave_out", _("votes left out")
        COUNT_AGAIN = "count", _("votes counted again")
        UNDO = "undo", _("undone")

    class Scope(models.TextChoices):
        """How far a decision on a comment reaches."""

        COMMENT = "comment", _("this comment")
        REPLIES = "replies", _("this comment and its replies")
        VISITOR_HERE = "visitor_here", _("everything of the same visitor under this article")
        VISITOR = "visitor", _("everything of the same visitor")
        NETWORK = "network", _("everything from the same network of the last hours")
        CHOSEN = "chosen", _("the chosen comments")

    class Source(models.TextChoices):
        DESK = "desk", _("at the desk")
        LINK = "link", _("by a link in a message")
        REPORTS = "reports", _("by readers' reports")

    # What was decided on: a comment (of several the first), or votes.
    comment = models.ForeignKey(
        "comments.Comment", models.CASCADE, null=True, related_name="moderation_events", verbose_name=_("comment")
    )
    exclusion = models.ForeignKey(
        "comments.VoteExclusion", models.CASCADE, null=True, related_name="moderation_events", verbose_name=_("votes")
    )
    ban = models.ForeignKey("comments.Ban", models.CASCADE, null=True, related_name="moderation_events")
    # None where it reaches over several.
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="+", verbose_name=_("article"))
    moderator = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, verbose_name=_("moderator"))
    action = models.CharField(_("decision"), max_length=10, choices=Action)
    scope = models.CharField(_("reach"), max_length=12, choices=Scope, blank=True)
    source = models.CharField(_("how"), max_length=8, choices=Source, default=Source.DESK)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    # For the moderators alone.
    note = models.CharField(_("note"), max_length=300, blank=True)
    status_before = models.CharField(_("status before"), max_length=10, blank=True)
    # What it took along.
    comment_count = models.PositiveIntegerField(_("comments"), default=0)
    vote_count = models.PositiveIntegerField(_("votes"), default=0)
    created_at = models.DateTimeField(_("decided"), default=timezone.now)
    # The unique key lets only one of two at once undo it.
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")

    objects = ModerationEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("moderation event")
        verbose_name_plural = _("moderation events")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["-created_at", "-id"], name="moderation_newest")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.comment_id or self.exclusion_id or self.ban_id}"

    @property
    def is_undone(self) -> bool:
        return hasattr(self, "undone_by")

    @property
    def is_undoable(self) -> bool:
        """Whether there is anything that an undo could put back."""
        return not self.is_undone and self.action != self.Action.UNDO and self.has_trace

    @property
    def has_trace(self) -> bool:
        """Whether it changed or settled anything."""
        if "found_trace" in self.__dict__:
            return self.__dict__["found_trace"] is not None
        return self.ban_id is not None or any(getattr(self, name).exists() for name in TRACES)

    @transaction.atomic
    def undo(self, *, by) -> "ModerationEvent | None":
        """Put everything back that this decision changed; the event that says so, None when it was undone before.

        A field that a later decision, or the author, has changed since stays as that has it, and what its
        author withdrew stays withdrawn. Raises Refusal when a comment cannot be moved back.
        """
        locked = [Article.objects.lock(pk) for pk in sorted(self._articles())]
        event, is_new = ModerationEvent.objects.get_or_create(
            undoes=self,
            defaults={
                "action": self.Action.UNDO,
                "comment": self.comment,
                "article": self.article,
                "ban": self.ban,
                "moderator": by,
                "comment_count": self.comment_count,
                "vote_count": self.vote_count,
            },
        )
        if not is_new:
            return None
        put_back(self, locked)
        for reports in (self.settled_reports, self.settled_misplacements, self.settled_appeals):
            reopen(reports)
        if self.ban:
            self.ban.follow_log()
        return event

    def _articles(self) -> set[int]:
        """The articles of all comments that it changed or on which it settled something."""
        settled = (self.settled_reports, self.settled_misplacements, self.settled_appeals)
        found = (
            rows.order_by().values_list("comment__article", flat=True).distinct() for rows in (self.changes, *settled)
        )
        return set(chain.from_iterable(found))


class ModerationChange(models.Model):
    """One field of one comment, before and after a decision. Values are kept as text, "" for none."""

    event = models.ForeignKey(ModerationEvent, models.CASCADE, related_name="changes")
    comment = models.ForeignKey("comments.Comment", models.CASCADE, db_index=False, related_name="moderation_changes")
    field = models.CharField(max_length=16)
    before = models.CharField(max_length=200, blank=True)
    after = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["comment", "field", "event"], name="change_of_comment")]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.field}: {self.before} → {self.after}"


class Change(NamedTuple):
    """A ModerationChange, and the key of the event that undid its event, None while it stands."""

    event: int
    undone_by: int | None
    before: str
    after: str


def value_without(history: Iterable[Change], event: int, current: str) -> str:
    """What a field is once `event` is undone, from all changes of it.

    `event` itself is still standing in the history. Later decisions that
    stand keep what they made; one before that was undone only after `event`
    was made takes its own `before` back as well.
    """
    changes = sorted(history)
    here = next(n for n, change in enumerate(changes) if change.event == event)
    later_stands = any(change.undone_by is None for change in changes[here + 1 :])
    # Changed by its author since: theirs it is. Undone decisions above have given it back already.
    if later_stands or current != changes[here].after:
        return current
    value, above = changes[here].before, changes[here].event
    for change in reversed(changes[:here]):
        if change.undone_by is None:
            break
        if change.undone_by > above and change.after == value:
            value, above = change.before, change.event
    return value


def change(event: ModerationEvent, comments: Iterable["Comment"], **values: object) -> None:
    """Give these comments the values and keep what they were; the caller holds the locks on their articles."""
    update(keep(event, comments, values), values)


def keep(event: ModerationEvent, comments: Iterable["Comment"], values: dict) -> list[int]:
    """Log what the values will change; the keys of the comments that differ from them."""
    texts = {field: as_text(value) for field, value in values.items()}
    rows = [
        ModerationChange(event=event, comment_id=comment.pk, field=field, before=comment.as_text(field), after=after)
        for comment in comments
        for field, after in texts.items()
        if comment.as_text(field) != after
    ]
    ModerationChange.objects.bulk_create(rows, batch_size=BATCH)
    return sorted({row.comment_id for row in rows})


def put_back(event: ModerationEvent, articles: Iterable[Article]) -> None:
    """Undo what the event changed; the caller holds the locks on `articles`, those of its comments."""
    found = histories(event)
    comments = comment_model().objects.in_bulk({comment for comment, _field in found})
    delta: Counter[int] = Counter()
    groups = defaultdict(list)
    for pk, fields in by_comment(found).items():
        comment = comments[pk]
        was_published = comment.is_published
        values = {
            field: comment.from_text(field, value)
            for field, history in fields.items()
            if (value := value_without(history, event.pk, comment.as_text(field))) != comment.as_text(field)
        }
        if "parent_id" in values:
            comment.put_under(values.pop("parent_id"))
        groups[tuple(sorted(values.items()))].append(pk)
        delta[comment.article_id] += (values.get("status", comment.status) == "published") - was_published
    for restored, pks in groups.items():
        update(pks, dict(restored))
    for article in articles:
        article.comment_count += delta[article.pk]
        article.discussion_version += 1
        article.save_discussion()


def by_comment(found: dict[tuple[int, str], list[Change]]) -> dict[int, dict[str, list[Change]]]:
    grouped: dict[int, dict[str, list[Change]]] = defaultdict(dict)
    for (comment, field), history in found.items():
        grouped[comment][field] = history
    return grouped


def update(pks: list[int], values: dict[str, object]) -> None:
    for begin in range(0, len(pks) if values else 0, BATCH):
        comment_model().objects.filter(pk__in=pks[begin : begin + BATCH]).update(**values)


def reopen(reports) -> None:
    """What the event settled waits for a decision again, and is counted again."""
    comments = list(reports.order_by().values_list("comment", flat=True).distinct())
    reports.update(settled_by=None)
    comment_model().objects.recount_reports(comments)


def as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value in (None, False) else str(value)


def comment_model():
    # The comment's own module imports this one.
    return ModerationChange._meta.get_field("comment").related_model


def histories(event: ModerationEvent) -> dict[tuple[int, str], list[Change]]:
    """All changes of the fields that the event changed, by comment and field."""
    mine = set(event.changes.values_list("comment_id", "field"))
    rows = ModerationChange.objects.filter(
        comment__in=ModerationChange.objects.filter(event=event).values("comment"),
        field__in={field for _comment, field in mine},
    )
    found = defaultdict(list)
    fields = ("comment_id", "field", "event_id", "event__undone_by", "before", "after")
    for comment, field, *change in rows.order_by("event_id").values_list(*fields):
        if (comment, field) in mine:
            found[comment, field].append(Change(*change))
    return found
