"""Classifies failures of the database and the cache."""

import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, InternalError, OperationalError
from django.db.utils import ProgrammingError

# PostgreSQL's code for a read-only transaction, for example on a standby.
READ_ONLY = "25006"


def may_pass(problem: BaseException | None) -> bool:
    """Whether it is an outage (locked, full, unreachable, restarting), not a wrong query."""
    if isinstance(problem, InternalError):
        return getattr(problem.__cause__, "sqlstate", None) == READ_ONLY
    if isinstance(problem, OperationalError | InterfaceError):
        return not was_asked_wrongly(problem)
    return is_of_redis(problem)


def was_asked_wrongly(problem: DatabaseError | InterfaceError) -> bool:
    """Whether the query was wrong, for example for a missing table. PostgreSQL has an exception
    class for that; SQLite only gives such errors without a code of their own."""
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    asked_sqlite = code is not None and code & 0xFF == sqlite3.SQLITE_ERROR
    return asked_sqlite or isinstance(problem, ProgrammingError)


def is_missing(problem: DatabaseError) -> bool:
    """Whether the database or its tables do not exist. False for a server that does not respond."""
    code = getattr(problem.__cause__, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_CANTOPEN or was_asked_wrongly(problem)


def is_of_redis(problem: BaseException | None) -> bool:
    """Whether it is an error of Redis, whose library is loaded only if CACHE_URL is set."""
    redis = sys.modules.get("redis")
    return redis is not None and isinstance(problem, redis.RedisError)
