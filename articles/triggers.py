"""The triggers that count what changes on pages (`PageVersion`).

The database itself counts, so no code path can forget to: an import, a
statement by hand and the admin's every form are counted like a save.

A version is at least the microseconds of the clock, so none comes twice, even
after a backup was put back.

PostgreSQL counts when the transaction commits and once in each. The row of the
counter is the last thing that is locked, so it is held for the commit alone and
cannot be a part of a deadlock. SQLite has one writer at a time.

A migration that rebuilds a table on SQLite (any AlterField) loses the table's
triggers; it must make them again. `tests/articles/test_page_versions.py` finds out.
"""

from dataclasses import dataclass

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

FUNCTION = """
CREATE OR REPLACE FUNCTION articles_count_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted text := 'kawaraban.counted_' || TG_ARGV[0];
    this text := pg_current_xact_id()::text;
BEGIN
    IF current_setting(counted, true) IS DISTINCT FROM this THEN
        INSERT INTO articles_pageversion AS counter (id, version)
        VALUES (
            CASE TG_ARGV[0] WHEN 'site' THEN 0 ELSE 1 + pg_backend_pid() % 32 END,
            extract(epoch FROM clock_timestamp()) * 1000000
        )
        ON CONFLICT (id) DO UPDATE SET version = greatest(counter.version + 1, excluded.version);
        PERFORM set_config(counted, this, true);
    END IF;
    RETURN NULL;
END
$$
"""

SQLITE_COUNT = """
INSERT INTO articles_pageversion (id, version)
VALUES ({row}, CAST((julianday('now') - 2440587.5) * 86400000000 AS INTEGER))
ON CONFLICT (id) DO UPDATE SET version = max(version + 1, excluded.version)
"""


@dataclass(frozen=True)
class Trigger:
    """Counts rows of a table that come, go or change, as changes of the site or of a discussion."""

    table: str
    event: str
    counts: str = "site"
    when: str = ""

    @property
    def name(self) -> str:
        return f"{self.table}_{self.event.split()[0].lower()}_{self.counts}"

    def make(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        when = f" WHEN ({self.when})" if self.when else ""
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(
                f"CREATE CONSTRAINT TRIGGER {self.name} AFTER {self.event} ON {self.table}"
                f" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW{when}"
                f" EXECUTE FUNCTION articles_count_change('{self.counts}')"
            )
        else:
            count = SQLITE_COUNT.format(row=0 if self.counts == "site" else 1)
            schema_editor.execute(
                f"CREATE TRIGGER {self.name} AFTER {self.event} ON {self.table}{when} BEGIN {count}; END"
            )

    def drop(self, schema_editor: BaseDatabaseSchemaEditor) -> None:
        on = f" ON {self.table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER {self.name}{on}")


def whole(table: str, update: str = "UPDATE") -> list[Trigger]:
    """Those of a table whose every row may be seen, or the columns of it that `update` names."""
    return [Trigger(table, event) for event in ("INSERT", "DELETE", update)]


SAME_DISCUSSION = "NEW.discussion_version = OLD.discussion_version"
# Not what `tick` finds for it: that has nobody's words in it, and pages that were kept are made anew now and then.
NOT_BY_TICK = "(NEW.related_at IS NULL OR NEW.related_at = OLD.related_at)"

OF_ARTICLES = [
    *whole("articles_category"),
    *whole("articles_tag"),
    *whole("articles_series"),
    *whole("articles_picture"),
    *whole("articles_source", "UPDATE OF article_id, title, publisher, url, language, seen_on, position"),
    *whole("articles_addendum"),
    *whole("articles_relatedlink"),
    *whole("articles_article_tags"),
    *whole("auth_user", "UPDATE OF first_name, last_name"),
    Trigger("articles_article", "INSERT"),
    Trigger("articles_article", "DELETE"),
    Trigger("articles_article", "UPDATE", when=f"{SAME_DISCUSSION} AND {NOT_BY_TICK}"),
    Trigger("articles_article", "UPDATE", "discussions", f"NOT ({SAME_DISCUSSION})"),
    # Its order is seen on lists.
    *(Trigger("articles_popularity", event, "discussions") for event in ("INSERT", "DELETE", "UPDATE")),
]
# Not the usual pace, which `tick` writes each minute.
POLICY = "UPDATE OF premoderation, is_closed, close_after_days, has_public_log, valve_until"
OF_COMMENTS = [*whole("comments_policy", POLICY), *whole("comments_trackback")]


def make(triggers: list[Trigger], schema_editor: BaseDatabaseSchemaEditor) -> None:
    for trigger in triggers:
        trigger.make(schema_editor)


def drop(triggers: list[Trigger], schema_editor: BaseDatabaseSchemaEditor) -> None:
    for trigger in triggers:
        trigger.drop(schema_editor)
