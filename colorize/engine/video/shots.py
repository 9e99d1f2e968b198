"""Finds the first frame of each shot, and tells flashes from cuts. Knows no Django."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane
from colorize.engine.tones import Tones
from colorize.engine.video.film import Bytes
from colorize.engine.video.planes import PLAIN

# A picture is compared with the last one in blocks, as many down as across, by histograms of their
# greys with the picture's median made MIDDLE, as old films flicker in light. In half of the blocks
# of a new shot at least this share of the pixels has another value: of 220 pairs of shots one in
# 500 has less, of 540 pairs of neighbouring frames of a shot none has more; where one of the two is
# made lighter or darker by up to 15 %, one in 250.
BLOCKS, BINS = 4, 16
MIDDLE = 128
CHANGED = 0.45
# A flash is over after so many frames, and the film goes on as before it.
FLASH = 2


@dataclass
class Frame:
    """A frame on its way. `luma`: as stored; `L`: upright, small, 0..100; `grey`: the same at half
    that size, 0..255; `free`: its colours go with the network's mood, see `steady`.
    `starts`: a shot; `flash`: it is unlike the frames around it, which are alike. `tones`: those of
    its shot so far; `ab`: at a quarter of the size of `L`, None where the network was not
    asked."""

    luma: Bytes
    L: Plane
    grey: Bytes
    free: bool = False
    starts: bool = False
    flash: bool = False
    tones: Tones = PLAIN
    ab: Plane | None = None


def shots(frames: Iterable[Frame]) -> Iterator[Frame]:
    """The same frames, with what they start or are. Reads FLASH frames ahead."""
    waiting: deque[Frame] = deque()
    shares: deque[Plane] = deque()
    last: Plane | None = None

    def told() -> Frame:
        nonlocal last
        frame, own = waiting.popleft(), shares.popleft()
        if last is None or changed(last, own):
            frame.flash = last is not None and not all(changed(last, each) for each in shares)
            frame.starts = not frame.flash
        last = last if frame.flash else own
        return frame

    for frame in frames:
        waiting.append(frame)
        shares.append(histograms(frame.grey))
        if len(waiting) > FLASH:
            yield told()
    while waiting:
        yield told()


def changed(before: Plane, now: Plane) -> bool:
    return float(np.median(np.abs(now - before).sum(axis=1) / 2)) > CHANGED


def histograms(grey: Bytes) -> Plane:
    """(blocks, BINS): the share of each block's pixels that have about this value."""
    value = np.clip(grey.astype(np.int16) + (MIDDLE - int(np.median(grey))), 0, 255)
    cells = block_numbers(*grey.shape) + value // (256 // BINS)
    counts = np.bincount(cells.ravel(), minlength=BLOCKS**2 * BINS).reshape(-1, BINS)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1), np.float32)


@cache
def block_numbers(height: int, width: int) -> NDArray[np.intp]:
    """(h, w): the number of each pixel's block, times BINS."""
    down, across = (np.arange(side) * BLOCKS // side for side in (height, width))
    return (down[:, None] * BLOCKS + across) * BINS
