"""The kinds of long work, each declared once, by its module in `jobs/kinds`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from jobs.models import Job

# What is left to do of an item.
Rest = Callable[[], None]


def nothing(job: Job) -> None: ...


@dataclass(frozen=True)
class Kind:
    """`label`: for people; `run`: does one item, a `Work`, and stores with `Work.finish`; it raises
    a UserError if the item cannot be done, StopJob if nothing of its job can; what it returns does
    the same, and may be done while the next item is worked on, such as to store the result;
    `after`: called in
    the transaction that finishes a job; `weight`: how much longer an item takes than a photo;
    `priority`: higher ones first; `listed`: whether people see such jobs among theirs; `is_one`:
    whether its items are parts of one thing, so that all of it fails with one of them, and is tried
    again together;
    `can_be_cancelled`: False for what must not stop half-way; `attempts`: how often an item is
    tried where that may help, after `pauses` in seconds, of which the last one is repeated."""

    name: str
    label: str
    run: Callable[[Any], Rest | None]
    after: Callable[[Job], None] = nothing
    weight: int = 1
    priority: int = 0
    listed: bool = True
    is_one: bool = False
    can_be_cancelled: bool = True
    attempts: int = 5
    pauses: Sequence[float] = (5, 30, 120, 600)


# Of a kind whose receiver may be down: the pauses are a day together.
FOR_A_DAY: dict[str, Any] = {"attempts": 29, "pauses": (10, 60, 300, 900, 1800, 3600)}

KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known, under its name."""
    KINDS[kind.name] = kind
    return kind


def listed() -> list[str]:
    """The kinds of jobs that people see among theirs."""
    return [name for name, kind in KINDS.items() if kind.listed]
