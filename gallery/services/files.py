"""Files of pictures in the default storage: written together with their rows, or not at all."""

import io
import logging
import mimetypes
import secrets
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from itertools import accumulate
from typing import IO, Any

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models.fields.files import FieldFile

from colorize.engine.formats import JPEG
from colorize.web.ranges import Part, PartOfFile
from colorize.web.storage import refused

logger = logging.getLogger(__name__)

FOLDER = "pictures"
# Files without a picture, kept here until `manage.py empty_bin` deletes them.
ASIDE = "strays"
# On a disk of its own, the system's, which only root can read.
LOST_AND_FOUND = "lost+found"
# How much of a file is in memory at once.
CHUNK = 1 << 16
# How much is asked for at once, at least, of a file that is read in any order.
READ_AHEAD = 1 << 20


class Batch:
    """Files that are written together. `folder`: of the storage."""

    def __init__(self, folder: str = FOLDER) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, content: bytes, suffix: str = JPEG.ending) -> str:
        """Like `write_file`, for a small one."""
        name = self.new_name(suffix)
        with refusing():
            put(name, content)
        return name

    def write_file(self, file: IO[bytes], suffix: str) -> str:
        """Store a file, in chunks, under a name that nobody can guess; returns the name.

        Raises StorageFull or StorageUnavailable.
        """
        name = self.new_name(suffix)
        with refusing():
            default_storage.save(name, File(file))
        return name

    def new_name(self, suffix: str) -> str:
        """A name that nobody can guess. Remembered at once, so that a half-written file is deleted,
        too."""
        secret = secrets.token_hex(16)
        name = f"{self.folder}/{secret[:2]}/{secret}{suffix}"
        self.names.append(name)
        return name

    def undo(self) -> None:
        delete(self.names)


@contextmanager
def refusing() -> Iterator[None]:
    """Raises StorageFull or StorageUnavailable for whatever a storage raises."""
    try:
        yield
    except Exception as problem:
        # Each storage backend has its own exceptions.
        raise refused(problem) from problem


def put(name: str, content: bytes) -> None:
    """Store a small file. To send one in parts, as the library of a bucket does it, it starts
    threads, which takes twice the processor time."""
    if not is_in_bucket():
        default_storage.save(name, ContentFile(content))
        return
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    client().put_object(Bucket=bucket().name, Key=name, Body=content, ContentType=kind)


def content(file: FieldFile) -> bytes:
    """The whole file. Raises what the storage raises if it is lost."""
    return b"".join(chunks(file.name or ""))


def is_in_bucket() -> bool:
    """Whether files are in S3, not in a folder."""
    return hasattr(default_storage, "bucket")


def bucket() -> Any:
    return default_storage.bucket  # type: ignore[attr-defined]


def client() -> Any:
    """Of S3, for all threads."""
    return bucket().meta.client


def chunks(name: str, part: Part | None = None) -> Iterator[bytes]:
    """A file, or a part of it, piece by piece. Raises what the storage raises if it is lost."""
    if is_in_bucket():
        yield from chunks_from_bucket(name, part)
        return
    with default_storage.open(name) as file:
        wanted: IO[bytes] | PartOfFile = PartOfFile(file, part) if part else file
        while piece := wanted.read(CHUNK):
            yield piece


def chunks_from_bucket(name: str, part: Part | None) -> Iterator[bytes]:
    """As they arrive: what the storage opens, it first asks for twice and copies as a whole. Raises
    FileNotFoundError."""
    wanted = {"Range": f"bytes={part.first}-{part.first + part.length - 1}"} if part else {}
    try:
        body = client().get_object(Bucket=bucket().name, Key=name, **wanted)["Body"]
    except client().exceptions.NoSuchKey as problem:
        raise FileNotFoundError(name) from problem
    try:
        yield from body.iter_chunks(CHUNK)
    finally:
        body.close()


