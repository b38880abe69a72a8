"""What a new comment writes, as one change: itself and the room for it, whom it names, its receipt, what it counts as.

The caller holds the lock on the article. What it is found by `tick` writes (`CommentText`).
"""

from functools import cache
from typing import TYPE_CHECKING, cast

from django.db import connection

from comments import text as comment_text
from comments.models import statements
from comments.models.rate_limit import Acts, RateLimit
from comments.models.receipt import Receipt, new_secret

if TYPE_CHECKING:
    from comments.models.comment import Comment

# What no comment is born with.
LATER = (
    *("edited_at", "moved_from", "moved_at", "pinned_at", "is_locked", "on_legal_hold", "reason", "import_ref"),
    *("score", "upvotes", "downvotes", "imported_upvotes", "imported_downvotes", "upvote_weight", "downvote_weight"),
    *("rank", "report_count", "misplacement_count"),
)

# As django-mptt makes it (`TreeManager._create_space`). What begins to the right of the place ends there too.
ROOM = """
    UPDATE comments_comment SET rght = rght + 2, lft = CASE WHEN lft >= %(place)s THEN lft + 2 ELSE lft END
    WHERE tree_id = %(thread)s AND rght >= %(place)s
"""
ARTICLE = """
    UPDATE articles_article SET comment_count = %(comment_count)s, last_comment_number = %(last_comment_number)s,
        discussion_version = %(discussion_version)s
    WHERE id = %(article)s
"""


@cache
def _citations() -> str:
    return f"""
        INSERT INTO comments_citation (source_id, target_id)
        SELECT CAST(%(source)s AS bigint), id FROM comments_comment
        WHERE article_id = %(article)s AND id <> %(source)s AND number {statements.AMONG[connection.vendor]}
    """  # noqa: S608


def put_last(comment: "Comment", parent: "Comment | None", tree_id: int | None) -> None:
    """Give the comment the place of the last reply to `parent`, which was read under the lock, or a thread of its own."""
    if parent is None:
        comment.tree_id, comment.lft, comment.level = cast(int, tree_id), 1, 0
    else:
        comment.tree_id, comment.lft, comment.level = parent.tree_id, parent.rght, parent.level + 1
    comment.rght = comment.lft + 1


def write(comment: "Comment", acts: Acts) -> None:
    """Write a comment that has its key and its place."""
    article = comment.article
    article.last_comment_number = comment.number
    article.comment_count += comment.is_published
    article.discussion_version += 1
    names = ("comment_count", "last_comment_number", "discussion_version")
    values = {"article": article.pk, **{name: getattr(article, name) for name in names}}
    parts = [ARTICLE]
    if comment.parent:
        parts.append(ROOM)
        values |= {"thread": comment.tree_id, "place": comment.lft}
    comment.receipt_secret = new_secret()
    receipt = Receipt(comment=comment, secret_hash=Receipt.hash_of(comment.receipt_secret))
    for row, usual in ((comment, LATER), (receipt, ())):
        part, of_row = statements.insertion(row, usual)
        parts.append(part)
        values |= of_row
    if cited := comment_text.cited_numbers(comment.text):
        parts.append(_citations())
        values |= {"source": comment.pk, "keys": statements.keys(cited)}
    counting, counted = RateLimit.counting(acts)
    # What comes first PostgreSQL does last: the row that counts the whole site's comments is not held meanwhile.
    statements.change((*counting, *parts), values | counted)
    comment._state.adding, comment._state.db = False, connection.alias
    comment._mptt_meta.update_mptt_cached_fields(comment)
