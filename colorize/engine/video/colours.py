"""Luma of frame after frame -> steady chroma."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import cast

import cv2
import numpy as np

from colorize.engine.networks import Network
from colorize.engine.pipeline import doubted, network_size
from colorize.engine.planes import Plane, resize
from colorize.engine.tones import Tones
from colorize.engine.turned import DEGREES, turned
from colorize.engine.video.film import Bytes, Chroma, Film
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import chroma, lightness, small
from colorize.engine.video.shots import Shots
from colorize.engine.video.steady import Flow, Mean, Motion


@dataclass(frozen=True)
class Care:
    """`side`: the short side of what the network sees, in pixels; `every`: of so many frames it
    sees one; `ahead`: how many frames later ones count, too."""

    side: int
    every: int
    ahead: int


# At three quarters of a photo's side, the network takes half the time.
USUAL = Care(side=192, every=2, ahead=0)
BEST = Care(side=256, every=1, ahead=8)
# How fast the tones that the network is shown follow the film's: faster ones would flicker.
FOLLOW = 1 / 8


@dataclass(frozen=True)
class Frame:
    """`grey`: upright, at half the size that the network sees; `answer`: the network's ab, if it
    was asked; `mean`: of its shot up to this frame; `back`: the motion from this frame to the one
    before, if later frames count, and None for the first of a shot."""

    luma: Bytes
    grey: Bytes
    answer: Plane | None
    mean: Mean
    back: Motion | None = None


class FilmColours:
    """Colours one piece of a film. `confidence`: 0..1, the mean so far, None for networks without
    it."""

    def __init__(self, network: Network, options: FilmOptions, film: Film) -> None:
        self.network, self.options, self.film = network, options, film
        self.care = BEST if options.best else USUAL
        self.confidence: float | None = None
        self.answers = self.of_shot = 0
        self.tones: Tones | None = None
        self.flow, self.shots = Flow(), Shots()

    def run(self, lumas: Iterable[Bytes]) -> Iterator[Chroma]:
        """One chroma for each luma plane, (h, w) uint8 as the film stores it, in order. Reads ahead
        as far as it needs to, at most 16 frames."""
        waiting: deque[Frame] = deque()
        last = None
        for luma in lumas:
            last = self.frame(luma, last)
            waiting.append(last)
            if len(waiting) > self.care.ahead:
                yield self.painted(waiting)
        while waiting:
            yield self.painted(waiting)

    def frame(self, luma: Bytes, last: Frame | None) -> Frame:
        L = self.seen(luma)
        grey = as_grey(L)
        if self.shots.begins(grey) or last is None:
            self.of_shot, self.tones = 1, None
            first = self.answer(L)
            return Frame(luma, grey, first, Mean.of(first))
        answer = None if self.of_shot % self.care.every else self.answer(L)
        self.of_shot += 1
        size = last.mean.weight.shape
        mean = last.mean.moved(self.flow.between(last.grey, grey, *size))
        back = self.flow.between(grey, last.grey, *size) if self.care.ahead else None
        return Frame(luma, grey, answer, mean.with_answer(answer), back)

    def painted(self, waiting: deque[Frame]) -> Chroma:
        """Of the first frame that waits, which is taken away."""
        first = waiting.popleft()
        later = self.later(waiting)
        ab = first.mean.joined(later) if later else first.mean.ab
        return chroma(first.luma, turned(ab, -self.quarters), self.film)

    def later(self, waiting: Iterable[Frame]) -> Mean | None:
        """What the next frames of the same shot say of the one before them; None without any."""
        mean = None
        for frame in reversed(list(takewhile(lambda each: each.back, waiting))):
            answer = frame.mean.ab if frame.answer is None else frame.answer
            mean = mean.with_answer(answer) if mean else Mean.of(answer)
            assert frame.back is not None  # noqa: S101
            mean = mean.moved(frame.back)
        return mean

    @property
    def quarters(self) -> int:
        return self.film.turn // DEGREES

    def seen(self, luma: Bytes) -> Plane:
        """A stored frame -> upright L of true shape at the network's size."""
        film = self.film
        shape = film.height, max(1, round(film.width * film.pixel_shape))
        size = network_size(*upright(shape, self.quarters), self.care.side)
        stored = small(luma, *upright(size, self.quarters))
        return turned(lightness(stored, film), self.quarters)

    def answer(self, L: Plane) -> Plane:
        """Upright L -> ab at a quarter of its size."""
        tones = self.tones = followed(self.tones, Tones.of(L))
        prediction = self.network.predict(tones.stretched(L))
        prediction = doubted(prediction, self.network.doubt, tones)
        if prediction.confidence is not None:
            self.count(float(np.mean(prediction.confidence)))
        return prediction.ab(self.options.vividness)

    def count(self, confidence: float) -> None:
        self.answers += 1
        before = self.confidence or 0.0
        self.confidence = before + (confidence - before) / self.answers


def followed(before: Tones | None, now: Tones) -> Tones:
    if before is None:
        return now
    return Tones(
        before.low + FOLLOW * (now.low - before.low),
        before.high + FOLLOW * (now.high - before.high),
    )


def as_grey(L: Plane) -> Bytes:
    """(h, w) L -> bytes at half the size."""
    height, width = L.shape
    return cast(Bytes, cv2.convertScaleAbs(resize(L, height // 2, width // 2), alpha=2.55))


def upright(size: tuple[int, int], quarters: int) -> tuple[int, int]:
    """Height and width after so many quarter turns."""
    return size[::-1] if quarters % 2 else size
