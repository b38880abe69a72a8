"""What is around the writing of very many rows: their keys, and the indexes that are made afterwards."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.core.management.color import no_style
from django.db import connection, models

from articles import search_index
from comments.models import Comment, Vote
from comments.models.queries import TREE_ID_SEQUENCE

INDEXED: tuple[type[models.Model], ...] = (Comment, Vote)
SEARCHED = (("articles_articletext", "article_id"), ("comments_commenttext", "comment_id"))


def first_free(model: type[models.Model]) -> int:
    """The key from which on there is nothing."""
    last = model._default_manager.aggregate(last=models.Max("pk"))["last"]
    return (last or 0) + 1


def first_free_tree() -> int:
    """The same for trees: on PostgreSQL the sequence knows."""
    return Comment.objects._get_next_tree_id()


def set_sequences(written: Iterable[type[models.Model]]) -> None:
    """What comes next gets keys of its own."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(written)):
            cursor.execute(statement)


def set_tree_sequence(last: int) -> None:
    """The same for trees. SQLite looks at the rows themselves."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(%s, %s)", [TREE_ID_SEQUENCE, last])


@contextmanager
def quickly() -> Iterator[None]:
    """Within a transaction: checks at the end of each statement, so that none are kept for the end, and indexes made once.

    Built over a million rows an index takes a quarter of the time that keeping it up does. SQLite does neither.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    indexes = [(model, index) for model in INDEXED for index in model._meta.indexes]
    with connection.schema_editor(atomic=False) as editor:
        for model, index in indexes:
            editor.remove_index(model, index)
        for table, _key in SEARCHED:
            editor.execute(f"DROP INDEX {table}_tokens")
        yield
        for model, index in indexes:
            editor.add_index(model, index)
        for table, key in SEARCHED:
            search_index.make(editor, table, key)


def tidy() -> None:
    """What autovacuum would do within the hour: plans are made by the figures of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
