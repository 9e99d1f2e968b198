"""Health checks of the database, the cache, the disk and the network. They write nothing."""

import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.cache import cache as counters
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from colorize import service
from colorize.engine.errors import NetworkUnavailable
from colorize.templatetags.figures import size
from colorize.web.outage import is_of_redis

logger = logging.getLogger(__name__)

OK = "ok"
# Room for some uploads and for the database's own files.
LEAST_FREE_BYTES = 100_000_000


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The health of the site, for monitoring."""
    found = report()
    is_well = set(found.values()) == {OK}
    return JsonResponse(
        {"status": "ok" if is_well else "failing"} | found, status=200 if is_well else 503
    )


def report() -> dict[str, str]:
    """For each check, “ok” or a sentence about the problem."""
    checks: dict[str, Callable[[], str]] = {
        "database": database,
        "cache": cache,
        "disk": disk,
        "network": network,
    }
    return {name: check() for name, check in checks.items()}


def database() -> str:
    """Reads a row that every prepared database has. Its error goes only to the log, because it
    names the server and the user."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            is_there = cursor.fetchone() is not None
    except DatabaseError as problem:
        logger.error("the database cannot be read: %s", problem)
        return "The database cannot be read. The log has the reason."
    return OK if is_there else "The database is empty. Set it up with: manage.py prepare"


def cache() -> str:
    """Reads an entry that does not exist."""
    try:
        counters.get("healthz")
    except Exception as problem:
        if not isinstance(problem, DatabaseError) and not is_of_redis(problem):
            raise
        logger.error("the cache cannot be read: %s", problem)
        return "The cache cannot be read. The log has the reason."
    return OK


def disk() -> str:
    for folder in {nearest(settings.DATA_DIR), nearest(Path(settings.MEDIA_ROOT))}:
        if not os.access(folder, os.W_OK):
            return "The disk is not writable."
        if (free := shutil.disk_usage(folder).free) < LEAST_FREE_BYTES:
            return f"The disk is almost full: {size(free)} left."
    return OK


def nearest(folder: Path) -> Path:
    """The folder, or its nearest parent that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def network() -> str:
    try:
        service.load_network()
    except NetworkUnavailable as problem:
        return problem.message
    return OK
