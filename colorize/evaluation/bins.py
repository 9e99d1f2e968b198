"""Which of the paper's 313 bins a colour belongs to."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from colorize.engine.networks.bins import CENTRES
from colorize.engine.planes import Plane

__all__ = ["CENTRES", "nearest_bin"]

REACH = 128


@cache
def _nearest() -> NDArray[np.int64]:
    axis = np.arange(-REACH, REACH + 1, dtype=np.float32)
    a, b = (centres[:, None] - axis for centres in CENTRES.T)
    distance = a[:, :, None] ** 2 + b[:, None, :] ** 2
    return np.asarray(distance.argmin(axis=0))


def nearest_bin(ab: Plane) -> NDArray[np.int64]:
    """ab (h, w, 2) -> index of the nearest bin (h, w), accurate to one Lab unit."""
    at = np.clip(np.rint(ab), -REACH, REACH).astype(int) + REACH
    return np.asarray(_nearest()[at[..., 0], at[..., 1]])
