"""Two machines that share a database and an S3 store, imitated by two folders, a core for each.

The database and the store run on the same two cores, so two machines cannot be twice as quick as
one. What counts is that no core is idle, and that a photo takes no more of them than with one.
"""

import os
import tempfile
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.core.management import call_command

from tests.benchmark.jobs.batch import send, wait_for, write_photos
from tests.benchmark.jobs.cores import Taken, parent
from tests.benchmark.jobs.goals import Goals
from tests.jobs import store
from tests.processes import Workers

PHOTOS, ROUNDS, CORES = 40, 3, 2
LEAST_IN_USE, MOST_GROWN = 0.9, 1.1
ONE_CORE = {"OPENCV_FOR_THREADS_NUM": "1"}
# Photos of each machine before the measured ones.
EACH_FIRST = 4


def main() -> None:
    with store.bucket() as (settings, store_pid), tempfile.TemporaryDirectory() as name:
        os.environ |= settings
        django.setup()
        call_command("prepare")
        beside = {"PostgreSQL": [database_pid()], "the store": [store_pid]}
        measure(Path(name), beside)


def database_pid() -> int:
    """Of PostgreSQL's main process."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return parent(cursor.fetchone()[0])


@dataclass(frozen=True)
class Run:
    """`rate`: photos a second; `each`: what a photo took of the cores, in seconds; `others`: what
    processes took that have nothing to do with it, as a share of the cores; `kept`: files in the
    machines' own folders."""

    rate: float
    each: dict[str, float]
    others: float
    kept: int

    @property
    def cost(self) -> float:
        return sum(self.each.values())

    @property
    def in_use(self) -> float:
        """The share of the cores."""
        return self.rate * self.cost / CORES

    def __str__(self) -> str:
        parts = ", ".join(f"{name} {seconds * 1000:.0f}" for name, seconds in self.each.items())
        return (
            f"{self.rate:.2f} photos a second; of the cores {self.in_use:.2f} in use, "
            f"{1 - self.in_use - self.others:.2f} idle, {self.others:.2f} taken by others; "
            f"ms for each photo: {parts}"
        )


def measure(folder: Path, beside: dict[str, list[int]]) -> None:
    photos = write_photos(folder / "photos", PHOTOS)
    # In turn, because the machine may be busier at one time than at another.
    rounds = [
        [of_machines(count, photos, folder / f"{number}-{count}", beside) for count in (1, 2)]
        for number in range(ROUNDS)
    ]
    for count, run in zip(("1 machine", "2 machines"), rounds[-1], strict=True):
        print(f"  {count}: {run}")
    goals = Goals()
    kept = sum(run.kept for both in rounds for run in both)
    goals.tell("written in the two folders", f"{kept} files", "0 files", kept == 0)
    gain = median(two.rate / one.rate for one, two in rounds)
    in_use = median(two.in_use for _, two in rounds)
    goals.tell(
        f"2 machines, {gain:.2f} times the rate of 1",
        f"{in_use:.2f} of the cores in use",
        f"at least {LEAST_IN_USE}",
        in_use >= LEAST_IN_USE,
    )
    grown = median(two.cost / one.cost for one, two in rounds)
    goals.tell(
        "what a photo takes of the cores then",
        f"{grown:.2f} times that of 1",
        f"at most {MOST_GROWN}",
        grown <= MOST_GROWN,
    )
    goals.exit()


def of_machines(count: int, photos: list[Path], folder: Path, beside: dict[str, list[int]]) -> Run:
    """A batch by so many machines, measured while all of them work."""
    places = [folder / f"machine-{number}" for number in range(count)]
    folder.mkdir()
    with ExitStack() as running:
        machines = [
            running.enter_context(Workers(place, 1, **ONE_CORE, DATA_DIR=f"{place}/var"))
            for place in places
        ]
        warm_up(count, photos)
        groups = {"workers": [machine.process.pid for machine in machines], **beside}
        photos_done, taken = followed(sent(photos), count, groups)
        for machine in machines:
            machine.stop()
    files = [path for place in places for path in (place / "var").rglob("*") if path.is_file()]
    each = {name: seconds / photos_done for name, seconds in taken.groups.items()}
    others = (taken.busy - sum(taken.groups.values())) / (CORES * taken.at)
    return Run(photos_done / taken.at, each, others, len(files))


def warm_up(count: int, photos: list[Path]) -> None:
    """Until each of the machines has begun, and all have had time to load their network."""
    from jobs.models import Worker

    wait_for(lambda: Worker.objects.count() >= count)
    job = sent(photos[: EACH_FIRST * count])
    wait_for(lambda: not job.items.unfinished().exists())


def sent(photos: list[Path]) -> Any:
    """A batch of somebody new, so that all of it is coloured."""
    from accounts.models import User

    return send(User.objects.create_user(uuid.uuid4().hex), photos)


def followed(job: Any, count: int, groups: dict[str, list[int]]) -> tuple[int, Taken]:
    """How many photos are done, and what they took, from when the first ones are to when so few are
    left that a machine may soon have nothing to do."""
    done, left = job.items.filter(state="done"), job.items.unfinished()
    wait_for(lambda: done.count() >= count)
    before, begun = done.count(), Taken.now(groups)
    wait_for(lambda: left.count() <= 2 * count)
    photos, taken = done.count() - before, Taken.now(groups).since(begun)
    wait_for(lambda: not left.exists())
    return photos, taken


if __name__ == "__main__":
    main()
