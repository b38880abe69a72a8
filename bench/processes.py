"""What processes and all below them have taken from the machine, from /proc."""

import os
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")


def _stat(pid: int | str) -> list[str]:
    # The name, in brackets, may hold spaces.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def parent(pid: int) -> int:
    return int(_stat(pid)[1])


def family(pid: int) -> list[int]:
    """The process and all below it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                children.setdefault(parent(int(folder.name)), []).append(int(folder.name))
            except OSError:
                continue
    found = [pid]
    for member in found:
        found += children.get(member, [])
    return found


def cpu_seconds(*roots: int) -> float:
    """User and system, of those that have ended as well."""
    ticks = 0
    for root in roots:
        for pid in family(root):
            try:
                fields = _stat(pid)
            except OSError:
                continue
            # utime and stime, and those of children that are no more (proc(5), 14 to 17).
            ticks += sum(map(int, fields[11:15]))
    return ticks * TICK


def resident(pid: int) -> float:
    """MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3
