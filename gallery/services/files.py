"""Files of pictures in the storage of the settings: written with their rows, or not at all."""

import logging
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from colorize.engine.formats import JPEG
from colorize.web.storage import refused

logger = logging.getLogger(__name__)

FOLDER = "pictures"
# Files that belonged to no picture, until `manage.py empty_bin` deletes them.
ASIDE = "strays"


class Batch:
    """Files that come into being together."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def write(self, content: bytes, suffix: str = JPEG.ending) -> str:
        """Stores them under a name that nobody can guess, and returns it. Raises StorageFull or
        StorageUnavailable."""
        secret = secrets.token_hex(16)
        name = f"{FOLDER}/{secret[:2]}/{secret}{suffix}"
        # Noted first: half of a file is taken away too.
        self.names.append(name)
        try:
            return default_storage.save(name, ContentFile(content))
        except Exception as problem:
            # Each kind of storage has exceptions of its own.
            raise refused(problem) from problem

    def undo(self) -> None:
        delete(self.names)


@contextmanager
def file_transaction() -> Iterator[Batch]:
    """The files written inside go again where what follows fails.

    They are written before the transaction that names them: a slow storage must not hold the
    database's lock. A process that is killed in between leaves files without rows, which
    `manage.py reconcile` finds.
    """
    batch = Batch()
    try:
        yield batch
    except BaseException:
        batch.undo()
        raise


def delete_after_commit(names: Iterable[str]) -> None:
    """Once the rows are gone for good."""
    transaction.on_commit(partial(delete, list(names)))


def delete(names: Iterable[str]) -> None:
    """A file that cannot be deleted is left to `manage.py reconcile`, not to the person."""
    for name in names:
        try:
            default_storage.delete(name)
        except Exception:
            logger.exception("a file stays behind: %s", name)


def stored() -> Iterator[tuple[str, int]]:
    """Names and bytes of all files of pictures."""
    if hasattr(default_storage, "bucket"):
        # S3 lists a thousand at once with their sizes; to ask for each would take hours.
        for entry in default_storage.bucket.objects.filter(Prefix=f"{FOLDER}/"):
            yield entry.key, entry.size
        return
    for name in listed(FOLDER):
        with suppress(FileNotFoundError):
            yield name, default_storage.size(name)


def set_aside(name: str) -> bool:
    """Whether it could be; the file then has the day as its own."""
    return move(name, f"{ASIDE}/{name}")


def bring_back(name: str) -> bool:
    """A file that was set aside and belongs to a picture after all; whether there was one."""
    return move(f"{ASIDE}/{name}", name)


def move(old: str, new: str) -> bool:
    """Copied, for a storage knows no moving, and deleted only once the copy is there."""
    if default_storage.exists(new):
        return False
    try:
        with default_storage.open(old) as file:
            default_storage.save(new, file)
    except FileNotFoundError:
        return False
    delete([old])
    return not default_storage.exists(old)


def forget_strays(before: datetime) -> int:
    """Delete what was set aside before that; how many files."""
    old = [name for name in listed(ASIDE) if default_storage.get_modified_time(name) < before]
    delete(old)
    return len(old)


def listed(folder: str) -> Iterator[str]:
    """Folder by folder, so that no more than one folder's names are in memory."""
    folders = [folder]
    while folders:
        folder = folders.pop()
        with suppress(FileNotFoundError):
            inner, files = default_storage.listdir(folder)
            folders += [f"{folder}/{name}" for name in inner]
            yield from (f"{folder}/{name}" for name in files)
