"""Colours that are known beforehand."""

from collections.abc import Iterable, Iterator

import numpy as np

from colorize.engine.video.film import Bytes, Chroma


class PlainColours:
    """The same colour everywhere, and what it was shown."""

    def __init__(self, u: int = 90, v: int = 160, ahead: int = 3) -> None:
        self.u, self.v, self.ahead = u, v, ahead
        self.seen: list[Bytes] = []
        self.free: list[bool] = []
        self.confidence: float | None = 0.5

    def run(self, lumas: Iterable[Bytes], free: Iterable[bool]) -> Iterator[Chroma]:
        held = 0
        for luma, is_free in zip(lumas, free, strict=False):
            self.seen.append(luma.copy())
            self.free.append(is_free)
            held += 1
            if held > self.ahead:
                yield self.of(luma)
                held -= 1
        for _ in range(held):
            yield self.of(luma)

    def of(self, luma: Bytes) -> Chroma:
        shape = tuple((side + 1) // 2 for side in luma.shape)
        return Chroma(np.full(shape, self.u, np.uint8), np.full(shape, self.v, np.uint8))
