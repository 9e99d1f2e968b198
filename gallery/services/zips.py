"""ZIP files that are sent while they are made: never whole in memory, never on disk."""

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
from colorize.engine.formats import JPEG
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet
from gallery.paging import page_of

logger = logging.getLogger(__name__)

PIECE = 1 << 16
PORTION = 200
# Bytes, for file systems take 255 and number and ending come on top.
STEM_LENGTH = 180
MISSING = "missing.txt"


class Names:
    """Names of files, each given once, also where capitals make no difference."""

    def __init__(self) -> None:
        self.next: dict[str, int] = {}

    def pick(self, title: str, suffix: str, folder: str = "") -> str:
        """Grandma.jpg, then Grandma (2).jpg."""
        stem = folder + title_name(title, STEM_LENGTH)
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
    """Stored, not compressed: photos are compressed already. What cannot be read is told in
    MISSING, for a download that breaks off helps nobody."""

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
        """Of a file in the storage; ends early where it cannot be read."""
        try:
            with stored.storage.open(stored.name or "") as file:
                while piece := file.read(PIECE):
                    yield piece
        except Exception:
            # Whatever the storage raises: S3 has errors of its own.
            logger.exception("a file is missing from a ZIP: %s", stored.name)
            self.missing.append(name)

    def add(self, content: bytes | Iterable[bytes], name: str) -> Iterator[bytes]:
        self.zip.add(content, name)
        yield from self.zip.all_files()

    def end(self) -> Iterator[bytes]:
        if self.missing:
            lines = ["These files could not be read, or not to their end:", *self.missing]
            yield from self.add("\n".join([*lines, ""]).encode(), MISSING)
        yield from self.zip.finalize()


def chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def zip_of(pictures: PictureQuerySet) -> Iterator[bytes]:
    """The colour versions that are shown, at full size, under their titles."""
    archive = Archive()
    for picture in one_by_one(pictures.select_related("current")):
        name = archive.names.pick(picture.title, JPEG.ending)
        yield from archive.file(picture.shown.result, name)
    yield from archive.end()


def one_by_one(pictures: PictureQuerySet) -> Iterator[Picture]:
    """Oldest first, in portions of a query each: one query read on for as long as somebody
    downloads would keep SQLite from tidying up its journal."""
    cursor = ""
    while True:
        page = page_of(pictures, "oldest", cursor, PORTION)
        yield from page.pictures
        if not (cursor := page.next):
            return


def zip_response(name: str, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    """A download of today: NAME-2026-05-31.zip."""
    response = StreamingHttpResponse(chunks, content_type="application/zip")
    dated = f"{name}-{timezone.now():%Y-%m-%d}.zip"
    response["Content-Disposition"] = content_disposition_header(True, dated)
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
