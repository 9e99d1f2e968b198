"""Where one shot ends and the next begins."""

import numpy as np

from colorize.engine.video.film import Bytes

# Blocks across and down, and levels of a block's histogram.
BLOCKS, LEVELS = 4, 32
# How much of a block's histogram has moved, 0..1, in the middle of all blocks, at a cut: motion and
# flicker stay below 0.25.
CUT = 0.35


class Shots:
    """Told frame after frame, upright and small."""

    def __init__(self) -> None:
        self.last: np.ndarray | None = None

    def begins(self, grey: Bytes) -> bool:
        """Whether this frame, (h, w), is the first of a shot; the first of all is none."""
        seen, last = histograms(grey), self.last
        self.last = seen
        if last is None:
            return False
        moved = np.abs(seen - last).sum(axis=1) / 2
        return bool(np.median(moved) > CUT)


def histograms(grey: Bytes) -> np.ndarray:
    """(BLOCKS * BLOCKS, LEVELS), each with the sum 1."""
    rows = [
        np.bincount(block.ravel() * LEVELS // 256, minlength=LEVELS) / block.size
        for band in np.array_split(grey.astype(np.uint16), BLOCKS, axis=0)
        for block in np.array_split(band, BLOCKS, axis=1)
    ]
    return np.array(rows)
