"""Tells failures of disk, database and bucket from our own bugs."""

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from colorize.web.errors import DatabaseUnavailable, StorageFull, StorageUnavailable
from colorize.web.outage import may_pass

logger = logging.getLogger(__name__)

FULL = {errno.ENOSPC, errno.EDQUOT}
REFUSED = {errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.ESTALE, errno.ENODEV}
# Phrases of SQLite, PostgreSQL and S3-compatible stores.
FULL_WORDS = ("disk is full", "disk full", "no space left", "quota exceeded", "storagefull")
CLOSED_WORDS = ("readonly", "read-only", "disk i/o error", "unable to open database file")
WAIT_SECONDS = 60


def storage_error(problem: BaseException | None) -> StorageUnavailable | None:
    """The error for people; None if it is not a failure of the storage."""
    match problem:
        case StorageUnavailable():
            return problem
        case Exception() if may_pass(problem):
            return refused(problem)
        case OSError(errno=number) if number in FULL | REFUSED:
            return refused(problem)
    return None


def refused(problem: BaseException) -> StorageUnavailable:
    """The error for anything that a storage raises, which is logged."""
    logger.error("the storage fails: %s", problem, exc_info=problem)
    if is_full(problem):
        return StorageFull()
    if may_pass(problem) and not is_closed(problem):
        return DatabaseUnavailable()
    return StorageUnavailable(retry_after=WAIT_SECONDS)


def is_closed(problem: BaseException) -> bool:
    """Whether it is read-only or broken, for more than a moment."""
    return any(words in str(problem).lower() for words in CLOSED_WORDS)


def is_full(problem: BaseException) -> bool:
    said = str(problem).lower()
    return getattr(problem, "errno", None) in FULL or any(words in said for words in FULL_WORDS)


@contextmanager
def storing() -> Iterator[None]:
    """Raises StorageUnavailable (or its subclass StorageFull) if the storage or database fails."""
    try:
        yield
    except Exception as problem:
        if (told := storage_error(problem)) is None:
            raise
        raise told from problem


class OptionalWrite:
    """A write without which a response is sent all the same: failures of the storage are ignored.
    Raises other errors, and that the database is locked, which soon passes."""

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, problem: BaseException | None, trace: object) -> bool:
        error = storage_error(problem)
        return error is not None and not isinstance(error, DatabaseUnavailable)
