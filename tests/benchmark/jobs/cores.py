"""What processes take of the cores, as Linux counts it."""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

TICKS = os.sysconf("SC_CLK_TCK")
# Of a process's line in /proc: its parent, and ticks in user and system mode, its own and those of
# children that have ended.
PARENT, TIMES = 1, slice(11, 15)


@dataclass(frozen=True)
class Taken:
    """`at`: seconds of a clock; `groups`: seconds of processor time, by a group's name; `busy`: of
    all processes of the machine together."""

    at: float
    groups: dict[str, float]
    busy: float

    @classmethod
    def now(cls, groups: Mapping[str, list[int]]) -> Self:
        """By these processes, each with all that it has started, and by this one alone."""
        seconds = {name: sum(map(seconds_of, pids)) for name, pids in groups.items()}
        return cls(time.monotonic(), seconds | {"the benchmark": time.process_time()}, busy())

    def since(self, earlier: Self) -> Self:
        seconds = {name: taken - earlier.groups[name] for name, taken in self.groups.items()}
        return type(self)(self.at - earlier.at, seconds, self.busy - earlier.busy)


def busy() -> float:
    """Since the machine started, by all of its cores."""
    user, nice, system, _, _, *interrupts = Path("/proc/stat").read_text().split()[1:8]
    return sum(map(int, (user, nice, system, *interrupts))) / TICKS


def seconds_of(pid: int) -> float:
    ticks = sum(map(int, fields(pid)[TIMES]))
    return ticks / TICKS + sum(map(seconds_if_there, started_by(pid)))


def seconds_if_there(pid: int) -> float:
    """One that has just ended counts with its parent from the next look on."""
    with suppress(OSError):
        return seconds_of(pid)
    return 0


def started_by(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def parent(pid: int) -> int:
    return int(fields(pid)[PARENT])


def fields(pid: int) -> list[str]:
    """What follows the name, which may have blanks. Raises OSError."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
