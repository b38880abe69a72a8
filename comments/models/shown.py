"""What readers see of a comment, whether it came as a whole or as the few columns that a page needs."""

from datetime import datetime
from typing import Any, NamedTuple

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PENDING = "pending", _("awaiting approval")
    PUBLISHED = "published", _("published")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed")
    WITHDRAWN = "withdrawn", _("withdrawn by its author")


# A member's value is looked up in Python each time, and this one is asked of every comment of a page.
PUBLISHED = Status.PUBLISHED.value


class Shown:
    """What is derived from the columns, by the settings in force."""

    __slots__ = ()

    number: Any
    status: Any
    reason: Any
    hold_reasons: Any
    public_id: Any
    trip: Any
    by_staff: Any

    @property
    def anchor(self) -> str:
        return f"c{self.number}"

    @property
    def is_published(self) -> bool:
        return self.status == PUBLISHED

    @property
    def is_suspended(self) -> bool:
        """Hidden until somebody has looked at it, after it had been seen."""
        return self.status == Status.PENDING.value and bool(self.reason or self.hold_reasons.startswith("reports"))

    @property
    def shown_id(self) -> str:
        return self.public_id if settings.PUBLIC_IDS and self.is_published else ""

    @property
    def shown_trip(self) -> str:
        return self.trip if settings.TRIPS else ""

    @property
    def has_staff_mark(self) -> bool:
        return self.by_staff and settings.STAFF_MARKS


class _Columns(NamedTuple):
    # Where it stands.
    pk: int
    parent_id: int | None
    tree_id: int
    rank: float
    pinned_at: datetime | None
    # What is seen of it, from here on.
    number: int
    author_name: str
    html: str
    status: str
    created_at: datetime
    edited_at: datetime | None
    moved_at: datetime | None
    score: int
    upvotes: int
    downvotes: int
    public_id: str
    trip: str
    by_staff: bool
    reason: str
    hold_reasons: str
    is_locked: bool
    moved_from_number: int | None
    # Numbers of the published comments that name this one, in any order, with spaces.
    citers: str | None


class CommentRow(Shown, _Columns):
    """A comment as a page of readers has it: a tenth of what a model costs, and nothing that could be saved."""

    __slots__ = ()

    @property
    def seen(self) -> tuple:
        """All that its markup is made of, but for what it is told of its place."""
        return self[SEEN_FROM:]


SEEN_FROM = _Columns._fields.index("number")

# Those of its own table, as the database names them.
COLUMNS = ["id", *_Columns._fields[1:-2]]
