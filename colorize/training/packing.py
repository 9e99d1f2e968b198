"""Photos of many sources, looked at by several processes: which are taken, and why not the rest.

What is taken of a source depends on the seed and on what was taken before it, not on the number of
workers. Needs no torch.
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

# Photos in hand, read and not yet looked at or written, for each worker.
AHEAD = 32
# Why a photo is not taken again: one to judge by, one of earlier shards, or one of these.
AWAY, KNOWN, COPY = "kept away", "known", "copy"
Task = TypeVar("Task")
Done = TypeVar("Done")


@dataclass(frozen=True)
class Look:
    """A task: a photo's file, None where it is not to be had, and what to make of it."""

    file: bytes | None
    least: int
    trim: float
    form: Form


@dataclass
class Tally:
    """Of one source: how many photos there are, how many were taken with how many bytes, and how
    many were left out, by reason; the rest was not looked at, for there were enough."""

    source: str
    found: int = 0
    taken: int = 0
    size: int = 0
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def unseen(self) -> int:
        return self.found - self.taken - self.left_out.total()


class Packing:
    """Photos to take, kept in this form; `tell` hears of each source when it is done."""

    def __init__(self, form: Form, workers: int, seed: int, tell: Callable[[Tally], None]) -> None:
        self.form, self.workers, self.seed, self.tell = form, workers, seed, tell
        # Photos that are not taken again, by the reason that the tally gives.
        self.seen = {AWAY: Copies(), KNOWN: Copies(), COPY: Copies()}
        self.tallies: list[Tally] = []

    def avoid(self, reason: str, paths: Sequence[Path]) -> None:
        """Take no copies of the photos in these files, folders and tars. Raises OSError, and
        TrainingError where one cannot be read and where there are none."""
        copies = self.seen[reason]
        with pool(self.workers) as workers:
            for photo in in_order(workers, known_photo, photos_in(paths), self.workers):
                copies.add(photo)
        if paths and not copies:
            raise TrainingError(f"There are no photos in {', '.join(map(str, paths))}")

    def photos(
        self, sources: Iterable[Source], most: int | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """Name and file of each photo taken; of each source as many as it says, and `most` at most.
        Raises OSError, and TrainingError, also where none was taken."""
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
        """Why it is not taken again, if so; otherwise nothing, and it is known from now on."""
        for reason, copies in self.seen.items():
            if copies.has(photo.hashes):
                return reason
        self.seen[COPY].add(photo.hashes[0])
        return ""


def looked_at(task: Look) -> tuple[Ready | None, str]:
    """What is kept of a photo, or None and why it is left out."""
    if task.file is None:
        return None, "absent"
    try:
        return prepare(task.file, task.least, task.trim, task.form), ""
    except LeftOut as problem:
        return None, str(problem)


def known_photo(photo: tuple[str, bytes]) -> int:
    """The hash of a photo of this name. Raises TrainingError."""
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
    """Raises TrainingError where one of the processes is ended from outside."""
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
    """One thread for each worker; Ctrl+C is for the one that they work for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def in_order(
    executor: ProcessPoolExecutor,
    function: Callable[[Task], Done],
    tasks: Iterable[Task],
    workers: int,
) -> Iterator[Done]:
    """The result of each task, in their order, with no more tasks in hand than workers need."""
    waiting: deque[Future[Done]] = deque()
    for task in tasks:
        waiting.append(executor.submit(function, task))
        if len(waiting) >= AHEAD * workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
