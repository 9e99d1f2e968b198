"""What `manage.py reconcile` looks for among the files of jobs."""

from collections.abc import Iterator
from datetime import datetime

from django.core.files.storage import default_storage

from gallery.maintenance.others import OTHERS
from gallery.maintenance.repair import Finding
from gallery.services import files
from jobs.models import JobFile
from jobs.services.uploads import FOLDER

# File names per query.
PORTION = 500


def look(before: datetime, fix: bool) -> Iterator[tuple[str, Finding]]:
    """Files without rows that are older than `before`, then rows without files. With `fix`, the
    former are set aside, and the latter deleted."""
    for name in strays(before):
        done = "set aside" if fix and files.set_aside(name) else ""
        yield name, Finding("belongs to no job", done)
    for row in JobFile.objects.iterator(PORTION):
        if is_lost(row):
            name = f"{row.role} of item {row.item_id}"
            if fix:
                row.delete()
            yield name, Finding("the file of a job is lost", "row removed" if fix else "")


def is_lost(row: JobFile) -> bool:
    """Whether its file is gone, but not with the row, which may have been deleted since."""
    is_gone = not default_storage.exists(row.file.name or "")
    return is_gone and JobFile.objects.filter(pk=row.pk).exists()


def strays(before: datetime) -> Iterator[str]:
    names: list[str] = []
    for name in files.listed(FOLDER):
        names.append(name)
        if len(names) == PORTION:
            yield from unknown(names, before)
            names = []
    yield from unknown(names, before)


def unknown(names: list[str], before: datetime) -> Iterator[str]:
    known = set(JobFile.objects.filter(file__in=names).values_list("file", flat=True))
    for name in names:
        there = name not in known and default_storage.exists(name)
        if there and default_storage.get_modified_time(name) <= before:
            yield name


OTHERS.append(look)
