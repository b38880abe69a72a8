from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from articles import search
from articles.models import SearchText
from articles.models.search_text import BATCH, SearchTextQuerySet

if TYPE_CHECKING:
    from comments.models.comment import Comment

# Keys that one look of a tick takes together.
PART = 50_000

# Keys that are looked at on a request. After an import there may be a million without a row.
LATEST = 1_000


class CommentTextQuerySet(SearchTextQuerySet):
    def write_missing(self) -> None:
        """Of all that has none: what is new, what was there before it could be searched, what a restored copy left out.

        Looked at are the newest keys and, by the clock, another part of all keys each minute; from either the parts
        before it too, for as long as something is missing in them. To look at all would take seconds in each minute.
        """
        newest = self._newest_comment()
        by_clock = (int(timezone.now().timestamp()) // 60 % (newest // PART + 1) + 1) * PART
        for last in (newest, by_clock):
            while last > 0 and self._write_part(last - PART, last):
                last -= PART

    def write_latest(self) -> None:
        """Of the last comments, however many before them have none."""
        newest = self._newest_comment()
        self._write_part(newest - LATEST, newest)

    @staticmethod
    def _newest_comment() -> int:
        comments = apps.get_model("comments", "Comment").objects
        return comments.order_by("-pk").values_list("pk", flat=True).first() or 0

    def _write_part(self, before: int, last: int) -> bool:
        """Of the keys after `before` up to `last`; whether something was missing."""
        # Most often there is nothing, and to look needs no transaction, for which SQLite would wait.
        if not self._without_text(before, last).exists():
            return False
        written: int | None = before
        while written is not None:
            written = self._write_batch(written, last)
        return True

    @staticmethod
    def _without_text(before: int, last: int) -> models.QuerySet:
        # Both sides bounded: PostgreSQL would walk through the texts from the first one to those of the part.
        part = {"pk__gt": before, "pk__lte": last}
        there = CommentText.objects.filter(**part).filter(pk=models.OuterRef("pk"))
        comments = apps.get_model("comments", "Comment").objects.exclude(text="").filter(**part)
        return comments.filter(~models.Exists(there))

    @transaction.atomic
    def _write_batch(self, before: int, last: int) -> int | None:
        # The rows themselves are locked, or one could be erased between the reading and the writing.
        # Whoever changes one meanwhile writes it anyway.
        comments = self._without_text(before, last)
        comments = comments.order_by("pk").select_for_update(skip_locked=True, no_key=True, of=("self",))
        rows = list(comments.only("author_name", "text")[:BATCH])
        self.write(rows)
        return rows[-1].pk if rows else None

    def write(self, comments: Iterable["Comment"]) -> None:
        """Of new or edited comments; the caller holds the locks on their articles."""
        self.put(self.model.of(comment) for comment in comments)


class CommentText(SearchText):
    """Of a comment, whatever its status: its words and its author's name. Erased ones have none."""

    comment = models.OneToOneField("comments.Comment", models.CASCADE, primary_key=True, related_name="search_text")

    objects = CommentTextQuerySet.as_manager()

    def __str__(self) -> str:
        return self.text[:40]

    @classmethod
    def of(cls, comment: "Comment") -> Self:
        return cls(comment=comment, head=search.searchable(comment.author_name), text=search.searchable(comment.text))
