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
from colorize.engine.filenames import stem, with_ending
from colorize.engine.formats import check_type, ending_of
from colorize.engine.outputs import JPEG, Output
from colorize.web.error_responses import user_error
from colorize.web.text import plain
from gallery.models import Album, Picture, Version
from gallery.models.pictures import TITLE_LENGTH
from gallery.services import albums, sharing
from gallery.services.bin import restore
from gallery.services.files import Batch, file_transaction
from gallery.services.quota import lock_owner, usage
from gallery.services.versions import (
    SIDES,
    handing_out,
    jpegs_of,
    locked,
    make_version,
    stored_colours,
    version_with,
)

logger = logging.getLogger(__name__)


class Wanted(Enum):
    """What the caller needs. COLOURS: the colours in any case. PAGE: the saved picture, or the
    colours if it cannot be saved. PICTURE: the saved picture, or an error."""

    COLOURS = auto()
    PAGE = auto()
    PICTURE = auto()


@dataclass(frozen=True)
class Words:
    """The details of a new picture. Without a title and a note, those are taken that the photo has
    itself; without any title, the file's name. `known`: metadata from a sidecar."""

    filename: str = ""
    title: str = ""
    note: str = ""
    album: Album | None = None
    known: colorizer.Metadata | None = None


@dataclass(frozen=True)
class Saved:
    """`is_new`: False if the same file had been saved before; then nothing was stored, and
    `was_binned` says whether the picture was restored from the bin."""

    picture: Picture
    is_new: bool
    was_binned: bool = False


@dataclass(frozen=True)
class Outcome:
    """The result for a photo. `problem`: why the picture could not be saved, if it should be."""

    colours: colorizer.ColourPhoto | None = None
    saved: Saved | None = None
    problem: UserError | None = None


def colorize(
    owner: User | None,
    photo: bytes,
    options: colorizer.Options,
    words: Words | None = None,
    wanted: Wanted = Wanted.COLOURS,
    output: Output = JPEG,
) -> Outcome:
    """Colour a photo for the page, the endpoint and the API, always in this order: is it in the
    gallery already, is there room for it, colour it, save it. Nothing is coloured twice with the
    same options.

    `owner`: whose gallery it goes into; None to save nothing. `output`: the kind of file of the
    colours; what is saved is a JPEG in any case, and other kinds are made apart from it. Raises a
    UserError of the colorizer; for Wanted.PICTURE also OverQuota and StorageUnavailable, with the
    colours as `unsaved` if there are any.
    """
    words = words or Words()
    sha256 = digest(photo) if owner else ""
    found = recognise(owner, photo, sha256) if owner else Outcome()
    is_stored = output is JPEG or wanted is not Wanted.COLOURS
    if found.saved and is_stored and (known := answer_known(found.saved, options, words, wanted)):
        return known
    if found.problem and wanted is Wanted.PICTURE:
        raise found.problem
    if owner is None or found.saved or found.problem:
        return replace(found, colours=colours_as(output, photo, options, words))
    outcome = colorize_new(owner, photo, options, words, wanted, sha256)
    if is_stored:
        return outcome
    return replace(outcome, colours=colours_as(output, photo, options, words))


def colours_as(
    output: Output, photo: bytes, options: colorizer.Options, words: Words
) -> colorizer.Result:
    """Raises like the colorizer."""
    return colorizer.colorize(photo, options, words.filename, known=words.known, output=output)


def colorize_new(
    owner: User,
    photo: bytes,
    options: colorizer.Options,
    words: Words,
    wanted: Wanted,
    sha256: str,
) -> Outcome:
    """Colour and save a photo that is not in the gallery yet. Raises like `colorize`."""
    result = colorizer.colorize(photo, options, words.filename, SIDES, known=words.known)
    try:
        with handing_out(result):
            return Outcome(result, save(owner, photo, result, words, sha256))
    except (UserError, OSError, DatabaseError) as problem:
        if wanted is Wanted.PICTURE:
            raise
        return Outcome(result, problem=foreseen(problem))


def recognise(owner: User, photo: bytes, sha256: str) -> Outcome:
    """Before a photo is coloured: whether it is in the gallery already, and whether it fits."""
    try:
        return Outcome(saved=look_up(owner, sha256, len(photo)))
    except (UserError, OSError, DatabaseError) as problem:
        return Outcome(problem=foreseen(problem))


def look_up(owner: User, sha256: str, size: int) -> Saved | None:
    """What was saved of the same file; None if it is new and fits. Raises OverQuota. `size`: of the
    file, in bytes."""
    if earlier := recognised(owner, sha256):
        return earlier
    check_room(owner, size)
    return None


