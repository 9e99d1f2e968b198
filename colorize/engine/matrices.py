"""Products of matrices without numpy's BLAS, whose threads spin while they wait, and slow down
everything else."""

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane


def product(left: NDArray[np.floating], right: NDArray[np.floating]) -> Plane:
    real, nothing = np.float32, np.zeros(0, np.float32)
    return cast(Plane, cv2.gemm(np.asarray(left, real), np.asarray(right, real), 1, nothing, 0))


def square_distances(some: Plane, others: Plane) -> Plane:
    """(n, k), (m, k) -> (n, m)."""
    squares = (some**2).sum(axis=1)[:, None] + (others**2).sum(axis=1)[None]
    return cast(Plane, np.maximum(squares - 2 * product(some, others.T), 0))
