"""System checks for a database and a bucket that several processes or servers share."""

import sqlite3
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Warning, register
from django.core.files.storage import default_storage
from django.db import connection

from jobs.supervisor import beside_web

TAG = "sharing"
# The first release whose notes list a fix of the WAL-reset fault.
SQLITE_FIXED = (3, 51, 3)


@register(TAG, deploy=True)
def check_sqlite(**kwargs: Any) -> list[CheckMessage]:
    """Goes by the library's version, although some distributions patch older ones, and by this
    machine's processes."""
    others = beside_web()
    is_small = settings.WORKERS == 1 and others <= 1
    is_safe = sqlite3.sqlite_version_info >= SQLITE_FIXED or is_small
    if connection.vendor != "sqlite" or is_safe:
        return []
    problem = (
        f"SQLite {sqlite3.sqlite_version} is older than 3.51.3 and may have the WAL-reset bug: in "
        "rare cases, processes that write at the same moment damage the database. "
        f"WORKERS is {settings.WORKERS}, and WORK_PROCESSES {others}."
    )
    hint = (
        "Set DATABASE_URL to use PostgreSQL, or update SQLite. WORKERS=1 and WORK_PROCESSES=1 make "
        "the bug less likely. Keep backups in any case."
    )
    return [Warning(problem, hint=hint, id="colorizer_site.W001")]


@register(TAG, deploy=True)
def check_secret_key(**kwargs: Any) -> list[CheckMessage]:
    """Other servers that use the same database need the same key."""
    if connection.vendor == "sqlite" or not settings.SECRET_KEY_IS_GENERATED:
        return []
    problem = (
        "SECRET_KEY is not set, so each server that uses this database creates its own key. "
        "Logins and links in emails from one server would not work on another, and each server "
        "would count rate limits by itself."
    )
    hint = (
        "Set SECRET_KEY to the same value on all servers: copy it from "
        f"{settings.DATA_DIR}/secret_key on the first one. With a single server you can ignore "
        "this."
    )
    return [Warning(problem, hint=hint, id="colorizer_site.W002")]


@register(TAG, deploy=True)
def check_bucket_origin(**kwargs: Any) -> list[CheckMessage]:
    """Browsers show pictures from MEDIA_REDIRECT only, so links must lead there."""
    if not settings.MEDIA_REDIRECT:
        return []
    link = urlsplit(default_storage.url("a-picture"))
    if (found := f"{link.scheme}://{link.netloc}") == settings.MEDIA_REDIRECT:
        return []
    problem = (
        f"MEDIA_REDIRECT is {settings.MEDIA_REDIRECT}, but the bucket's links begin with {found}, "
        "so browsers would refuse to show pictures."
    )
    return [Warning(problem, hint=f"Set MEDIA_REDIRECT to {found}.", id="colorizer_site.W003")]
