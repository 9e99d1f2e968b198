"""Folders for what is only needed while an item is worked on, gone even if its worker is killed."""

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

PREFIX = "image-colorizer-work-"
# One that is younger may just be being made.
YOUNG_SECONDS = 60


@contextmanager
def scratch() -> Iterator[Path]:
    """A new folder, deleted afterwards. Deletes those that killed workers left, too."""
    sweep()
    # Somebody else's may be deleted while this process looks.
    with TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as name, held(Path(name)):
        yield Path(name)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Marks a folder as in use until this process and those that it forked have let go of it, or
    have ended. Raises OSError if another one holds it."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def sweep() -> None:
    """Delete folders that nobody holds any more."""
    for folder in Path(gettempdir()).glob(f"{PREFIX}*"):
        # It is held, another user's, or gone by now.
        with suppress(OSError):
            if time.time() - folder.stat().st_mtime > YOUNG_SECONDS:
                with held(folder):
                    shutil.rmtree(folder)
