"""The file of a backup: a tar, written and read from its beginning to its end, piece by piece.

backup.json         what made it (stamp.py)
media/...           the files of the storage
database.sqlite3    or database.dump, from PostgreSQL
secret_key          if the site made its own
checksums.txt       a line for each of the above, as `sha256sum --check` reads them
"""

import hashlib
import tarfile
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from io import BufferedReader, BytesIO
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from django.core.management import CommandError

STAMP, SECRET_KEY, CHECKSUMS = "backup.json", "secret_key", "checksums.txt"
DATABASES = ("database.sqlite3", "database.dump")
MEDIA = "media/"

# Names, contents and sizes.
Members = Generator[tuple[str, BufferedReader, int], None, None]
# Told how many bytes are done.
Progress = Callable[[int], object]


class Hashed:
    """A file that is hashed while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.sha256 = file, hashlib.sha256()

    def read(self, size: int) -> bytes:
        piece = self.file.read(size)
        self.sha256.update(piece)
        return piece


class Writer:
    """Adds members; a name that is added twice counts as its last one."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes]) -> None:
        self.tar, self.sums = tar, sums

    def add(self, name: str, file: IO[bytes], size: int) -> None:
        """The first `size` bytes of the file. Raises OSError if it has fewer."""
        hashed = Hashed(file)
        self.append(name, hashed, size)
        self.sums.write(line(hashed.sha256.hexdigest(), name))

    def append(self, name: str, file: Any, size: int) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode, member.mtime = size, 0o600, time.time()
        self.tar.addfile(member, file)
        forget_members(self.tar)

    def end(self) -> None:
        size = self.sums.tell()
        self.sums.seek(0)
        self.append(CHECKSUMS, self.sums, size)


@contextmanager
def writing(file: Path) -> Iterator[Writer]:
    with TemporaryFile() as sums, tarfile.open(file, "w") as tar:
        writer = Writer(tar, sums)
        yield writer
        writer.end()


def forget_members(tar: tarfile.TarFile) -> None:
    """Of a million files, tarfile's list of them would take a gigabyte."""
    tar.members.clear()  # type: ignore[attr-defined]


def line(sha256: str, name: str) -> bytes:
    return f"{sha256}  {name}\n".encode(errors="surrogateescape")


def members(file: Path) -> Members:
    """Names, contents and sizes; each content is read before the next member.

    Raises tarfile.TarError if it is damaged or not a tar, and CommandError for links and the like,
    and for sparse files, with which a small archive could fill a disk.
    """
    with tarfile.open(file, "r:") as tar:
        while (member := tar.next()) is not None:
            forget_members(tar)
            is_whole = member.isreg() and not member.issparse()
            content = tar.extractfile(member) if is_whole else None
            if not isinstance(content, BufferedReader):
                raise foreign(file, member.name)
            yield member.name, content, member.size


def read(file: Path, name: str) -> bytes | None:
    """The content of a small member."""
    return next((content.read() for found, content, _ in members(file) if found == name), None)


def extract(file: Path, name: str, target: Path) -> None:
    for found, content, _ in members(file):
        if found == name:
            with target.open("wb") as out:
                while piece := content.read(1 << 20):
                    out.write(piece)


def media(file: Path) -> Members:
    """The names of the stored files, with content and size."""
    for name, content, size in members(file):
        if name.startswith(MEDIA):
            yield name.removeprefix(MEDIA), content, size


def verify(file: Path, progress: Progress) -> None:
    """Read all of it. Raises CommandError if anything is not as it was written, or has a name that
    no backup has."""
    try:
        with TemporaryFile() as sums:
            compare(file, sums, add_up(file, sums, progress))
    except tarfile.TarError as problem:
        raise damaged(file) from problem


def add_up(file: Path, sums: IO[bytes], progress: Progress) -> bytes | None:
    """Write the checksums as they are now; returns those that were written, if there are any."""
    written = None
    for name, content, size in members(file):
        # Nothing comes after the checksums, for nothing would tell whether it is as it was.
        if written is not None or not (is_expected(name) or name == CHECKSUMS):
            raise foreign(file, name)
        if name == CHECKSUMS:
            written = content.read()
        else:
            sums.write(line(hashlib.file_digest(content, "sha256").hexdigest(), name))
            progress(size)
    return written


def compare(file: Path, found: IO[bytes], written: bytes | None) -> None:
    """Raises CommandError where a member has another checksum than was written, or none."""
    if written is None:
        raise damaged(file, "Its end is missing.")
    found.seek(0)
    for one, other in zip_longest(found, BytesIO(written), fillvalue=b""):
        if one != other:
            name = (other or one).decode(errors="replace").partition("  ")[2].strip()
            raise damaged(file, f"The first damaged part is {name or CHECKSUMS}.")


def is_expected(name: str) -> bool:
    """Whether a backup has such a member. A stored file has a path that leads nowhere else."""
    if not name.startswith(MEDIA):
        return name in (STAMP, SECRET_KEY, *DATABASES)
    steps = name.removeprefix(MEDIA).split("/")
    return not {"", ".", ".."} & set(steps) and not {"\\", "\0"} & set(name)


def damaged(file: Path, detail: str = "") -> CommandError:
    said = f"{file} is damaged or incomplete, so nothing was changed. {detail}".strip()
    return CommandError(f"{said} Use another backup.")


def foreign(file: Path, name: str) -> CommandError:
    return CommandError(
        f"{file} has a part that no backup of this site has: {name!r}. Nothing was changed. "
        "Use a file that “manage.py backup” has written."
    )
