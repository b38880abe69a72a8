"""What PostgreSQL does for a statement."""

from typing import Any

from django.db import connection


def rows_read(sql: str) -> int:
    """The most rows that any step of the plan looks at, those that it does not take among them."""
    return _most_rows(_plan_of(sql))


def wide_rows_passed_on(sql: str, width: int) -> int:
    """The most rows that any step of the plan passes on with so many bytes or more in each."""
    return _most_wide_rows(_plan_of(sql), width)


def _plan_of(sql: str) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}")
        return cursor.fetchone()[0][0]["Plan"]


def _most_rows(node: dict[str, Any]) -> int:
    left_out = sum(count for name, count in node.items() if name.startswith("Rows Removed"))
    own = (node["Actual Rows"] + left_out) * node["Actual Loops"]
    return max([own, *map(_most_rows, node.get("Plans", []))])


def _most_wide_rows(node: dict[str, Any], width: int) -> int:
    own = node["Actual Rows"] * node["Actual Loops"] if node["Plan Width"] >= width else 0
    return max([own, *(_most_wide_rows(part, width) for part in node.get("Plans", []))])
