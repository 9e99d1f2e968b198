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

# The number of its lock on PostgreSQL; any, as long as it stays the same.
PREPARING = 2016
HOW = {"interactive": False, "verbosity": 0, "skip_checks": True}


class Command(BaseCommand):
    help = "Bring the database up to date, make the cache table, collect the static files."
    # A missing network must not keep the pages from coming up; /healthz and `check` tell of it.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_is_lost()
        with closed_to_others():
            bring_up_to_date()
        close_to_others()
        # Open to a proxy, which may serve them.
        collect_static_files()
        for warning in run_checks(tags=["sharing"], include_deployment_checks=True):
            self.stderr.write(self.style.WARNING(f"{warning.msg} {warning.hint}"))


def bring_up_to_date() -> None:
    """Raises CommandError."""
    if connection.vendor == "sqlite":
        # Nothing else makes it.
        database_file().touch()
    try:
        with one_after_the_other():
            call_command("migrate", verbosity=0, skip_checks=True)
            call_command("createcachetable")
    except OperationalError as problem:
        raise CommandError(f"The database is out of reach or busy: {problem}") from problem


@contextmanager
def one_after_the_other() -> Iterator[None]:
    """For servers that start together with one PostgreSQL."""
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
    """The settings give it as an address, for SQLite not to make it; tests by its name."""
    name = str(connection.settings_dict["NAME"])
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


@contextmanager
def closed_to_others() -> Iterator[None]:
    """What is written inside."""
    before = os.umask(settings.UMASK)
    try:
        yield
    finally:
        os.umask(before)


def close_to_others() -> None:
    """What an earlier version made readable for everybody on the machine."""
    modes = dict.fromkeys(files_of_database(), 0o600)
    modes[Path(settings.MEDIA_ROOT)] = 0o750 if settings.ACCEL_REDIRECT else 0o700
    for path, mode in modes.items():
        # Where it is another's, or not there, there is nothing to close.
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(mode)


def files_of_database() -> list[Path]:
    """None where a server keeps them."""
    if connection.vendor != "sqlite":
        return []
    file = database_file()
    return list(file.parent.glob(f"{file.name}*"))


def refuse_what_is_lost() -> None:
    """Raises CommandError where a database would be made beside files that belong to another."""
    for problem in run_checks(tags=["storage"]):
        raise CommandError(f"{problem.msg} {problem.hint}")


def collect_static_files() -> None:
    """Naming and compressing them takes seconds: only where one is new."""
    storage = staticfiles_storage
    if isinstance(storage, ManifestStaticFilesStorage) and storage.manifest_storage:
        if storage.manifest_storage.exists(storage.manifest_name) and not any_is_new():
            return
        # None until all are collected, so that whoever is cut off in between begins anew.
        storage.manifest_storage.delete(storage.manifest_name)
    call_command("collectstatic", **HOW)


def any_is_new() -> bool:
    command = collectstatic.Command()
    call_command(command, dry_run=True, **HOW)
    return bool(command.copied_files)
