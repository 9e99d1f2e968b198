"""Arrays of pixels: types, sizes and bands."""

from collections.abc import Iterator
from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

# (h, w) or (h, w, n).
Plane: TypeAlias = NDArray[np.float32]
Pixels: TypeAlias = NDArray[np.uint8]

# Rows are processed in bands of about this many pixels, so that float copies stay small for photos
# of any size, and mostly in the processor's cache.
BAND_PIXELS = 1 << 16


def bands(height: int, width: int) -> Iterator[slice]:
    """Slices of rows that together cover the picture."""
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def resize(plane: Plane, height: int, width: int) -> Plane:
    """Resize: area averaging to shrink, linear to enlarge."""
    shrinks = height * width < plane.shape[0] * plane.shape[1]
    how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    return cast(Plane, cv2.resize(plane, (width, height), interpolation=how))


def fit(height: int, width: int, side: int, longest: int, step: int = 1) -> tuple[int, int]:
    """Height and width with the short side near `side` and the same shape.

    The long side is at most `longest`, which limits the cost of panoramas; both sides are multiples
    of `step`.
    """
    scale = min(side / min(height, width), longest / max(height, width))
    return whole(height * scale, step), whole(width * scale, step)


def whole(length: float, step: int) -> int:
    """The nearest multiple of `step`, at least one."""
    return max(step, round(length / step) * step)
