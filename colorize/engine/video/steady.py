"""Steady colours: the mean of what a network says of a frame and its neighbours, carried along
motion. Knows no Django.

Alone, each frame gets other colours than the last, and the film flickers. Here each place's colours
are the mean of those that it had in the frames before and will have in those after, as far as it
can be followed there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np

from colorize.engine.planes import Plane, resize
from colorize.engine.video.film import Bytes
from colorize.engine.video.planes import sampled
from colorize.engine.video.shots import Frame

# A place is followed with the trust exp(-(e / DOUBTFUL)²), where e is how much grey (0..255) is off
# there; this is 8 of L.
DOUBTFUL = 20.0
# The mean of unlike colours is greyer than they are; it gets their chroma back up to this factor.
LIVELIER = 2.0
# Channels of what is carried: a, b, their chroma, and the weight of the three.
CHROMA, WEIGHT, CHANNELS = 2, 3, 4


@dataclass(frozen=True)
class Reach:
    """How far around a frame colours are gathered: `ahead` frames at least, `block` more for the
    first of each block; a larger block takes less time. The network is asked every `every`th. What
    was carried counts as much as `most` of its answers, so that colours can still change."""

    every: int
    most: int
    block: int
    ahead: int


@dataclass(frozen=True)
class Motion:
    """From a frame to its neighbour, at the size of ab. `at` (h, w, 2): where each place was;
    `trust` (h, w): how sure that is, 0..1."""

    at: Plane
    trust: Plane


@dataclass
class Step:
    """A frame, what it got from those before, and its motion to the next, None if it is of another
    shot."""

    frame: Frame
    past: Plane
    onward: Motion | None = None


def steady(frames: Iterable[Frame], reach: Reach) -> Iterator[Frame]:
    """The same frames, each with its `ab`.

    Reads block + ahead - 1 frames ahead. The first frame of each shot needs an `ab`.
    """
    follow = Follow(reach.most)
    window: list[Step] = []
    for frame in frames:
        window.append(follow.step(window[-1] if window else None, frame))
        if len(window) == reach.block + reach.ahead:
            yield from settled(window, reach.block, reach.most)
            del window[: reach.block]
    yield from settled(window, len(window), reach.most)


class Follow:
    """Follows places from frame to frame, by dense inverse search (Kroeger et al. 2016)."""

    def __init__(self, most: int) -> None:
        self.most = most
        # OpenCV's types do not know the class of this algorithm's objects.
        self.search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)

    def step(self, last: Step | None, frame: Frame) -> Step:
        """The next frame, with what the last one hands on; tells the last one its motion."""
        if last is None or frame.starts:
            height, width = frame.L.shape
            return Step(frame, counted(nothing(height // 4, width // 4), frame.ab))
        size = last.past.shape[:2]
        back, last.onward = self.motions(frame, last.frame, size)
        return Step(frame, counted(moved(last.past, back, self.most), frame.ab))

    def motions(self, now: Frame, last: Frame, size: tuple[int, int]) -> tuple[Motion, Motion]:
        """From `now` to `last` and the other way. Nobody can follow anything into a flash, so
        colours stay where they are for its few frames."""
        if now.flash or last.flash:
            still = Motion(places(*size), np.ones(size, np.float32))
            return still, still
        return self.motion(now.grey, last.grey, size), self.motion(last.grey, now.grey, size)

    def motion(self, here: Bytes, there: Bytes, size: tuple[int, int]) -> Motion:
        flow = self.search.calc(here, there, None)
        at = places(*here.shape) + flow
        off = here - sampled(there.astype(np.float32), at)
        # Old films flicker in light: what all of the picture has in common is not motion.
        off = resize(np.abs(off - np.median(off)), *size)
        trust = np.exp(-np.square(off / DOUBTFUL)) * resize(inside(at), *size)
        scale = np.array([size[1] / here.shape[1], size[0] / here.shape[0]], np.float32)
        return Motion(places(*size) + resize(flow, *size) * scale, trust)


def inside(at: Plane) -> Plane:
    """(h, w): 1 for places in the picture, else 0."""
    height, width = at.shape[:2]
    x, y = cv2.split(at)
    return np.asarray((x > -1) & (x < width) & (y > -1) & (y < height), np.float32)


@cache
def places(height: int, width: int) -> Plane:
    """(h, w, 2): x and y of each pixel."""
    return np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)


def nothing(height: int, width: int) -> Plane:
    return np.zeros((height, width, CHANNELS), np.float32)


NOTHING = nothing(1, 1)


def moved(carried: Plane, motion: Motion, most: int) -> Plane:
    """What is carried, as seen in the neighbour."""
    carried = sampled(carried, motion.at)
    carried[..., WEIGHT] = np.minimum(most, motion.trust * carried[..., WEIGHT])
    return carried


def counted(carried: Plane, ab: Plane | None) -> Plane:
    """With a frame's own colours, if the network was asked."""
    if ab is None:
        return carried
    weight = carried[..., WEIGHT:]
    own = np.dstack([ab, np.hypot(ab[..., 0], ab[..., 1])])
    mean = (weight * carried[..., :WEIGHT] + own) / (weight + 1)
    return np.dstack([mean, weight + 1])


def settled(window: list[Step], frames: int, most: int) -> list[Frame]:
    """The first `frames` of the window, each with the mean of what comes from before and after."""
    future = NOTHING
    for number, step in reversed(list(enumerate(window))):
        size = step.past.shape[:2]
        future = moved(future, step.onward, most) if step.onward else nothing(*size)
        own = step.frame.ab
        if number < frames:
            step.frame.ab = together(step.past, future)
        future = counted(future, own)
    return [step.frame for step in window[:frames]]


def together(past: Plane, future: Plane) -> Plane:
    """The mean of both, (h, w, 2), as lively as what it is the mean of."""
    ours, theirs = past[..., WEIGHT:], future[..., WEIGHT:]
    mean = past + theirs / np.maximum(ours + theirs, 1e-6) * (future - past)
    ab, chroma = mean[..., :CHROMA], mean[..., CHROMA]
    livelier = chroma / np.maximum(np.hypot(ab[..., 0], ab[..., 1]), 1e-3)
    return np.ascontiguousarray(ab * np.clip(livelier, 1, LIVELIER)[..., None])
