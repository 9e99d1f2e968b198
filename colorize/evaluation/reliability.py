"""Whether a confidence of 80 % means that 80 % of the pixels are nearly right."""

from dataclasses import dataclass
from statistics import median

import numpy as np

from colorize.planes import Plane

# Nearly right: an ab error of at most this.
WITHIN = 20
BINS = 10
# Pixels of a photo that its rank correlation is taken from, at most.
RANKED = 20_000


@dataclass(frozen=True)
class Bin:
    """Pixels with a confidence from `low` to `high`: their share of all, their mean confidence and
    the share of them that is nearly right; all 0..1."""

    low: float
    high: float
    pixels: float
    confidence: float
    right: float


class Reliability:
    """Add photos, then ask for the bins and the rank correlation."""

    def __init__(self) -> None:
        self.pixels, self.sum, self.right = np.zeros(BINS), np.zeros(BINS), np.zeros(BINS)
        self.correlations: list[float] = []

    def add(self, confidence: Plane, error: Plane) -> None:
        """(h, w) confidence 0..1 and ab error of the same pixels."""
        flat, wrong = confidence.ravel().astype(np.float64), error.ravel()
        at = np.minimum((flat * BINS).astype(int), BINS - 1)
        self.pixels += np.bincount(at, minlength=BINS)
        self.sum += np.bincount(at, flat, BINS)
        self.right += np.bincount(at, wrong <= WITHIN, BINS)
        step = -(-flat.size // RANKED)
        self.correlations.append(spearman(flat[::step], -wrong[::step]))

    def bins(self) -> list[Bin]:
        """Those that have pixels, from unsure to sure."""
        return [
            Bin(
                n / BINS,
                (n + 1) / BINS,
                float(self.pixels[n] / self.pixels.sum()),
                float(self.sum[n] / self.pixels[n]),
                float(self.right[n] / self.pixels[n]),
            )
            for n in range(BINS)
            if self.pixels[n]
        ]

    def rank_correlation(self) -> float:
        """Spearman's, of confidence and small error: the median over photos."""
        return median(self.correlations)


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
