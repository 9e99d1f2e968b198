"""What `manage.py check --deploy` and `prepare` say about a database that several processes or
servers share."""

import sqlite3
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.db import connection

TAG = "sharing"
# The first release whose notes list a fix of the WAL-reset fault.
SQLITE_FIXED = (3, 51, 3)


@register(TAG, deploy=True)
def check_sqlite(**kwargs: Any) -> list[CheckMessage]:
    """By the version of the library alone: some distributions put fixes into older ones. Writers
    are this machine's WORKERS, for others are not known."""
    is_safe = sqlite3.sqlite_version_info >= SQLITE_FIXED or settings.WORKERS == 1
    if connection.vendor != "sqlite" or is_safe:
        return []
    problem = (
        f"SQLite {sqlite3.sqlite_version} is older than 3.51.3 and may have the WAL-reset fault: "
        "in rare cases, processes that write at the same moment damage the database. "
        f"WORKERS is {settings.WORKERS}."
    )
    hint = (
        "Set DATABASE_URL to use PostgreSQL, or update SQLite. WORKERS=1 makes the fault rarer. "
        "Keep backups in any case."
    )
    return [Warning(problem, hint=hint, id="colorizer_site.W001")]


@register(TAG, deploy=True)
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """Whether another server with the same database would have the same key."""
    if connection.vendor == "sqlite" or not settings.SECRET_KEY_IS_GENERATED:
        return []
    problem = (
        "SECRET_KEY is not set, so each server that uses this database makes a key of its own. "
        "Log-ins and links in mails from one server would not work on another, and limits would be "
        "counted for each server apart."
    )
    hint = (
        "Set SECRET_KEY to the same value on all of them: the one in "
        f"{settings.DATA_DIR}/secret_key of the first. With one server for good, it can stay as it "
        "is."
    )
    return [Warning(problem, hint=hint, id="colorizer_site.W002")]
