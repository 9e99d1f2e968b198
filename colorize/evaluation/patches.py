"""Colour patches and purple in flat areas.

People complain about red patches on walls and purple skies. Both are in areas where L is flat, and
where real photos rarely change their colour; the truth's own figures show how much they do.
"""

from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# At the measured size: the window in pixels in which L must be flat, the largest standard deviation
# that counts as flat, and the window of surroundings that a patch is compared with.
WINDOW, FLAT, AROUND = 9, 2.0, 65
# Hue in the ab plane from violet to pink, in degrees, and the chroma from which it is visible.
PURPLE, SEEN = (285, 345), 10


@dataclass(frozen=True)
class Look:
    """For the flat pixels of photos (`flat`: their share of all pixels, 0..1): mean chroma and its
    95th percentile; `patchiness`, the mean distance of ab to the flat surroundings (Lab units); the
    share of purple, 0..1. Means over photos with flat pixels."""

    flat: float
    chroma: float
    chroma95: float
    patchiness: float
    purple: float


class Looks:
    """Add photos, then read the means."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.figures: list[tuple[float, float, float, float]] = []

    def add(self, L: Plane, ab: Plane) -> None:
        """Add a photo: L (h, w) and ab (h, w, 2)."""
        flat = is_flat(L)
        self.shares.append(float(flat.mean()))
        if flat.any():
            chroma = np.linalg.norm(ab, axis=2)
            purple = is_purple(ab)[flat].mean()
            spread = standing_out(ab, flat)[flat].mean()
            tail = np.percentile(chroma[flat], 95)
            self.figures.append((chroma[flat].mean(), tail, spread, purple))

    def look(self) -> Look:
        """All zero if no photo has a flat area. Raises ValueError if no photo was added."""
        if not self.shares:
            raise ValueError("no photo was measured")
        columns = zip(*self.figures or [(0.0,) * 4], strict=True)
        return Look(fmean(self.shares), *map(fmean, columns))


def is_flat(L: Plane) -> NDArray[np.bool_]:
    mean = cv2.blur(L, (WINDOW, WINDOW))
    variance = cv2.blur(L * L, (WINDOW, WINDOW)) - mean * mean
    return np.asarray(variance <= FLAT**2)


def is_purple(ab: Plane) -> NDArray[np.bool_]:
    hue = np.degrees(np.arctan2(ab[..., 1], ab[..., 0])) % 360
    seen = np.linalg.norm(ab, axis=2) >= SEEN
    return np.asarray(seen & (hue >= PURPLE[0]) & (hue <= PURPLE[1]))


def standing_out(ab: Plane, flat: NDArray[np.bool_]) -> NDArray[np.float32]:
    """(h, w): the distance of each pixel's ab to the mean ab of the flat pixels around it."""
    mask = flat.astype(np.float32)[..., None]
    share = np.maximum(cv2.blur(mask, (AROUND, AROUND)), np.float32(1e-6))
    mean = cv2.blur(ab * mask, (AROUND, AROUND)) / share[..., None]
    return np.asarray(np.linalg.norm(ab - mean, axis=2), np.float32)
