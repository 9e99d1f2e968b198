"""ZIP files of all that is done of a job, or of pictures of the gallery: streamed while they are
built, or, where they are large, made by a job of the kind `zip` and kept for a while."""

from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.db.models.fields.files import FieldFile

from accounts.models import User
from colorize.engine.filenames import stem
from colorize.engine.formats import JPEG
from colorize.web.errors import NotFound
from gallery.models import Picture
from gallery.models.pictures import TITLE_LENGTH
from gallery.paging import counted
from gallery.services import zips
from gallery.services.files import Batch, file_transaction
from gallery.services.zips import PORTION, Archive
from jobs import text
from jobs.models import Item, ItemState, Job, JobFile, JobState
from jobs.models.jobs import UNFINISHED
from jobs.services import jobs, limits, notify, removal
from jobs.services.jobs import NewItem
from jobs.services.limits import PIECE_BYTES
from jobs.services.uploads import FOLDER
from jobs.work import Work

ZIP = "zip"
# The role of the pieces of a ZIP file that was made.
ARCHIVE = "result"


def zip_of(job: Job) -> Iterator[bytes]:
    """The results at full size, named after their photos."""
    archive = Archive()
    for item, stored in results_of(job):
        name = archive.names.pick(stem(item.name), JPEG.ending)
        yield from archive.file(stored, name)
    yield from archive.end()


def results_of(job: Job) -> Iterator[tuple[Item, FieldFile]]:
    """In their order, a portion at a time, so that no query stays open during a long download."""
    after = -1
    done = job.items.filter(state=ItemState.DONE).order_by("position")
    while items := list(done.filter(position__gt=after)[:PORTION]):
        rows = JobFile.objects.filter(item__in=items, role="result")
        kept = {row.item_id: row.file for row in rows}
        keys = [key for item in items if (key := item.told("picture"))]
        shown = Picture.objects.present().select_related("current").in_bulk(keys)
        there = {str(key): picture.shown.result for key, picture in shown.items()}
        for item in items:
            stored = there.get(item.told("picture")) or kept.get(item.pk)
            if stored:
                yield item, stored
        after = items[-1].position


def is_large(job: Job) -> bool:
    """Whether the results of a job are too many to be sent while they are put together."""
    return size_of(job) > int(settings.ZIP_STREAM_BYTES)


def size_of(job: Job) -> int:
    """Of all results together, in bytes, or a little more."""
    files = JobFile.objects.order_by().filter(item__job=job, role="result")
    total = files.aggregate(total=Sum("bytes"))["total"] or 0
    done = job.items.filter(state=ItemState.DONE).values_list("result", flat=True)
    keys = [UUID(result["picture"]) for result in done if result and result.get("picture")]
    for start in range(0, len(keys), PORTION):
        shown = Picture.objects.present().filter(pk__in=keys[start : start + PORTION])
        total += shown.aggregate(total=Sum("current__bytes"))["total"] or 0
    return total


def check_has_photos(job: Job) -> None:
    """Raises NotFound for a job of which there is no ZIP file, such as one that has made a file: by
    it, others could be made without end, or an export got without the password."""
    if job.kind not in text.OF_PHOTOS:
        raise NotFound


def zip_job_of(job: Job) -> Job:
    """The job that makes, or has made, the ZIP file of all that is done of a job. Earlier ones, of
    less, are deleted: only one is kept. Raises TooManyBatches."""
    asked = {"job": str(job.pk), "done": job.counts()[ItemState.DONE]}
    title = f"ZIP of {job.title}" if job.title else "ZIP of a batch"
    with transaction.atomic():
        jobs.locked(job)
        made = Job.objects.filter(kind=ZIP, owner=job.owner, options__job=str(job.pk))
        wanted = made.filter(options=asked, state__in=[*UNFINISHED, JobState.DONE]).first()
        if wanted is None:
            for earlier in made:
                removal.delete(earlier)
            payload = {"job": str(job.pk)}
            wanted = start(job.owner, job.lane, payload, title[:TITLE_LENGTH], asked)
    return wanted


def start_zip(owner: User, pictures: Iterable[UUID], originals: bool = False) -> Job:
    """A job that packs pictures of a person's gallery, with their originals if asked for. Raises
    TooManyBatches."""
    keys = [str(key) for key in pictures]
    title = f"ZIP of {counted(len(keys))}"
    payload = {"pictures": keys, "originals": originals}
    return start(owner, jobs.lane_of(owner, ""), payload, title, {})


def start(
    owner: User | None, lane: str, payload: dict[str, Any], title: str, options: dict[str, Any]
) -> Job:
    new = [NewItem("", payload)]
    with transaction.atomic():
        if owner:
            limits.check_room(owner, lane, ZIP)
        return jobs.start(
            ZIP, owner, lane, new, title=title, options=options, expires_at=jobs.soon()
        )


def run(work: Work) -> None:
    """Make a ZIP file. Raises NotFound if what it is of was deleted, or like the storage."""
    keep(work, chunks_of(work))


def keep(work: Work, chunks: Iterator[bytes]) -> None:
    """Store a ZIP file with its job, and end with it. Raises like the storage."""
    with file_transaction(FOLDER) as batch:
        rows = list(stored(work, batch, chunks))
        with work.finish() as told:
            JobFile.objects.bulk_create(rows)
            told["roles"] = [ARCHIVE]


def chunks_of(work: Work) -> Iterator[bytes]:
    owner, payload = work.item.job.owner, work.item.payload
    if "pictures" in payload:
        pictures = Picture.objects.filter(owner=owner).present().filter(pk__in=payload["pictures"])
        return zips.zip_of(pictures, payload["originals"])
    job = Job.objects.filter(pk=payload["job"], owner=owner).first()
    if job is None:
        raise NotFound
    return zip_of(job)


def stored(work: Work, batch: Batch, chunks: Iterator[bytes]) -> Iterator[JobFile]:
    """Unsaved rows of the pieces that were stored. Raises Stopped if the job was cancelled."""
    place, buffer = 0, bytearray()
    for chunk in chunks:
        work.check()
        buffer += chunk
        if len(buffer) >= PIECE_BYTES:
            yield piece_of(work.item, batch, place, bytes(buffer))
            place += len(buffer)
            buffer.clear()
    yield piece_of(work.item, batch, place, bytes(buffer))


def piece_of(item: Item, batch: Batch, place: int, data: bytes) -> JobFile:
    name = batch.write(data, "")
    return JobFile(item=item, role=ARCHIVE, offset=place, bytes=len(data), file=name)


def after(job: Job) -> None:
    """What was made is kept for BATCH_HOURS; who asked for it gets an email."""
    jobs.keep_until(job, jobs.soon())
    notify.finished(job)
