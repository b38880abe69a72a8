"""The desk's queues: what waits for the owner, in the order in which it is worked off.

Each is walked through one of the comment's partial indexes from a place in it
(keyset), never by OFFSET: what was decided meanwhile shifts nothing, and page
800 costs what page 1 costs.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.timezone import is_naive
from django.utils.translation import gettext_lazy as _

from comments.models import Appeal, Comment

PAGE_SIZE = 25

# Counting stops here: whether 1,000 or 20,000 wait changes nothing for whoever works.
COUNTED_MOST = 1_000


@dataclass(frozen=True)
class Queue:
    """Comments, or what belongs to one each, in the order of `order` and then of their keys in the same direction."""

    name: str
    title: Promise
    rows: Callable[[], QuerySet]
    order: str
    # Where the comment's key is found on a row.
    comment: str = "pk"

    @property
    def column(self) -> str:
        return self.order.lstrip("-")

    def in_order(self) -> QuerySet:
        sign = "-" if self.order.startswith("-") else ""
        return self.rows().order_by(self.order, f"{sign}pk")

    def count(self) -> str:
        """How many wait, at most "999+"."""
        # The order makes the index of the queue the way to count, too.
        found = self.in_order().values("pk")[:COUNTED_MOST].count()
        return str(found) if found < COUNTED_MOST else f"{COUNTED_MOST - 1}+"

    def page(self, place: str = "") -> tuple[list[int], str]:
        """The keys of the comments after a place in the queue, and the place after them, "" at the end.

        Raises ValueError for what is no place.
        """
        rows = self.in_order()
        if place:
            rows = rows.filter(self._behind(place))
        found = list(rows.values_list(self.column, "pk", self.comment)[: PAGE_SIZE + 1])
        shown = found[:PAGE_SIZE]
        after = f"{as_place(shown[-1][0])}_{shown[-1][1]}" if len(found) > PAGE_SIZE else ""
        return [comment for _value, _pk, comment in shown], after

    def _behind(self, place: str) -> Q:
        text, _separator, pk = place.rpartition("_")
        value = moment(text) if self.column == "created_at" else number(text)
        way = "lt" if self.order.startswith("-") else "gt"
        # The first condition is all that an index needs to begin in the right place.
        begin = Q(**{f"{self.column}__{way}e": value})
        return begin & (Q(**{f"{self.column}__{way}": value}) | Q(**{f"pk__{way}": number(pk)}))


def as_place(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def moment(text: str) -> datetime:
    """Raises ValueError for what is no moment in a known zone."""
    found = parse_datetime(text)
    if found is None or is_naive(found):
        raise ValueError(text)
    try:
        # The database is asked in UTC, where the first and the last day of the calendar may not exist.
        return found.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def number(text: str) -> int:
    """Raises ValueError for what no row could have."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise ValueError(text)
    return int(text)


def with_status(status: str) -> Callable[[], QuerySet]:
    return lambda: Comment.objects.filter(status=status)


def still_there(comments: QuerySet) -> QuerySet:
    """What a decision would still change: reports of what its author withdrew are of no use any more."""
    return comments.filter(status__in=[Comment.Status.PUBLISHED, Comment.Status.PENDING])


# What others wait for comes oldest first: nobody is to wait for ever because
# new ones keep coming. What most readers object to comes first. What is only
# looked through has the newest on top.
QUEUES = {
    queue.name: queue
    for queue in (
        Queue("reported", _("Reported"), lambda: still_there(Comment.objects.reported()), "-report_count"),
        Queue("held", _("Held"), lambda: Comment.objects.in_moderation(), "created_at"),
        Queue("misplaced", _("Misplaced"), lambda: Comment.objects.misplaced(), "-misplacement_count"),
        Queue("unread", _("Unread"), lambda: Comment.objects.unread(), "created_at"),
        Queue("published", _("Published"), with_status(Comment.Status.PUBLISHED), "-created_at"),
        Queue("removed", _("Removed"), with_status(Comment.Status.REMOVED), "-created_at"),
        Queue("spam", _("Spam"), with_status(Comment.Status.SPAM), "-created_at"),
        Queue("appeals", _("Appeals"), lambda: Appeal.objects.open(), "created_at", comment="comment"),
    )
}


def counts() -> list[tuple[Queue, str]]:
    """Each queue and how many wait in it: one query each, none of which reads more than COUNTED_MOST rows."""
    return [(queue, queue.count()) for queue in QUEUES.values()]
