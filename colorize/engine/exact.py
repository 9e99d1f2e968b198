"""L and ab -> sRGB that keeps L, for results without loss. Knows no Django.

Colours that sRGB does not have lose chroma, not lightness: in linear light they are mixed with the
grey of the same Y until they fit, which keeps Y, and with it L, exactly.
"""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.lightness import Y_WEIGHTS, linear
from colorize.engine.planes import Pixels, Plane

# sRGB (IEC 61966-2-1) to XYZ.
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        Y_WEIGHTS,
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
# From XYZ as shares of white's.
FROM_XYZ = (np.linalg.inv(TO_XYZ) * TO_XYZ.sum(axis=1)).astype(np.float32)
# Lab's f (CIE 15): where it turns from a line into a cube root, and the slope of the line.
KNEE, SLOPE = np.float32(6 / 29), np.float32(3 * (6 / 29) ** 2)
_LINEAR = linear(np.arange(256) / 255)
# What each of the 256 values of red, green and blue adds to Y, and what one more would add.
_Y_OF = (_LINEAR[:, None] * Y_WEIGHTS).astype(np.float32)
_STEP_OF = (np.diff(_LINEAR)[:, None] * Y_WEIGHTS).astype(np.float32)


def rgb8(L: Plane, ab: Plane) -> Pixels:
    """(h, w) L and (h, w, 2) ab -> (h, w, 3) sRGB. Each value is rounded down or up, whichever
    together give the nearest Y: mean |dL| 0.03, where rounding to the nearest gives 0.07."""
    rgb, Y = linear_of(L, ab)
    lower = [np.minimum(curved(plane, 255), 254).astype(np.uint8) for plane in rgb]
    missing = [Y - sum(_Y_OF[values, c] for c, values in enumerate(lower))]
    for c, values in enumerate(lower):
        missing += [left - _STEP_OF[values, c] for left in missing]
    up = np.abs(missing).argmin(axis=0).astype(np.uint8)
    return cast(Pixels, cv2.merge([values + (up >> c & 1) for c, values in enumerate(lower)]))


def rgb16(L: Plane, ab: Plane) -> NDArray[np.uint16]:
    """(h, w) L and (h, w, 2) ab -> (h, w, 3) sRGB."""
    rgb, _ = linear_of(L, ab)
    values = [np.rint(curved(plane, 65535)).astype(np.uint16) for plane in rgb]
    return cast(NDArray[np.uint16], cv2.merge(values))


def linear_of(L: Plane, ab: Plane) -> tuple[list[Plane], Plane]:
    """Linear red, green and blue, 0..1, and their Y; each (h, w)."""
    fy = (L + np.float32(16)) * np.float32(1 / 116)
    X = share_of(fy + ab[..., 0] * np.float32(1 / 500))
    Y = share_of(fy)
    Z = share_of(fy - ab[..., 1] * np.float32(1 / 200))
    return into_gamut([x * X + y * Y + z * Z for x, y, z in FROM_XYZ], Y), Y


def share_of(f: Plane) -> Plane:
    """X, Y or Z as a share of white's, from Lab's f."""
    return np.where(f > KNEE, f * f * f, (f - np.float32(4 / 29)) * SLOPE)


def into_gamut(rgb: list[Plane], Y: Plane) -> list[Plane]:
    """Mixed with grey where a value is below 0 or above 1."""
    red, green, blue = rgb
    lowest = np.minimum(np.minimum(red, green), blue)
    highest = np.maximum(np.maximum(red, green), blue)
    outside = np.flatnonzero((lowest < 0) | (highest > 1))
    low, high, grey = (plane.flat[outside] for plane in (lowest, highest, Y))
    # Of the way from grey, how much fits: down to 0 and up to 1.
    down = np.divide(grey, grey - low, out=np.ones_like(grey), where=low < 0)
    up = np.divide(1 - grey, high - grey, out=np.ones_like(grey), where=high > 1)
    share = np.minimum(down, up)
    for plane in rgb:
        plane.flat[outside] = grey + share * (plane.flat[outside] - grey)
    return [np.clip(plane, 0, 1) for plane in rgb]


def curved(values: Plane, most: int) -> Plane:
    """sRGB's curve (IEC 61966-2-1), times `most`."""
    power = cv2.pow(values, 1 / 2.4) * np.float32(1.055 * most) - np.float32(0.055 * most)
    return np.where(values <= np.float32(0.0031308), values * np.float32(12.92 * most), power)
