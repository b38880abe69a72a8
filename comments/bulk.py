"""Many rows at once: COPY on PostgreSQL, plain inserts on SQLite. Neither calls `save` or asks what is there."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models

from articles import search
from articles.models import search_text


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

    def keys(self, wanted: int) -> list[int]:
        """So many keys that no row has and nobody else gets; on SQLite only until the transaction ends."""
        table, key = self.model._meta.db_table, self.model._meta.pk.column
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                statement = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)"
                cursor.execute(statement, [table, key, wanted])
                return [key for (key,) in cursor]
            # Never one that a deleted row had (AUTOINCREMENT).
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            (last,) = cursor.fetchone() or (0,)
            return list(range(last + 1, last + 1 + wanted))

    def _values(self, row: dict[str, Any]) -> list[Any]:
        values = list(map((self.defaults | row).get, self.names))
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
