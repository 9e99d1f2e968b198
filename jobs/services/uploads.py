"""Uploads in pieces. Each piece is a file in the storage with its row, so that an upload can go on
after a broken line, a reload, or at another machine."""

from collections.abc import Iterable
from datetime import timedelta
from typing import IO

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils import timezone

from colorize.web.rows import refresh
from gallery.services.files import file_transaction
from jobs import endings, ledger
from jobs.errors import (
    MoreThanPromised,
    NeverArrived,
    PieceTooLarge,
    TooLateForThat,
    TooManyPieces,
    WrongOffset,
)
from jobs.models import Item, ItemState, Job, JobFile, JobState
from jobs.services import jobs
from jobs.services.limits import PIECE_BYTES, check_room_of_visitors
from jobs.services.reading import SIDECAR, UPLOAD, received
from jobs.services.sidecars import is_awaited, is_sidecar, let_go

# The storage's folder for files of jobs.
FOLDER = "jobs"
# Each piece is a file, which takes more room than a few bytes do. A broken line may cut some short.
SMALL_BYTES, SMALL_PIECES = 100_000, 1000


def append(item: Item, offset: int, data: bytes) -> int:
    """Add a piece to an upload; returns how much of it has arrived. With the last one the item
    waits for its turn.

    Raises WrongOffset if the piece does not begin where the upload ends (as when it was sent
    twice), PieceTooLarge, TooManyPieces, MoreThanPromised, TooLateForThat, NoRoomForVisitors, or
    like the storage.
    """
    check(item, offset, data)
    if item.job.owner_id is None:
        # Many may have promised a lot while there was room.
        check_room_of_visitors()
    if data:
        with file_transaction(FOLDER) as batch:
            name = batch.write(data, "")
            try:
                with transaction.atomic():
                    # Another piece may have come first.
                    check(hold(item), offset, data)
                    row = JobFile(item=item, role=UPLOAD, offset=offset, bytes=len(data))
                    row.file.name = name
                    row.save(force_insert=True)
                    if offset + len(data) == item.payload["size"]:
                        complete(item)
            except IntegrityError as problem:
                raise WrongOffset(received(item)) from problem
    return offset + len(data)


def fill(item: Item, file: IO[bytes]) -> None:
    """Upload a whole file. Raises like `append`."""
    place = 0
    while piece := file.read(PIECE_BYTES):
        place = append(item, place, piece)


def hold(item: Item) -> Item:
    """The current row, locked for the transaction together with its job, so that of a photo and its
    sidecar that arrive at the same time one sees the other. Raises TooLateForThat."""
    row = ledger.locked(item.job_id, Item.objects.filter(pk=item.pk))
    if row is None:
        raise TooLateForThat(reason="This file is no longer expected: its job was deleted.")
    return row


def check(item: Item, offset: int, data: bytes) -> None:
    """Raises like `append`."""
    if len(data) > PIECE_BYTES:
        raise PieceTooLarge(limit=f"{PIECE_BYTES:,}")
    if (arrived := received(item)) != offset:
        raise WrongOffset(arrived)
    if item.state != ItemState.UPLOADING:
        raise TooLateForThat(reason="No more of this file is expected.")
    if offset + len(data) > item.payload["size"]:
        raise MoreThanPromised(size=f"{item.payload['size']:,}")
    if len(data) < SMALL_BYTES and offset + len(data) < item.payload["size"]:
        check_small_pieces(item)


def check_small_pieces(item: Item) -> None:
    """Raises TooManyPieces if there are too many for one more."""
    small = JobFile.objects.order_by().filter(item=item, role=UPLOAD, bytes__lt=SMALL_BYTES)
    if (count := small.count()) >= SMALL_PIECES:
        raise TooManyPieces(count=f"{count:,}")


def complete(item: Item) -> None:
    """All of an upload is here. A photo waits for its sidecar, if that is on its way."""
    if not is_awaited(item):
        jobs.arrive(item)
    if is_sidecar(item.name):
        let_go(item.job)


def give_up(job: Job) -> None:
    """End the uploads of a job that are not complete."""
    with transaction.atomic():
        row = jobs.locked(job)
        waiting = row.items.select_for_update().filter(state=ItemState.UPLOADING)
        lost = [each for each in waiting if received(each) != each.payload.get("size")]
        for each in lost:
            each.state, each.finished_at = ItemState.FAILED, timezone.now()
            each.error = ledger.told(NeverArrived())
            each.is_incomplete = True
        fields = ["state", "finished_at", "error", "is_incomplete"]
        Item.objects.bulk_update(lost, fields, batch_size=200)
        drop(lost)
        let_go(row)
        endings.settle(row.pk)
    refresh(job)


def drop(items: Iterable[Item]) -> None:
    """Delete the pieces of uploads; their files go after the commit."""
    JobFile.objects.filter(item__in=items, role__in=[UPLOAD, SIDECAR]).delete()


def give_up_abandoned() -> int:
    """End uploads to which nothing was added for UPLOAD_HOURS, and close their jobs; returns the
    number of jobs."""
    limit = timezone.now() - timedelta(hours=settings.UPLOAD_HOURS)
    waiting = Job.objects.unfinished().filter(created_at__lt=limit)
    latest = Max("items__files__created_at", filter=Q(items__files__role=UPLOAD))
    idle = waiting.annotate(latest=latest).filter(Q(latest=None) | Q(latest__lt=limit))
    stuck = [
        job
        for job in idle
        if job.state == JobState.OPEN or job.items.filter(state=ItemState.UPLOADING).exists()
    ]
    for job in stuck:
        give_up(job)
        jobs.close(job)
    return len(stuck)
