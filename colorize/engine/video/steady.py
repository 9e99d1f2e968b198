"""Colours that travel along with what moves, so that they do not flicker.

The network's answers for frame after frame are averaged along the motion between them, which dense
inverse search finds (Kroeger et al. 2016). Where the picture that moved along does not fit, as
behind something that went away, the average begins anew.
"""

from dataclasses import dataclass
from typing import Any, cast

import cv2
import numpy as np

from colorize.engine.planes import Plane, resize
from colorize.engine.video.film import Bytes
from colorize.engine.video.planes import sampled

# The most answers that an average stands for; more would be steadier, and slower to follow light.
MOST = 7.0
# Even what does not fit at all counts a little, where there is nothing else.
LEAST = 1e-3
# How far lightness (0..255) may differ from what moved there, for a trust of 1/e: 8 of L.
TOLERANCE = 20.0


@dataclass(frozen=True)
class Mean:
    """`ab`: (h, w, 2), the average; `weight`: (h, w), how many answers it stands for."""

    ab: Plane
    weight: Plane

    @classmethod
    def of(cls, ab: Plane) -> "Mean":
        return cls(ab, np.ones(ab.shape[:2], np.float32))

    def moved(self, motion: "Motion") -> "Mean":
        """What it is in the next frame."""
        weight = np.maximum(motion.carry(self.weight) * motion.trust, LEAST)
        return Mean(motion.carry(self.ab), cast(Plane, weight))

    def with_answer(self, ab: Plane | None) -> "Mean":
        if ab is None:
            return self
        weight = np.minimum(self.weight, MOST)
        share = weight[..., None]
        mixed = (share * self.ab + ab) / (share + 1)
        return Mean(cast(Plane, mixed), cast(Plane, weight + 1))

    def joined(self, other: "Mean") -> Plane:
        """The ab of both together."""
        ours, theirs = self.weight[..., None], other.weight[..., None]
        return cast(Plane, (ours * self.ab + theirs * other.ab) / (ours + theirs))


@dataclass(frozen=True)
class Motion:
    """From one frame to another, at the size of ab. `at`: (h, w, 2), where in the first frame each
    place of the other one comes from, x and y; `trust`: (h, w), 0..1, how well it fits there."""

    at: Plane
    trust: Plane

    def carry(self, planes: Plane) -> Plane:
        return sampled(planes, self.at)


class Flow:
    """Finds motion; keeps its memory from frame to frame."""

    def __init__(self) -> None:
        # OpenCV's types do not know the class of this algorithm's objects.
        self.search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    def between(self, first: Bytes, then: Bytes, height: int, width: int) -> Motion:
        """Motion between two frames of one size, for planes of another."""
        flow = self.search.calc(then, first, None)
        error = cv2.absdiff(sampled(as_plane(first), flow + grid(*first.shape)), as_plane(then))
        trust = np.exp(-((resize(cast(Plane, error), height, width) / TOLERANCE) ** 2))
        scale = np.array([width / first.shape[1], height / first.shape[0]], np.float32)
        at = resize(flow, height, width) * scale + grid(height, width)
        return Motion(cast(Plane, at), cast(Plane, trust))


def as_plane(grey: Bytes) -> Plane:
    return grey.astype(np.float32)


def grid(height: int, width: int) -> Plane:
    """(h, w, 2): x and y of each place."""
    y, x = np.mgrid[:height, :width]
    return np.stack([x, y], axis=-1).astype(np.float32)
