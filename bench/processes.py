"""What processes and all below them have taken from the machine, from /proc."""

import os
import time
from pathlib import Path

TICK = 1 / os.sysconf("SC_CLK_TCK")
# Of linux/posix-timers.h: what the scheduler has counted.
CPUCLOCK_SCHED = 2


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
    return sum(_own(pid) + _ended_children(pid) for root in roots for pid in family(root))


def _own(pid: int) -> float:
    """Of all its threads, ended ones too; 0 when it is no more."""
    try:
        # clock_getcpuclockid(3): in nanoseconds, where /proc counts in hundredths of a second, and
        # a pass of some acts spread over a dozen processes takes few of those in each.
        return time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)
    except OSError:
        return _ticks(pid, 11, 13)


def _ended_children(pid: int) -> float:
    return _ticks(pid, 13, 15)


def _ticks(pid: int, first: int, last: int) -> float:
    """utime, stime, and both of the children that it has waited for (proc(5), 14 to 17)."""
    try:
        return sum(map(int, _stat(pid)[first:last])) * TICK
    except OSError:
        return 0


def resident(pid: int) -> float:
    """MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1e3
