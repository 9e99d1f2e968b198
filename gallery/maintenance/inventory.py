"""Compares the stored files with the database, using a temporary database instead of memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from uuid import UUID

from django.core.files.storage import default_storage

from gallery.models import Picture, Version
from gallery.services import files

OWN = ("original", "original_small", "original_medium")
RESULTS = ("result", "result_small", "result_medium")
# Of a version.
FILES = (*RESULTS, "before", "strip")
PORTION = 2000
# File names per query; each query reads all rows.
NAMES = 500

TABLES = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
CREATE TABLE file (name TEXT PRIMARY KEY, bytes INTEGER) WITHOUT ROWID;
CREATE TABLE claim (name TEXT, picture TEXT, version TEXT);
CREATE TABLE said (id TEXT, picture TEXT, bytes INTEGER);
"""
INDEXES = """
CREATE INDEX claim_name ON claim (name);
CREATE INDEX claim_picture ON claim (picture);
CREATE INDEX claim_version ON claim (version);
"""
STRAY = "SELECT name FROM file WHERE name NOT IN (SELECT name FROM claim)"
MISSING = "SELECT DISTINCT name FROM claim WHERE name NOT IN (SELECT name FROM file)"
# Pictures of which no file is there, nor of their versions.
GONE = """
SELECT count(*) FROM (
    SELECT picture FROM claim LEFT JOIN file USING (name)
    GROUP BY picture HAVING count(file.bytes) = 0
)
"""
# Pictures with a file missing, or with other bytes than they or one of their versions say.
DOUBTFUL = """
SELECT picture FROM claim WHERE name NOT IN (SELECT name FROM file)
UNION
SELECT picture FROM said WHERE bytes IS NOT (
    SELECT sum(file.bytes) FROM claim JOIN file USING (name)
    WHERE claim.picture = said.id OR claim.version = said.id
)
"""


class Inventory:
    """Names and sizes in a temporary SQLite database, which uses a few megabytes of memory and puts
    the rest on disk: a hundred thousand pictures have six hundred thousand files.

    Its findings are suspicions: pictures saved or deleted in the meantime must be checked again.
    """

    def __init__(self) -> None:
        self.db = sqlite3.connect("")
        self.db.executescript(TABLES)
        # Files first: then a picture saved in the meantime may seem to miss files, which a second
        # check clears up, but none of its files seems to have no picture.
        self.db.executemany("INSERT OR REPLACE INTO file VALUES (?, ?)", files.stored())
        self.db.executemany("INSERT INTO said VALUES (?, ?, ?)", self.pictures())
        self.db.executemany("INSERT INTO said VALUES (?, ?, ?)", self.versions())
        self.db.executescript(INDEXES)

    def pictures(self) -> Iterator[tuple[str, str, int]]:
        rows = Picture.objects.order_by().values_list("pk", "bytes", *OWN)
        for key, size, *names in rows.iterator(PORTION):
            self.claim(names, key.hex, "")
            yield key.hex, key.hex, size

    def versions(self) -> Iterator[tuple[str, str, int]]:
        rows = Version.objects.order_by().values_list("pk", "picture", "bytes", *FILES)
        for key, picture, size, *names in rows.iterator(PORTION):
            self.claim(names, picture.hex, key.hex)
            yield key.hex, picture.hex, size

    def claim(self, names: list[str], picture: str, version: str) -> None:
        claims = [(name, picture, version) for name in names if name]
        self.db.executemany("INSERT INTO claim VALUES (?, ?, ?)", claims)

    def count(self) -> tuple[int, int]:
        """Pictures and files."""
        return (
            self.db.execute("SELECT count(*) FROM said WHERE id = picture").fetchone()[0],
            self.db.execute("SELECT count(*) FROM file").fetchone()[0],
        )

    def gone(self) -> int:
        """Pictures without any file."""
        return int(self.db.execute(GONE).fetchone()[0])

    def missing(self) -> list[str]:
        """Files that the database names but that are not stored."""
        return [name for (name,) in self.db.execute(MISSING)]

    def note(self, name: str) -> None:
        """Add a file that is stored after all."""
        size = default_storage.size(name)
        self.db.execute("INSERT OR REPLACE INTO file VALUES (?, ?)", (name, size))

    def stray(self) -> Iterator[str]:
        """Files without a picture, not even one saved in the meantime."""
        rows = self.db.execute(STRAY)
        while names := [name for (name,) in islice(rows, NAMES)]:
            named = named_now(names)
            yield from (name for name in names if name not in named)

    def doubtful(self) -> Iterator[UUID]:
        """Pictures to check."""
        return (UUID(key) for (key,) in self.db.execute(DOUBTFUL))


@contextmanager
def take_inventory() -> Iterator[Inventory]:
    inventory = Inventory()
    try:
        yield inventory
    finally:
        inventory.db.close()


def named_now(names: list[str]) -> set[str | None]:
    """Those of the names that the database has now."""
    rows = [(Picture.objects.order_by(), OWN), (Version.objects.order_by(), FILES)]
    named: set[str | None] = set()
    for found, columns in rows:
        for column in columns:
            named.update(found.filter(**{f"{column}__in": names}).values_list(column, flat=True))
    return named
