"""Steady colours: the mean of what a network says of a frame and its neighbours, carried along
motion. Knows no Django.

Alone, each frame gets other colours than the last, and the film flickers. Here each place's colours
are the mean of those that it had in the frames before and will have in those after, as far as it
can be followed there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from colorize.engine.planes import Plane, resize
from colorize.engine.video.motion import FAMILIAR, Motion, Search, alike, without_light
from colorize.engine.video.planes import sampled
from colorize.engine.video.shots import Frame

# The mean of unlike colours is greyer than they are; it gets their chroma back up to this factor.
LIVELIER = 2.0
# Networks have moods: the same road is green to them in one frame and violet in the next. Of what
# they say otherwise than before of all places at once, this share is left out, so that a shot's
# colours go with a mood a thirtieth as fast as by the mean alone.
MOOD = 0.97
# Not in the first frames of a shot: its colours are those of several answers, not of one. And it
# begins again where too little of the picture looks as it did when it got its colours: at a fade or
# a dissolve it is the film that changes.
FIRST = 17
# Averaging blurs, too: the colours of a frame are nearer to each other than those that they are the
# mean of. They get their variety back up to this factor.
WIDER = 1.08
# Channels of what is carried: a, b, their chroma, the square of how far they are from the mean of
# their frame, the grey (0..255) of what they were seen on, and the weight of these.
CHROMA, APART, GREY, WEIGHT, CHANNELS = 2, 3, 4, 5, 6


@dataclass(frozen=True)
class Reach:
    """How far around a frame colours are gathered: `ahead` frames at least, `block` more for the
    first of each block; a larger block takes less time. The network is asked every `every`th. What
    was carried counts as much as `most` of its answers, so that colours can still change."""

    every: int
    most: int
    block: int
    ahead: int


@dataclass
class Step:
    """A frame, what it got from those before, its motion to the next, None if it is of another
    shot. `age`: how many frames ago its shot, or what is seen in it, began."""

    frame: Frame
    past: Plane
    onward: Motion | None = None
    age: int = 0


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
    """Follows places from frame to frame."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.search = Search()

    def step(self, last: Step | None, frame: Frame) -> Step:
        """The next frame, with what the last one hands on; tells the last one its motion."""
        if last is None or frame.starts:
            past = counted(nothing(frame.L.shape[0] // 4, frame.L.shape[1] // 4), frame)
            meet(frame, past)
            return Step(frame, past)
        size = last.past.shape[:2]
        back, last.onward = self.motions(frame, last.frame, size)
        carried = moved(last.past, back, self.most)
        meets = meet(frame, carried)
        age = calmed(frame, carried, last.age + 1, meets)
        return Step(frame, counted(carried, frame), age=age)

    def motions(self, now: Frame, last: Frame, size: tuple[int, int]) -> tuple[Motion, Motion]:
        """From `now` to `last` and the other way. Nobody can follow anything into a flash, so
        colours stay where they are for its few frames."""
        if now.flash or last.flash:
            return Motion.none(*size), Motion.none(*size)
        search = self.search
        return search.motion(now.grey, last.grey, size), search.motion(last.grey, now.grey, size)


def nothing(height: int, width: int) -> Plane:
    return np.zeros((height, width, CHANNELS), np.float32)


NOTHING = nothing(1, 1)


def moved(carried: Plane, motion: Motion, most: int) -> Plane:
    """What is carried, as seen in the neighbour."""
    carried = sampled(carried, motion.at)
    carried[..., WEIGHT] = np.minimum(most, motion.trust * carried[..., WEIGHT])
    return carried


def meet(frame: Frame, carried: Plane) -> bool:
    """Near a join, bring what is carried, in place, nearer to the mood there. Returns False if the
    frame shows something else."""
    if frame.near is None:
        return False
    meeting, share = frame.near
    known = np.minimum(1, carried[..., WEIGHT])
    mood = meeting.mood(frame.grey, carried[..., :CHROMA], known)
    if mood is not None:
        carried[..., :CHROMA] -= share * mood
    return mood is not None


def calmed(frame: Frame, carried: Plane, age: int, meets: bool) -> int:
    """Take from a frame's own colours, if the network was asked, what is a change of its mood.
    Returns its `Step.age`."""
    if frame.ab is None:
        return age
    known = np.minimum(1, carried[..., WEIGHT])
    known = known * alike(without_light(carried[..., GREY] - seen_on(frame)))
    if known.mean() < FAMILIAR:
        return 0
    if meets or (age >= FIRST and not frame.near):
        change = np.tensordot(known, frame.ab - carried[..., :CHROMA]) / known.sum()
        frame.ab = np.asarray(frame.ab - MOOD * change, np.float32)
    return age


def seen_on(frame: Frame) -> Plane:
    """(h, w): its grey, 0..255, at the size of ab."""
    assert frame.ab is not None  # noqa: S101
    return resize(frame.grey.astype(np.float32), *frame.ab.shape[:2])


def counted(carried: Plane, frame: Frame) -> Plane:
    """With a frame's own colours, if the network was asked."""
    if frame.ab is None:
        return carried
    weight = carried[..., WEIGHT:]
    apart = squared(frame.ab - middle(frame.ab))
    own = np.dstack([frame.ab, np.hypot(*cv2.split(frame.ab)), apart, seen_on(frame)])
    mean = (weight * carried[..., :WEIGHT] + own) / (weight + 1)
    return np.dstack([mean, weight + 1])


def settled(window: list[Step], frames: int, most: int) -> list[Frame]:
    """The first `frames` of the window, each with the mean of what comes from before and after."""
    future = NOTHING
    for number, step in reversed(list(enumerate(window))):
        size = step.past.shape[:2]
        future = moved(future, step.onward, most) if step.onward else nothing(*size)
        gathered = counted(future, step.frame)
        if number < frames:
            step.frame.ab = together(step.past, future)
        future = gathered
    return [step.frame for step in window[:frames]]


def together(past: Plane, future: Plane) -> Plane:
    """The mean of both, (h, w, 2), as lively as what it is the mean of, and about as varied."""
    ours, theirs = past[..., WEIGHT:], future[..., WEIGHT:]
    mean = past + theirs / np.maximum(ours + theirs, 1e-6) * (future - past)
    ab, chroma = mean[..., :CHROMA], mean[..., CHROMA]
    livelier = chroma / np.maximum(np.hypot(ab[..., 0], ab[..., 1]), 1e-3)
    return widened(ab * np.clip(livelier, 1, LIVELIER)[..., None], mean[..., APART])


def widened(ab: Plane, apart: Plane) -> Plane:
    """`apart` (h, w): the square of how far from their mean the colours should be. That mean stays,
    so that a mood gets no livelier."""
    mean = middle(ab)
    off = ab - mean
    wider = np.sqrt(apart.mean() / max(squared(off).mean(), 1e-3))
    return np.ascontiguousarray(mean + np.clip(wider, 1, WIDER) * off)


def middle(ab: Plane) -> Plane:
    """(2,): the mean of all places. NumPy takes fifty times as long for it."""
    return np.array(cv2.mean(ab)[:2], np.float32)


def squared(ab: Plane) -> Plane:
    """(h, w): the square of its length."""
    return np.asarray(ab[..., 0] ** 2 + ab[..., 1] ** 2)
