"""The 313 ab bins of Zhang, Isola, Efros 2016: the cells of a grid of 10 that colours fall in."""

import numpy as np
from numpy.typing import NDArray

from colorize.planes import Plane

STEP = 10
# For each a from -90 to 100, the first and the last b.
ROWS = [
    (50, 90),
    (20, 90),
    (0, 90),
    (-20, 90),
    (-30, 100),
    (-40, 100),
    (-50, 100),
    (-50, 100),
    (-60, 100),
    (-70, 100),
    (-80, 90),
    (-80, 90),
    (-90, 90),
    (-100, 90),
    (-100, 80),
    (-110, 80),
    (-110, 80),
    (-110, 70),
    (-110, 70),
    (-90, 0),
]
CENTRES = np.array(
    [
        (-90 + STEP * n, b)
        for n, (first, last) in enumerate(ROWS)
        for b in range(first, last + 1, STEP)
    ],
    np.float32,
)
REACH = 128


def _nearest() -> NDArray[np.int64]:
    axis = np.arange(-REACH, REACH + 1, dtype=np.float32)
    a, b = (centres[:, None] - axis for centres in CENTRES.T)
    distance = a[:, :, None] ** 2 + b[:, None, :] ** 2
    return np.asarray(distance.argmin(axis=0))


_NEAREST = _nearest()


def nearest_bin(ab: Plane) -> NDArray[np.int64]:
    """(h, w, 2) -> (h, w): the index of the bin whose centre is nearest, to a Lab unit."""
    at = np.clip(np.rint(ab), -REACH, REACH).astype(int) + REACH
    return np.asarray(_NEAREST[at[..., 0], at[..., 1]])
