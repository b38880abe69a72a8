"""The order of a discussion on a page.

A page is one flat list of comments, read by parent links alone: it does not
depend on the nested sets being perfect. Nothing here recurses, because a
thread can be a thousand replies deep.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comments.models import Comment

# Whole threads go on a page until it holds about this many comments.
PAGE_SIZE = 200


@dataclass
class Row:
    """One comment of a page, and how the nested list opens before and closes after it."""

    comment: "Comment"
    level: int
    parent: "Comment | None"
    opens: bool = False
    # Numbers of the comments that name this one, lowest first.
    cited_by: Sequence[int] = ()
    # One entry for every list that ends after this comment, for a template's loop.
    closes: Sequence[int] = ()

    @property
    def is_placeholder(self) -> bool:
        """A comment that is not shown itself stands here only for its replies."""
        return not self.comment.is_published


def arrange(comments: Iterable["Comment"]) -> list[Row]:
    """Comments, given by number, as rows in reading order: each followed by its replies, by number.

    What is not published is left out, unless something published stands
    below it: then it keeps its place, so that replies never seem to answer
    someone else.
    """
    comments = list(comments)
    by_pk = {comment.pk: comment for comment in comments}
    children: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in comments:
        children[comment.parent_id if comment.parent_id in by_pk else None].append(comment)
    shown = _with_ancestors(comments, by_pk)
    rows = [
        Row(comment, level, by_pk.get(comment.parent_id)) for comment, level in _walk(children) if comment.pk in shown
    ]
    next_levels = [*(row.level for row in rows[1:]), 0]
    for row, next_level in zip(rows, next_levels, strict=False):
        row.opens = next_level > row.level
        row.closes = range(max(row.level - next_level, 0))
    return rows


def _with_ancestors(comments: list["Comment"], by_pk: dict[int, "Comment"]) -> set[int]:
    """Keys of what is published and of all that it hangs from."""
    shown: set[int] = set()
    for comment in comments:
        node: Comment | None = comment if comment.is_published else None
        while node is not None and node.pk not in shown:
            shown.add(node.pk)
            node = by_pk.get(node.parent_id)
    return shown


def _walk(children: dict[int | None, list["Comment"]]) -> Iterator[tuple["Comment", int]]:
    stack = [(comment, 0) for comment in reversed(children[None])]
    while stack:
        comment, level = stack.pop()
        yield comment, level
        stack += [(reply, level + 1) for reply in reversed(children[comment.pk])]


def paginate(sizes: Iterable[tuple[int, int]], page_size: int = PAGE_SIZE) -> list[list[int]]:
    """(tree_id, number of comments) of each thread, in order, as pages of tree_ids.

    A page takes whole threads while it stays within `page_size`, and always
    the first one, however long. There is at least one page.
    """
    pages: list[list[int]] = [[]]
    filled = 0
    for tree_id, size in sizes:
        if pages[-1] and filled + size > page_size:
            pages.append([])
            filled = 0
        pages[-1].append(tree_id)
        filled += size
    return pages
