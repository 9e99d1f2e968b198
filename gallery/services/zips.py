"""ZIP files, streamed while they are built: never whole in memory, never on disk."""

import logging
from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from colorize.engine.filenames import title_name
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet
from gallery.paging import page_of
from gallery.services.files import chunks

logger = logging.getLogger(__name__)

PORTION = 200
MISSING = "missing.txt"


class Names:
    """Unique file names, also on systems that ignore case."""

    def __init__(self) -> None:
        self.next: dict[str, int] = {}

    def pick(self, title: str, suffix: str, folder: str = "") -> str:
        """Grandma.jpg, then Grandma (2).jpg."""
        stem = folder + title_name(title)
        first = key = f"{stem}{suffix}".casefold()
        for number in count(self.next.get(first, 1)):
            name = f"{stem} ({number}){suffix}" if number > 1 else f"{stem}{suffix}"
            key = name.casefold()
            if key not in self.next:
                break
        self.next[key] = 2
        self.next[first] = number + 1
        return name


class Archive:
    """Stores without compression: photos and films are compressed already. Unreadable files are
    listed in MISSING, because a download that breaks off helps nobody."""

    def __init__(self) -> None:
        self.zip: Any = ZipStream()
        self.names = Names()
        self.missing: list[str] = []

    def file(self, stored: FieldFile, name: str) -> Iterator[bytes]:
        pieces = self.pieces(stored, name)
        first = next(pieces, None)
        if first is not None:
            yield from self.add(chained(first, pieces), name)

    def pieces(self, stored: FieldFile, name: str) -> Iterator[bytes]:
        """The chunks of a stored file; stops early if it cannot be read."""
        try:
            yield from chunks(stored.name or "")
        except Exception:
            # Each storage backend has its own exceptions.
            logger.exception("a file is missing from a ZIP: %s", stored.name)
            self.missing.append(name)

    def add(self, content: bytes | Iterable[bytes], name: str) -> Iterator[bytes]:
        self.zip.add(content, name)
        yield from self.zip.all_files()

    def end(self) -> Iterator[bytes]:
        if self.missing:
            lines = ["These files could not be read completely:", *self.missing]
            yield from self.add("\n".join([*lines, ""]).encode(), MISSING)
        yield from self.zip.finalize()


def chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def zip_of(pictures: PictureQuerySet, originals: bool = False) -> Iterator[bytes]:
    """The current versions at full size, named after their titles; with `originals`, both in
    folders."""
    archive = Archive()
    folder = "results/" if originals else ""
    for picture in one_by_one(pictures.select_related("current")):
        name = archive.names.pick(picture.title, picture.shown.ending, folder)
        yield from archive.file(picture.shown.result, name)
        if originals:
            name = archive.names.pick(picture.title, picture.original_ending, "originals/")
            yield from archive.file(picture.original, name)
    yield from archive.end()


def one_by_one(pictures: PictureQuerySet) -> Iterator[Picture]:
    """Pictures, oldest first, one query a batch: a single query that stays open during a long
    download would keep SQLite from trimming its journal."""
    cursor = ""
    while True:
        page = page_of(pictures, "oldest", cursor, PORTION)
        yield from page.rows
        if not (cursor := page.next):
            return


def zip_response(name: str, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    """A download named NAME-2026-05-31.zip."""
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    dated = f"{name}-{timezone.now():%Y-%m-%d}.zip"
    response["Content-Disposition"] = content_disposition_header(True, dated)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
