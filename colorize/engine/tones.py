"""Tones: how light and dark a photo is, what faded or dark ones get, and contrast restored. Knows
no Django."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane, bands

# The darkest and lightest half percent may be dust, glints or a scanner's edge.
RARE = 0.5
# L of these two in a photo with good contrast: near what training photos have, with headroom.
DARKEST, LIGHTEST = 4.0, 94.0
# Up to the first of these spans of L a photo lacks contrast fully, from the second not at all. Of
# 200 good photos one in a hundred has less than 68; copies of them, with 25 to 60 % of the contrast
# or 2 to 3 stops less light, have 18 to 58.
FADED, GOOD = 55.0, 68.0
# Below this span there is nothing to see in the photo, only noise to enlarge.
EMPTY = 5.0
# The middle of the span below which a photo is called dark rather than faded.
DARK = 34.0


@dataclass(frozen=True)
class Tones:
    """`low`, `high`: L of the dark and the light end of a photo, 0..100."""

    low: float
    high: float

    @classmethod
    def of(cls, L: Plane) -> "Tones":
        """Of (h, w) L without border."""
        low, high = np.percentile(L, (RARE, 100 - RARE))
        return cls(float(low), float(high))

    @classmethod
    def of_histogram(cls, counts: NDArray[np.float64], levels: Plane) -> "Tones":
        """Of many pictures at once: how often each of the `levels` of L is seen; they rise."""
        up_to = np.cumsum(counts) / counts.sum()
        low, high = np.searchsorted(up_to, (RARE / 100, 1 - RARE / 100))
        return cls(float(levels[low]), float(levels[high]))

    @property
    def span(self) -> float:
        return self.high - self.low

    @property
    def lack(self) -> float:
        """How much contrast is missing: from 0, none, to 1, as much as can be given."""
        if self.span < EMPTY:
            return 0.0
        share = min(max((GOOD - self.span) / (GOOD - FADED), 0.0), 1.0)
        return share * share * (3 - 2 * share)

    @property
    def is_low(self) -> bool:
        """Whether contrast is lacking because there is little light."""
        return (self.low + self.high) / 2 < DARK

    @property
    def dark(self) -> bool:
        return self.lack > 0.5 and self.is_low

    @property
    def faded(self) -> bool:
        return self.lack > 0.5 and not self.is_low

    def stretched(self, L: Plane) -> Plane:
        """L as a network has learned to see it: contrast given to faded and dark photos, all
        others as they are."""
        if not self.lack:
            return L
        gain = (LIGHTEST - DARKEST) / self.span
        full = np.clip((L - self.low) * gain + DARKEST, 0, 100)
        return np.asarray(L + self.lack * (full - L), np.float32)


def restore_contrast(L: Plane, tones: Tones) -> None:
    """Give (h, w) L full contrast, in place. The rare tones beyond the two ends share the headroom,
    so that nothing is clipped; a photo never loses contrast."""
    if tones.span < EMPTY:
        return
    least, most = min(float(L.min()), tones.low), max(float(L.max()), tones.high)
    low, high = min(tones.low, DARKEST), max(tones.high, LIGHTEST)
    gain = (high - low) / tones.span
    darkest = max(0.0, low - gain * (tones.low - least))
    lightest = min(100.0, high + gain * (most - tones.high))
    for rows in bands(*L.shape):
        L[rows] = np.interp(
            L[rows], (least, tones.low, tones.high, most), (darkest, low, high, lightest)
        )
