"""ZIPs that are made while they are sent; never whole in memory or on disk."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import PurePath

from django.core.files.storage import default_storage
from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from colorize.service import colorized_name
from gallery.models import Picture
from gallery.models.pictures import PictureQuerySet

PIECE = 256 * 1024
PORTION = 200
LOST = "missing.txt"


class Names:
    """Each given once: Grandma.jpg, Grandma (2).jpg."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def free(self, name: str) -> str:
        known = name.casefold()
        self.given[known] = self.given.get(known, 0) + 1
        if self.given[known] == 1:
            return name
        path = PurePath(name)
        return self.free(str(path.with_stem(f"{path.stem} ({self.given[known]})")))


class PictureZip:
    """Entries are added and sent one by one; a lost file is told of in LOST, and breaks nothing."""

    def __init__(self) -> None:
        self.stream = ZipStream(sized=False)
        self.names = Names()
        self.lost: list[str] = []

    def file(self, stored: str | None, name: str) -> Iterator[bytes]:
        name = self.names.free(name)
        try:
            handle = default_storage.open(stored or "")
            pieces = handle.chunks(PIECE)
            first = next(iter(pieces), b"")
        except OSError:
            self.lost.append(name)
            return
        with handle:
            self.stream.add(joined(first, pieces), name)
            yield from self.stream.all_files()

    def text(self, content: str, name: str) -> Iterator[bytes]:
        self.stream.add(content, self.names.free(name))
        yield from self.stream.all_files()

    def end(self) -> Iterator[bytes]:
        if self.lost:
            yield from self.text("These files are lost:\n" + "\n".join(self.lost), LOST)
        yield from self.stream.finalize()


def joined(first: bytes, rest: Iterable[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest


def zip_of(pictures: PictureQuerySet) -> Iterator[bytes]:
    """The colour pictures, under their titles."""
    archive = PictureZip()
    for picture in in_portions(pictures):
        yield from archive.file(picture.shown.result.name, colorized_name(f"{picture.title}.jpg"))
    yield from archive.end()


def in_portions(pictures: PictureQuerySet) -> Iterator[Picture]:
    """A few at a time, by key: no query stays open for as long as the download takes."""
    rows = pictures.select_related("current").order_by("pk")
    portion = list(rows[:PORTION])
    while portion:
        yield from portion
        portion = list(rows.filter(pk__gt=portion[-1].pk)[:PORTION])


def zip_response(name: str, chunks: Iterator[bytes]) -> StreamingHttpResponse:
    """A download of today."""
    name = f"{name}-{datetime.now(UTC):%Y-%m-%d}.zip"
    return StreamingHttpResponse(
        chunks,
        content_type="application/zip",
        headers={
            "Content-Disposition": str(content_disposition_header(True, name)),
            "Cache-Control": "private, no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )
