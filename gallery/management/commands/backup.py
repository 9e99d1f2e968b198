"""manage.py backup FILE: database, pictures and secret key in one file, while the site runs."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from colorize.management.commands.prepare import closed_to_others
from colorize.templatetags.figures import size
from gallery.maintenance.backup import service
from gallery.management.steps import shown
from gallery.paging import counted


class Command(BaseCommand):
    help = (
        "Write the database, all files of pictures and the secret key (if the site made its own) "
        "into one file, from which “manage.py restore” makes the same site again. The site can "
        "run meanwhile. Settings and fetched networks are not in it."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a new file, such as colorizer-2026-05-31.tar")
        parser.add_argument(
            "--overwrite", action="store_true", help="replace the file if there is one already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        target = options["file"].expanduser().resolve()
        refuse_bad_place(target, options["overwrite"])
        try:
            with closed_to_others():
                done = service.back_up(target, shown)
        except (OSError, DatabaseError) as problem:
            raise CommandError(
                f"The backup failed, and no file was written: {problem}"
            ) from problem
        self.stdout.write(
            f"{target}: the database and {counted(done.files, 'file')}, {size(done.bytes)}. "
            "It holds everything that people keep here; store it where only you can read it."
        )


def refuse_bad_place(target: Path, overwrite: bool) -> None:
    """Raises CommandError."""
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder {target.parent}. Create it, then try again.")
    if target.is_relative_to(settings.MEDIA_ROOT):
        raise CommandError(f"Choose a place outside {settings.MEDIA_ROOT}, which is backed up.")
    if target.is_dir() or (target.exists() and not overwrite):
        raise CommandError(f"{target} exists. Choose another name, or add --overwrite for a file.")
