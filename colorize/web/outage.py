"""What a failure of the database, or of the cache, means."""

import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.db.utils import ProgrammingError

# What PostgreSQL calls a transaction that may only read: a standby, for instance.
READ_ONLY = "25006"


def may_pass(problem: BaseException | None) -> bool:
    """Locked, full, out of reach or restarting, and not a mistake in what it was asked."""
    if isinstance(problem, InternalError):
        return getattr(problem.__cause__, "sqlstate", None) == READ_ONLY
    if isinstance(problem, OperationalError | InterfaceError):
        return not was_asked_wrongly(problem)
    return is_of_redis(problem)


def was_asked_wrongly(problem: DatabaseError) -> bool:
    """For a table that is not there, for instance. PostgreSQL has a class of its own for that;
    SQLite says it alone without a code of its own."""
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    asked_sqlite = code is not None and code & 0xFF == sqlite3.SQLITE_ERROR
    return asked_sqlite or isinstance(problem, ProgrammingError)


def is_missing(problem: DatabaseError) -> bool:
    """The database or its tables. A server that does not answer is not missing."""
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_CANTOPEN or was_asked_wrongly(problem)


def is_of_redis(problem: BaseException | None) -> bool:
    """Its library is loaded only where CACHE_URL names one."""
    redis = sys.modules.get("redis")
    return redis is not None and isinstance(problem, redis.RedisError)
