"""manage.py prepare: everything the site needs before it starts, in one process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

# The ID of its advisory lock in PostgreSQL; any fixed number works.
PREPARING = 2016
HOW = {
    "interactive": False,
    "verbosity": 0,
    "skip_checks": True,
    # The other reader of the API's schema that comes with Swagger's: megabytes that no page uses.
    "ignore_patterns": ["redoc"],
}


class Command(BaseCommand):
    help = (
        "Update the database, create the cache table and the administrator of ADMIN_USER, and "
        "collect the static files."
    )
    # The site must start even if a network is missing; /healthz and `check` report it.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_is_lost()
        with closed_to_others():
            bring_up_to_date()
        close_to_others()
        # Readable by a proxy, which may serve them.
        collect_static_files()
        for warning in run_checks(tags=["sharing"], include_deployment_checks=True):
            self.stderr.write(self.style.WARNING(f"{warning.msg} {warning.hint}"))


def bring_up_to_date() -> None:
    """Raises CommandError."""
    if connection.vendor == "sqlite":
        # Nothing else creates it.
        database_file().touch()
    try:
        with one_after_the_other():
            call_command("migrate", verbosity=0, skip_checks=True)
            call_command("createcachetable", verbosity=0)
            call_command("create_administrator")
    except OperationalError as problem:
        raise CommandError(f"The database is not responding: {problem}") from problem


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """A lock for servers that start at the same time with one PostgreSQL."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [PREPARING])
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [PREPARING])


def database_file() -> Path:
    """The settings name it by a URL, so that SQLite does not create it; tests by a path."""
    name = str(connection.settings_dict["NAME"])
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


@contextmanager
def closed_to_others() -> Iterator[None]:
    """Files written inside are private."""
    before = os.umask(settings.UMASK)
    try:
        yield
    finally:
        os.umask(before)


def close_to_others() -> None:
    """Make files private that an earlier version left readable for everyone on the machine."""
    modes = dict.fromkeys(files_of_database(), 0o600)
    modes[Path(settings.MEDIA_ROOT)] = 0o750 if settings.ACCEL_REDIRECT else 0o700
    for path, mode in modes.items():
        # Nothing to do for files that are missing or belong to someone else.
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(mode)


def files_of_database() -> list[Path]:
    """The database's files; none with a database server."""
    if connection.vendor != "sqlite":
        return []
    file = database_file()
    return list(file.parent.glob(f"{file.name}*"))


def refuse_what_is_lost() -> None:
    """Raises CommandError if a new database would be created next to another one's files."""
    for problem in run_checks(tags=["storage"]):
        raise CommandError(f"{problem.msg} {problem.hint}")


def collect_static_files() -> None:
    """Collect static files if any is new: naming and compressing them takes seconds."""
    storage = staticfiles_storage
    if isinstance(storage, ManifestStaticFilesStorage) and storage.manifest_storage:
        if storage.manifest_storage.exists(storage.manifest_name) and not any_is_new():
            return
        # No manifest until all files are collected, so that an interrupted run starts again.
        storage.manifest_storage.delete(storage.manifest_name)
    call_command("collectstatic", **HOW)


def any_is_new() -> bool:
    command = collectstatic.Command()
    call_command(command, dry_run=True, **HOW)
    return bool(command.copied_files)
