"""The verbs of pictures, for pages, API, commands and jobs. Files and rows come and go together."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Sum
from django.utils import timezone

from colorize import service as colorizer
from colorize.errors import StorageUnavailable
from colorize.filenames import LONGEST, cut, stem
from colorize.storage import storing
from colorize.templatetags.figures import size
from gallery import reports, sharing
from gallery.errors import AlreadyThere, NotAllowed, NotFound, OriginalLost, OverQuota
from gallery.files import Batch, delete_after_commit, together
from gallery.models import Album, Picture, Profile, Version
from gallery.models.pictures import TITLE_LENGTH, PictureQuerySet
from gallery.paging import counted
from gallery.words import plain

# The longest sides of the thumbnails: on the page, and in the grid.
MEDIUM, SMALL = SIDES = (1024, 320)
TYPES = {b"\xff\xd8\xff": ("image/jpeg", ".jpg"), b"\x89PNG": ("image/png", ".png")}


@dataclass(frozen=True)
class Saved:
    """`is_new` is False where this original was there already; then nothing was stored, and
    `was_binned` says whether it came out of the bin."""

    picture: Picture
    is_new: bool
    was_binned: bool = False


@dataclass(frozen=True)
class Usage:
    """What a person's pictures take, those in the bin too, and what they may take."""

    pictures: int
    bytes: int
    max_pictures: int
    max_bytes: int

    def check(self, more_pictures: int, more_bytes: int) -> None:
        """Raises OverQuota."""
        if self.pictures + more_pictures > self.max_pictures:
            raise OverQuota(reason=f"it holds {counted(self.max_pictures)}")
        if self.bytes + more_bytes > self.max_bytes:
            raise OverQuota(reason=f"it holds {size(self.max_bytes)}")


def usage(owner: User) -> Usage:
    taken = Picture.objects.of(owner).aggregate(pictures=Count("*"), bytes=Sum("bytes"))
    return Usage(
        pictures=taken["pictures"],
        bytes=taken["bytes"] or 0,
        max_pictures=settings.QUOTA_PICTURES,
        max_bytes=settings.QUOTA_BYTES,
    )


def find(owner: User, sha256: str) -> Picture | None:
    """The picture that this person made of the same file before. `sha256`: its digest."""
    pictures = Picture.objects.of(owner).select_related("current")
    return pictures.filter(sha256=sha256).first()


def colorize_and_save(
    owner: User,
    photo: bytes,
    options: colorizer.Options,
    filename: str = "",
    title: str = "",
    note: str = "",
    album: Album | None = None,
) -> Saved:
    """Raises a ColorizeError of the colorizer, OverQuota, or StorageUnavailable, which has the
    result."""
    sha256 = digest(photo)
    if earlier := find(owner, sha256):
        return recognised(earlier)
    usage(owner).check(1, len(photo))
    result = colorizer.colorize(photo, options, filename, SIDES)
    with handing_out(result):
        return save(owner, photo, result, options, filename, title, note, album, sha256)


@contextmanager
def handing_out(result: colorizer.Result) -> Iterator[None]:
    """Where it cannot be saved it goes along with the error, for the work is done."""
    try:
        with storing():
            yield
    except StorageUnavailable as problem:
        problem.unsaved = result
        raise


def save(
    owner: User,
    photo: bytes,
    result: colorizer.Result,
    options: colorizer.Options,
    filename: str = "",
    title: str = "",
    note: str = "",
    album: Album | None = None,
    sha256: str = "",
) -> Saved:
    """Store an original and what colorizing made of it. `sha256`: the photo's, where it is known.

    Raises OverQuota or StorageUnavailable.
    """
    sha256 = sha256 or digest(photo)
    if earlier := find(owner, sha256):
        return recognised(earlier)
    usage(owner).check(1, len(photo))
    kind, suffix = next(kind for start, kind in TYPES.items() if photo.startswith(start))
    small = result.thumbnails or colorizer.thumbnails_of(photo, result.jpeg, SIDES)
    copies, colours = [photo, *small.original], [result.jpeg, *small.result]
    size = sum(map(len, (*copies, *colours)))
    usage(owner).check(1, size)
    picture = Picture(
        owner=owner,
        title=(title or title_from(filename))[:TITLE_LENGTH],
        note=note,
        album=album,
        original_name=clean_name(filename, suffix),
        original_type=kind,
        sha256=sha256,
        width=result.width,
        height=result.height,
        bytes=size,
    )
    try:
        with together() as batch:
            picture.original = batch.write(photo, suffix)
            picture.original_medium, picture.original_small = map(batch.write, copies[1:])
            version = make_version(picture, result, options, colours, batch)
            with transaction.atomic():
                hold(owner)
                usage(owner).check(1, size)
                picture.save(force_insert=True)
                add_version(picture, version)
    except IntegrityError:
        # The same photo came twice at once.
        if earlier := find(owner, sha256):
            return recognised(earlier)
        raise
    return Saved(picture, is_new=True)


def recognised(picture: Picture) -> Saved:
    """A photo that is there already; out of the bin again, if it was in it."""
    was_binned = picture.deleted_at is not None
    if was_binned:
        restore(Picture.objects.filter(pk=picture.pk))
        picture.refresh_from_db()
    return Saved(picture, is_new=False, was_binned=was_binned)


