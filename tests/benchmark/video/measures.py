"""How steady the colours of a film are, and how good."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.planes import Pixels, Plane
from colorize.engine.video.planes import sampled
from colorize.evaluation.metrics import colourfulness
from tests.benchmark.video.clips import lab_of

# How far apart the frames are whose histograms are compared.
STEPS = (1, 2, 4)
# A pixel's motion counts if going there and back misses it by less than this many pixels.
BACK = 1.0


@dataclass
class Shown:
    """Frames as they are shown: (h, w, 3) sRGB each. `cuts`: the first frames of its shots."""

    frames: list[Pixels]
    cuts: tuple[int, ...] = (0,)
    labs: list[Plane] = field(init=False)

    def __post_init__(self) -> None:
        self.labs = [lab_of(frame) for frame in self.frames]

    def pairs(self, step: int = 1) -> list[tuple[int, int]]:
        """Numbers of frames so far apart, of one shot."""
        return [
            (at, at + step)
            for at in range(len(self.frames) - step)
            if not any(at < cut <= at + step for cut in self.cuts)
        ]

    @cached_property
    def histograms(self) -> NDArray[np.float64]:
        """(frames, 3, 256): the share of pixels of each value of red, green and blue."""
        counts = [
            [np.bincount(frame[..., n].ravel(), minlength=256) for n in range(3)]
            for frame in self.frames
        ]
        return np.array(counts) / self.frames[0][..., 0].size

    @property
    def flicker(self) -> float:
        """CDC: how much the colours' distribution changes (Liu et al., TCVC, 2021)."""
        return float(np.mean([self.change(step) for step in STEPS]))

    def change(self, step: int) -> float:
        first, second = self.histograms[np.array(self.pairs(step)).T]
        return float(jensen_shannon(first, second).mean())

    @property
    def mean_change(self) -> float:
        """How far the mean colour moves from frame to frame, in Lab units."""
        means = np.array([lab[..., 1:].mean(axis=(0, 1)) for lab in self.labs])
        return float(np.mean([np.hypot(*(means[b] - means[a])) for a, b in self.pairs()]))

    @property
    def colourfulness(self) -> float:
        return float(np.mean([colourfulness(frame / 255.0) for frame in self.frames]))

    def error(self, truth: "Shown", frames: list[int] | None = None) -> float:
        """Mean distance of ab from the truth's, in Lab units."""
        numbers = range(len(self.frames)) if frames is None else frames
        return float(np.mean([distance(self.labs[n], truth.labs[n]) for n in numbers]))

    def after_cuts(self, frames: int = 5) -> list[int]:
        return [n for cut in self.cuts for n in range(cut, min(cut + frames, len(self.frames)))]

    def warp_error(self, motions: "list[Motion]") -> float:
        """How far ab is from the last frame's where things moved from, in Lab units."""
        return float(np.mean([each.error(self.labs) for each in motions]))


@dataclass(frozen=True)
class Motion:
    """`at` (h, w, 2): where each pixel of the frame `now` was one before, where `known`."""

    now: int
    at: Plane
    known: NDArray[np.bool_]

    def error(self, labs: list[Plane]) -> float:
        before = sampled(labs[self.now - 1], self.at)
        return distance(labs[self.now][self.known], before[self.known])


def motions(truth: Shown) -> list[Motion]:
    """Of the true film, by a finer search than the one that steadies."""
    search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    greys = [cv2.cvtColor(frame, cv2.COLOR_RGB2GRAY) for frame in truth.frames]
    found = []
    for before, now in truth.pairs():
        back = search.calc(greys[now], greys[before], None).copy()
        forth = search.calc(greys[before], greys[now], None).copy()
        at = places(*greys[now].shape) + back
        there = sampled(forth, at)
        found.append(Motion(now, at, np.hypot(*np.moveaxis(back + there, 2, 0)) < BACK))
    return found


def places(height: int, width: int) -> Plane:
    """(h, w, 2): x and y of each pixel."""
    return np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)


def distance(lab: Plane, other: Plane) -> float:
    return float(np.hypot(*np.moveaxis(lab[..., 1:] - other[..., 1:], -1, 0)).mean())


def jensen_shannon(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of distributions along the last axis, in bits."""
    middle = (p + q) / 2
    return (divergence(p, middle) + divergence(q, middle)) / 2


def divergence(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    share = np.where(p > 0, p / np.where(q > 0, q, 1), 1)
    return np.asarray((p * np.log2(share)).sum(axis=-1))
