"""What PostgreSQL does for a statement."""

from typing import Any

from django.db import connection


def rows_read(sql: str) -> int:
    """The most rows that any step of the plan looks at, those that it does not take among them."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        return _most_rows(cursor.fetchone()[0][0]["Plan"])


def _most_rows(node: dict[str, Any]) -> int:
    left_out = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
    own = (node["Actual Rows"] + left_out) * node["Actual Loops"]
    return max([own, *map(_most_rows, node.get("Plans", []))])
