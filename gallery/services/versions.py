"""Create, choose and delete versions of a picture."""

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from colorize import service as colorizer
from colorize.engine.filenames import result_name, stem
from colorize.engine.outputs import JPEG, Output
from colorize.engine.video.options import FilmOptions
from colorize.web.errors import StorageUnavailable
from colorize.web.rows import refresh
from colorize.web.storage import storing
from gallery.errors import NotAllowed, NotForFilms, NotFound, OriginalLost
from gallery.models import Picture, Version
from gallery.services import sharing
from gallery.services.files import Batch, content, delete_after_commit, file_transaction
from gallery.services.quota import lock_owner, usage

logger = logging.getLogger(__name__)

MEDIUM, SMALL = SIDES = colorizer.SIDES


@contextmanager
def handing_out(result: colorizer.Result) -> Iterator[None]:
    """Attaches the result to the error if it cannot be saved, so that the work is not lost."""
    try:
        with storing():
            yield
    except StorageUnavailable as problem:
        problem.unsaved = result
        raise


def locked(picture: Picture) -> Picture:
    """The current row, locked for the transaction. Raises NotFound if it was deleted."""
    row = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if row is None:
        raise NotFound()
    return row


def jpegs_of(result: colorizer.Result, thumbnails: Sequence[bytes]) -> dict[str, bytes]:
    """The files of a version by their fields. `thumbnails`: of the result, with SIDES."""
    medium, small = thumbnails
    jpegs = {"result": result.content, "result_medium": medium, "result_small": small}
    return jpegs | ({"before": result.before} if result.before else {})


def make_version(
    picture: Picture,
    result: colorizer.Result,
    jpegs: dict[str, bytes],
    batch: Batch,
) -> Version:
    """Store the files of a version; its row is not saved yet. `jpegs`: see `jpegs_of`."""
    return Version(
        picture=picture,
        options=result.options.as_dict(),
        width=result.width,
        height=result.height,
        confidence=result.confidence,
        noticed=result.noticed.as_dict(),
        bytes=sum(map(len, jpegs.values())),
        **{field: batch.write(jpeg) for field, jpeg in jpegs.items()},
    )


def stored_colours(version: Version, filename: str) -> colorizer.ColourPhoto | None:
    """The stored result of a photo's version, for a photo of that name; None if one of its files
    cannot be read."""
    try:
        jpeg = content(version.result)
        before = content(version.before) if version.before else None
    except Exception:
        # Each storage backend has its own exceptions.
        logger.exception("a result cannot be read: %s", version.result.name)
        return None
    return colorizer.ColourPhoto(
        file=io.BytesIO(jpeg),
        before=before,
        width=version.width,
        height=version.height,
        options=version.made_with,
        confidence=version.confidence,
        noticed=version.seen,
        filename=result_name(stem(filename)),
    )


def add_version(picture: Picture, version: Version) -> None:
    """Save the row and make it the current version."""
    version.save(force_insert=True)
    show_version(picture, version)


def show_version(picture: Picture, version: Version) -> None:
    """Make it the current version. `picture`: locked for the transaction, or new."""
    picture.current, picture.seconds = version, version.seconds
    picture.save(update_fields=["current", "seconds", "updated_at"])


def version_with(picture: Picture, options: colorizer.Options | FilmOptions) -> Version | None:
    """The version that was made with these options, if there is one."""
    wanted = replace(options, network=options.network or settings.NETWORK)
    versions = picture.versions.all()
    return next((each for each in versions if wanted.stored(each.options) == wanted), None)


def recolor(
    picture: Picture,
    options: colorizer.Options,
    within: Callable[[], AbstractContextManager[Any]] = nullcontext,
) -> Version:
    """Colour the original with other options; earlier results stay as versions. `within`: makes a
    context in which the rows are written, after the files.

    Raises NotForFilms, a UserError of the colorizer, OriginalLost, OverQuota, StorageUnavailable
    (with the result as `unsaved`), or NotFound if the picture was deleted in the meantime.
    """
    check_is_photo(picture)
    if same := version_with(picture, options):
        with within():
            use_version(picture, same)
        return same
    usage(picture.owner).check(0, 1)
    result = coloured(picture, options)
    jpegs = jpegs_of(result, colorizer.make_thumbnails(result.content, SIDES))
    usage(picture.owner).check(0, sum(map(len, jpegs.values())))
    with handing_out(result), file_transaction() as batch:
        version = make_version(picture, result, jpegs, batch)
        with within():
            kept = insert_version(picture, version, options)
        if kept is not version:
            batch.undo()
    refresh(picture)
    return kept


def check_is_photo(picture: Picture) -> None:
    """Raises NotForFilms."""
    if picture.is_film:
        raise NotForFilms()


def coloured(
    picture: Picture, options: colorizer.Options, output: Output = JPEG
) -> colorizer.Result:
    """The original with these options, not saved. Raises NotForFilms, OriginalLost, or like the
    colorizer."""
    check_is_photo(picture)
    name, known = picture.original_name, picture.said
    return colorizer.colorize(original_of(picture), options, name, known=known, output=output)


def insert_version(
    picture: Picture, version: Version, options: colorizer.Options | FilmOptions
) -> Version:
    """Save the row of a new version, if it still fits. If the same options were sent twice at the
    same time, returns the version that was first instead."""
    with transaction.atomic():
        lock_owner(picture.owner)
        row = locked(picture)
        if same := version_with(row, options):
            return same
        usage(row.owner).check(0, version.bytes)
        add_version(row, version)
        Picture.objects.filter(pk=row.pk).update(bytes=F("bytes") + version.bytes)
        sharing.look_again(row)
    return version


def original_of(picture: Picture) -> bytes:
    """Raises OriginalLost."""
    try:
        return content(picture.original)
    except FileNotFoundError as problem:
        raise OriginalLost() from problem


def use_version(picture: Picture, version: Version) -> None:
    """Make an earlier version the current one. Raises NotFound if it was deleted."""
    with transaction.atomic():
        row = locked(picture)
        if not row.versions.filter(pk=version.pk).exists():
            raise NotFound()
        if row.current_id != version.pk:
            show_version(row, version)
            sharing.look_again(row)
    refresh(picture)


def remove_version(picture: Picture, version: Version) -> None:
    """Delete a version for good.

    Raises NotAllowed for the current version, NotFound if it was deleted in the meantime.
    """
    with transaction.atomic():
        row = locked(picture)
        if row.current_id == version.pk:
            raise NotAllowed(reason="this is the current version. Choose another one first.")
        if not row.versions.filter(pk=version.pk).delete()[0]:
            raise NotFound()
        delete_after_commit(version.file_names())
        Picture.objects.filter(pk=row.pk).update(
            bytes=F("bytes") - version.bytes, updated_at=timezone.now()
        )
    refresh(picture)
