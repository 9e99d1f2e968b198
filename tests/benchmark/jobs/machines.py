"""Two machines that share a database and an S3 store, imitated by two folders; a core for each."""

import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import django
from django.core.management import call_command

from tests.benchmark.jobs.batch import (
    LEAST_RATE,
    of_command,
    of_halves,
    rate_of_job,
    send,
    wait_for,
    write_photos,
)
from tests.benchmark.jobs.goals import Goals
from tests.jobs import store
from tests.processes import Workers

PHOTOS, ROUNDS = 20, 3
ONE_CORE = {"OPENCV_FOR_THREADS_NUM": "1"}


def main() -> None:
    with store.bucket() as settings, tempfile.TemporaryDirectory() as name:
        os.environ |= settings | {"SECRET_KEY": "the same on both machines " * 2}
        django.setup()
        call_command("prepare")
        measure(Path(name))


def measure(folder: Path) -> None:
    photos = write_photos(folder / "photos", PHOTOS)
    # In turn, because the machine may be busier at one time than at another.
    rounds = [round_of(photos, folder / f"round-{number}") for number in range(ROUNDS)]
    gain = median(each.two / each.one for each in rounds)
    share = median(each.share for each in rounds)
    kept = sum(each.kept for each in rounds)
    goals = Goals()
    goals.tell("written in the two folders", f"{kept} files", "0 files", kept == 0)
    goals.tell(
        f"2 machines, {gain:.2f} times the rate of 1 with S3",
        f"{share:.2f} of what 2 commands gain",
        f"at least {LEAST_RATE}",
        share >= LEAST_RATE,
    )
    goals.exit()


@dataclass(frozen=True)
class Round:
    """Photos a second of a command, of two at once, of one machine, and of two; `kept`: files in
    the machines' own folders."""

    command: float
    both: float
    one: float
    two: float
    kept: int

    @property
    def share(self) -> float:
        """What the second machine gains, beside what the second command does."""
        return self.two / self.one * self.command / self.both


def round_of(photos: list[Path], folder: Path) -> Round:
    folder.mkdir()
    one, _ = of_machines(1, photos, folder / "one")
    command = of_command(photos, folder / "out", **ONE_CORE)
    two, kept = of_machines(2, photos, folder / "two")
    return Round(command, of_halves(photos, folder), one, two, kept)


def of_machines(count: int, photos: list[Path], folder: Path) -> tuple[float, int]:
    """Photos a second, and how many files all the machines have in their own folders."""
    from accounts.models import User

    job = send(User.objects.create_user(f"{folder.parent.name}-{folder.name}"), photos)
    folder.mkdir()
    places = [folder / f"machine-{number}" for number in range(count)]
    with ExitStack() as running:
        machines = [
            running.enter_context(Workers(place, 1, **ONE_CORE, DATA_DIR=f"{place}/var"))
            for place in places
        ]
        wait_for(lambda: not job.items.unfinished().exists())
        for machine in machines:
            machine.stop()
    files = [path for place in places for path in (place / "var").rglob("*") if path.is_file()]
    return rate_of_job(job, len(photos)), len(files)


if __name__ == "__main__":
    main()
