"""Batches: many photos, coloured by themselves. With an account they go into the gallery; a
visitor's are kept with their job for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import IO, Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from colorize import service as colorizer
from colorize.service import Options
from colorize.web.text import plain
from gallery.models import Album
from gallery.services import pictures
from gallery.services.files import file_transaction
from gallery.services.pictures import Saved, Words
from gallery.services.versions import SIDES
from jobs import ledger
from jobs.models import Item, ItemState, Job, JobFile
from jobs.registry import Rest
from jobs.services import jobs, limits, notify, sidecars, unpacking, uploads
from jobs.services.jobs import NewItem
from jobs.services.limits import BATCH, limits_for
from jobs.services.reading import SIDECAR, UPLOAD, content, contents
from jobs.services.uploads import FOLDER
from jobs.work import Work

UNNAMED = "photo"


@dataclass(frozen=True)
class Promised:
    """A file that is about to be uploaded: its name, and its size in bytes."""

    name: str
    size: int


def begin(
    owner: User | None, lane: str, options: Options, album: Album | None = None, **fields: Any
) -> Job:
    """An open batch. `fields`: of Job. Raises TooManyBatches or NoRoomForVisitors."""
    with transaction.atomic():
        limits.check_room(owner, lane)
        place = str(album.pk) if album else None
        asked = {"options": options.as_dict(), "album": place, sidecars.ANY: False}
        return jobs.create(BATCH, owner, lane, options=asked, expires_at=end_of(owner), **fields)


def end_of(owner: User | None) -> Any:
    """When a job that is finished now, or never, is forgotten."""
    return timezone.now() + timedelta(days=settings.JOB_DAYS) if owner else jobs.soon()


def promise(job: Job, files: Sequence[Promised]) -> list[Item]:
    """Add items for files that are about to be uploaded. Those that are too large have failed at
    once. Raises BatchFull, NoRoomForVisitors or TooLateForThat."""
    bounds = limits_for(job.owner)
    if job.owner is None:
        limits.check_room_of_visitors()
    with transaction.atomic():
        row = jobs.locked(job)
        check_size(
            row, len(files), sum(min(each.size, bounds.most_bytes(each.name)) for each in files)
        )
        new = [NewItem(name_of(each.name), {"size": each.size}, not each.size) for each in files]
        items = jobs.add(row, new)
        sidecars.note_any(row, [item.name for item in items])
        refuse_large(
            [item for item in items if item.payload["size"] > bounds.most_bytes(item.name)]
        )
    return items


def check_size(job: Job, more: int, more_bytes: int) -> None:
    """Raises BatchFull if the batch may not hold so much more. Its row is locked."""
    sizes = limits.sizes_of(job.items.all())
    limits_for(job.owner).check(len(sizes) + more, sum(sizes) + more_bytes)


def refuse_large(items: list[Item]) -> None:
    for item in items:
        item.state, item.finished_at = ItemState.FAILED, timezone.now()
        item.error = ledger.told(colorizer.too_large())
        item.payload, item.is_incomplete = {"size": 0}, True
    Item.objects.bulk_update(items, ["state", "finished_at", "error", "payload"], batch_size=200)


def name_of(name: str) -> str:
    """As people see it: one line, without control characters, and never a path on this machine."""
    return plain(name) or UNNAMED


File = tuple[str, int, IO[bytes]]


def start(
    owner: User | None,
    lane: str,
    options: Options,
    files: Sequence[File],
    album: Album | None = None,
    **fields: Any,
) -> Job:
    """A batch of whole files, each with its name and size in bytes. Nothing is left of it if it
    raises, which it does like `begin` and `bring`."""
    job = begin(owner, lane, options, album, **fields)
    try:
        bring(job, files)
        jobs.close(job)
    except BaseException:
        job.delete()
        raise
    return job


def bring(job: Job, files: Sequence[File]) -> list[Item]:
    """Add whole files. None of them stays if this raises, like `promise` and `uploads.append`."""
    items = promise(job, [Promised(name, size) for name, size, _ in files])
    # Sidecars first, so that photos need not wait.
    both = sorted(
        zip(items, files, strict=True), key=lambda each: not sidecars.is_sidecar(each[0].name)
    )
    try:
        for item, (_, _, file) in both:
            if item.state == ItemState.UPLOADING:
                place = 0
                while piece := file.read(limits.PIECE_BYTES):
                    place = uploads.append(item, place, piece)
    except BaseException:
        Item.objects.filter(pk__in=[item.pk for item in items]).delete()
        raise
    return items


def run(work: Work) -> Rest | None:
    """Do one item: a photo, a sidecar or a ZIP file. Raises like `colour` and `unpack`."""
    item = work.item
    if sidecars.is_sidecar(item.name):
        note_sidecar(work)
    elif unpacking.is_zip(item):
        unpacking.unpack(work)
    else:
        return colour(work)
    return None


def note_sidecar(work: Work) -> None:
    """A sidecar is read with its photos. Raises BadSidecar."""
    colorizer.read_sidecar(content(work.item))


def colour(work: Work) -> Rest | None:
    """Returns what is left then: to store the result. Raises like the colorizer, BadSidecar,
    StopJob if the gallery is full, or like the storage."""
    job, files = work.item.job, contents(work.item)
    photo = files.get(UPLOAD, b"")
    options = Options.stored(job.options["options"])
    known = sidecars.known_of(work.item, files.get(SIDECAR))
    words = Words(work.item.name, album=album_of(job), known=known)
    if job.owner is None:
        return keep_for_visitor(work, photo, options, words)
    with limits.until_full():
        return keep(work, job.owner, photo, options, words)


def album_of(job: Job) -> Album | None:
    """The album that the photos go into, if it is still there."""
    key = job.options.get("album")
    return Album.objects.owned_by(job.owner).filter(pk=key).first() if key and job.owner else None


def keep(work: Work, owner: User, photo: bytes, options: Options, words: Words) -> Rest | None:
    """Colour a photo, to be saved in the gallery. One that is there already is not coloured again.
    Raises like `colour`, and OverQuota."""
    sha256 = pictures.digest(photo)
    found = pictures.recognise(owner, photo, sha256)
    if found.problem:
        raise found.problem
    if found.saved:
        finish_known(work, found.saved)
        return None
    return partial(save, work, owner, photo, coloured(work, photo, options, words), words, sha256)


def coloured(work: Work, photo: bytes, options: Options, words: Words) -> colorizer.Result:
    with work.step("colour"):
        result = colorizer.colorize(photo, options, words.filename, SIDES, known=words.known)
    work.check()
    return result


@limits.until_full()
def save(
    work: Work,
    owner: User,
    photo: bytes,
    result: colorizer.Result,
    words: Words,
    sha256: str,
) -> None:
    """Raises StopJob if the gallery is full, or like the storage."""
    try:
        insert(work, owner, photo, result, words, sha256)
    except IntegrityError:
        # The same photo was saved at the same time.
        found = pictures.recognise(owner, photo, sha256)
        if found.saved is None:
            raise
        finish_known(work, found.saved)


def insert(
    work: Work,
    owner: User,
    photo: bytes,
    result: colorizer.Result,
    words: Words,
    sha256: str,
) -> None:
    with file_transaction() as batch:
        with work.step("store"):
            picture, version = pictures.write(owner, photo, result, words, sha256, batch)
        with work.finish() as told:
            pictures.insert(picture, version, words.album)
            told |= facts(result) | {"picture": str(picture.pk)}
            uploads.drop([work.item])


def finish_known(work: Work, saved: Saved) -> None:
    shown = saved.picture.shown
    with work.finish() as told:
        told["confidence"], told["noticed"] = shown.confidence, shown.seen.as_dict()
        told["picture"] = str(saved.picture.pk)
        uploads.drop([work.item])


def facts(result: colorizer.Result) -> dict[str, Any]:
    return {"confidence": result.confidence, "noticed": result.noticed.as_dict()}


def keep_for_visitor(work: Work, photo: bytes, options: Options, words: Words) -> Rest:
    """Colour a photo, to be kept with its job. Raises like `colour`."""
    return partial(store, work, coloured(work, photo, options, words))


def store(work: Work, result: colorizer.Result) -> None:
    """Keep a result with its job. Raises like the storage."""
    files = files_of(result)
    with file_transaction(FOLDER) as batch:
        with work.step("store"):
            rows = [
                stored(work.item, role, batch.write(data), len(data))
                for role, data in files.items()
            ]
        with work.finish() as told:
            JobFile.objects.bulk_create(rows)
            told |= facts(result) | {"roles": list(files)}
            uploads.drop([work.item])


def files_of(result: colorizer.Result) -> dict[str, bytes]:
    """All files of a result, by their roles."""
    assert result.thumbnails is not None  # noqa: S101
    medium, small = result.thumbnails.original
    result_medium, result_small = result.thumbnails.result
    return {
        "original_small": small,
        "before": result.before or medium,
        "result": result.content,
        "result_medium": result_medium,
        "result_small": result_small,
    }


def stored(item: Item, role: str, name: str, size: int) -> JobFile:
    """An unsaved row for a file that was written."""
    row = JobFile(item=item, role=role, bytes=size)
    row.file.name = name
    return row


def after(job: Job) -> None:
    """From the end of a job on it is kept for its time; who asked for it gets an email. Sidecars
    are kept as long as a photo may be tried again."""
    jobs.keep_until(job, end_of(job.owner))
    if not job.items.exclude(state=ItemState.DONE).exists():
        uploads.drop(job.items.all())
    notify.finished(job)
