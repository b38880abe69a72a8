"""The order of a discussion on a page.

A page is one flat list of comments, read by parent links alone: it does not
depend on the nested sets being perfect. Nothing here recurses, because a
thread can be a thousand replies deep.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from comments.models import Comment as Model
    from comments.models.shown import CommentRow

    Comment: TypeAlias = Model | CommentRow

# Whole threads go on a page until it holds about this many comments.
PAGE_SIZE = 200


# Chromium's parser keeps at most 512 elements open in each other and moves
# what is deeper to where it does not belong. A level takes two of them.
MAX_NESTING = 100

# A thread with more rows than this begins with its first replies and folds the
# others, so that the next thread is not a thousand comments away.
GIANT = 50
FIRST_ROWS = 20


@dataclass(slots=True)
class Row:
    """One comment of a page, and how the nested lists begin and end around it."""

    comment: "Comment"
    level: int
    parent: "Comment | None"
    # Numbers of the comments that name this one, lowest first.
    cited_by: Sequence[int] = ()
    # Of a root: how many published replies stand in its thread.
    replies: int = 0
    # Above 0 where a closed fold begins before this comment: how many published ones are in it.
    rest: int = 0
    # Takes no replies, because of itself or of something above.
    is_locked: bool = False
    opens: bool = False
    # One entry for every list that ends after this comment, for a template's loop: True when it folds.
    closes: Sequence[bool] = ()

    @property
    def is_placeholder(self) -> bool:
        """A comment that is not shown itself stands here only for its replies."""
        return not self.comment.is_published


def arrange(comments: Iterable["Comment"], tree_ids: Sequence[int] = ()) -> list[Row]:
    """Comments, given by number, as rows in reading order: each followed by its replies, by number.

    Threads stand by number too, or as `tree_ids` has them. What is not
    published is left out, unless something published stands below it: then
    it keeps its place, so that replies never seem to answer someone else.
    """
    comments = list(comments)
    by_pk = {comment.pk: comment for comment in comments}
    children: dict[int | None, list[Comment]] = defaultdict(list)
    for comment in comments:
        parent_id = comment.parent_id
        children[parent_id if parent_id in by_pk else None].append(comment)
    if tree_ids:
        place = {tree_id: n for n, tree_id in enumerate(tree_ids)}
        children[None].sort(key=lambda root: place[root.tree_id])
    rows = _walk(children, by_pk)
    # Lists: to go on in a generator takes as long as to ask.
    if False in [comment.is_published for comment in comments]:
        shown = _with_ancestors(comments, by_pk)
        rows = [row for row in rows if row.comment.pk in shown]
    if True in [comment.is_locked for comment in comments]:
        _lock(rows)
    starts = [n for n, row in enumerate(rows) if row.level == 0]
    for start, end in pairwise([*starts, len(rows)]):
        # A comment alone has no lists.
        if end - start > 1:
            _lay_out(rows[start:end])
    return rows


def _lock(rows: list[Row]) -> None:
    locked: set[int] = set()
    for row in rows:
        row.is_locked = row.comment.is_locked or row.comment.parent_id in locked
        if row.is_locked:
            locked.add(row.comment.pk)


def _lay_out(thread: list[Row]) -> None:
    """Where the lists of one thread begin and end, and what of a giant one is folded.

    Each list that goes on after the first rows gets a fold of its own around
    what remains of it: so every comment still stands inside the one that it
    answers, which one fold around the rest of the thread could not do.
    """
    thread[0].replies = [row.comment.is_published for row in thread[1:]].count(True)
    # How many lists each stands in; replies below MAX_NESTING are shown as siblings.
    depths = [row.level if row.level < MAX_NESTING else MAX_NESTING for row in thread]
    # Depth, and the row a fold of the rest begins with, of each list that is open.
    open_lists: list[tuple[int, Row | None]] = []
    fold: Row | None = None
    for n, (row, depth, next_depth) in enumerate(zip(thread, depths, [*depths[1:], 0], strict=True)):
        if len(thread) > GIANT and n >= FIRST_ROWS and fold is None:
            fold = row
            open_lists.append((depth, row))
        if fold is not None:
            fold.rest += not row.is_placeholder
        if next_depth > depth:
            row.opens = True
            open_lists.append((next_depth, None))
        if next_depth < depth:
            closes = []
            while open_lists and open_lists[-1][0] > next_depth:
                closed, begins = open_lists.pop()
                closes.append(begins is not None or closed == 1)
                if begins is not None:
                    fold = None
            row.closes = closes


def _with_ancestors(comments: list["Comment"], by_pk: dict[int, "Comment"]) -> set[int]:
    """Keys of what is published and of all that it hangs from."""
    shown: set[int] = set()
    for comment in comments:
        node: Comment | None = comment if comment.is_published else None
        while node is not None and node.pk not in shown:
            shown.add(node.pk)
            node = by_pk.get(node.parent_id)  # type: ignore[arg-type]
    return shown


def _walk(children: dict[int | None, list["Comment"]], by_pk: dict[int, "Comment"]) -> list[Row]:
    rows = []
    stack = [(comment, 0) for comment in reversed(children[None])]
    while stack:
        comment, level = stack.pop()
        rows.append(Row(comment, level, by_pk.get(comment.parent_id)))  # type: ignore[arg-type]
        if comment.pk in children:
            level += 1
            stack += [(reply, level) for reply in reversed(children[comment.pk])]
    return rows


def paginate(sizes: Iterable[tuple[int, int]], page_size: int = PAGE_SIZE) -> list[list[int]]:
    """(tree_id, number of comments) of each thread, in order, as pages of tree_ids.

    A page takes whole threads while it stays within `page_size`, and always
    the first one, however long. There is at least one page.
    """
    page: list[int] = []
    pages, filled = [page], 0
    for tree_id, size in sizes:
        if page and filled + size > page_size:
            page, filled = [], 0
            pages.append(page)
        page.append(tree_id)
        filled += size
    return pages
