"""Finds the border around a photo: paper, a mat, an album page, the rim of a negative.

A border is flat and of one tone all around, and ends along four straight lines or an oval. Each
outline that may be such an edge gets a score; the best one counts if its score is high enough. A
border that is missed costs less than a picture that is cut, so the limits are strict. Knows no
Django.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import cast

import cv2
import numpy as np

from colorize.engine.border_edges import EVEN, STEP, oval, quadrilaterals
from colorize.engine.noticed import Box
from colorize.engine.outlines import Points, lengths, moved, rounded, upright
from colorize.engine.planes import Plane, fit, resize

# The short side at which borders are looked for, and the least of a photo, in pixels.
SIDE, LEAST_SIDE = 192, 48
# The score above which a border counts. Of 1,600 training photos nine reach it, all of
# which have a border; of framed copies nine in ten.
ENOUGH = 0.36
# The score of a rectangle below which no rounded one is tried.
HOPELESS = 0.1
# The number of borders around each other: an album page, and on it a print with a border.
NESTED = 3
# Radii of rounded corners, as shares of the picture's short side.
RADII = (0.06, 0.09, 0.12, 0.15, 0.18, 0.22, 0.26, 0.3)
# Binary digits after the point in coordinates for drawing.
SHIFT = 4
HALF = 0.5


@dataclass(frozen=True)
class Border:
    """`corners`: (4, 2) x and y of the picture inside, as shares of width and height, clockwise
    from the top left; `rounding`: the radii of its corners across and down, as shares of its sides
    (0, 0 for a rectangle; 0.5, 0.5 for an oval); `score`: 0..1."""

    corners: Points
    rounding: tuple[float, float] = (0.0, 0.0)
    score: float = 0.0

    def outline(self, each: int = 40) -> Points:
        """(4 * each, 2) points on the edge, as shares of width and height."""
        return moved(self.corners, rounded(self.rounding, each))

    @property
    def box(self) -> Box:
        """Left, top, right, bottom of the picture inside, as shares of width and height."""
        points = self.outline().clip(0, 1)
        left, top = points.min(axis=0).tolist()
        right, bottom = points.max(axis=0).tolist()
        return left, top, right, bottom

    def mask(self, shape: tuple[int, ...]) -> Plane:
        """(h, w) 0..1: how much of each pixel is the picture inside."""
        drawn = np.zeros(shape, np.uint8)
        points = np.rint((self.outline() * shape[::-1] - 0.5) * (1 << SHIFT)).astype(np.int32)
        cv2.fillPoly(drawn, [points], 255, cv2.LINE_AA, SHIFT)
        return drawn.astype(np.float32) / np.float32(255)


@dataclass(frozen=True)
class Inside:
    """The part of a guide that lies inside a border. `box`: around it; `mask`: (h, w) 0..1, at the
    guide's size."""

    box: Box
    rows: slice
    columns: slice
    mask: Plane

    @classmethod
    def found(cls, guide: Plane) -> "Inside | None":
        """None if there is no border."""
        border, (height, width) = find_border(guide), guide.shape
        if border is None:
            return None
        left, top, right, bottom = border.box
        rows = slice(floor(top * height), ceil(bottom * height))
        columns = slice(floor(left * width), ceil(right * width))
        return cls(border.box, rows, columns, border.mask(guide.shape))

    def cut(self, guide: Plane) -> Plane:
        return np.ascontiguousarray(guide[self.rows, self.columns])

    def pixels(self, guide: Plane) -> Plane:
        """(n,) those of the picture itself, without what an oval or tilted one leaves around it."""
        return guide[self.mask >= HALF]

    def put_back(self, planes: Plane) -> Plane:
        """(h, w, n) planes of the part -> of the whole, 0 in the border."""
        whole = np.zeros((*self.mask.shape, planes.shape[2]), np.float32)
        whole[self.rows, self.columns] = planes
        whole *= self.mask[..., None]
        return whole

    def put_back_map(self, plane: Plane) -> Plane:
        """(h', w') a plane of the part in any size -> (h, w) of the whole, NaN in the border."""
        height, width = self.mask[self.rows, self.columns].shape
        whole = np.full(self.mask.shape, np.nan, np.float32)
        whole[self.rows, self.columns] = resize(plane, height, width)
        whole[self.mask < HALF] = np.nan
        return whole


def find_border(guide: Plane) -> Border | None:
    """`guide`: (h, w) L from 0 to 100. None if there is no border, or nothing sure."""
    if min(guide.shape) < LEAST_SIDE:
        return None
    found = None
    for _ in range(NESTED):
        inner = find_one(guide if found is None else upright(guide, found.corners))
        if inner is None:
            break
        found = inner if found is None else within(found, inner)
    return found


