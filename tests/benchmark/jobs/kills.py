"""200 items, three workers, and ten times one of them is killed at random."""

import os
import tempfile
from pathlib import Path
from typing import Any

import django

from colorize.management.commands.prepare import bring_up_to_date
from tests.benchmark.jobs.goals import Goals
from tests.processes import Workers

LEASE = 3
# Of each item: a worker that was killed needs seconds to start again.
SECONDS = 0.5


def main() -> None:
    django.setup()
    bring_up_to_date()
    make_table()
    from tests.jobs.kills import kill_at_random

    # What the supervisor says of those that were killed is no news here.
    os.environ["LOG_LEVEL"] = "CRITICAL"
    with (
        tempfile.TemporaryDirectory() as folder,
        Workers(Path(folder), 3, JOB_LEASE_SECONDS=str(LEASE)) as workers,
    ):
        found = kill_at_random(workers, SECONDS)
        workers.stop()
    goals = Goals()
    tell(goals, found)
    goals.exit()


def make_table() -> None:
    """Where workers leave their traces."""
    from django.db import connection

    from tests.jobs.work import TABLE

    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def tell(goals: Goals, found: Any, where: str = "") -> None:
    """`found`: an Outcome."""
    from tests.jobs.kills import ITEMS, KILLS

    each = f"{ITEMS} effects, {ITEMS} distinct, {ITEMS} done"
    is_whole = (found.effects, found.distinct, found.done) == (ITEMS,) * 3
    effects = f"{found.effects}, {found.distinct}, {found.done}"
    what = f"{where}none lost, none doubled"
    goals.tell(what, effects, each, is_whole and found.kills == KILLS)
    goals.tell(
        f"longest wait, of {found.interrupted} items in progress at a kill",
        f"{found.longest_wait:.1f} s",
        f"at most {LEASE} s of lease + 5 s",
        found.longest_wait <= LEASE + 5,
    )


if __name__ == "__main__":
    main()
