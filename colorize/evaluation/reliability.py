"""Whether a confidence of 80 % means that 80 % of the pixels are nearly right."""

from dataclasses import dataclass
from statistics import median

import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# Nearly right: an ab error of at most this.
WITHIN = 20
BINS = 10
# How often the photos are drawn again for the interval of a bin, which holds 95 % of the draws.
DRAWS, TAIL = 1000, 0.025
# Pixels of a photo that its rank correlation is taken from, at most.
RANKED = 20_000


@dataclass(frozen=True)
class Bin:
    """Pixels with a confidence from `low` to `high`: their share of all, their mean confidence and
    the share of them that is nearly right, with the interval in which it lies for 95 % of as many
    photos drawn again from these (Efron's bootstrap); all 0..1."""

    low: float
    high: float
    pixels: float
    confidence: float
    right: float
    interval: tuple[float, float]


class Reliability:
    """Add photos, then ask for the bins and the rank correlation."""

    def __init__(self) -> None:
        # Of each photo and bin: the pixels, the sum of their confidence, and those nearly right.
        self.photos: list[NDArray[np.float64]] = []
        self.correlations: list[float] = []

    def add(self, confidence: Plane, error: Plane) -> None:
        """(h, w) confidence 0..1 and ab error of the same pixels."""
        flat, wrong = confidence.ravel().astype(np.float64), error.ravel()
        at = np.minimum((flat * BINS).astype(int), BINS - 1)
        counted = (np.ones_like(flat), flat, wrong <= WITHIN)
        self.photos.append(np.stack([np.bincount(at, each, BINS) for each in counted]))
        step = -(-flat.size // RANKED)
        self.correlations.append(spearman(flat[::step], -wrong[::step]))

    def bins(self) -> list[Bin]:
        """Those that have pixels, from unsure to sure."""
        photos = np.stack(self.photos)
        count = len(photos)
        again = np.random.default_rng(0).multinomial(count, np.full(count, 1 / count), DRAWS)
        draws = np.tensordot(again, photos, axes=1)
        sums = photos.sum(axis=0)
        whole = sums[0].sum()
        return [bin_of(n, whole, sums[:, n], draws[:, :, n]) for n in range(BINS) if sums[0, n]]

    def rank_correlation(self) -> float:
        """Spearman's, of confidence and small error: the median over photos."""
        return median(self.correlations)


def bin_of(n: int, whole: float, sums: NDArray[np.float64], draws: NDArray[np.float64]) -> Bin:
    """Of the sums (3,) of bin `n` and those of the draws (draws, 3); `whole`: all bins' pixels."""
    pixels, total, right = sums
    # A draw without a pixel here says nothing of it.
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
    """Rank correlation; 0 where one of them says the same everywhere."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.corrcoef(ranks(a), ranks(b))[0, 1])


def ranks(values: np.ndarray) -> np.ndarray:
    """Equal values share the mean of their ranks."""
    _, which, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[which])
