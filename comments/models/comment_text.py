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

# Keys that one tick looks at.
PART = 50_000

# Keys by which a comment may be older than one that was committed before it: far more than are written in a minute.
OVERTAKEN = 5_000


class CommentTextQuerySet(SearchTextQuerySet):
    def write_missing(self) -> None:
        """Of all that has none: what is new, what was there before it could be searched, what a restored copy left out.

        What is new is looked for by its keys. Beside it a part of all keys is looked at, by the clock another one
        each minute, and all of them as soon as something is missing there: to look at all would take seconds in
        each minute.
        """
        self.write_newest()
        comments = apps.get_model("comments", "Comment").objects
        newest = comments.order_by("-pk").values_list("pk", flat=True).first() or 0
        begin = int(timezone.now().timestamp()) // 60 % (newest // PART + 1) * PART
        if self._without_text(pk__gt=begin, pk__lte=begin + PART).exists():
            self._write_after(0)

    def write_newest(self, batches: int | None = None) -> None:
        """Of what was written after the last that has one, in so many batches at most."""
        newest_written = self.order_by("-pk").values_list("pk", flat=True).first() or 0
        # Most often there is nothing, and to look needs no transaction, for which SQLite would wait.
        if self._without_text(pk__gt=newest_written - OVERTAKEN).exists():
            self._write_after(newest_written - OVERTAKEN, batches)

    def _write_after(self, last: int | None, batches: int | None = None) -> None:
        while last is not None and batches != 0:
            last = self._write_batch_after(last)
            batches = batches and batches - 1

    @staticmethod
    def _without_text(**part: int) -> models.QuerySet:
        # Both sides bounded: PostgreSQL would walk through the texts from the first one to those of the part.
        there = CommentText.objects.filter(**part).filter(pk=models.OuterRef("pk"))
        comments = apps.get_model("comments", "Comment").objects.exclude(text="").filter(**part)
        return comments.filter(~models.Exists(there))

    @transaction.atomic
    def _write_batch_after(self, last: int) -> int | None:
        # The rows themselves are locked, or one could be erased between the reading and the writing.
        # Whoever changes one meanwhile writes it anyway.
        comments = self._without_text(pk__gt=last)
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