def hold(owner: User) -> None:
    """One writer a person at a time, so that two uploads at once cannot both fit the last place."""
    Profile.objects.get_or_create(user=owner)
    Profile.objects.select_for_update().get(user=owner)


def locked(picture: Picture) -> Picture:
    """The row as it is now, for the transaction. Raises NotFound where it has gone meanwhile."""
    row = Picture.objects.select_for_update().filter(pk=picture.pk).first()
    if row is None:
        raise NotFound()
    return row


def make_version(
    picture: Picture,
    result: colorizer.Result,
    options: colorizer.Options,
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
        network=result.network,
        vividness=result.vividness,
        keep_metadata=options.keep_origin,
        confidence=result.confidence,
        bytes=sum(map(len, colours)),
    )


def add_version(picture: Picture, version: Version) -> None:
    """Store the row and show it."""
    version.save(force_insert=True)
    picture.current = version
    picture.save(update_fields=["current", "changed"])


def version_with(picture: Picture, options: colorizer.Options) -> Version | None:
    """The version that these options have made already."""
    return picture.versions.filter(
        network=options.network or settings.NETWORK,
        vividness=options.vividness,
        keep_metadata=options.keep_origin,
    ).first()


def recolor(picture: Picture, options: colorizer.Options) -> Version:
    """Colorize the original with other options; earlier results stay as versions.

    Raises a ColorizeError of the colorizer, OriginalLost, OverQuota, StorageUnavailable, which has
    the result, or NotFound where the picture has gone meanwhile.
    """
    if same := version_with(picture, options):
        use_version(picture, same)
        return same
    usage(picture.owner).check(0, 1)
    result = colorizer.colorize(original_of(picture), options, picture.original_name)
    colours = [result.jpeg, *colorizer.thumbnails(result.jpeg, SIDES)]
    usage(picture.owner).check(0, sum(map(len, colours)))
    with handing_out(result), together() as batch:
        version = make_version(picture, result, options, colours, batch)
        with transaction.atomic():
            hold(picture.owner)
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
            row.save(update_fields=["current", "changed"])
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
            bytes=F("bytes") - version.bytes, changed=timezone.now()
        )
    picture.refresh_from_db()


def describe(picture: Picture, title: str | None = None, note: str | None = None) -> None:
    """Change what is written of a picture; None leaves a field as it is."""
    before = (picture.title, picture.note)
    picture.title = picture.title if title is None else title
    picture.note = picture.note if note is None else note
    if (picture.title, picture.note) != before:
        with transaction.atomic():
            picture.save(update_fields=["title", "note", "changed"])
            sharing.look_again(picture)


def move(pictures: PictureQuerySet, album: Album | None) -> int:
    return pictures.update(album=album, changed=timezone.now())


def throw_away(pictures: PictureQuerySet, moment: datetime | None = None) -> int:
    """Into the bin; whoever could see them no longer does. `moment`: by which `undo` finds them."""
    now = moment or timezone.now()
    return pictures.present().update(deleted_at=now, changed=now)


def undo(pictures: PictureQuerySet) -> int:
    """Those that were thrown away a moment ago are as they were: seen by the same people, by the
    same link, and where they stood with the moderators, for nothing of them can have changed."""
    now = timezone.now()
    long_ago = now - timedelta(minutes=settings.UNDO_MINUTES)
    return pictures.filter(deleted_at__gt=long_ago).update(deleted_at=None, changed=now)


def restore(pictures: PictureQuerySet) -> int:
    """Out of the bin, and private, whatever they were before: who still knows about the link?"""
    with transaction.atomic():
        sharing.make_private(pictures.binned())
        return pictures.binned().update(deleted_at=None, changed=timezone.now())


def purge(pictures: PictureQuerySet) -> int:
    """For good, in portions: rows first, files after the commit. Who reported one hears of it."""
    gone = 0
    while portion := purge_some(pictures):
        gone += portion
    return gone


def purge_some(pictures: PictureQuerySet) -> int:
    with transaction.atomic():
        # Chosen under the lock: what is taken out of the bin meanwhile stays.
        chosen = pictures.order_by("pk").select_for_update()
        keys = list(chosen.values_list("pk", flat=True)[:200])
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


def make_album(owner: User, name: str) -> Album:
    """Raises AlreadyThere."""
    album, is_new = Album.objects.get_or_create(owner=owner, name=name)
    if not is_new:
        raise AlreadyThere(reason=f"there is an album “{name}” already.")
    return album


def rename_album(album: Album, name: str) -> None:
    """Raises AlreadyThere."""
    album.name = name
    try:
        with transaction.atomic():
            album.save(update_fields=["name"])
    except IntegrityError as problem:
        raise AlreadyThere(reason=f"there is an album “{name}” already.") from problem


def delete_album(album: Album) -> None:
    """Its pictures stay, in no album."""
    with transaction.atomic():
        move(Picture.objects.filter(album=album), None)
        album.delete()


def digest(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


def title_from(filename: str) -> str:
    return plain(stem(filename)) or "Untitled"


def clean_name(filename: str, suffix: str) -> str:
    """The name that the original is downloaded under; its ending says what it really is."""
    return f"{cut(title_from(filename), LONGEST - len(suffix))}{suffix}"
