"""How reliable the confidence is: does 80 % mean that 80 % of the pixels are close?"""

from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# Close: an ab error of at most this.
WITHIN = 20
BINS = 10
# Number of bootstrap samples for the 95 % interval of a bin.
DRAWS, TAIL = 1000, 0.025
# The most pixels of a photo that are used for its rank correlation.
RANKED = 20_000


@dataclass(frozen=True)
class Bin:
    """Pixels with a confidence from `low` to `high`: their share of all pixels, their mean
    confidence, and the share of them that is close, with its 95 % interval (Efron's bootstrap over
    photos); all 0..1."""

    low: float
    high: float
    pixels: float
    confidence: float
    right: float
    interval: tuple[float, float]


class Reliability:
    """Add photos, then read the bins and the rank correlation."""

    def __init__(self) -> None:
        # For each photo and bin: number of pixels, sum of their confidence, and how many are close.
        self.photos: list[NDArray[np.float64]] = []
        self.correlations: list[float] = []

    def add(self, confidence: Plane, error: Plane) -> None:
        """Add a photo: confidence 0..1 and ab error, both (h, w)."""
        flat, wrong = confidence.ravel().astype(np.float64), error.ravel()
        at = np.minimum((flat * BINS).astype(int), BINS - 1)
        counted = (np.ones_like(flat), flat, wrong <= WITHIN)
        self.photos.append(np.stack([np.bincount(at, each, BINS) for each in counted]))
        step = -(-flat.size // RANKED)
        self.correlations.append(spearman(flat[::step], -wrong[::step]))

    def bins(self) -> list[Bin]:
        """The bins that have pixels, from unsure to sure."""
        photos = np.stack(self.photos)
        count = len(photos)
        again = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), DRAWS)
        draws = np.tensordot(again, photos, axes=1)
        sums = photos.sum(axis=0)
        whole = sums[0].sum()
        return [bin_of(n, whole, sums[:, n], draws[:, :, n]) for n in range(BINS) if sums[0, n]]

    def rank_correlation(self) -> float:
        """Spearman's correlation of confidence and small error; the median over photos."""
        return median(self.correlations)


def bin_of(n: int, whole: float, sums: NDArray[np.float64], draws: NDArray[np.float64]) -> Bin:
    """A bin from its sums (3,) and those of the bootstrap samples (samples, 3). `whole`: the number
    of all pixels."""
    pixels, total, right = sums
    # Samples without a pixel in this bin say nothing about it.
    drawn = draws[draws[:, 0] > 0]
    low, high = np.quantile(drawn[:, 2] / drawn[:, 0], (TAIL, 1 - TAIL))
    return Bin(
        n / BINS,
        (n + 1) / BINS,
        float(pixels / whole),
        float(total / pixels),
        float(right / pixels),
        (float(low), float(high)),
    )


def spearman(a: np.ndarray, b: np.ndarray) -> float:
    """Rank correlation; 0 if one of them is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Ranks; equal values share the mean of theirs."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which])
