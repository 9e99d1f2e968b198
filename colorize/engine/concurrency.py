"""How many photos are in hand at once, by their size. Knows no Django."""

import io
import logging
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf

from PIL import Image

from colorize.engine.errors import Busy
from colorize.engine.formats import PHOTOS

# What the smallest photo counts as: the network and the step along the edges take the memory of
# about so many pixels, whatever the size of the photo.
LEAST_PIXELS = 10_000_000
RETRY_AFTER = 5

logger = logging.getLogger(__name__)


class ConcurrencyLimit:
    """At most so many `pixels` in hand, whatever number of photos they belong to, and `waiting`
    photos behind them, for so many `seconds`; the rest hear that it is busy.

    That bounds the memory of the process and keeps threads free for the pages. First come, first
    served: small photos never overtake a large one until it has no chance. A photo larger than
    `pixels` gets in alone.
    """

    def __init__(self, pixels: int, waiting: int, seconds: float) -> None:
        self._pixels = self._free = pixels
        self._waiting = waiting
        self._seconds = seconds
        self._line: deque[object] = deque()
        self._changed = threading.Condition()

    @contextmanager
    def take(self, pixels: float) -> Iterator[None]:
        """For a photo of so many pixels. Raises Busy."""
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


def pixel_count(data: bytes) -> float:
    """How many pixels a photo has by its header; infinite where that cannot be told."""
    try:
        with Image.open(io.BytesIO(data), formats=[kind.name for kind in PHOTOS]) as image:
            return image.width * image.height
    except Exception as problem:
        # A decoder's exceptions are of a dozen kinds. Reading the photo will say what is wrong.
        logger.info("no size in the header: %s: %s", type(problem).__name__, problem)
        return inf
