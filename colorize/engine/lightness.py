"""Pixels -> L, the lightness of CIE Lab. Knows no Django."""

from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Pixels, Plane

# (h, w): L from 0 to 100 as integers from 0 to 65535.
Packed: TypeAlias = NDArray[np.uint16]

# L depends on Y only, so two tables are enough: what each of the 256 values of red, green and blue
# adds to Y (IEC 61966-2-1, times 65535), and L for each of the 65536 values of Y (CIE 15).
_C = np.arange(256) / 255
_LINEAR = np.where(_C <= 0.04045, _C / 12.92, ((_C + 0.055) / 1.055) ** 2.4)
_Y_OF = (65535 * _LINEAR[:, None] * [0.2126729, 0.7151522, 0.0721750]).astype(np.float32)[None]
_Y = np.arange(65536) / 65535
_L_OF = np.where(_Y > (6 / 29) ** 3, 116 * np.cbrt(_Y) - 16, _Y * (29 / 3) ** 3)
_L_OF = _L_OF.astype(np.float32)
# The 16-bit greys that correspond to the 256 8-bit greys.
DEEP = np.arange(256) * 257.0
_SUM = np.ones((1, 3), np.float32)
_FINEST = np.float32(100 / 65535)


def lightness_of_rgb(rgb: Pixels) -> Plane:
    """(h, w, 3) sRGB -> (h, w) L, 0..100."""
    Y = cv2.transform(cv2.LUT(rgb, _Y_OF), _SUM)
    return cast(Plane, cv2.LUT(Y.astype(np.uint16), _L_OF))


def grey_levels(srgb: Pixels, deep: bool) -> Plane:
    """L of each 8-bit grey (256,), or with `deep` of each 16-bit grey (65536,), interpolated.

    `srgb` (256,): the sRGB grey of each 8-bit grey.
    """
    levels = lightness_of_rgb(np.repeat(srgb[:, None, None], 3, axis=2)).ravel()
    return np.interp(np.arange(65536), DEEP, levels).astype(np.float32) if deep else levels


def lightness_of_grey(grey: NDArray[np.uint8 | np.uint16], levels: Plane) -> Plane:
    """(h, w) grey -> (h, w) L; `levels` as `grey_levels` gives them."""
    return cast(Plane, cv2.LUT(grey, levels))


def packed(L: Plane) -> Packed:
    """L in half the memory; it changes by 0.0008 at most."""
    return cast(Packed, np.rint(L / _FINEST).astype(np.uint16))


def unpacked(L: Packed) -> Plane:
    plane = L.astype(np.float32)
    plane *= _FINEST
    return plane
