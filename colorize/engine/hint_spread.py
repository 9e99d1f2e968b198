"""What colour hints say about the rest of a picture.

A hint changes its own cell, and each other cell the more, the more alike the network finds the two
and what surrounds them (its features, and the colours it gave them), the more alike their L is, the
nearer they are in the picture, and the less sure it was of the colours: a Gaussian process over the
cells with the network's answer as its mean. docs/hints.md has the formula, and what was measured.
Knows no Django.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.hints import KEEP, Hint, Place
from colorize.engine.matrices import product, square_distances
from colorize.engine.networks.base import Prediction
from colorize.engine.noticed import Box
from colorize.engine.planes import Plane, resize

# The reach of a hint: in features, in those of what surrounds a cell, in Lab units of the colours
# without it and of L, and in cells of a picture of SIDE cells; how much of it does not fade with
# distance in the picture. To neighbours alone, a hint reaches further by LOCALLY: less than to what
# is alike, but the more surely; DIFFERENT: how much a difference in features counts there.
# Chosen on training photos (docs/hints.md).
FEATURES, SURROUNDINGS, COLOURS, LIGHT = 0.61, 0.8, 28.0, 50.0
DISTANCE, SIDE = 20.0, 64
EVERYWHERE = 0.81
LOCALLY, NEIGHBOURS, DIFFERENT = 0.055, 3.1, 0.67
# How unsure the network is: its variance and this, to the power of half of UNSURE.
LEAST_VARIANCE, UNSURE = 90.0, 0.83
# Which share of the way a hint's own cell may stay from it.
RIDGE = 0.04
# Cells on each side of a square that counts as what surrounds its middle, and the channels kept.
AROUND = 9
CHANNELS = 24
ROUNDS = 3
# The greatest of the whole numbers that features are stored as, a signed byte.
STEPS = 127

WHOLE: Box = (0, 0, 1, 1)


@dataclass(frozen=True)
class Cells:
    """What hints spread along. For each of n cells `features` (n, channels): int8, in steps of
    `scales` (channels,); their unit is the reach of a hint. `spread` (n,): how unsure the network
    is of the colours, of mean square 1; `places` (n, 2): y and x in cells of a picture of SIDE
    cells."""

    shape: tuple[int, int]
    features: NDArray[np.int8]
    scales: Plane
    spread: Plane
    places: Plane

    @classmethod
    def of(cls, prediction: Prediction, light: Plane) -> "Cells":
        """Of a network that has features. `light`: L (h, w) of the picture, at any size."""
        assert prediction.features is not None  # noqa: S101
        assert prediction.variance is not None  # noqa: S101
        height, width = prediction.variance.shape
        seen = described(prediction.features, prediction.ab_faithful, resize(light, height, width))
        features = principal(seen)
        scales = np.abs(features).max(axis=0) / STEPS + np.float32(1e-9)
        spread = (prediction.variance.ravel() + np.float32(LEAST_VARIANCE)) ** (UNSURE / 2)
        scale = SIDE / max(height, width)
        places = np.indices((height, width)).reshape(2, -1).T * scale
        return cls(
            shape=(height, width),
            features=np.rint(features / scales).astype(np.int8),
            scales=scales,
            spread=spread / root_mean_square(spread),
            places=places.astype(np.float32),
        )

    def alike(self, some: Sequence[int], others: Sequence[int] | slice) -> Plane:
        """(len(some), len(others)): how much a hint at one cell counts at another."""
        features = square_distances(
            self.features[some] * self.scales, self.features[others] * self.scales
        )
        places = square_distances(self.places[some], self.places[others])
        near = EVERYWHERE + (1 - EVERYWHERE) * np.exp(places / (-2 * DISTANCE**2))
        beside = np.exp(places / (-2 * NEIGHBOURS**2) - features * (DIFFERENT / 2))
        alike = (1 - LOCALLY) * np.exp(features / -2) * near + LOCALLY * beside
        return cast(Plane, self.spread[some][:, None] * self.spread[others][None] * alike)


def described(features: Plane, ab: Plane, light: Plane) -> Plane:
    """What makes cells alike, in units of the reach of a hint: the features of each (h, w, k),
    those around it, its colours `ab` (h, w, 2) and its L (h, w), as (h * w, 2 k + 3)."""
    height, width, channels = features.shape
    own = np.ascontiguousarray(features)
    around = cv2.blur(own, (AROUND, AROUND), borderType=cv2.BORDER_REFLECT)
    both = own, cast(Plane, around).reshape(own.shape)
    lengths = [np.linalg.norm(each, axis=2, keepdims=True) for each in both]
    # Divided by the roots of their lengths, so that long ones are not so far from everything else,
    # both together have a mean square length of the mean of these.
    unit = FEATURES * root_mean_square(np.sqrt(lengths[0] + lengths[1]))
    found = np.empty((height, width, 2 * channels + 3), np.float32)
    for n, (each, length) in enumerate(zip(both, lengths, strict=True)):
        factor = (1, SURROUNDINGS)[n] / (unit * np.sqrt(np.maximum(length, 1e-6)))
        np.multiply(each, factor, out=found[..., n * channels : (n + 1) * channels])
    found[..., -3:-1] = ab / np.float32(COLOURS)
    found[..., -1] = light / np.float32(LIGHT)
    return found.reshape(height * width, -1)


def principal(features: Plane) -> Plane:
    """(n, m) along the axes in which it varies most, which keep the distances: (n, CHANNELS) at
    most. By subspace iteration, from the channels that vary most."""
    # Every fourth cell tells as much.
    some = features[::4]
    together = cv2.mulTransposed(some - some.mean(axis=0), aTa=True)
    axes = together[:, np.argsort(together.diagonal())[-CHANNELS:]]
    for _ in range(ROUNDS):
        axes = product(together, np.linalg.qr(axes).Q)
    found = product(features, np.linalg.qr(axes).Q)
    return cast(Plane, found - found.mean(axis=0))


def hinted(
    prediction: Prediction, cells: Cells, hints: Sequence[Hint], inside: Box = WHOLE
) -> Prediction:
    """The prediction, brought to the hints, at any vividness.

    `cells`: its own; `inside`: where the picture lies in the photo whose shares the hints are;
    those outside it are left out.
    """
    placed = placed_in(cells.shape, hints, inside)
    if not placed:
        return prediction
    alike = cells.alike(list(placed), slice(None))

    def moved(ab: Plane) -> Plane:
        flat = ab.reshape(-1, 2)
        missing = [missing_at(flat[cell], hint) for cell, hint in placed.items()]
        return ab + added(alike, list(placed), np.array(missing)).reshape(ab.shape)

    vivid = prediction.ab_vivid
    return replace(
        prediction,
        ab_faithful=moved(prediction.ab_faithful),
        ab_vivid=None if vivid is None else moved(vivid),
    )


def placed_in(shape: tuple[int, int], hints: Sequence[Hint], inside: Box) -> dict[int, Hint]:
    """The hints by their cells, without places outside; of several on one cell, the last one."""
    placed = ((place, hint) for hint in hints for place in hint.places)
    return {
        cell_of(place, inside, shape): hint for place, hint in placed if lies_within(place, inside)
    }


def added(alike: Plane, placed: Sequence[int], missing: NDArray[np.float64]) -> Plane:
    """What hints add to each cell (n, 2). `alike` (hints, n): how much each counts at each cell;
    `placed`: the cells of the hints; `missing` (hints, 2): what these lack of them."""
    among = alike[:, placed]
    among = among + np.diag(ridge_of(among.diagonal()))
    _, weights = cv2.solve(among, missing, flags=cv2.DECOMP_CHOLESKY)
    return product(alike.T, cast(Plane, weights))


def ridge_of(variances: Plane) -> NDArray[np.float64]:
    """What is added to the variances of hinted cells: how far each may stay from its hint."""
    return RIDGE * variances.astype(np.float64)


def missing_at(ab: Plane, hint: Hint) -> tuple[float, float]:
    """What a cell of colours `ab` (2,) lacks of its hint, in Lab units."""
    if hint.colour == KEEP:
        return 0.0, 0.0
    return hint.ab[0] - float(ab[0]), hint.ab[1] - float(ab[1])


def lies_within(place: Place, inside: Box) -> bool:
    x, y = place
    left, top, right, bottom = inside
    return left <= x <= right and top <= y <= bottom


def cell_of(place: Place, inside: Box, shape: tuple[int, int]) -> int:
    """The number of its cell, counted along the rows."""
    x, y = place
    left, top, right, bottom = inside
    height, width = shape
    column = min(int((x - left) / (right - left) * width), width - 1)
    row = min(int((y - top) / (bottom - top) * height), height - 1)
    return row * width + column


def root_mean_square(values: Plane) -> np.float32:
    return np.float32(max(float(np.sqrt(np.mean(values**2))), 1e-6))
