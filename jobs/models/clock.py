"""The clock by which leases end."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


def now() -> datetime | Now:
    """The time to store or compare with: the database's where machines share one, because their
    own clocks may differ. With SQLite there is one machine."""
    return timezone.now() if connection.vendor == "sqlite" else Now()


def later(after: timedelta) -> tuple[str, Any]:
    """So much after `now`, in SQL that is written by hand, with its one parameter."""
    if connection.vendor == "sqlite":
        return "%s", connection.ops.adapt_datetimefield_value(timezone.now() + after)
    return "STATEMENT_TIMESTAMP() + %s", after
