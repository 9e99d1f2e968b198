"""How much the colours change with the size at which a network sees the photo."""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from colorize.networks import Network
from colorize.planes import Plane, resize
from colorize.render import guide
from colorize.service import mix, network_input

SIZES = (192, 256, 320, 384, 512)


class Spread:
    """Add photos, then ask for the mean."""

    def __init__(self, sizes: Sequence[int], vividness: float) -> None:
        self.sizes, self.vividness = sizes, vividness
        self.found: list[float] = []

    def add(self, network: Network, L: Plane, shape: tuple[int, ...]) -> None:
        """L as large as there is; the answers are compared at `shape`."""
        small = guide(L)
        answers = [
            resize(mix(network.predict(network_input(L, side)), small, self.vividness)[0], *shape)
            for side in self.sizes
        ]
        self.found.append(spread(answers))

    def mean(self) -> float:
        """In Lab units, over photos. Raises ValueError where there was none."""
        return fmean(self.found)


def spread(answers: Sequence[Plane]) -> float:
    """Of several (h, w, 2) ab: the largest distance from their mean, averaged over pixels."""
    stack = np.stack(answers)
    distance = np.linalg.norm(stack - stack.mean(axis=0), axis=3)
    return float(distance.max(axis=0).mean())
