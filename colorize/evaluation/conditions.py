"""Copies of photos as people own them: faded, dark, blurred, turned.

Each is made of a good colour photo, so that its true colours are known.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

import cv2
import numpy as np
from numpy.random import Generator

from colorize.engine.planes import Plane

# L of black and of the end of the straight line of CIE 15, and that line's slope.
KNEE, SLOPE = 8.0, 27 / 24389


@dataclass(frozen=True)
class Condition:
    """`what`: how the copy is made, for people; `spoil`: (h, w, 3) Lab and a random generator ->
    the copy with its true colours, which may be turned."""

    what: str
    spoil: Callable[[Plane, Generator], Plane]

    def copy_of(self, lab: Plane, name: str) -> Plane:
        """The copy of the photo of this name; it is the same in every run."""
        rng = np.random.default_rng(crc32(f"{self.what} {name}".encode()))
        return np.ascontiguousarray(self.spoil(lab, rng), np.float32)


def faded(lab: Plane, rng: Generator) -> Plane:
    contrast, lift = rng.uniform(0.25, 0.6), rng.uniform(0.3, 0.8)
    return with_grey(lab, lift * (1 - contrast) + contrast * grey_of(lab[..., 0]))


def dark(lab: Plane, rng: Generator) -> Plane:
    L = lab[..., 0]
    light = np.where(L > KNEE, ((L + 16) / 116) ** 3, L * SLOPE) / 2 ** rng.uniform(2, 3)
    darker = np.where(light > KNEE * SLOPE, 116 * np.cbrt(light) - 16, light / SLOPE)
    return with_grey(lab, grey_of(darker.astype(np.float32)))


def blurred(lab: Plane, rng: Generator) -> Plane:
    share = rng.uniform(0.006, 0.016)
    soft = cv2.GaussianBlur(lab[..., 0], (0, 0), share * min(lab.shape[:2]))
    return with_grey(lab, grey_of(np.asarray(soft, np.float32)))


def grey_of(L: Plane) -> Plane:
    """L -> sRGB grey, 0..1."""
    lab = cv2.merge([L, np.zeros_like(L), np.zeros_like(L)])
    return np.asarray(cv2.cvtColor(lab, cv2.COLOR_Lab2RGB)[..., 0])


def with_grey(lab: Plane, grey: Plane) -> Plane:
    """The photo with L of another grey, in 8 bits as files have it."""
    levels = np.rint(255 * np.clip(grey, 0, 1)).astype(np.float32) / np.float32(255)
    L = cv2.cvtColor(cv2.merge([levels] * 3), cv2.COLOR_RGB2Lab)[..., :1]
    return np.dstack([L, lab[..., 1:]])


def turned(quarters: int) -> Callable[[Plane, Generator], Plane]:
    return lambda lab, rng: np.rot90(lab, quarters)


CONDITIONS = {
    "faded": Condition("contrast 25 to 60 %, blacks lifted", faded),
    "dark": Condition("2 to 3 stops less light", dark),
    "blurred": Condition("a Gaussian of 0.6 to 1.6 % of the short side", blurred),
    "on its side": Condition("turned by 90 degrees", turned(1)),
    "upside down": Condition("turned by 180 degrees", turned(2)),
}
