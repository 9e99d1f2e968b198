"""Batches of 0.3-megapixel photos, beside `manage.py colorize` on the same ones: both as they start
by themselves, so as many processes of `manage.py work` as suit the machine (`make run` leaves a
core to its pages), and a command of one process; then, without a goal, as many processes of both.
"""

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import django
from django.core.management import call_command

from jobs.machine import work_processes
from jobs.supervisor import end_with_parent
from tests.benchmark.jobs.goals import Goals
from tests.processes import ROOT, Workers

PHOTOS, ROUNDS = 50, 4
MOST_MS, LEAST_RATE = 15, 0.85
# As the workers.
NICE = ["nice", "-n", "10"]


def main() -> None:
    django.setup()
    call_command("prepare")
    goals, processes = Goals(), work_processes()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        photos = write_photos(folder / "photos")
        # In turn, because the machine may be busier at one time than at another.
        rounds = [measured(number, processes, photos, folder) for number in range(ROUNDS)]
    overhead = min(each.overhead for each in rounds)
    what = "ledger and storage, per photo, in the best round"
    goals.tell(what, f"{overhead:.1f} ms", f"under {MOST_MS} ms", overhead < MOST_MS)
    share = median(each.many / each.command for each in rounds)
    rates = f"batch {median_of(rounds, 'many'):.2f}/s, command {median_of(rounds, 'command'):.2f}/s"
    goals.tell(rates, f"{share:.2f} of its rate", f"at least {LEAST_RATE}", share >= LEAST_RATE)
    one_each = median(each.one / each.command for each in rounds)
    many_each = median(each.many / each.commands for each in rounds)
    like = f"1 process each {one_each:.2f}, with {processes} each {many_each:.2f}"
    print(f"  with {like} of its rate")
    goals.exit()


@dataclass
class Round:
    """Photos a second, of one process and of as many as suit the machine. `overhead`: of one work
    process, milliseconds of a photo that were not spent on its colours."""

    command: float
    commands: float
    one: float
    many: float
    overhead: float


def measured(number: int, processes: int, photos: list[Path], folder: Path) -> Round:
    from accounts.models import User

    def batch(count: int) -> tuple[float, float]:
        name = f"batch-{number}-{count}"
        return of_batch(User.objects.create_user(name), photos, folder / name, count)

    def command(count: int) -> float:
        return of_command(photos, folder / f"command-{number}-{count}", count)

    command_alone = command(1)
    one, overhead = batch(1)
    if processes == 1:
        return Round(command_alone, command_alone, one, one, overhead)
    return Round(command_alone, command(processes), one, batch(processes)[0], overhead)


def median_of(rounds: list[Round], what: str) -> float:
    found: float = median(getattr(each, what) for each in rounds)
    return found


def write_photos(folder: Path, count: int = PHOTOS) -> list[Path]:
    """No two are the same file."""
    from tests.benchmark.photos import photo

    data = photo("0.3", False)
    folder.mkdir()
    paths = [folder / f"{number:03}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        # A comment, right after the first two bytes.
        path.write_bytes(data[:2] + b"\xff\xfe\x00\x04" + number.to_bytes(2) + data[2:])
    return paths


def command_for(photos: list[Path], out: Path) -> list[str]:
    return [*NICE, sys.executable, "manage.py", "colorize", *map(str, photos), "-o", str(out)]


def of_command(photos: list[Path], out: Path, processes: int) -> float:
    """Photos a second, from the first result to the last."""
    command = [*command_for(photos, out), "--processes", str(processes)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return rate_of([path.stat().st_mtime for path in out.iterdir()], len(photos))


def of_halves(photos: list[Path], folder: Path) -> float:
    """The same of two commands at once, each with one core and half of the photos."""
    environment = os.environ | {"OPENCV_FOR_THREADS_NUM": "1"}
    folder.mkdir(exist_ok=True)
    outs = [folder / "half-0", folder / "half-1"]
    running = [
        subprocess.Popen(
            command_for(photos[number::2], out),
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
        )
        for number, out in enumerate(outs)
    ]
    for process in running:
        assert process.wait() == 0
    times = [path.stat().st_mtime for out in outs for path in out.iterdir()]
    return rate_of(times, len(photos))


def rate_of(times: list[float], count: int) -> float:
    assert len(times) == count, len(times)
    return (len(times) - 1) / (max(times) - min(times))


def of_batch(owner: Any, photos: list[Path], folder: Path, processes: int) -> tuple[float, float]:
    """Photos a second, and milliseconds of a photo that were not spent on its colours."""
    from jobs.models import Item

    job = send(owner, photos)
    # In the folder of the site.
    with Workers(folder, processes, DATA_DIR=os.environ["DATA_DIR"]) as workers:
        wait_for(lambda: not job.items.unfinished().exists())
        workers.stop()
    items = list(Item.objects.filter(job=job, state="done"))
    rate = rate_of_job(job, len(photos))
    colour = sum(item.timings["colour"] for item in items) / len(items)
    return rate, (processes / rate - colour) * 1000


def rate_of_job(job: Any, count: int) -> float:
    """Photos a second, from the first that is done to the last."""
    ends = job.items.filter(state="done").values_list("finished_at", flat=True)
    return rate_of([end.timestamp() for end in ends], count)


def send(owner: Any, photos: list[Path], **fields: Any) -> Any:
    from colorize.service import make_options
    from jobs.services import batches, jobs

    contents = [(path.name, path.read_bytes()) for path in photos]
    files = [(name, len(data), io.BytesIO(data)) for name, data in contents]
    return batches.start(owner, jobs.lane_of(owner, ""), make_options(), files, **fields)


def wait_for(condition: Callable[[], bool], seconds: float = 900) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.25)


if __name__ == "__main__":
    main()
