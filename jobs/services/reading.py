"""Uploads read back: pieces in the storage, as one file."""

import io
from bisect import bisect_right
from collections import defaultdict
from typing import IO, Any

from django.core.files.storage import default_storage

from jobs.models import Item, JobFile

# The roles of pieces: of an upload, and of a sidecar that was unpacked together with its photo.
UPLOAD, SIDECAR = "upload", "sidecar"


def received(item: Item, role: str = UPLOAD) -> int:
    """How many bytes of an upload have arrived. Pieces have no gaps."""
    last = JobFile.objects.filter(item=item, role=role).order_by("-offset").first()
    return last.offset + last.bytes if last else 0


def opened(item: Item, role: str = UPLOAD) -> io.BufferedReader:
    """What has arrived, as one file to read and seek in. Only the piece that is read is open."""
    return io.BufferedReader(Pieces(list(JobFile.objects.filter(item=item, role=role))))


def contents(item: Item) -> dict[str, bytes]:
    """All that has arrived, whole, by its role. Raises what the storage raises if a piece is
    lost."""
    found: defaultdict[str, io.BytesIO] = defaultdict(io.BytesIO)
    for row in JobFile.objects.filter(item=item, role__in=[UPLOAD, SIDECAR]):
        with default_storage.open(row.file.name or "") as file:
            found[row.role].write(file.read())
    return {role: buffer.getvalue() for role, buffer in found.items()}


def content(item: Item) -> bytes:
    """The whole of an upload. Raises like `contents`."""
    return contents(item).get(UPLOAD, b"")


class Pieces(io.RawIOBase):
    """Files that follow each other, as one."""

    def __init__(self, rows: list[JobFile]) -> None:
        self.rows = rows
        self.starts = [row.offset for row in rows]
        self.length = rows[-1].offset + rows[-1].bytes if rows else 0
        self.place = 0
        self.number = -1
        self.file: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.length}[whence]
        if start + offset < 0:
            raise ValueError(offset)
        self.place = start + offset
        return self.place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.place >= self.length:
            return 0
        number = bisect_right(self.starts, self.place) - 1
        file = self.piece(number)
        file.seek(self.place - self.starts[number])
        data = file.read(len(buffer))
        if not data:
            raise OSError("a piece of an upload is shorter than it was")
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)

    def piece(self, number: int) -> IO[bytes]:
        if number != self.number:
            self.put_away()
            name = self.rows[number].file.name or ""
            self.number, self.file = number, default_storage.open(name)
        opened: IO[bytes] = self.file
        return opened

    def put_away(self) -> None:
        if self.file:
            self.file.close()
        self.number, self.file = -1, None

    def close(self) -> None:
        self.put_away()
        super().close()
