"""Files of jobs go with their rows, whatever deletes those: a job, a person, a finished upload."""

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models.signals import post_delete
from django.dispatch import receiver

from gallery.services.files import delete_after_commit
from jobs.models import JobFile

DELETE = """
    DELETE FROM jobs_jobfile WHERE item_id IN ({items}) AND role IN ({roles}) RETURNING file
"""
# How many items are named in one statement.
AT_ONCE = 500


@receiver(post_delete, sender=JobFile)
def delete_file(instance: JobFile, **_: Any) -> None:
    delete_after_commit([instance.file.name or ""])


def delete_of(items: Sequence[int], roles: Sequence[str]) -> None:
    """Delete the files of these roles. By statements that are written by hand, because it is done
    with each photo: Django would ask for the rows first."""
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        statement = DELETE.format(items=places(some), roles=places(roles))
        with connection.cursor() as cursor:
            cursor.execute(statement, [*some, *roles])
            delete_after_commit([name for (name,) in cursor.fetchall()])


def places(values: Sequence[Any]) -> str:
    """Of parameters."""
    return ", ".join(["%s"] * len(values))
