"""How far a long command is."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tqdm import tqdm

from gallery.maintenance.backup.archive import Progress


@contextmanager
def shown(what: str, size: int) -> Iterator[Progress]:
    """A progress bar for a step of `size` bytes; none for 0 bytes, or without a terminal."""
    hidden = not size or not sys.stderr.isatty()
    with tqdm(total=size, desc=what, unit="B", unit_scale=True, disable=hidden) as bar:
        yield bar.update
