"""Files that are there whole or not at all, whenever whoever writes them is interrupted."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def draft(target: Path) -> Iterator[BinaryIO]:
    """A file beside `target` that takes its place once it is written; removed where that fails.

    Raises OSError, also where `target` is there and no file: a folder, or a device.
    """
    if target.exists() and not target.is_file():
        raise FileExistsError(errno.EEXIST, "Not a file", str(target))
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".colorized-")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        os.unlink(name)
        raise
