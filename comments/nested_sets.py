"""Nested sets as plain numbers, without a database.

A tour goes round a tree and counts its steps: a node is entered at `lft` and
left at `rght`. The parent links are the truth. `number_tree` derives the
numbers from them, and `violations` proves that stored numbers agree with them.
Neither recurses: threads of 1,000 levels exist.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

Node = TypeVar("Node", bound=Hashable)


def number_tree(children: Mapping[Node, Sequence[Node]], root: Node) -> dict[Node, tuple[int, int, int]]:
    """(lft, rght, level) of the root and all below it, siblings in the order given.

    As in django-mptt, `lft` of the root is 1 and its level 0.
    """
    entered: dict[Node, tuple[int, int]] = {}
    numbers = {}
    steps = 0
    to_do = [(root, 0)]
    while to_do:
        node, level = to_do.pop()
        steps += 1
        if node in entered:
            numbers[node] = (entered[node][0], steps, level)
            continue
        entered[node] = (steps, level)
        # Seen again, and then left, when all that is pushed after it is done.
        to_do.append((node, level))
        to_do.extend((child, level + 1) for child in reversed(children.get(node, ())))
    return numbers


class Row(NamedTuple):
    pk: int
    parent_id: int | None
    tree_id: int
    lft: int
    rght: int
    level: int
    group: int | None = None


@dataclass(frozen=True)
class Violation:
    row: Row
    problem: str

    def __str__(self) -> str:
        return f"tree {self.row.tree_id}, row {self.row.pk}: {self.problem}"


def violations(rows: Iterable[Row]) -> Iterator[Violation]:
    """What contradicts the parent links in rows ordered by (tree_id, lft, pk).

    Nothing is yielded exactly when each tree has one root, its lft and rght
    are the steps of one tour along the parent links, level is the depth and
    `group` is the same in the whole tree. Siblings may be in any order.
    Memory grows with the depth only. One fault may be told several times.
    """
    tour: _Tour | None = None
    for row in rows:
        if tour is None or row.tree_id != tour.tree_id:
            if tour:
                yield from tour.leave_until(None)
            tour = _Tour(row.tree_id)
        yield from tour.leave_until(row.lft)
        yield from tour.enter(row)
    if tour:
        yield from tour.leave_until(None)


class _Tour:
    """One tree while its rows come by; `open` holds the nodes that were entered and not left."""

    def __init__(self, tree_id: int):
        self.tree_id = tree_id
        self.open: list[Row] = []
        self.steps = 0

    def leave_until(self, lft: int | None) -> Iterator[Violation]:
        while self.open and (lft is None or self.open[-1].rght < lft):
            row = self.open.pop()
            if row.rght != self.steps + 1:
                yield Violation(row, f"rght is {row.rght}, the tour says {self.steps + 1}")
            # Goes on from what is stored, so that one fault is not told of every later row.
            self.steps = row.rght

    def enter(self, row: Row) -> Iterator[Violation]:
        container = self.open[-1] if self.open else None
        if container is None and self.steps:
            yield Violation(row, "stands outside the first root of its tree")
        if row.lft != self.steps + 1:
            yield Violation(row, f"lft is {row.lft}, the tour says {self.steps + 1}")
        around = container.pk if container else None
        if row.parent_id != around:
            yield Violation(row, f"parent is {row.parent_id}, but it stands inside {around}")
        if row.level != len(self.open):
            yield Violation(row, f"level is {row.level}, its depth is {len(self.open)}")
        if container and row.group != container.group:
            yield Violation(row, f"belongs to {row.group}, the row around it to {container.group}")
        self.steps = row.lft
        self.open.append(row)
