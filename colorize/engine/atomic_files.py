"""Writes files and folders completely or not at all, even if interrupted."""

import errno
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START, END = ".colorized-", ".draft"


@contextmanager
def draft(target: Path) -> Iterator[Path]:
    """A temporary file next to `target`, which replaces it if nothing goes wrong.

    Raises OSError, also if `target` exists and is not a file.
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
    """A temporary folder next to `target`, which replaces it if nothing goes wrong.

    Raises OSError, also if `target` exists and is not an empty folder.
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
    """Whether a killed process left it behind."""
    return path.name.startswith(START) and path.name.endswith(END)
