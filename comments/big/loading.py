"""Many rows at once: COPY on PostgreSQL, plain inserts on SQLite. Neither calls `save` or asks what is there."""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models

from articles import search, search_index
from articles.models import search_text
from comments.models import Comment, Vote
from comments.models.queries import TREE_ID_SEQUENCE

INDEXED: tuple[type[models.Model], ...] = (Comment, Vote)
SEARCHED = (("articles_articletext", "article_id"), ("comments_commenttext", "comment_id"))


class Table:
    """The rows of a model, with its defaults where nothing is said."""

    def __init__(self, model: type[models.Model]):
        self.model = model
        self.fields = model._meta.concrete_fields
        self.names = [field.attname for field in self.fields]
        self.defaults = {field.attname: field.get_default() for field in self.fields if field.has_default()}
        self.defaults |= {field.attname: "" for field in self.fields if not field.null and not field.has_default()}
        self.converted = [(n, convert) for n, field in enumerate(self.fields) if (convert := _converter(field))]

    def write(self, rows: Iterable[dict[str, Any]]) -> None:
        """In one statement; of each row the values by the names of the columns."""
        table = self.model._meta.db_table
        columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in self.fields)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(self._values(row))
            else:
                marks = ", ".join(["%s"] * len(self.fields))
                statement = f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608
                cursor.executemany(statement, [self._values(row) for row in rows])

    def _values(self, row: dict[str, Any]) -> list[Any]:
        row = self.defaults | row
        values = [row.get(name) for name in self.names]
        for n, convert in self.converted:
            values[n] = convert(values[n])
        return values


def _converter(field: models.Field) -> Callable[[Any], Any] | None:
    """What makes of a value of this field what the statement takes, None where that is the value itself."""
    if isinstance(field, search_text.TokensField):
        return search.tsvector if connection.vendor == "postgresql" else search.fts_document
    if isinstance(field, models.JSONField):
        return json.dumps
    if isinstance(field, models.DateTimeField) and connection.vendor == "sqlite":
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.DateField) and connection.vendor == "sqlite":
        return connection.ops.adapt_datefield_value
    return None


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
        # Not all that are declared: where a constraint makes the same one, the migrations leave it out.
        there = {model: connection.introspection.get_constraints(cursor, model._meta.db_table) for model in INDEXED}
    indexes = [(model, index) for model in INDEXED for index in model._meta.indexes if index.name in there[model]]
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
