"""How much the colours change with the input size of the network, and with the photo's own size.

The site uses one input size for all photos, so only the latter affects its visitors.
"""

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from colorize.engine.networks import Network
from colorize.engine.planes import Plane, fit, resize
from colorize.engine.predict import predict

# The short side, in pixels.
SIZES = (192, 256, 320, 384, 512)


class Spread:
    """Add photos, then read the means over photos, in Lab units."""

    def __init__(self, sizes: Sequence[int], vividness: float) -> None:
        self.sizes, self.vividness = sizes, vividness
        self.inputs: list[float] = []
        self.photos: list[float] = []

    def add(self, network: Network, L: Plane, shape: tuple[int, ...]) -> None:
        """Add a photo: L at the largest size. Results are compared at `shape`."""

        def answer(L: Plane, side: int) -> Plane:
            return resize(predict(L, network, side).mix(self.vividness)[0], *shape)

        self.inputs.append(spread([answer(L, side) for side in self.sizes]))
        photos = [shrunk(L, side) for side in self.sizes]
        self.photos.append(spread([answer(photo, network.input_side) for photo in photos]))

    def over_inputs(self) -> float:
        """Raises ValueError if no photo was added, like the next method."""
        return fmean(self.inputs)

    def over_photos(self) -> float:
        return fmean(self.photos)


def shrunk(L: Plane, side: int) -> Plane:
    """Scaled to a short side of this many pixels, never enlarged."""
    height, width = L.shape
    return resize(L, *fit(height, width, min(side, height, width), max(height, width)))


def spread(answers: Sequence[Plane]) -> float:
    """The largest distance of several ab (h, w, 2) to their mean, averaged over pixels."""
    stack = np.stack(answers)
    distance = np.linalg.norm(stack - stack.mean(axis=0), axis=3)
    return float(distance.max(axis=0).mean())
