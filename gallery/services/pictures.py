"""Pictures: colorized, saved, found and described. Files and rows come and go together."""

import hashlib
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from accounts.models import User
from colorize import service as colorizer
from colorize.engine.filenames import LONGEST, cut, stem
from colorize.web.text import plain
from gallery.models import Album, Picture
from gallery.models.pictures import TITLE_LENGTH
from gallery.services import sharing
from gallery.services.bin import restore
from gallery.services.files import file_transaction
from gallery.services.quota import lock_owner, usage
from gallery.services.versions import SIDES, add_version, handing_out, locked, make_version

TYPES = {b"\xff\xd8\xff": ("image/jpeg", ".jpg"), b"\x89PNG": ("image/png", ".png")}


@dataclass(frozen=True)
class Saved:
    """`is_new` is False where this original was there already; then nothing was stored, and
    `was_binned` says whether it came out of the bin."""

    picture: Picture
    is_new: bool
    was_binned: bool = False


def find(owner: User, sha256: str) -> Picture | None:
    """The picture that this person made of the same file before. `sha256`: its digest."""
    pictures = Picture.objects.owned_by(owner).select_related("current")
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
    """An album that is deleted meanwhile is left out. Raises a UserError of the colorizer,
    OverQuota, StorageUnavailable, which has the result, or NotFound where the account has gone."""
    sha256 = digest(photo)
    if earlier := find(owner, sha256):
        return recognised(earlier)
    usage(owner).check(1, len(photo))
    result = colorizer.colorize(photo, options, filename, SIDES)
    with handing_out(result):
        return save(owner, photo, result, options, filename, title, note, album, sha256)


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

    Raises OverQuota, StorageUnavailable, or NotFound where the account has gone.
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
        with file_transaction() as batch:
            picture.original = batch.write(photo, suffix)
            picture.original_medium, picture.original_small = map(batch.write, copies[1:])
            version = make_version(picture, result, options, colours, batch)
            with transaction.atomic():
                lock_owner(owner)
                usage(owner).check(1, size)
                picture.album = album and Album.objects.held().filter(pk=album.pk).first()
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


def describe(picture: Picture, title: str | None = None, note: str | None = None) -> None:
    """Change what is written of a picture; None leaves a field as it is. Raises NotFound where the
    picture has gone meanwhile."""
    before = (picture.title, picture.note)
    picture.title = picture.title if title is None else title
    picture.note = picture.note if note is None else note
    if (picture.title, picture.note) != before:
        with transaction.atomic():
            locked(picture)
            picture.save(update_fields=["title", "note", "updated_at"])
            sharing.look_again(picture)


def digest(photo: bytes) -> str:
    return hashlib.sha256(photo).hexdigest()


def title_from(filename: str) -> str:
    return plain(stem(filename)) or "Untitled"


def clean_name(filename: str, suffix: str) -> str:
    """The name that the original is downloaded under; its ending says what it really is."""
    return f"{cut(title_from(filename), LONGEST - len(suffix))}{suffix}"
