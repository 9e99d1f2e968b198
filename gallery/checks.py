"""System checks that database and files belong together."""

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
    "Restore the database from your backup {place}. To start from scratch instead, first move the "
    "folder with people's pictures away."
)
NEW = (
    "Set DATA_DIR to a new, empty folder (or DATABASE_URL to a new database), or move the old one "
    "away; accounts and pictures begin there from nothing."
)


@register(TAG)
def check_that_the_database_can_be_used(**kwargs: Any) -> list[CheckMessage]:
    """With an empty database, clean-up would take people's pictures for leftovers."""
    if is_from_before():
        old = "This database was made by a version before 0.1.0 and cannot be brought up to date."
        return [Error(old, hint=NEW, id="gallery.E002")]
    if not is_empty() or next(files.stored(), None) is None:
        return []
    lost = "The database is missing or empty, but there are picture files."
    return [Error(lost, hint=HINT.format(place=place()), id="gallery.E001")]


def place() -> str:
    if connection.vendor == "sqlite":
        return f"to {settings.DATABASE_FILE}"
    return "to the one in DATABASE_URL"


def is_from_before() -> bool:
    """Whether its pictures belong to people of Django's own model."""
    try:
        with transaction.atomic():
            done = MigrationRecorder(connection).applied_migrations()
    except DatabaseError:
        return False
    return FIRST in done and ("accounts", FIRST[1]) not in done


def is_empty() -> bool:
    """Whether the database is missing, was never set up, or has no users. False for one that does
    not respond: it may have users."""
    try:
        # A savepoint, so that a failed query does not break a transaction around it.
        with transaction.atomic():
            return not User.objects.exists()
    except DatabaseError as problem:
        return is_missing(problem)
