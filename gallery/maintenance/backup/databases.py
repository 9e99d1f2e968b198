"""The database as one file and back, while the site runs: SQLite's online backup, or pg_dump."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Protocol

from django.core.management import CommandError
from django.db import connection, transaction
from django.db.backends.postgresql.client import DatabaseClient

from colorize.management.commands.prepare import database_file

# Where Debian and Ubuntu put the programs of each version.
PROGRAMS = Path("/usr/lib/postgresql")
MISSING = (
    "{program} is needed to back up and restore a PostgreSQL database. Install PostgreSQL's "
    "client programs, of the server's version or newer (Debian, Ubuntu: apt install "
    "postgresql-client)."
)


class Database(Protocol):
    """`member`: its name in the archive."""

    member: str

    def dump(self, target: Path) -> None:
        """A consistent copy of everything. Raises CommandError."""

    def check(self, copy: Path) -> None:
        """Raises CommandError if the copy could not be loaded here."""

    def load(self, copy: Path) -> None:
        """Replace everything by the copy. Raises CommandError."""


class Sqlite:
    member = "database.sqlite3"

    def dump(self, target: Path) -> None:
        connection.ensure_connection()
        with closing(sqlite3.connect(target)) as copy:
            connection.connection.backup(copy)
            # One file, without a journal beside it.
            copy.execute("PRAGMA journal_mode = DELETE")
        self.check(target)

    def check(self, copy: Path) -> None:
        with closing(opened(copy)) as database:
            try:
                problems = database.execute("PRAGMA quick_check").fetchall()
            except sqlite3.DatabaseError as problem:
                problems = [(str(problem),)]
        if problems != [("ok",)]:
            raise CommandError(
                f"The database is damaged: {problems[0][0]}. Restore it from an earlier backup, or "
                "repair it with sqlite3's command “.recover”."
            )

    def load(self, copy: Path) -> None:
        """Load in one transaction, so that a running site sees all of it or nothing."""
        database_file().touch()
        connection.ensure_connection()
        with closing(opened(copy)) as database:
            database.backup(connection.connection)
        connection.close()


def opened(copy: Path) -> sqlite3.Connection:
    """For reading."""
    return sqlite3.connect(f"{copy.resolve().as_uri()}?mode=ro", uri=True)


class Postgres:
    member = "database.dump"

    def dump(self, target: Path) -> None:
        run("pg_dump", "--format=custom", *PLAIN, f"--file={target}")

    def check(self, copy: Path) -> None:
        """A dump of a newer PostgreSQL may be unreadable here."""
        done = subprocess.run(  # noqa: S603
            [program("pg_restore"), "--list", copy], capture_output=True, text=True
        )
        if done.returncode:
            raise failed("pg_restore", done.stderr)

    def load(self, copy: Path) -> None:
        drop_tables()
        run("pg_restore", "--single-transaction", "--exit-on-error", *PLAIN, str(copy))


# Without what another server may not have: the role that owns the tables, and its grants.
PLAIN = ("--no-owner", "--no-privileges", "--no-password")


def drop_tables() -> None:
    """Drop the tables of a site, of any version, that was prepared but is still empty."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)} CASCADE")
    # Without locks while another process writes.
    connection.close()


def run(name: str, *arguments: str) -> None:
    """One of PostgreSQL's programs, on the site's database. The password is passed on where no
    other user of the machine sees it. Raises CommandError."""
    command, secrets = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])
    *server, database = command[1:]
    done = subprocess.run(  # noqa: S603
        [program(name), *server, f"--dbname={database}", *arguments],
        env=os.environ | (secrets or {}),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise failed(name, done.stderr)


def program(name: str) -> str:
    """Its path: in PATH, or the newest one of Debian's. Raises CommandError."""
    folders = sorted(PROGRAMS.glob("*/bin"), key=version_of, reverse=True)
    places = os.pathsep.join([os.environ.get("PATH", ""), *map(str, folders)])
    if found := shutil.which(name, path=places):
        return found
    raise CommandError(MISSING.format(program=name))


def version_of(folder: Path) -> float:
    """Of a folder of programs such as 17/bin."""
    number = folder.parent.name
    return float(number) if number.replace(".", "", 1).isdigit() else 0


def failed(name: str, said: str) -> CommandError:
    return CommandError(f"{name} failed: {said.strip()}")


def in_use() -> Database:
    return Sqlite() if connection.vendor == "sqlite" else Postgres()
