"""manage.py prepare: everything the site needs before it starts, in one process."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles.management.commands import collectstatic
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage, staticfiles_storage
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand
from django.db import connection

HOW = {"interactive": False, "verbosity": 0, "skip_checks": True}


class Command(BaseCommand):
    help = "Bring the database up to date, make the cache table, collect the static files."
    # A missing network must not keep the pages from coming up; /healthz and `check` tell of it.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_what_is_lost()
        # Before the umask, for a proxy may serve them.
        collect_static_files()
        os.umask(settings.UMASK)
        # Nothing else makes it.
        database_file().touch()
        call_command("migrate", verbosity=0, skip_checks=True)
        call_command("createcachetable")
        close_to_others()


def database_file() -> Path:
    """The settings give it as an address, for SQLite not to make it; tests by its name."""
    name = str(connection.settings_dict["NAME"])
    return Path(unquote(urlsplit(name).path) if name.startswith("file:") else name)


def close_to_others() -> None:
    """What an earlier version made readable for everybody on the machine."""
    database = database_file()
    modes = dict.fromkeys(database.parent.glob(f"{database.name}*"), 0o600)
    modes[Path(settings.MEDIA_ROOT)] = 0o750 if settings.ACCEL_REDIRECT else 0o700
    for path, mode in modes.items():
        # Where it is another's, or not there, there is nothing to close.
        with suppress(PermissionError, FileNotFoundError):
            path.chmod(mode)


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
