"""Parts of files, as players ask for them (RFC 9110, section 14)."""

import io
import re
from typing import IO, NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase

# One range: players ask for no more, and a request for several gets the whole file.
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII | re.IGNORECASE)


class OutsideError(ValueError):
    """The range begins behind the end of the file."""


class Part(NamedTuple):
    """In bytes."""

    first: int
    length: int


def asked_part(request: HttpRequest, size: int, etag: str) -> Part | None:
    """The part of a file of `size` bytes that is asked for. None for the whole: if no part is, if
    that cannot be read, or if the file is another one by now (If-Range). Raises OutsideError."""
    found = RANGE.fullmatch(request.headers.get("Range", "").strip())
    if request.method != "GET" or not found or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = (int(number) if number else None for number in found.groups())
    if first is None and last is None:
        return None
    if first is None:
        first, last = max(0, size - (last or 0)), size if last else -1
    elif last is not None and last < first:
        return None
    if first >= size or last == -1:
        raise OutsideError
    end = size if last is None else min(last + 1, size)
    return Part(first, end - first)


def mark(response: HttpResponseBase, part: Part | None, size: int) -> None:
    """The status and headers of a response with that part of a file, or with the whole."""
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Content-Length"] = str(part.length if part else size)
    if part:
        response.status_code = 206
        last = part.first + part.length - 1
        response.headers["Content-Range"] = f"bytes {part.first}-{last}/{size}"


def outside(size: int) -> HttpResponse:
    """The response to a range behind the end of the file."""
    return HttpResponse(
        status=416, headers={"Content-Range": f"bytes */{size}", "Accept-Ranges": "bytes"}
    )


class PartOfFile(io.RawIOBase):
    """A part of a file as a separate file, which servers can send like any other."""

    def __init__(self, file: IO[bytes], part: Part) -> None:
        self.file, self.part = file, part
        self.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.tell(), io.SEEK_END: self.part.length}[whence]
        return self.file.seek(self.part.first + start + offset) - self.part.first

    def tell(self) -> int:
        return self.file.tell() - self.part.first

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self.file.read(min(len(buffer), max(0, self.part.length - self.tell())))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self.file.close()
        super().close()
