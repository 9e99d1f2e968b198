"""Colour versions of a picture: made, chosen and removed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from colorize import service as colorizer
from colorize.web.errors import StorageUnavailable
from colorize.web.storage import storing
from gallery.errors import NotAllowed, NotFound, OriginalLost
from gallery.models import Picture, Version
from gallery.services import sharing
from gallery.services.files import Batch, delete_after_commit, file_transaction
from gallery.services.quota import lock_owner, usage

# The longest sides of the thumbnails: on the page, and in the grid.
MEDIUM, SMALL = SIDES = (1024, 320)


@contextmanager
def handing_out(result: colorizer.Result) -> Iterator[None]:
    """Where it cannot be saved it goes along with the error, for the work is done."""
    try:
        with storing():
            yield
    except StorageUnavailable as problem:
        problem.unsaved = result
        raise


def locked(picture: Picture) -> Picture:
    """The row as it is now, for the transaction. Raises NotFound where it has gone meanwhile."""
    row = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if row is None:
        raise NotFound()
    return row


def make_version(
    picture: Picture,
    result: colorizer.Result,
    colours: list[bytes],
    batch: Batch,
) -> Version:
    """Its files are stored, its row is not yet. `colours`: the result, medium and small."""
    full, medium, small = map(batch.write, colours)
    return Version(
        picture=picture,
        result=full,
        result_medium=medium,
        result_small=small,
        options=result.options.as_dict(),
        confidence=result.confidence,
        bytes=sum(map(len, colours)),
    )


def add_version(picture: Picture, version: Version) -> None:
    """Store the row and show it."""
    version.save(force_insert=True)
    picture.current = version
    picture.save(update_fields=["current", "updated_at"])


def version_with(picture: Picture, options: colorizer.Options) -> Version | None:
    """The version that these options have made already."""
    wanted = replace(options, network=options.network or settings.NETWORK)
    return next((each for each in picture.versions.all() if each.made_with == wanted), None)


def recolor(picture: Picture, options: colorizer.Options) -> Version:
    """Colorize the original with other options; earlier results stay as versions.

    Raises a UserError of the colorizer, OriginalLost, OverQuota, StorageUnavailable, which has
    the result, or NotFound where the picture has gone meanwhile.
    """
    if same := version_with(picture, options):
        use_version(picture, same)
        return same
    usage(picture.owner).check(0, 1)
    result = colorizer.colorize(original_of(picture), options, picture.original_name)
    colours = [result.jpeg, *colorizer.make_thumbnails(result.jpeg, SIDES)]
    usage(picture.owner).check(0, sum(map(len, colours)))
    with handing_out(result), file_transaction() as batch:
        version = make_version(picture, result, colours, batch)
        with transaction.atomic():
            lock_owner(picture.owner)
            row = locked(picture)
            if same := version_with(row, options):
                # The same was asked for twice at once.
                batch.undo()
                version = same
            else:
                usage(row.owner).check(0, version.bytes)
                add_version(row, version)
                Picture.objects.filter(pk=row.pk).update(bytes=F("bytes") + version.bytes)
                sharing.look_again(row)
    picture.refresh_from_db()
    return version


def original_of(picture: Picture) -> bytes:
    """Raises OriginalLost."""
    try:
        with picture.original.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError as problem:
        raise OriginalLost() from problem


def use_version(picture: Picture, version: Version) -> None:
    """Show an earlier version again. Raises NotFound where it has gone meanwhile."""
    with transaction.atomic():
        row = locked(picture)
        if not row.versions.filter(pk=version.pk).exists():
            raise NotFound()
        if row.current_id != version.pk:
            row.current = version
            row.save(update_fields=["current", "updated_at"])
            sharing.look_again(row)
    picture.refresh_from_db()


def remove_version(picture: Picture, version: Version) -> None:
    """For good. Raises NotAllowed for the one that is shown, NotFound for one that has gone."""
    with transaction.atomic():
        row = locked(picture)
        if row.current_id == version.pk:
            raise NotAllowed(
                reason="this version is the one that is shown. Choose another one first."
            )
        if not row.versions.filter(pk=version.pk).delete()[0]:
            raise NotFound()
        delete_after_commit(version.file_names())
        Picture.objects.filter(pk=row.pk).update(
            bytes=F("bytes") - version.bytes, updated_at=timezone.now()
        )
    picture.refresh_from_db()
