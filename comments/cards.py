"""What the desk shows of a comment, gathered for a page of them in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comments import verdict
from comments.models import Appeal, Comment, MisplacementReport, ModerationEvent, Reason, Report
from comments.models.decision import TRANSITIONS
from comments.models.exclusion import name_of

Action = ModerationEvent.Action

# How many of its author's other comments a card shows.
OTHERS_SHOWN = 3


class Verb(NamedTuple):
    """Something to do with a comment: at once by a button, or after a page that says how far it reaches."""

    label: str | Promise
    address: str
    key: str = ""
    asks_first: bool = False


@dataclass
class Card:
    comment: Comment
    reports: list[tuple[str | Promise, int]] = field(default_factory=list)
    # The number that most readers say it answers, None when they named none.
    guess: int | None = None
    appeal: Appeal | None = None
    # All that its author wrote here, this one included, and the newest of the others.
    written: int = 0
    others: list[Comment] = field(default_factory=list)
    # Its text was read after this moment: what its author edited later was not seen.
    seen_at: datetime = field(default_factory=timezone.now)

    @property
    def why_held(self) -> list[str]:
        return why_held(self.comment)

    @property
    def visitor(self) -> str:
        return name_of(visitor_key=self.comment.visitor_key) if self.comment.visitor_key else ""

    @property
    def network(self) -> str:
        return name_of(network_key=self.comment.network_key) if self.comment.network_key else ""

    @property
    def votes(self) -> int:
        return self.comment.upvotes + self.comment.downvotes

    @property
    def replies(self) -> int:
        """All below it, whatever their status, without asking the database."""
        return (self.comment.rght - self.comment.lft - 1) // 2

    @property
    def verbs(self) -> list[Verb]:
        """What is done most, as fits its status."""
        offered = [
            (Action.APPROVE, _("Approve"), "a", False),
            (Action.RESTORE, _("Restore"), "a", False),
            (Action.REMOVE, _("Remove"), "r", True),
            (Action.MARK_SPAM, _("Spam"), "s", False),
        ]
        verbs = [
            Verb(label, reverse("desk:decide", args=[self.comment.pk, action]), key, asks)
            for action, label, key, asks in offered
            if self.comment.status in TRANSITIONS[action][0]
        ]
        if self.reports or self.appeal or self.comment.misplacement_count:
            verbs.append(Verb(_("Dismiss"), reverse("desk:decide", args=[self.comment.pk, Action.DISMISS]), "d"))
        if not self.comment.is_hidden:
            verbs.append(Verb(_("Move"), reverse("desk:move", args=[self.comment.pk]), "m", True))
        return verbs

    @property
    def further_verbs(self) -> list[Verb]:
        comment = self.comment
        wider = [
            (Action.APPROVE, _("Approve more than this")),
            (Action.RESTORE, _("Restore more than this")),
            (Action.MARK_SPAM, _("More than this is spam")),
        ]
        verbs = [
            Verb(label, self._wider(action), asks_first=True)
            for action, label in wider
            if comment.status in TRANSITIONS[action][0]
        ]
        if comment.visitor_key or comment.network_key:
            verbs.append(Verb(_("Ban"), reverse("desk:ban", args=[comment.pk]), "b", True))
        if comment.is_published:
            verbs.append(
                self._mark(Action.UNPIN, _("Unpin")) if comment.pinned_at else self._mark(Action.PIN, _("Pin"))
            )
        if comment.is_locked:
            verbs.append(self._mark(Action.UNLOCK, _("Unlock thread")))
        else:
            verbs.append(self._mark(Action.LOCK, _("Lock thread")))
        return verbs

    def _wider(self, action: str) -> str:
        """The panel does not show the text again, so it is told when the card did."""
        seen = urlencode({"seen": self.seen_at.isoformat()})
        return f"{reverse('desk:decide', args=[self.comment.pk, action])}?{seen}"

    def _mark(self, action: str, label: Promise) -> Verb:
        return Verb(label, reverse("desk:mark", args=[self.comment.pk, action]))


def why_held(comment: Comment) -> list[str]:
    """Why the verdict held it, for the owner to read."""
    return verdict.explain(comment.hold_reasons)


def comments_for_cards():
    """Without the articles' bodies: a page of comments is not to bring 25 of them along."""
    rows = Comment.objects.select_related("article", "parent", "moved_from")
    return rows.defer("article__body", "article__body_source", "article__lead").order_by("pk")


def cards_of(pks: Iterable[int]) -> list[Card]:
    """The cards of these comments, in this order; what is not there any more is left out."""
    pks, seen = list(pks), timezone.now()
    found = comments_for_cards().in_bulk(pks)
    cards = {pk: Card(found[pk], seen_at=seen) for pk in pks if pk in found}
    add_reports(cards)
    add_guesses(cards)
    for appeal in Appeal.objects.filter(comment__in=cards):
        cards[appeal.comment_id].appeal = None if appeal.settled_by_id else appeal
    add_others(cards)
    return list(cards.values())


def add_reports(cards: dict[int, Card]) -> None:
    counted = Report.objects.open().filter(comment__in=cards).order_by().values_list("comment", "reason")
    for pk, reason, n in counted.annotate(n=Count("pk")).order_by("comment", "-n", "reason"):
        cards[pk].reports.append((Reason(reason).label, n))


def add_guesses(cards: dict[int, Card]) -> None:
    named = MisplacementReport.objects.open().filter(comment__in=cards, guessed_parent__status="published")
    counted = named.order_by().values_list("comment", "guessed_parent__number").annotate(n=Count("pk"))
    for pk, number, _n in counted.order_by("comment", "n"):
        cards[pk].guess = number


def add_others(cards: dict[int, Card]) -> None:
    """Each probes the index on the visitor three times, however much that visitor wrote."""
    theirs = Comment.objects.filter(visitor_key=OuterRef("visitor_key")).exclude(visitor_key="").order_by("-pk")
    others = theirs.exclude(pk=OuterRef("pk")).values("pk")
    written = theirs.order_by().values("visitor_key").annotate(n=Count("pk")).values("n")
    newest = {f"newest{n}": Subquery(others[n : n + 1]) for n in range(OTHERS_SHOWN)}
    rows = Comment.objects.filter(pk__in=cards).order_by("pk")
    rows = rows.annotate(written=Coalesce(Subquery(written), 0), **newest)
    wanted = defaultdict(list)
    for pk, n, *keys in rows.values_list("pk", "written", *newest):
        cards[pk].written = n
        wanted[pk] = [key for key in keys if key]
    found = Comment.objects.order_by("pk").in_bulk({key for keys in wanted.values() for key in keys})
    for pk, keys in wanted.items():
        cards[pk].others = [found[key] for key in keys if key in found]
