"""How far the job of a film is, from its rows: the upload first, then its pieces, then the join."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from colorize.engine.video.errors import FilmDamaged
from colorize.engine.video.film import Film, Piece
from colorize.engine.video.options import FilmOptions
from jobs.models import Item, ItemState, Job, JobState

# The kind of their jobs.
FILM = "film"


class Step(StrEnum):
    UPLOADING = "uploading"
    WAITING = "waiting"
    LOOKING = "looking"
    COLOURING = "colouring"
    JOINING = "joining"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDS = {
    JobState.DONE: Step.DONE,
    JobState.FAILED: Step.FAILED,
    JobState.CANCELLED: Step.CANCELLED,
}


@dataclass(frozen=True)
class Part:
    """A piece with its item. `start`, `end`: in seconds from the first piece's start."""

    item: Item
    start: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def coloured(self) -> float:
        """How many of its seconds are done."""
        share = {ItemState.DONE: 1.0, ItemState.RUNNING: self.item.progress}
        return self.seconds * share.get(ItemState(self.item.state), 0)

    def worked(self) -> float:
        """For how many seconds a worker has been at it, in this attempt."""
        if not self.coloured or not self.item.started_at:
            return 0
        return ((self.item.finished_at or timezone.now()) - self.item.started_at).total_seconds()


@dataclass(frozen=True)
class FilmState:
    """`items`: all of the job, in their order."""

    job: Job
    items: Sequence[Item]

    @property
    def first(self) -> Item:
        return self.items[0]

    @property
    def film(self) -> Film | None:
        """None before somebody has looked at it, or if it was in the gallery already."""
        told = self.first.told("film")
        return Film.stored(told) if told else None

    @property
    def parts(self) -> list[Part]:
        pieces = [(item, Piece(**item.payload["piece"])) for item in self.items if is_piece(item)]
        begin = pieces[0][1].start if pieces else 0
        return [Part(item, piece.start - begin, piece.end - begin) for item, piece in pieces]

    @property
    def last(self) -> Item | None:
        """The item that makes the film, once there is one."""
        item = self.items[-1]
        return item if is_join(item) or item.told("picture") else None

    @property
    def step(self) -> Step:
        if self.job.is_finished:
            return ENDS[JobState(self.job.state)]
        return self.step_under_way()

    def step_under_way(self) -> Step:
        if self.last:
            return Step.JOINING
        if any(part.coloured for part in self.parts):
            return Step.COLOURING
        now = {item.state for item in self.items}
        if ItemState.UPLOADING in now:
            return Step.UPLOADING
        if ItemState.RUNNING in now:
            return Step.COLOURING if self.parts else Step.LOOKING
        return Step.WAITING

    @property
    def seconds(self) -> float:
        return sum(part.seconds for part in self.parts)

    @property
    def coloured(self) -> float:
        """How many seconds of the film are in colour."""
        return sum(part.coloured for part in self.parts)

    def seconds_left(self) -> float | None:
        """By how long the pieces took so far, and how many workers are at it; None while that
        cannot be said."""
        if self.job.is_finished:
            return None
        if self.last:
            return time_left(self.last)
        coloured, parts = self.coloured, self.parts
        if not coloured:
            return None
        at_once = sum(part.item.state == ItemState.RUNNING for part in parts)
        pace = sum(part.worked() for part in parts) / coloured
        return (self.seconds - coloured) * pace / max(1, at_once)


def time_left(item: Item) -> float | None:
    if item.state != ItemState.RUNNING or not item.progress or not item.started_at:
        return None
    passed = (timezone.now() - item.started_at).total_seconds()
    return passed / item.progress * (1 - item.progress)


def read_items(jobs: Iterable[Job]) -> None:
    """Prefetch the items of the jobs that are films: the state of a film comes from all of them,
    and is needed in several places."""
    prefetch_related_objects([job for job in jobs if job.kind == FILM], "items")


def state_of(job: Job) -> FilmState:
    return FilmState(job, sorted(job.items.all(), key=lambda item: item.position))


def is_piece(item: Item) -> bool:
    return "piece" in item.payload


def is_join(item: Item) -> bool:
    return "join" in item.payload


def options_of(job: Job) -> FilmOptions:
    return FilmOptions.stored(job.options["options"])


def may_leave_out(job: Job) -> bool:
    """Whether the film failed because a part of it cannot be read, and the rest may be coloured."""
    error: dict[str, Any] = job.error or {}
    is_damaged = error.get("error") == FilmDamaged.code
    return is_damaged and not options_of(job).incomplete and job.items.repeatable().exists()
