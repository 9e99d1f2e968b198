"""Rows of the database that others may delete in the meantime."""

from django.db.models import Model

from colorize.web.errors import NotFound


def refresh(row: Model) -> None:
    """Read a row again. Raises NotFound if it was deleted in the meantime."""
    try:
        row.refresh_from_db()
    except type(row).DoesNotExist as problem:  # type: ignore[attr-defined]
        raise NotFound from problem
