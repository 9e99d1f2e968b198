"""Pixels -> L, the lightness of CIE Lab. Knows no Django."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from colorize.engine.planes import BAND_PIXELS, Pixels, Plane

# (h, w): L from 0 to 100 as integers from 0 to 65535.
Packed: TypeAlias = NDArray[np.uint16]


def linear(values: ArrayLike) -> NDArray[np.float64]:
    """Values of sRGB, 0..1, in linear light, 0..1 (IEC 61966-2-1)."""
    c = np.asarray(values)
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


# L depends on Y only, so two tables are enough: what each of the 256 values of red, green and blue
# adds to Y, and L for each of the 65536 values of Y (CIE 15). The same for 65536 values of each.
Y_WEIGHTS = np.array([0.2126729, 0.7151522, 0.0721750])
_Y_OF = ((65535 * linear(np.arange(256) / 255))[:, None] * Y_WEIGHTS).astype(np.float32)[None]
_DEEP_Y_OF = (Y_WEIGHTS[:, None] * (65535 * linear(np.arange(65536) / 65535))).astype(np.float32)
_Y = np.arange(65536) / 65535
_DARK = (6 / 29) ** 3
_L_OF = np.where(_Y > _DARK, 116 * np.cbrt(_Y) - 16, _Y * (29 / 3) ** 3)
_L_OF = _L_OF.astype(np.float32)
# The 16-bit greys that correspond to the 256 8-bit greys, and the step between them.
DEEP = np.arange(256) * 257.0
STEP = 257
_SUM = np.ones((1, 3), np.float32)
_FINEST = np.float32(100 / 65535)


@dataclass(frozen=True)
class DeepRgb:
    """A picture that Pillow has no mode for. `pixels`: (h, w, 3) RGB of 16 bits."""

    pixels: NDArray[np.uint16]
    mode: ClassVar[str] = "RGB;16"

    def shallow(self) -> Pixels:
        return np.rint(self.pixels / np.float32(STEP)).astype(np.uint8)


def lightness_of_rgb(rgb: Pixels) -> Plane:
    """(h, w, 3) sRGB -> (h, w) L, 0..100."""
    return cast(Plane, cv2.LUT(luminance_of_rgb(rgb).astype(np.uint16), _L_OF))


def luminance_of_rgb(rgb: Pixels) -> Plane:
    """(h, w, 3) sRGB -> (h, w) Y, 0..65535."""
    return cast(Plane, cv2.transform(cv2.LUT(rgb, _Y_OF), _SUM))


def lightness_of_deep(
    rgb: NDArray[np.uint16], to_srgb: Callable[[Pixels], Pixels] | None = None
) -> Plane:
    """(h, w, 3) RGB of 16 bits -> (h, w) L, 0..100.

    `to_srgb`: converts 8-bit colours from the picture's profile. The luminances of an 8-bit colour
    and of its three neighbours are interpolated.
    """
    if to_srgb is None:
        return lightness_of_luminance(sum(_DEEP_Y_OF[n][rgb[..., n]] for n in range(3)))
    low = (rgb // STEP).astype(np.uint8)
    share = (rgb - low * np.uint16(STEP)) / np.float32(STEP)
    start = luminance_of_rgb(to_srgb(low))
    Y = start.copy()
    for n in range(3):
        next_one = low.copy()
        next_one[..., n] += low[..., n] < 255
        Y += share[..., n] * (luminance_of_rgb(to_srgb(next_one)) - start)
    return lightness_of_luminance(Y)


def lightness_of_luminance(Y: Plane) -> Plane:
    """Y, 0..65535 -> L, finer than the table of `lightness_of_rgb` where it is dark."""
    share = Y * np.float32(1 / 65535)
    bright = np.cbrt(share)
    bright *= 116
    bright -= 16
    return np.where(share > _DARK, bright, share * np.float32((29 / 3) ** 3))


def grey_levels(srgb: Pixels, deep: bool) -> Plane:
    """L of each 8-bit grey (256,), or with `deep` of each 16-bit grey (65536,), interpolated.

    `srgb` (256,): the sRGB grey of each 8-bit grey.
    """
    if not deep:
        return lightness_of_rgb(np.repeat(srgb[:, None, None], 3, axis=2)).ravel()
    grey = np.interp(np.arange(65536), DEEP, srgb / 255)
    return lightness_of_luminance((65535 * linear(grey)).astype(np.float32))


def lightness_of_grey(grey: NDArray[np.uint8 | np.uint16], levels: Plane) -> Plane:
    """(h, w) grey -> (h, w) L; `levels` as `grey_levels` gives them."""
    return cast(Plane, cv2.LUT(grey, levels))


def packed(L: Plane) -> Packed:
    """L in half the memory; it changes by 0.0008 at most."""
    return cast(Packed, np.rint(L / _FINEST).astype(np.uint16))


def room(height: int, width: int) -> tuple[Plane, Packed]:
    """A plane of L without values yet and, in the second half of its memory, the same packed."""
    plane = np.empty((height, width), np.float32)
    halves = plane.reshape(-1).view(np.uint16)
    return plane, halves[plane.size :].reshape(height, width)


def unpack(plane: Plane, half: Packed) -> None:
    """Fill the plane from its packed half, both from `room`.

    From the front: a value never overwrites a packed one that is still needed.
    """
    values, stored = plane.reshape(-1), half.reshape(-1)
    for at in range(0, values.size, BAND_PIXELS):
        values[at : at + BAND_PIXELS] = unpacked(stored[at : at + BAND_PIXELS])


def unpacked(L: Packed) -> Plane:
    plane = L.astype(np.float32)
    plane *= _FINEST
    return plane
