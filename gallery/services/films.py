"""Films in the gallery, beside the photos: the files of a film and of its versions.

A film is found, counted, inserted, shared and deleted by the same functions as a photo.
"""

from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import IO

from django.conf import settings

from accounts.models import User
from colorize.engine.filenames import with_ending
from colorize.engine.formats import HEAD, MP4, Kind, film_kind
from colorize.engine.video.film import Film
from colorize.engine.video.options import FilmOptions
from colorize.films import Joined
from gallery.models import Picture, Version
from gallery.models.pictures import TITLE_LENGTH
from gallery.services import pictures
from gallery.services.files import Batch
from gallery.services.pictures import Saved, Words, check_room, title_from


@dataclass(frozen=True)
class Original:
    """A film as it was uploaded. `file`: to read and seek in; `size`: in bytes; `sha256`: its
    digest, in hex; `filename`: as the person calls it."""

    file: IO[bytes]
    size: int
    sha256: str
    filename: str


def recognise(owner: User, original: Original) -> Saved | None:
    """The film, if this person has saved the same file before; restored if it is in the bin. Raises
    OverQuota if it is new and does not fit."""
    return pictures.look_up(owner, original.sha256, original.size)


def write(
    owner: User,
    original: Original,
    joined: Joined,
    options: FilmOptions,
    confidence: float | None,
    words: Words,
    batch: Batch,
) -> tuple[Picture, Version]:
    """Store the files of a new film, in chunks; its rows are not saved yet, see `pictures.insert`.
    `confidence`: 0..1. Raises OverQuota, StorageFull or StorageUnavailable."""
    picture = new_picture(owner, original, joined.film, words)
    stills = joined.stills
    size = original.size + len(stills.before_medium) + len(stills.before_small)
    picture.bytes = size + size_of(joined)
    check_room(owner, picture.bytes)
    picture.original = batch.write_file(original.file, PurePath(picture.original_name).suffix)
    picture.original_medium = batch.write(stills.before_medium)
    picture.original_small = batch.write(stills.before_small)
    return picture, write_version(picture, joined, options, confidence, batch)


def new_picture(owner: User, original: Original, film: Film, words: Words) -> Picture:
    """An unsaved row, without its files."""
    kind = kind_of(original.file)
    name = words.filename or original.filename
    return Picture(
        owner=owner,
        title=(words.title or title_from(name))[:TITLE_LENGTH],
        note=words.note,
        original_name=with_ending(title_from(name), ending_of(kind, name)),
        original_type=kind.mime,
        sha256=original.sha256,
        seconds=film.seconds,
    )


def kind_of(file: IO[bytes]) -> Kind:
    """Of a film that has been coloured, and so is of a known kind."""
    file.seek(0)
    kind = film_kind(file.read(HEAD))
    assert kind is not None  # noqa: S101
    return kind


def ending_of(kind: Kind, name: str) -> str:
    """The name's own if it fits what the file really is: a container has several."""
    own = PurePath(name).suffix.lower()
    return own if own in kind.endings else kind.ending


def write_version(
    picture: Picture,
    joined: Joined,
    options: FilmOptions,
    confidence: float | None,
    batch: Batch,
) -> Version:
    """Store the files of a version; its row is not saved yet, see `versions.insert_version`.
    `confidence`: 0..1. Raises StorageFull or StorageUnavailable."""
    width, height = joined.film.shown_size
    with joined.file.open("rb") as film:
        result = batch.write_file(film, MP4.ending)
    return Version(
        picture=picture,
        options=replace(options, network=options.network or settings.NETWORK).as_dict(),
        width=width,
        height=height,
        confidence=None if confidence is None else round(100 * confidence),
        seconds=joined.film.seconds,
        noticed={"notes": list(joined.film.notes)},
        bytes=size_of(joined),
        result=result,
        **{field: batch.write(jpeg) for field, jpeg in jpegs_of(joined).items()},
    )


def size_of(joined: Joined) -> int:
    """In bytes, of all files of a version."""
    return joined.file.stat().st_size + sum(map(len, jpegs_of(joined).values()))


def jpegs_of(joined: Joined) -> dict[str, bytes]:
    """The pictures of a version by their fields."""
    stills = joined.stills
    return {
        "result_medium": stills.result_medium,
        "result_small": stills.result_small,
        "strip": stills.strip,
    }