def within(outer: Border, inner: Border) -> Border:
    """A border that was found in the upright picture inside another."""
    score = min(outer.score, inner.score)
    return replace(inner, corners=moved(outer.corners, inner.corners), score=score)


def find_one(guide: Plane) -> Border | None:
    """The outermost border."""
    height, width = guide.shape
    small = resize(guide, *fit(height, width, min(SIDE, height, width), 4 * SIDE))
    small = cast(Plane, cv2.GaussianBlur(small, (3, 3), 0))
    likely = max(outlines(small), key=lambda each: each.score, default=None)
    if likely is None or likely.score < ENOUGH:
        return None
    return refined(guide, likely, 1.5 * height / small.shape[0])


def outlines(small: Plane) -> Iterator[Border]:
    """What may be the edge of a picture in a border, with scores."""
    for corners in quadrilaterals(small):
        yield (straight := scored(small, Border(corners)))
        if straight.score > HOPELESS:
            yield from (scored(small, each) for each in mats(corners, small.shape))
    around = oval(small)
    if around is not None:
        yield scored(small, Border(around, (0.5, 0.5)))


def mats(corners: Points, shape: tuple[int, ...]) -> Iterator[Border]:
    """The same outline with rounded corners."""
    width, height = lengths(corners, shape)
    for radius in RADII:
        short = radius * min(width, height)
        yield Border(corners, (short / width, short / height))


def scored(small: Plane, border: Border) -> Border:
    """With its score: how much of the outline has paper of one tone outside, and an edge there. An
    edge may be missing where the picture is as light as the paper."""
    across = crossings(border, small.shape, np.array([-3.0, -2.0, 2.5, 3.5]))
    inside, outside = np.hsplit(sampled(small, across), 2)
    inside, outside = inside.mean(axis=1), outside.mean(axis=1)
    even = np.abs(outside - np.median(outside)) < EVEN
    edge = even & (np.abs(inside - outside) > STEP)
    return replace(border, score=float(even.mean() ** 4 * edge.mean()))


def crossings(border: Border, shape: tuple[int, ...], distances: Points) -> Points:
    """(points, distances, 2) x and y in pixels of places at these distances outside the outline."""
    points = border.outline() * shape[::-1] - 0.5
    ahead = np.roll(points, -1, axis=0) - np.roll(points, 1, axis=0)
    outward = np.stack([ahead[:, 1], -ahead[:, 0]], axis=1)
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-6)
    return np.asarray(points[:, None] + distances[None, :, None] * outward[:, None])


def sampled(plane: Plane, at: Points) -> Plane:
    x, y = np.moveaxis(at.astype(np.float32), 2, 0)
    border = cv2.BORDER_REPLICATE
    return cast(Plane, cv2.remap(plane, x, y, cv2.INTER_LINEAR, borderMode=border))


def refined(guide: Plane, border: Border, reach: float) -> Border:
    """With each side moved to the clearest edge within `reach` pixels."""
    distances = np.arange(-reach - 1, reach + 1.25, 0.5)
    levels = sampled(guide, crossings(border, guide.shape, distances))
    steps = np.abs(levels[:, 4:] - levels[:, :-4])
    offsets = distances[2:-2][steps.argmax(axis=1)]
    clear = steps.max(axis=1) > STEP
    corners = border.corners * guide.shape[::-1]
    sides = np.roll(corners, -1, axis=0) - corners
    moves = np.zeros_like(corners)
    for turn, of_side in enumerate(np.array_split(np.arange(len(offsets)), 4)):
        length = np.linalg.norm(sides[turn])
        outward = np.array([sides[turn][1], -sides[turn][0]]) / length
        share = np.linspace(0, 1, len(of_side))
        first, last = ends_of_line(share[clear[of_side]], offsets[of_side][clear[of_side]])
        moves[turn] += first * outward
        moves[(turn + 1) % 4] += last * outward
    return replace(border, corners=(corners + moves) / guide.shape[::-1])


def ends_of_line(share: Points, offsets: Points) -> tuple[float, float]:
    """A line through points with outliers: its values at 0 and 1."""
    if len(share) < 10:
        return 0.0, 0.0
    points = np.stack([100 * share, offsets], axis=1).astype(np.float32)
    right, down, x, y = cv2.fitLine(points, cv2.DIST_HUBER, 0, 0.01, 0.01).ravel().tolist()
    slope = down / right if abs(right) > abs(down) else 0.0
    return y - slope * x, y + slope * (100 - x)
