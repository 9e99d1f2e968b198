"""The files of the storage into an archive and back, whether it is a folder or S3."""

import os
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import CommandError

from gallery.maintenance.backup import archive
from gallery.maintenance.backup.archive import Progress
from gallery.services import files

TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE listed (name BLOB PRIMARY KEY, bytes INTEGER) WITHOUT ROWID;
CREATE TABLE copied (name BLOB PRIMARY KEY, bytes INTEGER) WITHOUT ROWID;
"""
LEFT = "FROM listed LEFT JOIN copied USING (name) WHERE listed.bytes IS NOT copied.bytes"


class Copying:
    """What is in the storage, and what of it is in the archive, in a temporary database (see
    Inventory for why)."""

    def __init__(self, writer: archive.Writer) -> None:
        self.writer = writer
        self.db = sqlite3.connect("")
        self.db.executescript(TABLES)

    def list(self) -> int:
        """List the storage again; returns how many bytes are left to copy."""
        self.db.execute("DELETE FROM listed")
        found = ((os.fsencode(name), size) for name, size in files.stored(""))
        self.db.executemany("INSERT OR REPLACE INTO listed VALUES (?, ?)", found)
        return int(self.db.execute(f"SELECT total(listed.bytes) {LEFT}").fetchone()[0])

    def copy(self, progress: Progress) -> None:
        """Add the listed files that are not in the archive yet, or were incomplete when added."""
        for (name,) in self.db.execute(f"SELECT listed.name {LEFT}"):
            size = self.add(os.fsdecode(name))
            self.db.execute("INSERT OR REPLACE INTO copied VALUES (?, ?)", (name, size))
            progress(size or 0)

    def add(self, name: str) -> int | None:
        """The bytes of the file; None if it has been deleted since it was listed."""
        if (file := opened(name)) is None:
            return None
        with file:
            self.writer.add(f"{archive.MEDIA}{name}", file, file.size)
            return file.size

    def count(self) -> int:
        return int(self.db.execute("SELECT count(bytes) FROM copied").fetchone()[0])


def opened(name: str) -> "File[bytes] | None":
    """A file, or None if it was deleted. S3 sends the content only once something is read."""
    try:
        file = default_storage.open(name)
        file.read(1)
        file.seek(0)
    except Exception:
        # Each storage backend has its own exceptions.
        if default_storage.exists(name):
            raise
        return None
    return file


def put_back(file: Path, progress: Progress) -> int:
    """Store the files of a verified archive; returns their number. If anything goes wrong, none
    stays behind."""
    done = 0
    try:
        for name, content, size in archive.media(file):
            done += 1
            store(name, File(content, name))
            progress(size)
    except BaseException:
        take_out(file, done)
        raise
    return done


def store(name: str, content: "File[bytes]") -> None:
    """Under exactly this name, in place of an earlier one: the last one counts."""
    saved = default_storage.save(name, content)
    if saved != name:
        default_storage.delete(saved)
        default_storage.delete(name)
        saved = default_storage.save(name, content)
    if saved != name:
        raise CommandError(f"The storage does not take a file named {name!r}.")


def take_out(file: Path, most: int | None = None) -> None:
    """Delete the (first) files of the archive from the storage."""
    files.delete(islice(names(file), most))


def names(file: Path) -> Iterator[str]:
    return (name for name, _, _ in archive.media(file))
