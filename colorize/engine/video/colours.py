"""Luma of frame after frame -> steady chroma."""

from collections.abc import Iterable, Iterator

import numpy as np

from colorize.engine.networks import Network
from colorize.engine.pipeline import doubted, network_size
from colorize.engine.planes import Plane
from colorize.engine.tones import Tones
from colorize.engine.turned import DEGREES, turned
from colorize.engine.video.film import Bytes, Chroma, Film
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planes import chroma, lightness, small

# The short side of what the network sees: three quarters of a photo's takes half the time.
SIDE = 192


class FilmColours:
    """Colours one piece of a film. `confidence`: 0..1, the mean so far, None for networks without
    it."""

    def __init__(self, network: Network, options: FilmOptions, film: Film) -> None:
        self.network, self.options, self.film = network, options, film
        self.confidence: float | None = None
        self.frames = 0

    def run(self, lumas: Iterable[Bytes], *, first_is_cut: bool = True) -> Iterator[Chroma]:
        """One chroma for each luma plane, (h, w) uint8 as the film stores it, in order. Reads ahead
        as far as it needs to, at most 16 frames. `first_is_cut`: nothing is carried over from
        before."""
        for luma in lumas:
            ab = self.predicted(self.seen(luma))
            yield chroma(luma, turned(ab, -self.quarters), self.film)

    @property
    def quarters(self) -> int:
        return self.film.turn // DEGREES

    def seen(self, luma: Bytes) -> Plane:
        """A stored frame -> upright L of true shape at the network's size."""
        film = self.film
        shape = film.height, max(1, round(film.width * film.pixel_shape))
        size = network_size(*upright(shape, self.quarters), SIDE)
        stored = small(luma, *upright(size, self.quarters))
        return turned(lightness(stored, film), self.quarters)

    def predicted(self, L: Plane) -> Plane:
        """Upright L -> ab at a quarter of its size."""
        tones = Tones.of(L)
        prediction = self.network.predict(tones.stretched(L))
        prediction = doubted(prediction, self.network.doubt, tones)
        if prediction.confidence is not None:
            self.count(float(np.mean(prediction.confidence)))
        return prediction.ab(self.options.vividness)

    def count(self, confidence: float) -> None:
        self.frames += 1
        before = self.confidence or 0.0
        self.confidence = before + (confidence - before) / self.frames


def upright(size: tuple[int, int], quarters: int) -> tuple[int, int]:
    """Height and width after so many quarter turns."""
    return size[::-1] if quarters % 2 else size
