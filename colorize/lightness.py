"""Pixels -> L, the lightness of CIE Lab. Knows no Django."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from colorize.planes import Pixels, Plane, bands

# L needs Y alone, so the way there is two tables: what each of the 256 values of red, green and
# blue adds to Y (IEC 61966-2-1, times 65535), and L for each of the 65536 values of Y (CIE 15).
_C = np.arange(256) / 255
_LINEAR = np.where(_C <= 0.04045, _C / 12.92, ((_C + 0.055) / 1.055) ** 2.4)
_Y_OF = (65535 * _LINEAR[:, None] * [0.2126729, 0.7151522, 0.0721750]).astype(np.float32)[None]
_Y = np.arange(65536) / 65535
_L_OF = np.where(_Y > (6 / 29) ** 3, 116 * np.cbrt(_Y) - 16, _Y * (29 / 3) ** 3)
_L_OF = _L_OF.astype(np.float32)
_SUM = np.ones((1, 3), np.float32)


def lightness_of_rgb(image: Image.Image) -> Plane:
    """A picture in sRGB -> (h, w) L, 0..100."""
    L = np.empty((image.height, image.width), np.float32)
    for rows in bands(*L.shape):
        band = np.asarray(image.crop((0, rows.start, image.width, rows.stop)))
        L[rows] = _lightness(band)
    return L


def lightness_of_grey(grey: NDArray[np.uint8 | np.uint16 | np.int32], srgb: Pixels) -> Plane:
    """(h, w) grey of 8 or 16 bits -> (h, w) L.

    `srgb` (256,) says which sRGB grey each 8-bit grey stands for.
    """
    levels = _lightness(np.repeat(srgb[:, None, None], 3, axis=2)).ravel()
    if grey.dtype == np.uint8:
        return cast(Plane, cv2.LUT(grey, levels))
    fine = np.interp(np.arange(65536) / 257, np.arange(256), levels).astype(np.float32)
    return fine[np.clip(grey, 0, 65535)]


def _lightness(rgb: Pixels) -> Plane:
    """(h, w, 3) -> (h, w)."""
    Y = cv2.transform(cv2.LUT(rgb, _Y_OF), _SUM)
    return cast(Plane, cv2.LUT(Y.astype(np.uint16), _L_OF))
