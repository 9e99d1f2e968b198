"""How much one batch, one person and all visitors together may take."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from accounts.models import User
from colorize.engine.metadata import xmp
from colorize.templatetags.figures import size as as_size
from gallery.errors import OverQuota
from gallery.paging import counted
from jobs.companions import XMP, ZIP, companion_of
from jobs.errors import (
    BatchFull,
    FilmFileTooLarge,
    FilmsForMembers,
    NoRoomForVisitors,
    StopJob,
    TooManyBatches,
)
from jobs.film_state import FILM
from jobs.models import Job, JobFile
from jobs.models.items import ItemQuerySet

# The most that one request may carry of an upload, in bytes.
PIECE_BYTES = 5_000_000
BATCH = "batch"
# What one of a kind is called, and several.
NAMES = {BATCH: ("batch", "batches"), FILM: ("film", "films")}
# How long what is kept counts.
KEPT = "has expired"


@contextmanager
def until_full() -> Iterator[None]:
    """Raises StopJob for OverQuota: nothing more of the job fits into the gallery."""
    try:
        yield
    except OverQuota as problem:
        raise StopJob(problem) from problem


@dataclass(frozen=True)
class Limits:
    """Of a batch: `photos`, and `bytes` in total; `photo_bytes` of one photo; `hours`: how long a
    visitor's is kept, None for people with an account."""

    photos: int
    bytes: int
    photo_bytes: int
    hours: int | None

    def check(self, photos: int, total: int) -> None:
        """Raises BatchFull if a batch may not hold that many."""
        if photos > self.photos:
            raise BatchFull(reason=f"it holds at most {counted(self.photos, 'file')}")
        if total > self.bytes:
            raise BatchFull(reason=f"it holds at most {as_size(self.bytes)}")

    def most_bytes(self, name: str) -> int:
        """Of a file with that name."""
        most = {ZIP: self.bytes, XMP: xmp.MAX_SIZE}
        companion = companion_of(name)
        return most[companion] if companion else self.photo_bytes


@dataclass(frozen=True)
class FilmLimits:
    """Of a film: `bytes` of its file, none if it may not be sent at all; `seconds` of the part that
    is coloured; `hours`: as for batches."""

    bytes: int
    seconds: int
    hours: int | None

    def check(self, size: int) -> None:
        """Raises FilmsForMembers or FilmFileTooLarge."""
        if not self.bytes:
            raise FilmsForMembers
        if size > self.bytes:
            raise FilmFileTooLarge(limit=as_size(self.bytes))


def limits_for(user: Any) -> Limits:
    """`user`: a person, a visitor, or None."""
    has_account = isinstance(user, User)
    return Limits(
        photos=settings.BATCH_PHOTOS if has_account else settings.VISITOR_BATCH_PHOTOS,
        bytes=settings.BATCH_BYTES if has_account else settings.VISITOR_BATCH_BYTES,
        photo_bytes=settings.PHOTO_MAX_BYTES,
        hours=None if has_account else settings.BATCH_HOURS,
    )


def film_limits_for(user: Any) -> FilmLimits:
    """`user`: a person, a visitor, or None."""
    if isinstance(user, User):
        return FilmLimits(settings.FILM_BYTES, settings.FILM_SECONDS, None)
    hours = settings.BATCH_HOURS
    return FilmLimits(settings.VISITOR_FILM_BYTES, settings.VISITOR_FILM_SECONDS, hours)


def check_room(owner: User | None, lane: str, kind: str = BATCH) -> None:
    """Whether one more job of a kind may begin; requests that come at the same time take turns.
    Called in a transaction. Raises TooManyBatches or NoRoomForVisitors."""
    one_by_one(lane)
    if owner:
        check_own_room(owner, lane, kind)
        return
    if Job.objects.filter(kind=kind, lane=lane).count() >= (most := settings.VISITOR_BATCHES):
        reason = f"Your address already has {jobs_of(kind, most)} here."
        raise TooManyBatches(retry_after=3600, reason=reason, until=KEPT)
    check_room_of_visitors()


def check_own_room(owner: User, lane: str, kind: str) -> None:
    most = settings.BATCHES_AT_ONCE
    if Job.objects.filter(kind=kind, lane=lane).unfinished().count() >= most:
        reason = f"You already have {jobs_of(kind, most)} in progress."
        raise TooManyBatches(retry_after=60, reason=reason, until="is done")
    # What failed or was cancelled is kept, to be tried again, and so are ZIP files.
    if kept_of(owner) >= most * settings.BATCH_BYTES:
        raise TooManyBatches(
            reason="Your earlier batches take up all the space that you have for them.", until=KEPT
        )


def jobs_of(kind: str, count: int) -> str:
    """Such as “5 batches”."""
    one, many = NAMES.get(kind, ("job of this kind", "jobs of this kind"))
    return f"{count:,} {one if count == 1 else many}"


def check_room_of_visitors() -> None:
    """Raises NoRoomForVisitors."""
    if kept_of(None) >= settings.VISITORS_BYTES:
        raise NoRoomForVisitors(retry_after=3600)


def one_by_one(lane: str) -> None:
    """Until the end of the transaction, others that ask for the same wait. With SQLite, all
    transactions do."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [lane])


def kept_of(owner: User | None) -> int:
    """Bytes of all files of a person's jobs, or of all visitors' together."""
    files = JobFile.objects.order_by().filter(item__job__owner=owner)
    return files.aggregate(total=Sum("bytes"))["total"] or 0


def sizes_of(items: ItemQuerySet) -> list[int]:
    """Of what was or will be uploaded for each of the items, in bytes."""
    return [payload.get("size", 0) for payload in items.values_list("payload", flat=True)]
