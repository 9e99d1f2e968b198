"""What people do with many pictures of their gallery at once, and with their account."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from django.db import transaction

from accounts.models import User
from gallery.errors import NotFound
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet
from gallery.paging import counted
from gallery.services import hints, personal_data, versions
from gallery.services.zips import one_by_one
from jobs.models import Job
from jobs.services import jobs, limits, removal, zips
from jobs.services.jobs import NewItem, lane_of
from jobs.work import Work

RECOLOR, EXPORT = "recolor", "export"


def start_recolor(owner: User, pictures: PictureQuerySet, changes: dict[str, Any]) -> Job:
    """Colour pictures again. `changes`: the options that change; all others stay as they are in
    each picture's current version. Raises TooManyBatches."""
    new = [NewItem(row.title, {"picture": str(row.pk)}) for row in one_by_one(pictures)]
    title = f"Colour {counted(len(new))} again"
    return start(RECOLOR, owner, new, options={"changes": changes}, title=title)


def start(kind: str, owner: User, new: list[NewItem], **fields: Any) -> Job:
    """Raises TooManyBatches."""
    lane = lane_of(owner, "")
    with transaction.atomic():
        limits.check_room(owner, lane, kind)
        return jobs.start(kind, owner, lane, new, **fields)


def recolor(work: Work) -> None:
    """Colour one picture again. Raises NotFound if it was deleted, StopJob if the gallery is full,
    or like `versions.recolor`."""
    job, pk = work.item.job, work.item.payload["picture"]
    rows = Picture.objects.filter(owner=job.owner).present().select_related("owner", "current")
    picture = rows.filter(pk=pk).first()
    if picture is None:
        raise NotFound
    current = picture.shown.made_with
    # A version may have been made by a network that is gone by now.
    wanted = hints.fitting(replace(current, **job.options["changes"]))

    @contextmanager
    def finishing() -> Iterator[None]:
        with work.finish() as result:
            result["picture"] = pk
            yield

    with limits.until_full():
        versions.recolor(picture, wanted, finishing)


def start_export(owner: User) -> Job:
    """Pack everything that is stored of a person. An email says when it is done, if they have an
    address. Raises TooManyBatches."""
    new = [NewItem(f"image-colorizer-{owner.get_username()}")]
    return start(EXPORT, owner, new, notify=bool(owner.email), expires_at=jobs.soon())


def export(work: Work) -> None:
    """Raises like the storage."""
    owner = work.item.job.owner
    assert owner is not None  # noqa: S101
    zips.keep(work, personal_data.export(owner))


def start_delete_account(user: User) -> Job:
    """Close an account at once, and delete it with everything in it. The job is nobody's, for it
    outlives the account."""
    new = [NewItem("", {"user": user.pk})]
    with transaction.atomic():
        personal_data.close_account(user)
        return jobs.start(
            "delete_account", None, lane_of(user, ""), new, title="Delete an account", options={}
        )


def delete_account(work: Work) -> None:
    """Does nothing more for an account that is gone, by an attempt that ended before it was
    noted."""
    user = User.objects.filter(pk=work.item.payload["user"]).first()
    if user is not None:
        # First, because what works on them waits for the account's row.
        removal.delete_all_of(user)
        personal_data.delete_account(user)


def forget_soon(job: Job) -> None:
    """Keep a finished job of nobody for as long as somebody may look at its page."""
    jobs.keep_until(job, jobs.soon())
