from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db import models

from articles import search
from articles.models import SearchText
from articles.models.search_text import SearchTextQuerySet

if TYPE_CHECKING:
    from comments.models.comment import Comment


class CommentTextQuerySet(SearchTextQuerySet):
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
