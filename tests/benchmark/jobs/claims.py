"""How long a claim takes, however many items wait, in 50 lanes, or have been done."""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django
from django.core.management import call_command

from tests.benchmark.jobs.goals import Goals

SIZES = (100, 10_000, 100_000)
LANES, ROUNDS, ADDED = 50, 50, 1000
MOST_MS, FLAT = 5, 3
MOST_MS_TO_ADD = 2000


def main() -> None:
    django.setup()
    call_command("prepare")
    from jobs import ledger
    from jobs.models import Item, ItemState, Job
    from jobs.services import jobs
    from jobs.services.jobs import NewItem
    from tests.jobs.lanes import fill

    goals, times = Goals(), []
    for size in SIZES:
        Job.objects.all().delete()
        fill(size, LANES)
        times.append(ms(ledger.claim, ROUNDS))
        found = f"{times[-1]:.2f} ms"
        goals.tell(f"a claim of {size:,} that wait", found, f"under {MOST_MS} ms", fits(times))
    grown = times[-1] / times[0]
    goals.tell("of the most beside the fewest", f"{grown:.2f} times", f"under {FLAT}", grown < FLAT)

    job = jobs.create("chore", None, Job.objects.earliest("created_at").lane)
    taken = ms(lambda: jobs.add(job, [NewItem(f"{n}") for n in range(ADDED)]), 1)
    goals.tell(
        f"{ADDED:,} items added beside them",
        f"{taken:.0f} ms",
        f"under {MOST_MS_TO_ADD} ms",
        taken < MOST_MS_TO_ADD,
    )
    for state in (ItemState.DONE, ItemState.RESTING):
        Item.objects.all().update(state=state, lease=None, not_before=None)
        fill(ROUNDS, 1)
        times.append(ms(ledger.claim, ROUNDS))
        found = f"{times[-1]:.2f} ms"
        what = f"a claim beside {SIZES[-1]:,} that are {state.label.lower()}"
        goals.tell(what, found, f"under {MOST_MS} ms", fits(times))
    goals.exit()


def fits(times: list[float]) -> bool:
    return times[-1] < MOST_MS


def ms(what: Callable[[], Any], rounds: int) -> float:
    """The median of its milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        assert what()
        times.append(time.perf_counter() - start)
    return median(times) * 1000


if __name__ == "__main__":
    main()
