"""Export everything about a person as a ZIP, and delete an account with everything in it."""

import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import IO, Any

from django.db import transaction
from django.db.models import Prefetch

from accounts import personal_data as accounts
from accounts.models import User
from gallery.models import Album, Picture, Report, Version
from gallery.models.pictures import PictureQuerySet
from gallery.services import catalogue
from gallery.services.bin import purge
from gallery.services.files import CHUNK
from gallery.services.mail import say_farewell
from gallery.services.quota import lock_owner
from gallery.services.zips import Archive, one_by_one

DATA, CATALOGUE = "data.json", "pictures.csv"
# What other rooms of the project know of a person: they add themselves here.
OTHERS: list[Callable[[User], dict[str, Any]]] = []


def export(user: User) -> Iterator[bytes]:
    """A ZIP of everything, including the bin: originals/, results/ with all versions, a table of
    the pictures in CATALOGUE, and the rest in DATA."""
    archive = Archive()
    # Temporary files, because a large gallery's do not fit in memory.
    with tempfile.TemporaryFile() as data, tempfile.TemporaryFile() as table:
        table.write(catalogue.heading())
        data.write(b'{"account": ' + as_json(about(user)) + b',\n"pictures": [')
        for number, picture in enumerate(one_by_one(everything(user))):
            entry = facts(picture)
            yield from files(archive, picture, entry)
            data.write((b",\n" if number else b"\n") + as_json(entry))
            table.write(catalogue.row(entry))
        data.write(b"\n]}\n")
        yield from archive.add(pieces(data), DATA)
        yield from archive.add(pieces(table), CATALOGUE)
    yield from archive.end()


def everything(user: User) -> PictureQuerySet:
    """With the versions of each picture in the order in which they were made."""
    mine = Picture.objects.owned_by(user).select_related("current", "album", "link")
    versions = Version.objects.order_by("created_at")
    return mine.prefetch_related(Prefetch("versions", versions))


def files(archive: Archive, picture: Picture, entry: dict[str, Any]) -> Iterator[bytes]:
    """Add a picture's original and results to the archive, and their names to `entry`."""
    entry["original"] = archive.names.pick(picture.title, picture.original_ending, "originals/")
    yield from archive.file(picture.original, entry["original"])
    for version, told in zip(picture.versions.all(), entry["versions"], strict=True):
        told["result"] = archive.names.pick(picture.title, version.ending, "results/")
        yield from archive.file(version.result, told["result"])


def facts(picture: Picture) -> dict[str, Any]:
    link = getattr(picture, "link", None)
    return {
        "id": str(picture.pk),
        "title": picture.title,
        "note": picture.note,
        "metadata": picture.said.as_dict(),
        "album": picture.album and picture.album.name,
        "uploaded_as": picture.original_name,
        "original_type": picture.original_type,
        "sha256": picture.sha256,
        "seconds": picture.seconds,
        "width": picture.width,
        "height": picture.height,
        "created_at": picture.created_at,
        "updated_at": picture.updated_at,
        "deleted_at": picture.deleted_at,
        "visibility": picture.visibility,
        "link": link and {"created_at": link.created_at, "expires_at": link.expires_at},
        "published_at": picture.published_at,
        "review": picture.review,
        "review_reason": picture.review_reason,
        "versions": [version_facts(version, picture) for version in picture.versions.all()],
    }


def version_facts(version: Version, picture: Picture) -> dict[str, Any]:
    return version.told_options.as_dict() | {
        "width": version.width,
        "height": version.height,
        "confidence": version.confidence,
        "noticed": version.noticed if version.is_film else version.seen.as_dict(),
        "created_at": version.created_at,
        "shown": version.pk == picture.current_id,
    }


def about(user: User) -> dict[str, Any]:
    reports = Report.objects.by(user)
    known = {name: facts for about in OTHERS for name, facts in about(user).items()}
    return (
        known
        | accounts.about(user)
        | {
            "albums": list(Album.objects.owned_by(user).values("name", "created_at")),
            "reports": list(reports.values("picture", "reason", "words", "created_at", "outcome")),
        }
    )


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=written).encode()


def written(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The whole file."""
    file.seek(0)
    while piece := file.read(CHUNK):
        yield piece


def close_account(user: User) -> None:
    """From now on sessions and tokens no longer work, so nothing new comes in."""
    User.objects.filter(pk=user.pk).update(is_active=False)


def delete_account(user: User) -> None:
    """Delete a person's account with everything in it. Their reports stay, without their name.

    If interrupted, it leaves a suspended account with fewer pictures; call it again.
    """
    close_account(user)
    purge(Picture.objects.owned_by(user))
    with transaction.atomic():
        lock_owner(user)
        # Pictures whose upload was under way until now.
        purge(Picture.objects.owned_by(user))
        Report.objects.by(user).update(email="")
        say_farewell(user)
        user.delete()
