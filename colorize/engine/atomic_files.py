"""Files and folders that are there whole or not at all, even where writing is interrupted."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START, END = ".colorized-", ".draft"


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """A file to write beside `target`, which takes its place if nothing goes wrong.

    Raises OSError, also where `target` is there and no file: a folder, or a device.
    """
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "Not a file", str(target))
    path = target.with_name(f"{START}{secrets.token_hex(8)}{END}")
    try:
        yield path
        path.replace(target)
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """A folder to fill beside `target`, which takes its place if nothing goes wrong.

    Raises OSError, also where `target` is there already and not an empty folder.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(errno.EEXIST, "There already", str(target))
    path = target.with_name(f"{START}{secrets.token_hex(8)}{END}")
    path.mkdir(parents=True)
    try:
        yield path
        path.replace(target)
    finally:
        shutil.rmtree(path, ignore_errors=True)


def is_draft(path: Path) -> bool:
    """Whether it was left behind by somebody who was killed."""
    return path.name.startswith(START) and path.name.endswith(END)
