"""Workers are killed at random while they work; what became of it."""

import random
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from jobs.models import Item, ItemState
from jobs.services import jobs
from jobs.services.jobs import NewItem
from tests.jobs.work import traces

LEASE = 4
ITEMS, KILLS = 200, 10
SECONDS_EACH = 0.1
MOST_SECONDS = 240


@dataclass(frozen=True)
class Outcome:
    """`effects` and `distinct`: of all items together, and the items that have one; `done`: items
    by the ledger; `kills`: of workers; `interrupted`: items in progress then; `longest_wait`:
    seconds from the kill of an item's worker until it was begun again."""

    effects: int
    distinct: int
    done: int
    kills: int
    interrupted: int
    longest_wait: float


def start_chores(count: int, **payload: object) -> None:
    jobs.start("chore", None, "visitor:somebody", [NewItem(payload=payload)] * count)


class Killable(Protocol):
    def pids(self) -> list[int]: ...

    def kill_one(self, pid: int) -> None: ...


def kill_at_random(workers: Killable, seconds: float = SECONDS_EACH, seed: int = 0) -> Outcome:
    """Start ITEMS of so many seconds, kill a worker KILLS times while they are done, and wait until
    all are."""
    start_chores(ITEMS, seconds=seconds)
    chance = random.Random(seed)
    killed: list[tuple[int, float]] = []
    while len(killed) < KILLS and unfinished():
        time.sleep(chance.uniform(0.2, 0.8))
        # Those that have begun something, so that each kill counts. One is left to go on: how long
        # all of them take to start is not what is measured.
        busy = sorted(set(workers.pids()) & {pid for _, pid, _ in traces("begun")})
        if len(busy) > 1:
            pid = chance.choice(busy)
            killed.append((pid, time.time()))
            workers.kill_one(pid)
    wait_until_done()
    return outcome(killed)


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def unfinished() -> bool:
    return Item.objects.unfinished().exists()


def wait_until_done(seconds: float = MOST_SECONDS) -> None:
    end = time.monotonic() + seconds
    while unfinished():
        assert time.monotonic() < end, list(Item.objects.values_list("state", "attempts"))
        time.sleep(0.1)


def outcome(killed: list[tuple[int, float]]) -> Outcome:
    effects = [item for item, _, _ in traces("effect")]
    waits = [wait for pid, at in killed for wait in waits_after(pid, at)]
    done = Item.objects.filter(state=ItemState.DONE).count()
    counts = len(effects), len(set(effects)), done, len(killed), len(waits)
    return Outcome(*counts, max(waits, default=0))


def waits_after(pid: int, at: float) -> list[float]:
    """How long the items that this worker had begun waited for the next one."""
    begun, done = traces("begun"), {item for item, worker, _ in traces("effect") if worker == pid}
    lost = {item for item, worker, _ in begun if worker == pid} - done
    return [
        min(again for item, other, again in begun if item == each and other != pid and again > at)
        - at
        for each in lost
    ]


def left_by_dead(living: Collection[int]) -> set[int]:
    """The items that a worker had begun when it was killed, and nobody has begun again."""
    last = {item: pid for item, pid, _ in traces("begun")}
    done = {item for item, _, _ in traces("effect")}
    return {item for item, pid in last.items() if item not in done and pid not in living}
