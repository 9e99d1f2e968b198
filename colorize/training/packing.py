"""Selects photos from many sources with several processes, and counts why others are left out.

The selection depends on the seed and on earlier sources, not on the number of workers. Needs no
torch.
"""

import random
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import cv2

from colorize.training.copies import Copies
from colorize.training.errors import TrainingError
from colorize.training.filters import Form, LeftOut, Ready, prepare, seen_as
from colorize.training.shards import SUFFIXES, members
from colorize.training.sources import Source

# Photos in memory for each worker: read, but not yet checked or written.
AHEAD = 32
# Why a copy is left out: the photo is for evaluation, in earlier shards, or in these.
AWAY, KNOWN, COPY = "kept away", "known", "copy"
Task = TypeVar("Task")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Look:
    """A task: a photo's file (None if it is not available), and how to store it."""

    file: bytes | None
    least: int
    trim: float
    form: Form


@dataclass
class Tally:
    """Counts for one source: photos, those taken, their bytes, and those left out, by reason. The
    rest was not checked, because there were enough."""

    source: str
    found: int = 0
    taken: int = 0
    size: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def unseen(self) -> int:
        return self.found - self.taken - self.left_out.total()


class Packing:
    """The selection, stored in this form. `tell` is called after each source."""

    def __init__(self, form: Form, workers: int, seed: int, tell: Callable[[Tally], None]) -> None:
        self.form, self.workers, self.seed, self.tell = form, workers, seed, tell
        # Photos of which no copies are taken, by the reason for the tally.
        self.seen = {AWAY: Copies(), KNOWN: Copies(), COPY: Copies()}
        self.tallies: list[Tally] = []

    def avoid(self, reason: str, paths: Sequence[Path]) -> None:
        """Take no copies of the photos in these files, folders and tars. Raises OSError, or
        TrainingError if one cannot be read or there are none."""
        copies = self.seen[reason]
        with pool(self.workers) as workers:
            for photo in in_order(workers, known_photo, photos_in(paths), self.workers):
                copies.add(photo)
        if paths and not copies:
            raise TrainingError(f"There are no photos in {', '.join(map(str, paths))}")

    def photos(
        self, sources: Iterable[Source], most: int | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Name and file of each photo taken, up to the number of its source and to `most`. Raises
        OSError, or TrainingError (also if none was taken)."""
        with pool(self.workers) as workers:
            for source in sources:
                limits = [limit for limit in (source.most, most) if limit is not None]
                yield from self.of_source(source, min(limits, default=None), workers)
                self.tell(self.tallies[-1])
        if not any(tally.taken for tally in self.tallies):
            raise TrainingError("No photo was taken, so nothing was written")

    def of_source(
        self, source: Source, most: int | None, workers: ProcessPoolExecutor
    ) -> Iterator[tuple[str, bytes]]:
        names = source.names()
        random.Random(f"{self.seed} {source.name}").shuffle(names)  # noqa: S311 - no secret
        tally = Tally(source.name, len(names))
        self.tallies.append(tally)
        with closing(source.place.files(names)) as files:
            tasks = (Look(file, source.least, source.trim, self.form) for file in files)
            for photo, reason in in_order(workers, looked_at, tasks, self.workers):
                if photo is None or (reason := self.copy_of(photo)):
                    tally.left_out[reason] += 1
                    continue
                yield f"{source.name}/{tally.taken:06d}{self.form.suffix}", photo.file
                tally.taken += 1
                tally.size += len(photo.file)
                if tally.taken == most:
                    break

    def copy_of(self, photo: Ready) -> str:
        """The reason if it is a copy; otherwise empty, and it is remembered."""
        for reason, copies in self.seen.items():
            if copies.has(photo.hashes):
                return reason
        self.seen[COPY].add(photo.hashes[0])
        return ""


def looked_at(task: Look) -> tuple[Ready | None, str]:
    """The photo to store, or None and the reason."""
    if task.file is None:
        return None, "absent"
    try:
        return prepare(task.file, task.least, task.trim, task.form), ""
    except LeftOut as problem:
        return None, str(problem)


def known_photo(photo: tuple[str, bytes]) -> int:
    """The hash of a photo. Raises TrainingError, with its name."""
    name, file = photo
    try:
        return seen_as(file)
    except LeftOut as problem:
        raise TrainingError(f"{name} cannot be read as a photo: take it out") from problem


def photos_in(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and file of each photo in these files, folders and tars. Raises OSError and
    TrainingError."""
    for path in paths:
        if path.suffix.lower() == ".tar":
            yield from members([path])
        elif path.is_dir():
            found = sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES)
            yield from photos_in(found)
        else:
            yield str(path), path.read_bytes()


@contextmanager
def pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """A process pool. Raises TrainingError if one of the processes is killed."""
    executor = ProcessPoolExecutor(workers, initializer=begin)
    try:
        yield executor
    except BrokenProcessPool as problem:
        raise TrainingError(
            "A worker was ended, perhaps for want of memory: try again with fewer --workers"
        ) from problem
    finally:
        executor.shutdown(cancel_futures=True)


def begin() -> None:
    """Set up a worker: one thread, and Ctrl+C is left to the main process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def in_order(
    executor: ProcessPoolExecutor,
    function: Callable[[Task], Done],
    tasks: Iterable[Task],
    workers: int,
) -> Iterator[Done]:
    """The results in the order of the tasks, with only as many in memory as the workers need."""
    waiting: deque[Future[Done]] = deque()
    for task in tasks:
        waiting.append(executor.submit(function, task))
        if len(waiting) >= AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
