"""manage.py restore FILE: an empty site becomes the one that was backed up."""

from datetime import UTC, datetime
from pathlib import Path
from tarfile import TarError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.formats import date_format

from colorize.management.commands.prepare import closed_to_others
from gallery.maintenance.backup import service
from gallery.management.steps import shown
from gallery.paging import counted


class Command(BaseCommand):
    help = (
        "Restore a file that “manage.py backup” has written, into a site without accounts and "
        "pictures. Everything is checked before anything is changed. Stop the site first."
    )
    # Without a database, they would complain.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        file = options["file"].expanduser().resolve()
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        try:
            with closed_to_others():
                done = service.restore(file, shown)
        except (OSError, DatabaseError, TarError) as problem:
            raise CommandError(f"The backup could not be restored: {problem}") from problem
        self.stdout.write(
            f"Restored: the database and {counted(done.files, 'file')}, as they were on "
            f"{moment(done.stamp.created_at)}. {done.key}".strip()
        )
        self.stdout.write("Start the site with make run, which brings the database up to date.")


def moment(stamped: str) -> str:
    """In words."""
    return date_format(datetime.fromisoformat(stamped).astimezone(UTC), "j F Y, H:i") + " (UTC)"
