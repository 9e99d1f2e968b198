"""Pixels -> L, the lightness of CIE Lab. Knows no Django."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.planes import Pixels, Plane, bands


def lightness_of_rgb(rgb: Pixels) -> Plane:
    """(h, w, 3) sRGB -> (h, w) L, 0..100."""
    height, width, _ = rgb.shape
    L = np.empty((height, width), np.float32)
    for rows in bands(height, width):
        colour = rgb[rows].astype(np.float32) / np.float32(255)
        L[rows] = cv2.cvtColor(colour, cv2.COLOR_RGB2Lab)[..., 0]
    return L


def lightness_of_grey(grey: NDArray[np.uint8 | np.uint16 | np.int32], srgb: Pixels) -> Plane:
    """(h, w) grey of 8 or 16 bits -> (h, w) L.

    `srgb` (256,) says which sRGB grey each 8-bit grey stands for.
    """
    levels = lightness_of_rgb(np.repeat(srgb[:, None, None], 3, axis=2)).ravel()
    if grey.dtype == np.uint8:
        return cast(Plane, cv2.LUT(grey, levels))
    fine = np.interp(np.arange(65536) / 257, np.arange(256), levels).astype(np.float32)
    return fine[np.clip(grey, 0, 65535)]
