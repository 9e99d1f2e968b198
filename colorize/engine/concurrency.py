"""Limits how many photos are coloured at once, by their size. Knows no Django."""

import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from colorize.engine.errors import Busy, UserError
from colorize.engine.photo import read_file

# The least that a photo counts: the network and the edge-aware step take the memory of about this
# many pixels, whatever the size of the photo.
LEAST_PIXELS = 10_000_000
RETRY_AFTER = 5

logger = logging.getLogger(__name__)


class ConcurrencyLimit:
    """Up to `pixels` are coloured at once, from any number of photos; up to `waiting` photos wait,
    for up to `seconds`; for others the server is busy.

    This limits the memory of the process and keeps threads free for pages. First come, first
    served, so that small photos cannot delay a large one for ever. A photo larger than `pixels` is
    coloured alone.
    """

    def __init__(self, pixels: int, waiting: int, seconds: float) -> None:
        self._pixels = self._free = pixels
        self._waiting = waiting
        self._seconds = seconds
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def take(self, pixels: float) -> Iterator[None]:
        """Reserve room for a photo of this many pixels. Raises Busy."""
        taken = int(min(max(pixels, LEAST_PIXELS), self._pixels))
        self._enter(taken)
        try:
            yield
        finally:
            with self._changed:
                self._free += taken
                self._changed.notify_all()

    def _enter(self, wanted: int) -> None:
        me = object()

        def fits() -> bool:
            return self._line[0] is me and self._free >= wanted

        with self._changed:
            self._line.append(me)
            try:
                may_wait = len(self._line) <= self._waiting
                if not fits() and not (may_wait and self._changed.wait_for(fits, self._seconds)):
                    raise Busy(retry_after=RETRY_AFTER)
                self._free -= wanted
            finally:
                self._line.remove(me)
                self._changed.notify_all()


def pixel_count(data: bytes, page: int = 1) -> float:
    """The number of pixels by the photo's header, times what its decoder needs for each; infinite
    if it cannot be read."""
    try:
        file = read_file(data, page=page)
        with file.open() as image:
            return image.width * image.height * file.weight
    except UserError:
        # Reading the photo will raise it again.
        return inf
    except Exception as problem:
        # Decoders raise a dozen kinds of exception. Reading the photo will give the reason.
        logger.info("no size in the header: %s: %s", type(problem).__name__, problem)
        return inf
