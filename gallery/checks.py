"""What `manage.py check`, `prepare` and gunicorn's start say about database and files together."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.checks import CheckMessage, Error, register
from django.db import DatabaseError, connection, transaction

from colorize.web.outage import is_missing
from gallery.services import files

TAG = "storage"
HINT = (
    "Put the database back from your backup, {place}. To begin with nothing instead, first move "
    "the folder with people's pictures away."
)


@register(TAG)
def check_that_the_database_is_not_lost(**kwargs: Any) -> list[CheckMessage]:
    """An empty database beside people's pictures is not theirs, and would take them for waste."""
    if not is_empty() or next(files.stored(), None) is None:
        return []
    lost = "The database is missing or empty, and yet there are files of people's pictures."
    return [Error(lost, hint=HINT.format(place=place()), id="gallery.E001")]


def place() -> str:
    if connection.vendor == "sqlite":
        return f"as {settings.DATABASE_FILE}"
    return "into the one that DATABASE_URL names"


def is_empty() -> bool:
    """Whether it is not there, was never set up, or knows nobody. One that does not answer now may
    be anything."""
    try:
        # A savepoint, so that a failed question harms no transaction around it.
        with transaction.atomic():
            return not User.objects.exists()
    except DatabaseError as problem:
        return is_missing(problem)
