"""Colours as people judge them: how far off they look, and which colours are there or missing.

The bands of hue and chroma are chosen so that the figures match what people see. On 224 photos
(Kodak's and BSDS500's test photos), run six at vividness 0.6 makes 24 % of the pixels yellow-brown
instead of 16 %, 0.7 % red instead of 2.3 %, and puts a brown veil over 24 % of the photos.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf
from statistics import fmean

import numpy as np

from colorize.engine.planes import Plane
from colorize.evaluation.difference import ciede2000

# The step in rows and columns between the pixels used: means over a photo stay the same.
STEP = 2
# A result has a veil if its yellow-brown share exceeds the truth's by this much. A photo has red
# from this share of the truth on; the red is missed if the result has less than this part of it.
VEIL, HAS_RED, MISSED = 0.20, 0.01, 1 / 3


@dataclass(frozen=True)
class Band:
    """Colours with a hue in the ab plane from `start` to `end` degrees (increasing, through 0 if
    needed) and a chroma from `least` to below `most`, of any lightness."""

    start: float
    end: float
    least: float
    most: float = inf

    def share(self, hue: Plane, chroma: Plane) -> float:
        """The share of pixels in the band, 0..1."""
        there = (hue - self.start) % 360 <= (self.end - self.start) % 360
        return float((there & (chroma >= self.least) & (chroma < self.most)).mean())


# A veil is weak; stronger yellows, oranges and browns are real colours of things.
YELLOW_BROWN = Band(40, 90, 8, 30)
# Sky and sea, from violet to turquoise.
BLUE = Band(220, 300, 20)
# From crimson to vermilion; skin has less chroma.
RED = Band(345, 45, 25)
BANDS = (YELLOW_BROWN, BLUE, RED)


@dataclass(frozen=True)
class Painting:
    """One photo: mean CIEDE2000 to the truth, the colourfulness of result and truth, and the shares
    of yellow-brown, blue and red pixels in each, 0..1."""

    difference: float
    colourfulness: float
    true_colourfulness: float
    shares: tuple[float, ...]
    true_shares: tuple[float, ...]

    @property
    def veiled(self) -> bool:
        return self.shares[0] - self.true_shares[0] >= VEIL

    @property
    def has_red(self) -> bool:
        return self.true_shares[2] >= HAS_RED

    @property
    def red_missed(self) -> bool:
        return self.has_red and self.shares[2] < MISSED * self.true_shares[2]


@dataclass(frozen=True)
class Colours:
    """Over photos: mean CIEDE2000 to the truth; colourfulness as a share of the truth's, None if
    the truth has almost none; the share of photos with a brown veil; the shares of yellow-brown,
    blue and red pixels; the share of photos with red whose red is missed, None if no photo has red.
    Shares are 0..1."""

    difference: float
    colourfulness: float | None
    veiled: float
    yellow_brown: float
    blue: float
    red: float
    red_missed: float | None


def painting(lab: Plane, truth: Plane, colourfulness: float, true_colourfulness: float) -> Painting:
    """Compare a result with the truth, both (h, w, 3) Lab."""
    lab, truth = lab[::STEP, ::STEP], truth[::STEP, ::STEP]
    difference = float(ciede2000(lab, truth).mean())
    return Painting(difference, colourfulness, true_colourfulness, shares(lab), shares(truth))


def shares(lab: Plane) -> tuple[float, ...]:
    a, b = lab[..., 1], lab[..., 2]
    hue, chroma = np.degrees(np.arctan2(b, a)), np.hypot(a, b)
    return tuple(band.share(hue, chroma) for band in BANDS)


def colours_of(paintings: Sequence[Painting]) -> Colours:
    """The means over photos. Raises ValueError if there are none."""
    if not paintings:
        raise ValueError("no photo was measured")
    true = fmean(each.true_colourfulness for each in paintings)
    yellow_brown, blue, red = np.mean([each.shares for each in paintings], axis=0).tolist()
    missed = [each.red_missed for each in paintings if each.has_red]
    return Colours(
        difference=fmean(each.difference for each in paintings),
        colourfulness=fmean(each.colourfulness for each in paintings) / true if true >= 1 else None,
        veiled=fmean(each.veiled for each in paintings),
        yellow_brown=yellow_brown,
        blue=blue,
        red=red,
        red_missed=fmean(missed) if missed else None,
    )
