"""How much nearer to the truth hints bring the colours, against their number.

The protocol of Zhang et al. 2017 ("Real-Time User-Guided Image Colorization with Learned Deep
Priors"): places are drawn around the middle of the photo, and the true mean colour of 6 x 6 pixels
is revealed at each. What counts is the gain in PSNR of the colour picture over no hint.
"""

import zlib
from collections.abc import Iterator, Sequence
from statistics import fmean

import numpy as np

from colorize.engine.hints import Hint
from colorize.engine.likely_colours import displayed, hex_of
from colorize.engine.planes import Plane, resize
from colorize.engine.predict import Predicted
from colorize.evaluation.metrics import psnr, to_rgb

COUNTS = (1, 2, 5, 10, 20, 50, 100)
# What their network, trained for it, gained with that many points.
THEIRS = {1: 0.94, 5: 2.96, 10: 3.99, 50: 5.99, 100: 6.70}
PATCH = 6
# The standard deviation of the places, as a share of a side.
AROUND = 1 / 4


class Reach:
    """Add photos, then read the means over them."""

    def __init__(self, vividness: float) -> None:
        self.vividness = vividness
        # Of each photo without hints and with that many, in dB.
        self.found: list[list[float]] = []

    def add(self, steps: Sequence[Predicted], truth: Plane) -> None:
        """`steps`: of `with_hints`; `truth`: (h, w, 3) Lab."""
        self.found.append([self.psnr(each, truth) for each in steps])

    def psnr(self, predicted: Predicted, truth: Plane) -> float:
        ab = resize(predicted.mix(self.vividness)[0], *truth.shape[:2])
        return psnr(to_rgb(np.dstack([truth[..., 0], ab])), to_rgb(truth))

    @property
    def without(self) -> float:
        """Mean PSNR without hints. Raises ValueError if no photo was added, like the next one."""
        return fmean(each[0] for each in self.found)

    def gains(self) -> dict[int, float]:
        """What that many hints add to it."""
        columns = zip(*self.found, strict=True)
        means = [fmean(column) for column in columns]
        return {count: mean - means[0] for count, mean in zip(COUNTS, means[1:], strict=True)}


def with_hints(name: str, predicted: Predicted, truth: Plane) -> list[Predicted]:
    """Without hints, and with each of COUNTS. `name`: decides on the places."""
    hints = list(revealed(name, truth, max(COUNTS)))
    return [predicted.hinted(hints[:count]) for count in (0, *COUNTS)]


def revealed(name: str, truth: Plane, count: int) -> Iterator[Hint]:
    """Hints with the true colours of places that the name decides on."""
    height, width = truth.shape[:2]
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    tops, lefts = (drawn(rng, side, count) for side in (height, width))
    for top, left in zip(tops, lefts, strict=True):
        L, *ab = truth[top : top + PATCH, left : left + PATCH].mean(axis=(0, 1))
        (pixel,), _ = displayed(np.array([L]), np.array([ab]))
        yield Hint((left + PATCH / 2) / width, (top + PATCH / 2) / height, hex_of(pixel))


def drawn(rng: np.random.Generator, side: int, count: int) -> list[int]:
    """Where patches begin along a side."""
    free = side - PATCH
    places: list[int] = (
        np.clip(rng.normal(free / 2, side * AROUND, count), 0, free).astype(int).tolist()
    )
    return places
