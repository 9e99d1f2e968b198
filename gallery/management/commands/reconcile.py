"""manage.py reconcile: files without rows, rows without files."""

import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from gallery import files
from gallery.ledger import Ledger, ledger
from gallery.mending import Finding, look_at
from gallery.models import Picture

HOUR = 3600


class Command(BaseCommand):
    help = (
        "Compare the stored files with the pictures, and list what does not fit. With --fix: files "
        "that belong to no picture are deleted; lost thumbnails are made anew; a lost result is "
        "colorized anew where it is the one that is shown (or the newest earlier one is shown "
        "where that fails), else its version is removed; counted bytes are corrected. A lost "
        "original cannot be mended: the picture is listed and keeps its results, and is removed "
        "only where no result is left either. The exit status is 1 where something is listed and "
        "not mended."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--fix", action="store_true", help="mend what can be mended")
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
            for name, finding in find(book, before, fix):
                self.stdout.write(f"{name}: {finding}")
                listed += 1
                mended += bool(finding.done)
        self.stdout.write(f"{pictures} pictures, {stored} files; {listed} amiss, {mended} mended.")
        if listed > mended:
            sys.exit(1)


def find(book: Ledger, before: datetime, fix: bool) -> Iterator[tuple[str, Finding]]:
    """What each finding is about, and the finding."""
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
    if fix:
        files.delete([name])
    gone = fix and not default_storage.exists(name)
    return Finding("belongs to no picture", "deleted" if gone else "")
