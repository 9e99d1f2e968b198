"""The visible difference of two colours: CIEDE2000 (CIE 142:2001), after Sharma, Wu, Dalal 2005,
"The CIEDE2000 color-difference formula", Color Research and Application 30."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating[Any]]

# The chroma where the formula's correction near grey fades out, to the seventh power.
NEAR_GREY = 25.0**7


def ciede2000(lab: Array, other: Array) -> Array:
    """Lab (..., 3) twice -> differences (...), in the precision of the input. A difference of about
    1 is just visible side by side."""
    L1, C1, h1, L2, C2, h2 = stretched(lab, other)
    by_light, by_chroma = L2 - L1, C2 - C1
    turn = np.where(C1 * C2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    by_hue = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn) / 2)
    L, C, h = (L1 + L2) / 2, (C1 + C2) / 2, mean_hue(h1, h2, C1 * C2)
    by_light /= 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    by_chroma /= 1 + 0.045 * C
    by_hue /= 1 + 0.015 * C * hue_weight(h)
    square = by_light**2 + by_chroma**2 + by_hue**2 + blue_turn(h, C) * by_chroma * by_hue
    return np.asarray(np.sqrt(np.maximum(square, 0)))


def stretched(lab: Array, other: Array) -> tuple[Array, ...]:
    """L, chroma and hue (degrees) of both colours, with a stretched at low chroma."""
    mean = (np.hypot(lab[..., 1], lab[..., 2]) + np.hypot(other[..., 1], other[..., 2])) / 2
    factor = 1.5 - 0.5 * greyness(mean)
    planes: list[Array] = []
    for each in (lab, other):
        a, b = each[..., 1] * factor, each[..., 2]
        planes += [each[..., 0], np.hypot(a, b), np.degrees(np.arctan2(b, a)) % 360]
    return tuple(planes)


def greyness(chroma: Array) -> Array:
    seventh = chroma**7
    return np.asarray(np.sqrt(seventh / (seventh + NEAR_GREY)))


def mean_hue(h1: Array, h2: Array, product: Array) -> Array:
    """The mean along the shorter arc; if one colour has no hue, the other's."""
    total = h1 + h2
    far = np.abs(h1 - h2) > 180
    middle = total / 2 + np.where(far, np.where(total < 360, 180, -180), 0)
    return np.where(product == 0, total, middle)


def hue_weight(h: Array) -> Array:
    t = np.radians(h)
    return np.asarray(
        1
        - 0.17 * np.cos(t - np.radians(30))
        + 0.24 * np.cos(2 * t)
        + 0.32 * np.cos(3 * t + np.radians(6))
        - 0.20 * np.cos(4 * t - np.radians(63))
    )


def blue_turn(h: Array, chroma: Array) -> Array:
    """The rotation term for blue, where chroma and hue interact."""
    turn = 60 * np.exp(-(((h - 275) / 25) ** 2))
    return np.asarray(-2 * greyness(chroma) * np.sin(np.radians(turn)))
