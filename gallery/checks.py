"""What `manage.py check`, `prepare` and gunicorn's start say about database and files together."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from accounts.models import User
from colorize.web.outage import is_missing
from gallery.services import files

TAG = "storage"
FIRST = ("gallery", "0001_initial")
HINT = (
    "Put the database back from your backup, {place}. To begin with nothing instead, first move "
    "the folder with people's pictures away."
)
NEW = (
    "Set DATA_DIR to a new, empty folder (or DATABASE_URL to a new database), or move the old one "
    "away; accounts and pictures begin there from nothing."
)


@register(TAG)
def check_that_the_database_can_be_used(**kwargs: Any) -> list[CheckMessage]:
    """An empty database beside people's pictures is not theirs, and would take them for waste."""
    if is_from_before():
        old = "This database was made by a version before 0.1.0 and cannot be brought up to date."
        return [Error(old, hint=NEW, id="gallery.E002")]
    if not is_empty() or next(files.stored(), None) is None:
        return []
    lost = "The database is missing or empty, and yet there are files of people's pictures."
    return [Error(lost, hint=HINT.format(place=place()), id="gallery.E001")]


def place() -> str:
    if connection.vendor == "sqlite":
        return f"as {settings.DATABASE_FILE}"
    return "into the one that DATABASE_URL names"


def is_from_before() -> bool:
    """Whether its pictures belong to people of Django's own model."""
    try:
        with transaction.atomic():
            done = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return FIRST in done and ("accounts", FIRST[1]) not in done


def is_empty() -> bool:
    """Whether it is not there, was never set up, or knows nobody. One that does not answer now may
    be anything."""
    try:
        # A savepoint, so that a failed question harms no transaction around it.
        with transaction.atomic():
            return not User.objects.exists()
    except DatabaseError as problem:
        return is_missing(problem)
