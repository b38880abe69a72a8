"""What PostgreSQL does for a statement."""

from typing import Any

from django.db import connection


def rows_read(sql: str, table: str = "") -> int:
    """The most rows that any step of the plan looks at, those that it does not take among them; of one table, when it is named."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        return _most_rows(cursor.fetchone()[0][0]["Plan"], table)


def _most_rows(node: dict[str, Any], table: str) -> int:
    left_out = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
    own = (node["Actual Rows"] + left_out) * node["Actual Loops"]
    below = [_most_rows(child, table) for child in node.get("Plans", [])]
    return max([own if table in {"", node.get("Relation Name")} else 0, *below])
