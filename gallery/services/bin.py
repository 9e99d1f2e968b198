"""The bin: into it, out of it, and gone for good. Files and rows go together."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from gallery.models import Picture, Version
from gallery.models.pictures import PictureQuerySet
from gallery.services import reports, sharing
from gallery.services.files import delete_after_commit


def throw_away(pictures: PictureQuerySet, moment: datetime | None = None) -> int:
    """Into the bin; whoever could see them no longer does. `moment`: by which `undo` finds them."""
    now = moment or timezone.now()
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.present().lock())
        return rows.update(deleted_at=now, updated_at=now)


def undo(pictures: PictureQuerySet) -> int:
    """Those that were thrown away a moment ago are as they were: seen by the same people, by the
    same link, and where they stood with the moderators, for nothing of them can have changed."""
    now = timezone.now()
    long_ago = now - timedelta(minutes=settings.UNDO_MINUTES)
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.filter(deleted_at__gt=long_ago).lock())
        return rows.update(deleted_at=None, updated_at=now)


def restore(pictures: PictureQuerySet) -> int:
    """Out of the bin, and private, whatever they were before: who still knows about the link?"""
    with transaction.atomic():
        rows = Picture.objects.filter(pk__in=pictures.binned().lock())
        sharing.make_private(rows)
        return rows.update(deleted_at=None, updated_at=timezone.now())


def purge(pictures: PictureQuerySet) -> int:
    """For good, in portions: rows first, files after the commit. Who reported one hears of it."""
    gone = 0
    while portion := purge_some(pictures):
        gone += portion
    return gone


def purge_some(pictures: PictureQuerySet) -> int:
    with transaction.atomic():
        # Chosen under the lock: what is taken out of the bin meanwhile stays.
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
