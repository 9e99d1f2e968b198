"""The bin: delete, undo, restore, and delete for good. Files and rows are deleted together."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.models import Picture, Version
from gallery.models.pictures import PictureQuerySet
from gallery.services import reports, sharing
from gallery.services.files import delete_after_commit


def move_to_bin(pictures: PictureQuerySet, moment: datetime | None = None) -> int:
    """Move pictures to the bin, where only the owner can see them. `moment`: by which `undo` finds
    them again. Returns their number."""
    now = moment or timezone.now()
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.present().lock())
        return rows.update(deleted_at=now, updated_at=now)


def undo(pictures: PictureQuerySet) -> int:
    """Restore pictures that were deleted less than UNDO_MINUTES ago exactly as they were, with
    their link and review: nothing about them can have changed. Returns their number."""
    now = timezone.now()
    long_ago = now - timedelta(minutes=settings.UNDO_MINUTES)
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.filter(deleted_at__gt=long_ago).lock())
        return rows.update(deleted_at=None, updated_at=now)


def restore(pictures: PictureQuerySet) -> int:
    """Restore pictures as private, because their owner may have forgotten the old link. Returns
    their number."""
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.binned().lock())
        sharing.make_private(rows)
        return rows.update(deleted_at=None, updated_at=timezone.now())


def purge(pictures: PictureQuerySet) -> int:
    """Delete for good, in batches: rows first, files after the commit. Reporters get an email."""
    gone = 0
    while portion := purge_some(pictures):
        gone += portion
    return gone


def purge_some(pictures: PictureQuerySet) -> int:
    with transaction.atomic():
        # Chosen under the lock, so that pictures restored in the meantime stay.
        keys = pictures.lock(200)
        portion = Picture.objects.filter(pk__in=keys)
        versions = Version.objects.filter(picture__in=keys)
        delete_after_commit(names_of(portion, versions))
        reports.settle(None, portion, reports.GONE)
        portion.update(current=None)
        versions.delete()
        portion.delete()
    return len(keys)


def names_of(pictures: Iterable[Picture], versions: Iterable[Version]) -> list[str]:
    rows: list[Picture | Version] = [*pictures, *versions]
    return [name for row in rows for name in row.file_names()]
