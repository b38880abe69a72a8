"""The indexes of the side tables, for their migrations: neither kind is one that Django makes on both databases."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

GIN = "CREATE INDEX {table}_tokens ON {table} USING gin (tokens)"

# An FTS5 table that keeps nothing but the index and reads the tokens where they are (SQLite: FTS5, 4.4.3).
# The triggers tell it which tokens a row had before.
FTS5 = (
    """
    CREATE VIRTUAL TABLE {table}_fts USING fts5(
        tokens, content='{table}', content_rowid='{key}', detail=none, columnsize=0, tokenize='ascii'
    )
    """,
    """
    CREATE TRIGGER {table}_insert AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_fts (rowid, tokens) VALUES (new.{key}, new.tokens);
    END
    """,
    """
    CREATE TRIGGER {table}_delete AFTER DELETE ON {table} BEGIN
        INSERT INTO {table}_fts ({table}_fts, rowid, tokens) VALUES ('delete', old.{key}, old.tokens);
    END
    """,
    """
    CREATE TRIGGER {table}_update AFTER UPDATE ON {table} BEGIN
        INSERT INTO {table}_fts ({table}_fts, rowid, tokens) VALUES ('delete', old.{key}, old.tokens);
        INSERT INTO {table}_fts (rowid, tokens) VALUES (new.{key}, new.tokens);
    END
    """,
)
NO_FTS5 = (
    *(f"DROP TRIGGER {{table}}_{event}" for event in ("insert", "delete", "update")),
    "DROP TABLE {table}_fts",
)


def make(editor: BaseDatabaseSchemaEditor, table: str, key: str) -> None:
    statements = (GIN,) if editor.connection.vendor == "postgresql" else FTS5
    _execute(editor, statements, table, key)


def drop(editor: BaseDatabaseSchemaEditor, table: str, key: str) -> None:
    """On PostgreSQL an index goes with its table."""
    statements = () if editor.connection.vendor == "postgresql" else NO_FTS5
    _execute(editor, statements, table, key)


def _execute(editor: BaseDatabaseSchemaEditor, statements: tuple[str, ...], table: str, key: str) -> None:
    for statement in statements:
        # No parameters: percent signs stay as they are, and a trigger's body is not split.
        editor.execute(statement.format(table=table, key=key), params=None)
