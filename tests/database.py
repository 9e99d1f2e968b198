"""The tests' database on SQLite: migrated once, copied for everybody, and put back by a copy."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands import flush
from django.db import connection
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).parent.parent


def migrated(kept: Path) -> Path:
    """A database after all migrations, which takes seconds: it stays in this folder until one of
    them changes."""
    file = kept / f"{hash_of_migrations()}.sqlite3"
    with one_at_a_time(kept / "lock"):
        if not file.exists():
            for old in kept.glob("*.sqlite3"):
                old.unlink()
            migrate(kept / "draft")
            (kept / "draft/db.sqlite3").rename(file)
    return file


def hash_of_migrations() -> str:
    modules = MigrationLoader(None, ignore_no_migrations=True).disk_migrations.values()
    files = {Path(str(sys.modules[each.__module__].__file__)) for each in modules}
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()


def migrate(folder: Path) -> None:
    """Leaves `db.sqlite3` in the folder, in a process of its own that has not been told yet where
    the tests' database is."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    (folder / "db.sqlite3").touch()
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"]
    environment = os.environ | {"DATABASE_URL": "", "DATA_DIR": str(folder)}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Of all processes that name this file."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def put_back_by_copies(monkeypatch: pytest.MonkeyPatch, pristine: Path) -> None:
    """Where the database is emptied, as at the end of tests with transactions, it becomes what it
    is now, without the signals that fill in what each app needs."""
    copy(connection.settings_dict["NAME"], pristine)

    def put_back(*args: Any, **options: Any) -> None:
        with closing(sqlite3.connect(pristine)) as source:
            connection.ensure_connection()
            source.backup(connection.connection, sleep=0.01)

    monkeypatch.setattr(flush.Command, "handle", put_back)


def copy(file: Path, to: Path) -> None:
    """Also of a database that is in use."""
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(to)) as target:
        source.backup(target)
