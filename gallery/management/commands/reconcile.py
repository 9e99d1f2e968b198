"""manage.py reconcile: files without rows, rows without files."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from gallery.maintenance.inventory import Ledger, ledger
from gallery.maintenance.repair import Finding, look_at
from gallery.models import Picture
from gallery.services import files

HOUR = 3600
# What a right database never has amiss: more than one part in so many.
PART = 10


class Command(BaseCommand):
    help = (
        "Compare the stored files with the pictures, and list what does not fit. With --fix: files "
        "that belong to no picture are set aside in the folder “strays”, from where empty_bin "
        "deletes them after BIN_DAYS, and put back if a picture needs them after all; lost "
        "thumbnails are made anew; a lost result is colorized anew where it is the one that is "
        "shown (or the newest earlier one is shown where that fails), else its version is removed; "
        "counted bytes are corrected. A lost original cannot be mended: the picture is listed and "
        "keeps its results, and is removed only where no result is left either. The exit status "
        "is 1 where something is listed and not mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend what can be mended")
        parser.add_argument(
            "--really",
            action="store_true",
            help=f"with --fix, also where more than one in {PART} files belongs to no picture, or "
            "as many pictures have no file left",
        )
        parser.add_argument(
            "--older-than",
            type=float,
            default=HOUR,
            metavar="SECONDS",
            help="leave younger files without a picture alone, for uploads write their files "
            f"before their rows (default {HOUR}; 0 only while nobody uploads)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fix = options["fix"]
        before = timezone.now() - timedelta(seconds=options["older_than"])
        listed = mended = 0
        with ledger() as book:
            pictures, stored = book.count()
            for name, finding in look(book, before, fix, options["really"]):
                self.stdout.write(f"{name}: {finding}")
                listed += 1
                mended += bool(finding.done)
        self.stdout.write(f"{pictures} pictures, {stored} files; {listed} amiss, {mended} mended.")
        if listed > mended:
            sys.exit(1)


def look(book: Ledger, before: datetime, fix: bool, really: bool) -> Iterator[tuple[str, Finding]]:
    """What each finding is about, and the finding. Raises CommandError for great losses."""
    if fix:
        yield from put_back(book)
    if fix and not really:
        refuse_great_losses(book, before)
    yield from find(book, before, fix)


def put_back(book: Ledger) -> Iterator[tuple[str, Finding]]:
    """Files that had been set aside, and that pictures miss."""
    for name in book.missing():
        if files.bring_back(name):
            book.note(name)
            yield name, Finding("had been set aside", "put back")


def refuse_great_losses(book: Ledger, before: datetime) -> None:
    """Raises CommandError where the database, or the folder, looks like another one's."""
    pictures, stored = book.count()
    strays = sum(is_old(name, before) for name in book.stray())
    if strays * PART > stored:
        raise CommandError(
            f"{strays} of {stored} files belong to no picture. Is this the right database, or was "
            "it restored from an old backup? None was touched. To set the files aside all the "
            "same, add --really."
        )
    if (gone := book.gone()) * PART > pictures:
        raise CommandError(
            f"{gone} of {pictures} pictures have no file left. Is MEDIA_ROOT the right folder, and "
            "its disk there? None was touched. To remove these pictures all the same, add "
            "--really."
        )


def find(book: Ledger, before: datetime, fix: bool) -> Iterator[tuple[str, Finding]]:
    for name in book.stray():
        if is_old(name, before):
            yield name, stray(name, fix)
    for key in book.doubtful():
        # It may have been deleted since.
        for picture in Picture.objects.filter(pk=key).select_related("owner"):
            for finding in look_at(picture, fix):
                yield f"picture {picture.pk} of {picture.owner}", finding


def is_old(name: str, before: datetime) -> bool:
    return default_storage.exists(name) and default_storage.get_modified_time(name) <= before


def stray(name: str, fix: bool) -> Finding:
    is_gone = fix and files.set_aside(name)
    return Finding("belongs to no picture", "set aside" if is_gone else "")
