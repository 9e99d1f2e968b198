"""Negatives, of film or of glass, made positive. Knows no Django."""

import numpy as np

from colorize.engine.planes import Plane, bands

# Black and white of the positive are where this share of the pixels, in percent, lies beyond.
BEYOND = 0.5
# The least range of L that is stretched to 0..100, so that noise is not made a picture.
LEAST_RANGE = 40.0
# A plain inversion of film is too bright in the middle, because its density follows the logarithm
# of light: a median above `BRIGHT` (0..1) is lowered to it, by an exponent of at most `STEEPEST`.
BRIGHT, STEEPEST = 0.6, 1.5
# About this many pixels are looked at to find the levels.
SAMPLE = 250_000


def make_positive(L: Plane) -> None:
    """Invert (h, w) L, 0..100, in place: what is lightest becomes black, what is darkest white."""
    black, spread, exponent = levels(L)
    for rows in bands(*L.shape):
        inverted = np.clip((100 - L[rows] - black) / spread, 0, 1)
        L[rows] = 100 * inverted**exponent


def levels(L: Plane) -> tuple[float, float, float]:
    """Of the inverted L: what becomes black, how far white is above it, and the exponent."""
    step = max(1, int((L.size / SAMPLE) ** 0.5))
    seen = 100 - L[::step, ::step]
    black, middle, white = (float(p) for p in np.percentile(seen, (BEYOND, 50, 100 - BEYOND)))
    spread = max(white - black, LEAST_RANGE)
    middle = (middle - black) / spread
    if not BRIGHT < middle < 1:
        return black, spread, 1.0
    return black, spread, min(STEEPEST, float(np.log(BRIGHT) / np.log(middle)))