def opened(name: str) -> IO[bytes]:
    """A file, to read and seek in. A bucket sends only what is read. Raises what the storage raises
    if it is lost."""
    if is_in_bucket():
        return joined([(name, default_storage.size(name))])
    return default_storage.open(name)


def joined(files: Sequence[tuple[str, int]]) -> io.BufferedReader:
    """Files that follow each other, as one to read and seek in. `files`: names and sizes in
    bytes."""
    return io.BufferedReader(Joined(files), READ_AHEAD)


class Joined(io.RawIOBase):
    """Of each file only what is read is asked for. Raises what the storage raises if one is
    lost."""

    def __init__(self, files: Sequence[tuple[str, int]]) -> None:
        self.names = [name for name, _ in files]
        # Where each begins, and where the last one ends.
        self.edges = list(accumulate((size for _, size in files), initial=0))
        self.place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.edges[-1]}[whence]
        if start + offset < 0:
            raise ValueError(offset)
        self.place = start + offset
        return self.place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self.place >= self.edges[-1]:
            return 0
        number = bisect_right(self.edges, self.place) - 1
        length = min(len(buffer), self.edges[number + 1] - self.place)
        part = Part(self.place - self.edges[number], length)
        data = b"".join(chunks(self.names[number], part))
        if not data:
            raise OSError(f"{self.names[number]} is shorter than it was")
        buffer[: len(data)] = data
        self.place += len(data)
        return len(data)


@contextmanager
def file_transaction(folder: str = FOLDER) -> Iterator[Batch]:
    """Deletes the files that were written inside if anything after them fails.

    Files are written before the transaction with their rows, so that a slow storage does not hold
    the database's lock. If the process is killed in between, `manage.py reconcile` finds the files
    without rows.
    """
    batch = Batch(folder)
    try:
        yield batch
    except BaseException:
        batch.undo()
        raise


def delete_after_commit(names: Iterable[str]) -> None:
    """Delete files once their rows are deleted for good."""
    transaction.on_commit(partial(delete, list(names)))


def delete(names: Iterable[str]) -> None:
    """Delete files. One that cannot be deleted is logged and left to `manage.py reconcile`."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            logger.exception("a file could not be deleted: %s", name)


def stored(folder: str = FOLDER) -> Iterator[tuple[str, int]]:
    """Names and sizes in bytes of all files of pictures, or of everything (`folder` is empty)."""
    if is_in_bucket():
        # S3 lists a thousand names with sizes at once; asking for each would take hours.
        for entry in bucket().objects.filter(Prefix=below(folder)):
            yield entry.key, entry.size
        return
    for name in listed(folder):
        with suppress(FileNotFoundError):
            yield name, default_storage.size(name)


def set_aside(name: str) -> bool:
    """Move a file to ASIDE, with today as its date. Returns whether it worked."""
    return move(name, f"{ASIDE}/{name}")


def bring_back(name: str) -> bool:
    """Move a file back from ASIDE. Returns whether there was one."""
    return move(f"{ASIDE}/{name}", name)


def move(old: str, new: str) -> bool:
    """Copy, then delete: storages have no move."""
    if default_storage.exists(new):
        return False
    try:
        with default_storage.open(old) as file:
            default_storage.save(new, file)
    except FileNotFoundError:
        return False
    delete([old])
    return not default_storage.exists(old)


def forget_strays(before: datetime) -> int:
    """Delete files set aside before that time; returns their number."""
    old = [name for name in listed(ASIDE) if default_storage.get_modified_time(name) < before]
    delete(old)
    return len(old)


def listed(folder: str) -> Iterator[str]:
    """All files below a folder, one folder at a time to save memory."""
    folders = [folder]
    while folders:
        folder = folders.pop()
        with suppress(FileNotFoundError):
            inner, files = default_storage.listdir(folder)
            folders += [f"{below(folder)}{name}" for name in inner if name != LOST_AND_FOUND]
            yield from (f"{below(folder)}{name}" for name in files)


def below(folder: str) -> str:
    """How the names of its files begin; nothing for the whole storage."""
    return folder and f"{folder}/"
