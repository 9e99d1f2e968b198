"""What colour hints say about the rest of a picture.

A hint changes its own cell, and each other cell the more, the more alike the network finds the two
(its features), the nearer they are in lightness and in the picture, and the less sure it was of the
colours: a Gaussian process over the cells with the network's answer as its mean. Knows no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import numpy as np

from colorize.engine.hints import KEEP, Hint
from colorize.engine.networks.base import Prediction
from colorize.engine.noticed import Box
from colorize.engine.planes import Plane, resize

# The reach of a hint: in distance of features, in L, and in cells of a picture of SIDE cells; how
# much of it does not fade with distance in the picture; what is added to the variance of the
# colours; and how far a hint's own cell may stay from it.
FEATURES, LIGHTNESS, DISTANCE, SIDE = 0.8, 45.0, 16.0, 64
EVERYWHERE = 0.6
LEAST_VARIANCE = 20.0
RIDGE = 0.1

WHOLE: Box = (0, 0, 1, 1)


@dataclass(frozen=True)
class Cells:
    """What hints spread along. For each of n cells `features` (n, channels), scaled to a mean
    square length of 1; `spread` (n,): how unsure the network is of the colours, of mean square 1;
    `L` (n,); and `places` (n, 2): y and x in cells of a picture of SIDE cells. All float32."""

    shape: tuple[int, int]
    features: Plane
    spread: Plane
    L: Plane
    places: Plane

    @classmethod
    def of(cls, prediction: Prediction, L: Plane) -> "Cells":
        """Of a network that has features. `L`: the picture's, of any size."""
        assert prediction.features is not None  # noqa: S101
        assert prediction.variance is not None  # noqa: S101
        height, width = prediction.variance.shape
        features = prediction.features.reshape(height * width, -1)
        spread = np.sqrt(prediction.variance.ravel() + np.float32(LEAST_VARIANCE))
        scale = SIDE / max(height, width)
        places = np.indices((height, width)).reshape(2, -1).T * scale
        return cls(
            shape=(height, width),
            features=features / root_mean_square(np.linalg.norm(features, axis=1)),
            spread=spread / root_mean_square(spread),
            L=resize(L, height, width).ravel(),
            places=places.astype(np.float32),
        )

    def alike(self, some: Sequence[int], others: Sequence[int] | slice) -> Plane:
        """(len(some), len(others)): how much a hint at one cell counts at another."""
        features = square_distances(self.features[some], self.features[others])
        light = (self.L[some][:, None] - self.L[others][None]) ** 2
        places = square_distances(self.places[some], self.places[others])
        near = EVERYWHERE + (1 - EVERYWHERE) * np.exp(places / (-2 * DISTANCE**2))
        alike = np.exp(features / (-2 * FEATURES**2) + light / (-2 * LIGHTNESS**2)) * near
        return cast(Plane, self.spread[some][:, None] * self.spread[others][None] * alike)


def hinted(
    prediction: Prediction, L: Plane, hints: Sequence[Hint], inside: Box = WHOLE
) -> Prediction:
    """The prediction, brought to the hints, at any vividness.

    `L`: the picture's, of any size; `inside`: where it lies in the photo whose shares the hints
    are; those outside it are left out.
    """
    cells = Cells.of(prediction, L)
    placed = {
        cell_of(hint, inside, cells.shape): hint for hint in hints if lies_within(hint, inside)
    }
    if not placed:
        return prediction
    weights = shares(cells, list(placed))

    def moved(ab: Plane) -> Plane:
        flat = ab.reshape(-1, 2)
        missing = [missing_at(flat[cell], hint) for cell, hint in placed.items()]
        return cast(Plane, flat + weights.T @ np.array(missing, np.float32)).reshape(ab.shape)

    vivid = prediction.ab_vivid
    return replace(
        prediction,
        ab_faithful=moved(prediction.ab_faithful),
        ab_vivid=None if vivid is None else moved(vivid),
    )


def shares(cells: Cells, hinted: Sequence[int]) -> Plane:
    """(hints, n): how much each cell gets of what is missing at each hinted cell."""
    alike = cells.alike(hinted, slice(None)).astype(np.float64)
    among = alike[:, hinted] + RIDGE * np.eye(len(hinted))
    return np.linalg.solve(among, alike).astype(np.float32)


def missing_at(ab: Plane, hint: Hint) -> tuple[float, float]:
    """What a cell of colours `ab` (2,) lacks of its hint, in Lab units."""
    if hint.colour == KEEP:
        return 0.0, 0.0
    return hint.ab[0] - float(ab[0]), hint.ab[1] - float(ab[1])


def lies_within(hint: Hint, inside: Box) -> bool:
    left, top, right, bottom = inside
    return left <= hint.x <= right and top <= hint.y <= bottom


def cell_of(hint: Hint, inside: Box, shape: tuple[int, int]) -> int:
    """The number of the hint's cell, counted along the rows."""
    left, top, right, bottom = inside
    height, width = shape
    column = min(int((hint.x - left) / (right - left) * width), width - 1)
    row = min(int((hint.y - top) / (bottom - top) * height), height - 1)
    return row * width + column


def square_distances(some: Plane, others: Plane) -> Plane:
    """(n, k), (m, k) -> (n, m)."""
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None]
    return cast(Plane, np.maximum(squares - 2 * some @ others.T, 0))


def root_mean_square(values: Plane) -> np.float32:
    return np.float32(max(float(np.sqrt(np.mean(values**2))), 1e-6))
