"""Shapes with four sides and rounded corners. Knows no Django."""

from typing import TypeAlias, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Plane

# (n, 2): x and y.
Points: TypeAlias = NDArray[np.float64]

# The corners of the unit square, clockwise from the top left.
UNIT = np.array([(0.0, 0.0), (1, 0), (1, 1), (0, 1)])


def lengths(corners: Points, shape: tuple[int, ...]) -> tuple[float, float]:
    """The width and the height of the picture inside, in pixels."""
    at = corners * shape[::-1]
    return float(np.linalg.norm(at[1] - at[0])), float(np.linalg.norm(at[3] - at[0]))


def moved(corners: Points, points: Points) -> Points:
    """Points of the unit square -> as they lie in the quadrilateral."""
    matrix = cv2.getPerspectiveTransform(UNIT.astype(np.float32), corners.astype(np.float32))
    return np.asarray(cv2.perspectiveTransform(points[None], matrix)[0])


def upright(guide: Plane, corners: Points) -> Plane:
    """The picture inside the quadrilateral, as a rectangle."""
    width, height = (max(2, round(length)) for length in lengths(corners, guide.shape))
    source = (corners * guide.shape[::-1] - 0.5).astype(np.float32)
    target = (UNIT * (width, height) - 0.5).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    border = cv2.BORDER_REPLICATE
    return cast(Plane, cv2.warpPerspective(guide, matrix, (width, height), borderMode=border))


def rounded(rounding: tuple[float, float], each: int) -> Points:
    """(4 * each, 2) points on the edge of the unit square with rounded corners, `each` on a side:
    from the middle of one corner to the middle of the next, clockwise from the top left."""
    quarter = np.linspace(-np.pi / 4, np.pi / 4, 17)
    arc = np.stack([np.sin(quarter), -np.cos(quarter)], axis=1)
    sides = []
    for turn in range(4):
        across, down = rounding if turn % 2 == 0 else rounding[::-1]
        left = arc[:9] * (across, down) + (across, down)
        right = arc[8:] * (across, down) + (1 - across, down)
        side = evenly(np.concatenate([left, right]), each) - 0.5
        sides.append(side @ np.linalg.matrix_power(np.array([[0, 1], [-1, 0]]), turn) + 0.5)
    return np.concatenate(sides)


def evenly(path: Points, count: int) -> Points:
    """Points at equal distances on a path, without its end."""
    steps = np.linalg.norm(np.diff(path, axis=0), axis=1)
    along = np.concatenate([[0], np.cumsum(steps)])
    at = np.linspace(0, along[-1], count, endpoint=False)
    return np.stack([np.interp(at, along, path[:, n]) for n in range(2)], axis=1)
