"""Whether the database failed for a reason that may pass."""

import sqlite3

from django.db import InterfaceError, OperationalError


def may_pass(problem: BaseException | None) -> bool:
    """Locked, full, out of reach or restarting, and not a mistake in what it was asked: of the two
    SQLite says the latter alone without a code of its own, and PostgreSQL never in this class."""
    if not isinstance(problem, OperationalError | InterfaceError):
        return False
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    return code is None or code & 0xFF != sqlite3.SQLITE_ERROR
