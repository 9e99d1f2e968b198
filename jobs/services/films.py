"""Films as jobs: begun with an upload like any other, tried again, and kept for their time. How one
is coloured is in `film_work`."""

from typing import Any

from django.db import transaction

from accounts.models import User
from colorize import films
from colorize.engine.video.options import FilmOptions
from colorize.web.rows import refresh
from colorize.web.text import plain
from gallery.errors import NotForPhotos
from gallery.models import Album, Picture
from gallery.models.pictures import TITLE_LENGTH
from gallery.services import pictures
from gallery.services.quota import usage
from jobs.errors import TooLateForThat
from jobs.film_state import FILM, may_leave_out
from jobs.models import Item, Job, JobState
from jobs.services import jobs, limits, notify, uploads
from jobs.services.batches import File, Promised, end_of
from jobs.services.jobs import NewItem
from jobs.services.limits import film_limits_for

UNNAMED = "film"
# The role of a piece in colour, and of the film.
RESULT = "result"


def begin(
    owner: User | None,
    lane: str,
    options: FilmOptions,
    file: Promised,
    album: Album | None = None,
    **fields: Any,
) -> Job:
    """A job for a film that is about to be uploaded, which its first item waits for. `fields`: of
    Job.

    Raises FilmsForMembers, FilmFileTooLarge, OverQuota, TooManyBatches, NoRoomForVisitors, or like
    `films.check`.
    """
    films.check(options)
    film_limits_for(owner).check(file.size)
    if owner:
        pictures.check_room(owner, file.size)
    name = plain(file.name) or UNNAMED
    fields["title"] = fields.get("title") or name[:TITLE_LENGTH]
    asked = {"options": options.as_dict(), "album": str(album.pk) if album else None}
    first = NewItem(name, {"size": file.size}, not file.size)
    return begun(first, owner=owner, lane=lane, options=asked, **fields)


def begin_again(
    picture: Picture, owner: User, lane: str, options: FilmOptions, **fields: Any
) -> Job:
    """A job that colours a film of the gallery again, from its original; the result becomes its
    current version. `fields`: of Job.

    Raises FilmsOff, NotForPhotos, OverQuota, TooManyBatches, or like `films.check`.
    """
    films.check(options)
    if not picture.is_film:
        raise NotForPhotos
    usage(owner).check(0, 1)
    fields["title"] = fields.get("title") or picture.title
    first = NewItem(picture.original_name, {"picture": str(picture.pk)})
    return begun(first, owner=owner, lane=lane, options={"options": options.as_dict()}, **fields)


def begun(first: NewItem, *, owner: User | None, lane: str, **fields: Any) -> Job:
    """Raises TooManyBatches or NoRoomForVisitors."""
    with transaction.atomic():
        limits.check_room(owner, lane, FILM)
        job = jobs.create(FILM, owner, lane, expires_at=end_of(owner), **fields)
        jobs.add(job, [first])
        jobs.close(job)
    return job


def start(
    owner: User | None,
    lane: str,
    options: FilmOptions,
    file: File,
    album: Album | None = None,
    **fields: Any,
) -> Job:
    """The same for a whole file. Nothing is left of it if it raises, which it does like `begin` and
    `uploads.append`."""
    name, size, content = file
    job = begin(owner, lane, options, Promised(name, size), album, **fields)
    try:
        uploads.fill(first_of(job), content)
    except BaseException:
        job.delete()
        raise
    return job


def first_of(job: Job) -> Item:
    """The item of the film itself: its upload, and what was found in it."""
    return job.items.select_related("job").get(position=0)


def leave_out(job: Job) -> None:
    """Colour what can be read of a damaged film. Raises TooLateForThat for any other job."""
    with transaction.atomic():
        row = jobs.locked(job)
        if row.kind != FILM or row.state != JobState.FAILED or not may_leave_out(row):
            raise TooLateForThat(reason="This film is not waiting for that.")
        row.options["options"]["incomplete"] = True
        row.save(update_fields=["options"])
        jobs.retry(row)
    refresh(job)


def after(job: Job) -> None:
    """From the end of a job on it is kept for its time; who asked for it gets an email."""
    jobs.keep_until(job, end_of(job.owner))
    notify.finished(job)
