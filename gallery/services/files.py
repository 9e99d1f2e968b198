"""Files of pictures in the default storage: written together with their rows, or not at all."""

import io
import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import IO, Any

from django.core.files import File
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
# How much of a file in a bucket is asked for at once, at least.
READ_AHEAD = 1 << 20


class Batch:
    """Files that are written together. `folder`: of the storage."""

    def __init__(self, folder: str = FOLDER) -> None:
        self.folder = folder
        self.names: list[str] = []

    def write(self, content: bytes, suffix: str = JPEG.ending) -> str:
        """Like `write_file`, for a small one."""
        return self.write_file(io.BytesIO(content), suffix)

    def write_file(self, file: IO[bytes], suffix: str) -> str:
        """Store a file, in chunks, under a name that nobody can guess; returns the name.

        Raises StorageFull or StorageUnavailable.
        """
        secret = secrets.token_hex(16)
        name = f"{self.folder}/{secret[:2]}/{secret}{suffix}"
        # Noted first, so that a half-written file is deleted too.
        self.names.append(name)
        try:
            return default_storage.save(name, File(file))
        except Exception as problem:
            # Each storage backend has its own exceptions.
            raise refused(problem) from problem

    def undo(self) -> None:
        delete(self.names)


def content(file: FieldFile) -> bytes:
    """The whole file. Raises what the storage raises if it is lost."""
    with default_storage.open(file.name or "") as opened:
        return bytes(opened.read())


def is_in_bucket() -> bool:
    """Whether files are in S3, not in a folder."""
    return hasattr(default_storage, "bucket")


def bucket() -> Any:
    return default_storage.bucket  # type: ignore[attr-defined]


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
    """As they arrive: what the storage opens, it first copies as a whole."""
    wanted = {"Range": f"bytes={part.first}-{part.first + part.length - 1}"} if part else {}
    body = bucket().Object(name).get(**wanted)["Body"]
    try:
        yield from body.iter_chunks(CHUNK)
    finally:
        body.close()


def opened(name: str) -> IO[bytes]:
    """A file, to read and seek in; from a bucket only what is read. Raises what the storage raises
    if it is lost."""
    if is_in_bucket():
        return io.BufferedReader(FromBucket(name), READ_AHEAD)
    return default_storage.open(name)


class FromBucket(io.RawIOBase):
    """What is read is asked for, range by range."""

    def __init__(self, name: str) -> None:
        self.name, self.size, self.place = name, default_storage.size(name), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        self.place = max(0, start + offset)
        return self.place

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        length = min(len(buffer), self.size - self.place)
        if length <= 0:
            return 0
        data = b"".join(chunks_from_bucket(self.name, Part(self.place, length)))
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