def answer_known(
    saved: Saved, options: colorizer.Options, words: Words, wanted: Wanted
) -> Outcome | None:
    """The outcome for a photo that is in the gallery already; None if it must be coloured first."""
    if wanted is not Wanted.COLOURS:
        return Outcome(saved=saved)
    # A stored version says nothing of a sidecar that is new.
    version = None if words.known else version_with(saved.picture, options)
    colours = version and stored_colours(version, words.filename)
    return Outcome(colours, saved) if colours else None


def foreseen(problem: Exception) -> UserError:
    """The UserError for any exception, logged if unexpected, so that the colours are not lost."""
    error = user_error(problem)
    if error.status == 500:
        logger.exception("a picture was not saved", exc_info=problem)
    return error


def find(owner: User, sha256: str) -> Picture | None:
    """The picture that this person has already saved of the same file. `sha256`: its digest."""
    # There is one at most, so that nothing needs sorting.
    return next(iter(Picture.objects.owned_by(owner).filter(sha256=sha256)), None)


def check_room(owner: User, size: int) -> None:
    """Raises OverQuota unless one more picture of that many bytes fits."""
    usage(owner).check(1, size)


def save(owner: User, photo: bytes, result: colorizer.Result, words: Words, sha256: str) -> Saved:
    """Save an original and its result, with their thumbnails.

    Raises OverQuota, StorageUnavailable, or NotLoggedIn if the account was deleted in the meantime.
    """
    try:
        return save_new(owner, photo, result, words, sha256)
    except IntegrityError:
        # The same photo was sent twice at the same time; the other may be deleted again by now.
        return recognised(owner, sha256) or save_new(owner, photo, result, words, sha256)


def save_new(
    owner: User, photo: bytes, result: colorizer.Result, words: Words, sha256: str
) -> Saved:
    """Raises like `save`, and IntegrityError if the same photo is there."""
    with file_transaction() as batch:
        picture, version = write(owner, photo, result, words, sha256, batch)
        insert(picture, version, words.album)
    return Saved(picture, is_new=True)


def write(
    owner: User,
    photo: bytes,
    result: colorizer.Result,
    words: Words,
    sha256: str,
    batch: Batch,
) -> tuple[Picture, Version]:
    """Store the files of a new picture; its rows are not saved yet, see `insert`. `result`: with
    thumbnails of SIDES. Raises StorageFull or StorageUnavailable."""
    assert result.thumbnails is not None  # noqa: S101
    copies = [photo, *result.thumbnails.original]
    jpegs = jpegs_of(result, result.thumbnails.result)
    picture = new_picture(owner, photo, result, words)
    picture.sha256, picture.bytes = sha256, sum(map(len, (*copies, *jpegs.values())))
    picture.original = batch.write(photo, ending_of(picture.original_type))
    picture.original_medium, picture.original_small = map(batch.write, copies[1:])
    return picture, make_version(picture, result, jpegs, batch)


def new_picture(owner: User, photo: bytes, result: colorizer.Result, words: Words) -> Picture:
    """An unsaved row, without its files."""
    kind = check_type(photo, words.filename)
    kept = result.metadata.kept(words=result.options.keep_metadata, place=False)
    title = words.title or plain(kept.title or kept.headline) or title_from(words.filename)
    return Picture(
        owner=owner,
        title=title[:TITLE_LENGTH],
        note=words.note or kept.caption,
        # The ending says what the file really is.
        original_name=with_ending(title_from(words.filename), kind.ending),
        original_type=kind.mime,
        metadata=result.metadata.as_dict(),
    )


def insert(picture: Picture, version: Version, album: Album | None) -> None:
    """Save the rows of a new picture, if it still fits. An album that was deleted in the meantime
    is left out. Raises OverQuota or NotLoggedIn."""
    # Where there is a transaction around it, that fails as a whole, too.
    with transaction.atomic(savepoint=False):
        lock_owner(picture.owner)
        check_room(picture.owner, picture.bytes)
        picture.album = album and albums.hold(album)
        # Each refers to the other, which is looked at when the transaction ends.
        picture.current = version
        picture.save(force_insert=True)
        version.save(force_insert=True)


def colorize_and_save(
    owner: User, photo: bytes, options: colorizer.Options, filename: str = "", **words: Any
) -> Saved:
    """The saved picture. Raises like `colorize`."""
    outcome = colorize(owner, photo, options, Words(filename, **words), Wanted.PICTURE)
    assert outcome.saved is not None  # noqa: S101
    return outcome.saved


def recognised(owner: User, sha256: str) -> Saved | None:
    """What was saved of the same file before; restored if it is in the bin. None if there is
    nothing, or it was deleted for good in the meantime."""
    picture = find(owner, sha256)
    was_binned = picture is not None and picture.deleted_at is not None
    if was_binned:
        restore(Picture.objects.owned_by(owner).filter(sha256=sha256))
        picture = find(owner, sha256)
    return Saved(picture, False, was_binned) if picture else None


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
