"""Straight and oval edges between a border and the picture inside. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import cv2
import numpy as np

from colorize.engine.outlines import UNIT, Points
from colorize.engine.planes import Plane

# The least step of L at an edge, and by how much a border's L may vary along it.
STEP, EVEN = 5.0, 7.0
# By how much L of the border beside two sides may differ; and before and behind writing.
ALIKE, SAME = 6.0, 2.5
# The narrowest border, in pixels; the widest, as a share of the photo's side.
LEAST, WIDEST = 4, 0.25
# How far an edge may be off across the photo, as a share of its length (3.5 degrees); and how far
# from parallel two may be (2.6 degrees).
SLANT, PARALLEL = 0.061, 0.045
# The share of a side at each end that is not looked at, because other sides' borders lie there.
AWAY = 0.15
# The least share of a side along which there is an edge, and the largest share of the border
# beside it that may be covered by writing and dirt.
SUPPORT, BUSY = 0.3, 0.5
# The most edges that are kept of a side, and the number of combinations of four that are tried.
KEPT, TRIES = 6, 3
# The least share of a photo that an oval picture covers; the largest tilt of one, in degrees.
COVERED, TILT = 0.2, 5


@dataclass(frozen=True)
class Line:
    """An edge along one side, seen with that side on top: its depth in pixels at the left and the
    right end, the share of the side that has the edge, and L beside it in the border."""

    left: float
    right: float
    slope: float
    support: float
    paper: float

    @property
    def depth(self) -> float:
        return (self.left + self.right) / 2

    def is_along(self, other: "Line") -> bool:
        return abs(self.slope - other.slope) < PARALLEL


def quadrilaterals(small: Plane) -> Iterator[Points]:
    """The corners of pictures with four straight edges and the same paper beside each."""
    sides = [lines_of(np.ascontiguousarray(np.rot90(small, turn))) for turn in range(4)]
    papers = {line.paper for lines in sides for line in lines}
    chosen = {lines for paper in papers if len(lines := matching(sides, paper)) == len(sides)}
    for lines in sorted(chosen, key=strength, reverse=True)[:TRIES]:
        ends = [turned_back(line, turn, small.shape) for turn, line in enumerate(lines)]
        pairs = pairwise([ends[-1], *ends])
        yield (np.array([crossing(*pair) for pair in pairs]) + 0.5) / small.shape[::-1]


def strength(lines: tuple[Line, ...]) -> float:
    return sum(line.support for line in lines)


def matching(sides: list[list[Line]], paper: float) -> tuple[Line, ...]:
    """For each side the best line with this paper that is parallel to the clearest one; fewer if a
    side has no such line."""
    close = [[line for line in lines if abs(line.paper - paper) < ALIKE] for lines in sides]
    clearest = max((line for lines in close for line in lines), key=lambda line: line.support)
    close = [[line for line in lines if line.is_along(clearest)] for lines in close]
    return tuple(best(lines) for lines in close if lines)


def best(lines: list[Line]) -> Line:
    """The outermost line, because others may lie in the picture, or a clearer one with the very
    same paper in front: then the outermost is writing."""
    outermost = min(lines, key=lambda line: line.depth)
    same = [line for line in lines if abs(line.paper - outermost.paper) < SAME]
    return max(same, key=lambda line: line.support)


def lines_of(view: Plane) -> list[Line]:
    """The clear straight edges near the top of the picture, with little in the border above."""
    depth = int(WIDEST * view.shape[0])
    strip = cast(Plane, cv2.blur(view[: depth + 3], (5, 1)))
    steps = np.zeros_like(strip)
    steps[1:-1] = np.abs(strip[2:] - strip[:-2])
    # A little more for high steps, so that the sharpest of alike lines wins.
    edges = (steps[:depth] > STEP) * (1 + steps[:depth] / np.float32(1000))
    support, slants = supports(edges)
    beside = np.pad(support, ((0, 0), (1, 1)))
    top = (support >= beside[:, 2:]) & (support >= beside[:, :-2]) & (support >= SUPPORT)
    top[:, :LEAST] = False
    top &= busy_above(support) <= BUSY
    found = [(float(support[n, row]), int(row), float(slants[n])) for n, row in np.argwhere(top)]
    return [as_line(strip, *each) for each in clearest(found)]


def busy_above(support: Plane) -> Plane:
    """(slants, depth): the mean share of edges in front of each line, without the picture's rim,
    where other paper may begin, and without the line itself, which is up to LEAST rows thick."""
    total = np.pad(support[:, LEAST:].cumsum(axis=1), ((0, 0), (2 * LEAST, 0)))[:, :-LEAST]
    rows = np.maximum(np.arange(support.shape[1]) - 2 * LEAST + 1, 1)
    return cast(Plane, total / rows)


def supports(edges: Plane) -> tuple[Plane, Points]:
    """(slants, depth): the share of edges along lines that cross the middle at each depth, without
    the border's own corners; and the slants: how much deeper the line ends than it starts."""
    depth, length = edges.shape
    blocks = max(8, length // 8)
    few = cv2.resize(edges, (blocks, depth), interpolation=cv2.INTER_AREA)
    few = few[:, round(AWAY * blocks) : blocks - round(AWAY * blocks)]
    most = int(SLANT * length)
    slants = np.linspace(-most, most, most + 1)
    along = np.linspace(AWAY - 0.5, 0.5 - AWAY, few.shape[1])
    shift = np.rint(slants[:, None] * along).astype(int)
    rows = np.clip(np.arange(depth)[None, :, None] + shift[:, None], 0, depth - 1)
    return few[rows, np.arange(few.shape[1])].mean(axis=2), slants


def clearest(found: list[tuple[float, int, float]]) -> list[tuple[float, int, float]]:
    """At most KEPT, and only one of those beside each other."""
    kept: list[tuple[float, int, float]] = []
    for each in sorted(found, reverse=True):
        if len(kept) < KEPT and all(abs(each[1] - other[1]) > 3 for other in kept):
            kept.append(each)
    return kept


def as_line(strip: Plane, support: float, row: int, slant: float) -> Line:
    left, right = row - slant / 2, row + slant / 2
    length = strip.shape[1]
    columns = np.arange(round(AWAY * length), length - round(AWAY * length))
    rows = left + (right - left) * columns / (length - 1) - 3
    paper = strip[np.clip(np.rint(rows), 0, len(strip) - 1).astype(int), columns]
    return Line(left, right, slant / length, support, float(np.median(paper)))


def turned_back(line: Line, turn: int, shape: tuple[int, ...]) -> Points:
    """Two points (x, y) of a line that was seen with the picture turned left `turn` times."""
    height, width = shape
    across = (width if turn % 2 == 0 else height) - 1
    ends = [(0.0, line.left), (float(across), line.right)]
    back = {
        0: lambda x, y: (x, y),
        1: lambda x, y: (width - 1 - y, x),
        2: lambda x, y: (width - 1 - x, height - 1 - y),
        3: lambda x, y: (y, height - 1 - x),
    }
    return np.array([back[turn](*end) for end in ends])


def crossing(one: Points, other: Points) -> Points:
    """Where two lines through two points each meet."""
    ahead, beside = one[1] - one[0], other[1] - other[0]
    share = np.linalg.solve(np.stack([ahead, -beside], axis=1), other[0] - one[0])[0]
    return np.asarray(one[0] + share * ahead)


def oval(small: Plane) -> Points | None:
    """The corners around an oval picture: an ellipse fitted to what is not paper."""
    height, width = small.shape
    rim = np.concatenate([small[2], small[-3], small[:, 2], small[:, -3]])
    inside = (np.abs(small - np.median(rim)) > EVEN).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(inside)
    if count < 2:
        return None
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if stats[largest, cv2.CC_STAT_AREA] < COVERED * height * width:
        return None
    shape = (labels == largest).astype(np.uint8)
    contours, _ = cv2.findContours(shape, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(contours[0])[:, 0]
    edge = np.concatenate([np.linspace(a, b, 8) for a, b in pairwise([*hull, hull[0]])])
    if len(edge) < 40:
        return None
    (x, y), (across, down), angle = cv2.fitEllipseDirect(edge.astype(np.float32))
    return around((x, y), (across, down), angle) / small.shape[::-1]


def around(centre: tuple[float, float], axes: tuple[float, float], angle: float) -> Points:
    """The corners around an ellipse, in pixels; upright if its angle is unreliable."""
    across, down = axes
    if 45 < angle <= 135:
        across, down, angle = down, across, angle - 90
    angle -= 180 if angle > 135 else 0
    slant = np.radians(angle if abs(angle) < TILT else 0)
    turn = np.array([[np.cos(slant), np.sin(slant)], [-np.sin(slant), np.cos(slant)]])
    return np.asarray(np.array(centre) + 0.5 + (UNIT - 0.5) * (across, down) @ turn)
