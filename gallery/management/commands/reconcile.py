"""manage.py reconcile: find files without rows, and rows without files."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from gallery.errors import NotFound
from gallery.maintenance.inventory import Inventory, take_inventory
from gallery.maintenance.others import OTHERS
from gallery.maintenance.repair import Finding, look_at
from gallery.models import Picture
from gallery.paging import counted
from gallery.services import files

HOUR = 3600
# More than one problem in this many means that it is probably the wrong database or folder.
PART = 10


class Command(BaseCommand):
    help = (
        "Compare the stored files with the database and list every mismatch. With --fix: files "
        "without a picture are set aside in the folder “strays” (empty_bin deletes them after "
        "BIN_DAYS; they are put back if a picture needs them); lost thumbnails are made again; a "
        "lost result is coloured again if it is the current version (if that fails, the newest "
        "earlier version is used instead), otherwise its version is removed; byte counts are "
        "corrected. A lost original cannot be repaired: the picture keeps its results, and is "
        "removed only if they are lost too. The exit status is 1 if anything is left to repair."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="repair what can be repaired")
        parser.add_argument(
            "--really",
            action="store_true",
            help=f"with --fix: go on even if more than one in {PART} files has no picture, or more "
            f"than one in {PART} pictures has no file",
        )
        parser.add_argument(
            "--older-than",
            type=float,
            default=HOUR,
            metavar="SECONDS",
            help="ignore younger files without a picture: uploads write files before database "
            f"rows (default {HOUR}; use 0 only while nobody uploads)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fix = options["fix"]
        before = timezone.now() - timedelta(seconds=options["older_than"])
        problems = repaired = 0
        with take_inventory() as inventory:
            pictures, stored = inventory.count()
            for name, finding in look(inventory, before, fix, options["really"]):
                self.stdout.write(f"{name}: {finding}")
                problems += 1
                repaired += bool(finding.done)
        self.stdout.write(
            f"{counted(pictures, 'picture')}, {counted(stored, 'file')}; "
            f"{counted(problems, 'problem')}, {repaired} repaired."
        )
        if problems > repaired:
            sys.exit(1)


def look(
    inventory: Inventory, before: datetime, fix: bool, really: bool
) -> Iterator[tuple[str, Finding]]:
    """Names and findings. Raises CommandError if too much is missing."""
    if fix:
        yield from put_back(inventory)
    if fix and not really:
        refuse_great_losses(inventory, before)
    yield from find(inventory, before, fix)
    for look_elsewhere in OTHERS:
        yield from look_elsewhere(before, fix)


def put_back(inventory: Inventory) -> Iterator[tuple[str, Finding]]:
    """Put back files that were set aside and that pictures need."""
    for name in inventory.missing():
        if files.bring_back(name):
            inventory.note(name)
            yield name, Finding("had been set aside", "put back")


def refuse_great_losses(inventory: Inventory, before: datetime) -> None:
    """Raises CommandError if database and folder do not seem to belong together."""
    pictures, stored = inventory.count()
    strays = sum(is_old(name, before) for name in inventory.stray())
    if strays * PART > stored:
        raise CommandError(
            f"{strays} of {stored} files have no picture. Is this the right database, or one from "
            "an old backup? Nothing was changed; to set the files aside anyway, add --really."
        )
    if (gone := inventory.gone()) * PART > pictures:
        raise CommandError(
            f"{gone} of {pictures} pictures have no file left. Is MEDIA_ROOT the right folder, and "
            "its disk mounted? Nothing was changed; to remove these pictures anyway, add --really."
        )


def find(inventory: Inventory, before: datetime, fix: bool) -> Iterator[tuple[str, Finding]]:
    for name in inventory.stray():
        if is_old(name, before):
            yield name, stray(name, fix)
    for key in inventory.doubtful():
        # It may have been deleted in the meantime.
        for picture in Picture.objects.filter(pk=key).select_related("owner"):
            for finding in findings_of(picture, fix):
                yield f"picture {picture.pk} of {picture.owner}", finding


def findings_of(picture: Picture, fix: bool) -> list[Finding]:
    """None if the picture is deleted while it is looked at."""
    try:
        return look_at(picture, fix)
    except (NotFound, DatabaseError):
        if Picture.objects.filter(pk=picture.pk).exists():
            raise
        return []


def is_old(name: str, before: datetime) -> bool:
    return default_storage.exists(name) and default_storage.get_modified_time(name) <= before


def stray(name: str, fix: bool) -> Finding:
    is_gone = fix and files.set_aside(name)
    return Finding("has no picture", "set aside" if is_gone else "")
