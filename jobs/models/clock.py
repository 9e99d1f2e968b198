"""The clock by which leases end."""

from datetime import datetime

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone


def now() -> datetime | Now:
    """The time to store or compare with: the database's where machines share one, because their
    own clocks may differ. With SQLite there is one machine."""
    return timezone.now() if connection.vendor == "sqlite" else Now()
