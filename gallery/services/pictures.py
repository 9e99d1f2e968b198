"""Colour, save, find and describe pictures. Files and rows are written and deleted together."""

import hashlib
import logging
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import User
from colorize import service as colorizer
from colorize.engine.errors import UserError
from colorize.engine.filenames import result_name, stem, with_ending
from colorize.engine.formats import check_type
from colorize.web.error_responses import user_error
from colorize.web.text import plain
from gallery.models import Album, Picture, Version
from gallery.models.pictures import TITLE_LENGTH
from gallery.services import sharing
from gallery.services.bin import restore
from gallery.services.files import file_transaction
from gallery.services.quota import lock_owner, usage
from gallery.services.versions import (
    SIDES,
    add_version,
    handing_out,
    locked,
    make_version,
    version_with,
)

logger = logging.getLogger(__name__)


class Wanted(Enum):
    """What is answered. COLOURS: them in any case. PAGE: the picture's page where it is saved, else
    its colours. PICTURE: the saved picture, or why there is none, and no colours without it."""

    COLOURS = auto()
    PAGE = auto()
    PICTURE = auto()


@dataclass(frozen=True)
class Words:
    """What is said of a new picture; its file's name is its title where it has none."""

    filename: str = ""
    title: str = ""
    note: str = ""
    album: Album | None = None


@dataclass(frozen=True)
class Saved:
    """`is_new`: False if the same file had been saved before; then nothing was stored, and
    `was_binned` says whether the picture was restored from the bin."""

    picture: Picture
    is_new: bool
    was_binned: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a photo. `problem`: why there is no picture, where there should be one."""

    colours: colorizer.ColourPhoto | None = None
    saved: Saved | None = None
    problem: UserError | None = None


def colorize(
    owner: User | None,
    photo: bytes,
    options: colorizer.Options,
    words: Words | None = None,
    wanted: Wanted = Wanted.COLOURS,
) -> Outcome:
    """A photo at any door, always in this order: whether its owner has it already and has room for
    it, then its colours, then saving. Nothing is coloured twice with the same options.

    `owner`: whose gallery it goes into; None: into nobody's. Raises a UserError of the colorizer;
    for Wanted.PICTURE also OverQuota and StorageUnavailable, which has the colours, if any.
    """
    words = words or Words()
    sha256 = digest(photo) if owner else ""
    found = recognise(owner, photo, sha256) if owner else Outcome()
    if found.saved and (known := answer_known(found.saved, options, words, wanted)):
        return known
    if found.problem and wanted is Wanted.PICTURE:
        raise found.problem
    if owner is None or found.saved or found.problem:
        return replace(found, colours=colorizer.colorize(photo, options, words.filename))
    result = colorizer.colorize(photo, options, words.filename, SIDES)
    try:
        with handing_out(result):
            return Outcome(result, save(owner, photo, result, words, sha256))
    except (UserError, OSError, DatabaseError) as problem:
        if wanted is Wanted.PICTURE:
            raise
        return Outcome(result, problem=foreseen(problem))


def recognise(owner: User, photo: bytes, sha256: str) -> Outcome:
    """What is known before a photo is coloured: that it is there already, or has no room."""
    try:
        if earlier := find(owner, sha256):
            return Outcome(saved=recognised(earlier))
        check_room(owner, len(photo))
    except (UserError, OSError, DatabaseError) as problem:
        return Outcome(problem=foreseen(problem))
    return Outcome()


def answer_known(
    saved: Saved, options: colorizer.Options, words: Words, wanted: Wanted
) -> Outcome | None:
    """For a photo that is there already; None where it has to be coloured for its answer."""
    if wanted is not Wanted.COLOURS:
        return Outcome(saved=saved)
    version = version_with(saved.picture, options)
    colours = version and stored_colours(saved.picture, version, words.filename)
    return Outcome(colours, saved) if colours else None


def stored_colours(
    picture: Picture, version: Version, filename: str
) -> colorizer.ColourPhoto | None:
    """None where the file cannot be read."""
    try:
        with version.result.open("rb") as file:
            jpeg = bytes(file.read())
    except Exception:
        # Whatever the storage raises: S3 has errors of its own.
        logger.exception("a result cannot be read: %s", version.result.name)
        return None
    return colorizer.ColourPhoto(
        jpeg=jpeg,
        width=picture.width,
        height=picture.height,
        options=version.made_with,
        confidence=version.confidence,
        filename=result_name(stem(filename)),
    )


def foreseen(problem: Exception) -> UserError:
    """Whatever it is: the colours are not to be lost."""
    error = user_error(problem)
    if error.status == 500:
        logger.exception("a picture was not saved", exc_info=problem)
    return error


def find(owner: User, sha256: str) -> Picture | None:
    """The picture that this person has already saved of the same file. `sha256`: its digest."""
    pictures = Picture.objects.owned_by(owner).select_related("current")
    return pictures.filter(sha256=sha256).first()


def check_room(owner: User, size: int) -> None:
    """For one more picture of so many bytes. Raises OverQuota."""
    usage(owner).check(1, size)


def save(owner: User, photo: bytes, result: colorizer.Result, words: Words, sha256: str) -> Saved:
    """Store an original and what colorizing made of it, with its thumbnails.

    Raises OverQuota, StorageUnavailable, or NotFound where the account has gone.
    """
    assert result.thumbnails is not None  # noqa: S101
    kind = check_type(photo, words.filename)
    copies = [photo, *result.thumbnails.original]
    colours = [result.jpeg, *result.thumbnails.result]
    size = sum(map(len, (*copies, *colours)))
    check_room(owner, size)
    picture = Picture(
        owner=owner,
        title=(words.title or title_from(words.filename))[:TITLE_LENGTH],
        note=words.note,
        # Its ending says what it really is.
        original_name=with_ending(title_from(words.filename), kind.ending),
        original_type=kind.mime,
        sha256=sha256,
        width=result.width,
        height=result.height,
        bytes=size,
    )
    try:
        with file_transaction() as batch:
            picture.original = batch.write(photo, kind.ending)
            picture.original_medium, picture.original_small = map(batch.write, copies[1:])
            version = make_version(picture, result, colours, batch)
            with transaction.atomic():
                lock_owner(owner)
                check_room(owner, size)
                album = words.album
                picture.album = album and Album.objects.held().filter(pk=album.pk).first()
                picture.save(force_insert=True)
                add_version(picture, version)
    except IntegrityError:
        # The same photo was sent twice at the same time.
        if earlier := find(owner, sha256):
            return recognised(earlier)
        raise
    return Saved(picture, is_new=True)


def colorize_and_save(
    owner: User, photo: bytes, options: colorizer.Options, filename: str = "", **words: Any
) -> Saved:
    """The saved picture and nothing less; raises as `colorize`."""
    outcome = colorize(owner, photo, options, Words(filename, **words), Wanted.PICTURE)
    assert outcome.saved is not None  # noqa: S101
    return outcome.saved


def recognised(picture: Picture) -> Saved:
    """A photo that was saved before; restored if it is in the bin."""
    was_binned = picture.deleted_at is not None
    if was_binned:
        restore(Picture.objects.filter(pk=picture.pk))
        picture.refresh_from_db()
    return Saved(picture, is_new=False, was_binned=was_binned)


def describe(picture: Picture, title: str | None = None, note: str | None = None) -> None:
    """Change title and note; None leaves a field as it is. Raises NotFound if the picture was
    deleted in the meantime."""
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
