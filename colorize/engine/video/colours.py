"""Luma of frame after frame -> steady chroma. Knows no Django."""

from collections.abc import Iterable, Iterator
from itertools import repeat
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from colorize.engine.networks import Network
from colorize.engine.planes import Plane, resize
from colorize.engine.predict import doubted, network_size
from colorize.engine.tones import Tones
from colorize.engine.turned import DEGREES, turned
from colorize.engine.video.film import Bytes, Chroma, Film
from colorize.engine.video.meeting import Meeting, Near
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import PLAIN, chroma, seen
from colorize.engine.video.shots import Frame, shots
from colorize.engine.video.steady import Reach, steady

# With what `shots` reads ahead, 13 and 15 frames at most. Asked every fourth frame at the size for
# photos, the network costs less than every second frame at three quarters of it, and errs less.
USUAL = Reach(every=4, most=7, block=3, ahead=9)
BEST = Reach(every=1, most=28, block=2, ahead=12)
# How much of what was seen of a shot still counts when the network is asked again.
REMEMBERED = 0.9
# L of each grey.
GREYS = np.arange(256, dtype=np.float32) * np.float32(100 / 255)


class FilmColours:
    """Colours one piece of a film. `confidence`: 0..1, the mean so far, None for networks without
    it."""

    def __init__(self, network: Network, options: FilmOptions, film: Film) -> None:
        self.network, self.options, self.film = network, options, film
        self.reach = BEST if options.best else USUAL
        self.confidence: float | None = None
        self.asked = 0

    def run(
        self, lumas: Iterable[Bytes], near: Iterable[Near | None] = repeat(None)
    ) -> Iterator[Chroma]:
        """One chroma for each luma plane; see `frames`."""
        return map(self.chroma, self.frames(lumas, near))

    def frames(
        self, lumas: Iterable[Bytes], near: Iterable[Near | None] = repeat(None)
    ) -> Iterator[Frame]:
        """A frame with its `ab` for each luma plane, (h, w) uint8 as the film stores it, in order.
        Reads ahead as far as it needs to, at most 16 frames. `near`: of each, see `Frame`."""
        return steady(self.predicted(shots(map(self.frame, lumas, near))), self.reach)

    def chroma(self, frame: Frame) -> Chroma:
        assert frame.ab is not None  # noqa: S101
        return chroma(frame.luma, turned(frame.ab, -self.quarters), self.film, frame.tones)

    @property
    def quarters(self) -> int:
        return self.film.turn // DEGREES

    def meeting(self, looks: Iterable[tuple[Bytes, bool]]) -> Meeting | None:
        """Of luma planes around a join, each with whether it is the one there; None without it."""
        # Without the luma planes, which are large.
        frames = [(is_there, *self.small(luma)) for luma, is_there in looks]
        if not any(is_there for is_there, _, _ in frames):
            return None
        tones = Tones.of_histogram(np.sum([shades(L) for _, L, _ in frames], axis=0), GREYS)
        seen = [(is_there, (grey, self.ask(L, tones))) for is_there, L, grey in frames]
        (there,) = [each for is_there, each in seen if is_there]
        return Meeting(*there, [each for _, each in seen])

    def frame(self, luma: Bytes, near: Near | None = None) -> Frame:
        return Frame(luma, *self.small(luma), near)

    def small(self, luma: Bytes) -> tuple[Plane, Bytes]:
        """L as the network is to see it: upright, in true shape, at its size; and as grey, at half
        that size."""
        film = self.film
        shape = film.height, max(1, round(film.width * film.pixel_shape))
        height, width = network_size(*upright(shape, self.quarters), self.network.input_side)
        stored = seen(luma, *upright((height, width), self.quarters), film)
        L = turned(stored, self.quarters)
        return L, as_grey(resize(L, L.shape[0] // 2, L.shape[1] // 2))

    def predicted(self, frames: Iterable[Frame]) -> Iterator[Frame]:
        """The same frames, some of them with the network's ab."""
        wait, counts, tones, was_near = 0, np.zeros(256), PLAIN, False
        for frame in frames:
            # It begins again near a join, so that both pieces ask the same.
            if frame.starts or (frame.near and not was_near):
                wait, counts = 0, np.zeros(256)
            was_near = frame.near is not None
            if wait <= 0 and not frame.flash:
                counts = REMEMBERED * counts + shades(frame.L)
                tones = Tones.of_histogram(counts, GREYS)
                frame.ab = self.ask(frame.L, tones)
                wait = self.reach.every
            wait -= 1
            frame.tones = tones
            yield frame

    def ask(self, L: Plane, tones: Tones) -> Plane:
        """The network's ab, a quarter of the size."""
        prediction = self.network.predict(tones.stretched(L))
        prediction = doubted(prediction, self.network.doubt, tones)
        if prediction.confidence is not None:
            self.count(float(np.mean(prediction.confidence)))
        return prediction.ab(self.options.vividness)

    def count(self, confidence: float) -> None:
        self.asked += 1
        before = self.confidence or 0.0
        self.confidence = before + (confidence - before) / self.asked


def shades(L: Plane) -> NDArray[np.float64]:
    """(256,): how often each grey is seen."""
    return np.bincount(as_grey(L).ravel(), minlength=256).astype(np.float64)


def as_grey(L: Plane) -> Bytes:
    return cast(Bytes, cv2.convertScaleAbs(L, alpha=2.55))


def upright(size: tuple[int, int], quarters: int) -> tuple[int, int]:
    """Height and width after so many quarter turns."""
    return size[::-1] if quarters % 2 else size
