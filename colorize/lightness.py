"""Lightness of pictures in memory-sized pieces. Knows no Django."""

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

# Rows are handled in bands of about this many pixels, so that float copies stay small whatever
# the size of the photo, and mostly in the processor's cache.
BAND_PIXELS = 1 << 18


def bands(height: int, width: int) -> Iterator[slice]:
    """Slices of rows that cover the picture."""
    rows = max(1, BAND_PIXELS // width)
    for top in range(0, height, rows):
        yield slice(top, min(top + rows, height))


def lightness_of_rgb(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(h, w, 3) uint8 sRGB -> (h, w) float32 L, 0..100."""
    L = np.empty(rgb.shape[:2], np.float32)
    for rows in bands(*L.shape):
        lab = cv2.cvtColor(np.float32(rgb[rows]) / np.float32(255), cv2.COLOR_RGB2Lab)
        L[rows] = lab[..., 0]
    return L


def lightness_of_grey(
    grey: NDArray[np.uint8 | np.uint16 | np.int32], srgb: NDArray[np.uint8]
) -> NDArray[np.float32]:
    """(h, w) grey of 8 or 16 bits -> (h, w) float32 L.

    `srgb` (256,) says which sRGB grey each 8-bit grey stands for.
    """
    levels = lightness_of_rgb(np.repeat(srgb[:, None, None], 3, axis=2)).ravel()
    if grey.dtype == np.uint8:
        return cv2.LUT(grey, levels)
    fine = np.interp(np.arange(65536) / 257, np.arange(256), levels).astype(np.float32)
    return fine[np.clip(grey, 0, 65535)]
