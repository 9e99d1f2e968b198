"""Patches: colour that changes where the lightness does not, and purple on what is flat.

People complain of red patches on walls and of purple skies. Both lie where L is flat, and there
photos seldom change their colour: what they do of it is what the truth's own figures say.
"""

from dataclasses import dataclass
from statistics import fmean

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# At the size of measuring: L is flat where its standard deviation in a window of so many pixels is
# at most so much; a patch stands out from what is flat in a window of so many pixels around it.
WINDOW, FLAT, AROUND = 9, 2.0, 65
# Degrees of hue in the ab plane from violet to pink, and the chroma from which it is seen.
PURPLE, SEEN = (285, 345), 10


@dataclass(frozen=True)
class Look:
    """Over the flat pixels of photos (their share of all is `flat`, 0..1): mean chroma and its
    95th percentile; `patchiness`, the mean distance of ab from that of the flat pixels around (Lab
    units); the share that is purple, 0..1. Means over photos that have flat pixels."""

    flat: float
    chroma: float
    chroma95: float
    patchiness: float
    purple: float


class Looks:
    """Add photos, then ask for the look."""

    def __init__(self) -> None:
        self.shares: list[float] = []
        self.figures: list[tuple[float, float, float, float]] = []

    def add(self, L: Plane, ab: Plane) -> None:
        """(h, w) and (h, w, 2)."""
        flat = is_flat(L)
        self.shares.append(float(flat.mean()))
        if flat.any():
            chroma = np.linalg.norm(ab, axis=2)
            purple = is_purple(ab)[flat].mean()
            spread = standing_out(ab, flat)[flat].mean()
            tail = np.percentile(chroma[flat], 95)
            self.figures.append((chroma[flat].mean(), tail, spread, purple))

    def look(self) -> Look:
        """All zero where no photo has anything flat. Raises ValueError where no photo was added."""
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
    """(h, w): the distance of each pixel's ab from the mean ab of the flat pixels around it."""
    mask = flat.astype(np.float32)[..., None]
    share = np.maximum(cv2.blur(mask, (AROUND, AROUND)), np.float32(1e-6))
    mean = cv2.blur(ab * mask, (AROUND, AROUND)) / share[..., None]
    return np.asarray(np.linalg.norm(ab - mean, axis=2), np.float32)
