"""Motion between two pictures, by dense inverse search (Kroeger et al. 2016). Knows no Django."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from colorize.engine.planes import Plane, resize
from colorize.engine.video.film import Bytes
from colorize.engine.video.planes import sampled

# A place is followed with the trust exp(-(e / DOUBTFUL)²), where e is how much grey (0..255) is off
# there; this is 8 of L.
DOUBTFUL = 20.0
# A place is found again if the way there and back leads less than this share of the picture's
# longer side away from it.
BACK = 1 / 60
# What a network says of two pictures is compared where this share of one looks as the other.
FAMILIAR = 0.5


@dataclass(frozen=True)
class Motion:
    """From a frame to its neighbour, at the size of ab. `at` (h, w, 2): where each place was;
    `trust` (h, w): how sure that is, 0..1."""

    at: Plane
    trust: Plane

    @classmethod
    def none(cls, height: int, width: int) -> "Motion":
        return cls(places(height, width), np.ones((height, width), np.float32))


class Search:
    """Of greys, (h, w) of 0..255. Not for several threads at once."""

    def __init__(self) -> None:
        # OpenCV's types do not know the class of this algorithm's objects.
        self.search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    def flow(self, here: Bytes, there: Bytes) -> Plane:
        """(h, w, 2): how far each place moved, in pixels."""
        found: Plane = self.search.calc(here, there, None)
        return found

    def motion(self, here: Bytes, there: Bytes, size: tuple[int, int]) -> Motion:
        """At another size."""
        flow = self.flow(here, there)
        at = places(*here.shape) + flow
        trust = resize(likeness(here, there, at), *size) * resize(inside(at), *size)
        scale = np.array([size[1] / here.shape[1], size[0] / here.shape[0]], np.float32)
        return Motion(places(*size) + resize(flow, *size) * scale, trust)

    def followed(self, here: Bytes, there: Bytes) -> float:
        """The share of what is seen here that is found there, and here again on the way back; 0 if
        a flat grey looked as much like it."""
        onward, back = self.flow(here, there), self.flow(there, here)
        at = places(*here.shape) + onward
        astray = np.linalg.norm(onward + sampled(back, at), axis=2)
        found = likeness(here, there, at) * (astray < BACK * max(here.shape))
        flat = alike(without_light(here))
        return float(np.maximum(found - flat, 0).sum() / max((1 - flat).sum(), 1))


def likeness(here: Bytes, there: Bytes, at: Plane) -> Plane:
    """(h, w), 0..1: how much each place looks as it does at the place `at` there."""
    return alike(without_light(here - sampled(there.astype(np.float32), at)))


def inside(at: Plane) -> Plane:
    """(h, w): 1 for places in the picture, else 0."""
    height, width = at.shape[:2]
    x, y = cv2.split(at)
    return np.asarray((x > -1) & (x < width) & (y > -1) & (y < height), np.float32)


@cache
def places(height: int, width: int) -> Plane:
    """(h, w, 2): x and y of each pixel."""
    return np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)


def without_light(off: Plane | Bytes) -> Plane:
    """Old films flicker in light, and cameras adapt to it: what greys are off in all of the picture
    alike is no change of what is seen."""
    return np.asarray(off - np.median(off))


def alike(off: Plane) -> Plane:
    """1 where grey is not off, falling to 0 where it is off by more than DOUBTFUL."""
    return np.asarray(np.exp(-np.square(off / DOUBTFUL)))
