"""Where a film in colour goes: into the gallery, or, for visitors, beside its job for a while."""

import hashlib
from typing import IO

from django.db import IntegrityError

from accounts.models import User
from colorize.engine.video.options import FilmOptions
from colorize.films import Joined
from gallery.models import Picture
from gallery.services import films, pictures, versions
from gallery.services.files import Batch, file_transaction
from gallery.services.films import Original
from gallery.services.pictures import Words
from jobs.film_state import options_of
from jobs.models import Item, JobFile
from jobs.services import uploads
from jobs.services.batches import album_of, stored
from jobs.services.film_source import picture_of
from jobs.services.films import RESULT
from jobs.services.uploads import FOLDER
from jobs.work import Work

CHUNK = 1 << 20


def recognise(work: Work, file: IO[bytes]) -> Picture | None:
    """The film of this first item as it is in the gallery already, so that it need not be coloured.
    Raises OverQuota if it is new and does not fit, FilmGone if it was deleted from there."""
    job = work.item.job
    if picture := picture_of(work.item):
        return picture if is_shown_with(picture, options_of(job)) else None
    if job.owner is None:
        return None
    saved = films.recognise(job.owner, original_of(work, work.item, file))
    return saved.picture if saved else None


def is_shown_with(picture: Picture, options: FilmOptions) -> bool:
    """Make the version with these options the current one, if there is one."""
    same = versions.version_with(picture, options)
    if same:
        versions.use_version(picture, same)
    return same is not None


def original_of(work: Work, first: Item, file: IO[bytes]) -> Original:
    """`first`: the item of the upload. Raises Stopped."""
    with work.step("read"):
        return Original(file, first.payload["size"], digest(work, file), first.name)


def digest(work: Work, file: IO[bytes]) -> str:
    """Raises Stopped."""
    hashed = hashlib.sha256()
    file.seek(0)
    while chunk := file.read(CHUNK):
        hashed.update(chunk)
        work.check()
    file.seek(0)
    return hashed.hexdigest()


def finish_known(work: Work, first: Item, picture: Picture) -> None:
    with work.finish() as told:
        told["picture"] = str(picture.pk)
        forget_parts(first)


def forget_parts(first: Item) -> None:
    """Delete the upload, and the pieces that the film was joined from."""
    uploads.drop([first])
    pieces = first.job.items.filter(payload__has_key="piece")
    JobFile.objects.filter(item__in=pieces).delete()


def keep(work: Work, first: Item, file: IO[bytes], pieces: list[Item], joined: Joined) -> None:
    """Store a film that was joined, and end its last item. `file`: the film as it was; `pieces`:
    those that it was joined from.

    Raises OverQuota, FilmGone, or like the storage. The pieces stay then, so that only the join is
    repeated.
    """
    confidence = mean_confidence(pieces)
    if picture := picture_of(first):
        keep_version(work, first, picture, joined, confidence)
    elif owner := work.item.job.owner:
        keep_in_gallery(work, owner, first, file, joined, confidence)
    else:
        keep_for_visitor(work, first, joined, confidence)


def mean_confidence(pieces: list[Item]) -> float | None:
    """Of all frames, 0..1."""
    known = [piece for piece in pieces if piece.told("confidence") is not None]
    frames: int = sum(piece.told("frames") for piece in known)
    if not frames:
        return None
    share: int = sum(piece.told("confidence") * piece.told("frames") for piece in known)
    return share / frames / 100


def percent(confidence: float | None) -> int | None:
    """`confidence`: 0..1."""
    return None if confidence is None else round(100 * confidence)


def keep_in_gallery(
    work: Work,
    owner: User,
    first: Item,
    file: IO[bytes],
    joined: Joined,
    confidence: float | None,
) -> None:
    original = original_of(work, first, file)
    try:
        insert(work, owner, first, original, joined, confidence)
    except IntegrityError:
        # The same film was saved at the same time.
        saved = films.recognise(owner, original)
        if saved is None:
            raise
        finish_known(work, first, saved.picture)


def insert(
    work: Work,
    owner: User,
    first: Item,
    original: Original,
    joined: Joined,
    confidence: float | None,
) -> None:
    job = work.item.job
    words = Words(first.name, job.title if job.title != first.name else "", album=album_of(job))
    with file_transaction() as batch:
        with work.step("store"):
            picture, version = films.write(
                owner, original, joined, options_of(job), confidence, words, batch
            )
        work.check()
        with work.finish() as told:
            pictures.insert(picture, version, words.album)
            told |= {"picture": str(picture.pk), "confidence": version.confidence}
            forget_parts(first)


def keep_version(
    work: Work, first: Item, picture: Picture, joined: Joined, confidence: float | None
) -> None:
    options = options_of(work.item.job)
    with file_transaction() as batch:
        with work.step("store"):
            version = films.write_version(picture, joined, options, confidence, batch)
        with work.finish() as told:
            kept = versions.insert_version(picture, version, options)
            told |= {"picture": str(picture.pk), "confidence": kept.confidence}
            forget_parts(first)
        if kept is not version:
            batch.undo()


def keep_for_visitor(work: Work, first: Item, joined: Joined, confidence: float | None) -> None:
    with file_transaction(FOLDER) as batch:
        with work.step("store"):
            rows = [film_row(work.item, joined, batch)]
            rows += [
                stored(work.item, role, batch.write(data), len(data))
                for role, data in stills_of(joined).items()
            ]
        with work.finish() as told:
            JobFile.objects.bulk_create(rows)
            told["roles"] = [row.role for row in rows]
            told["confidence"] = percent(confidence)
            forget_parts(first)


def film_row(item: Item, joined: Joined, batch: Batch) -> JobFile:
    """An unsaved row for the film, which is stored."""
    with joined.file.open("rb") as file:
        name = batch.write_file(file, joined.file.suffix)
    return stored(item, RESULT, name, joined.file.stat().st_size)


def stills_of(joined: Joined) -> dict[str, bytes]:
    """By their roles, as those of photos."""
    stills = joined.stills
    return {
        "original_small": stills.before_small,
        "before": stills.before_medium,
        "result_medium": stills.result_medium,
        "result_small": stills.result_small,
        "strip": stills.strip,
    }
