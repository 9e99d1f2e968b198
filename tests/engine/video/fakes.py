"""Colours that are known beforehand."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from colorize.engine.video.film import Bytes, Chroma
from colorize.engine.video.shots import Frame


class PlainColours:
    """The same colour everywhere, and what it was shown."""

    def __init__(self, u: int = 90, v: int = 160, ahead: int = 3) -> None:
        self.u, self.v, self.ahead = u, v, ahead
        self.seen: list[Bytes] = []
        self.free: list[bool] = []
        self.confidence: float | None = 0.5

    def frames(self, lumas: Iterable[Bytes], free: Iterable[bool]) -> Iterator[Frame]:
        held: deque[Frame] = deque()
        for luma, is_free in zip(lumas, free, strict=False):
            self.seen.append(luma.copy())
            self.free.append(is_free)
            held.append(Frame(luma, luma.astype(np.float32), luma))
            if len(held) > self.ahead:
                yield held.popleft()
        yield from held

    def chroma(self, frame: Frame) -> Chroma:
        shape = tuple((side + 1) // 2 for side in frame.luma.shape)
        return Chroma(np.full(shape, self.u, np.uint8), np.full(shape, self.v, np.uint8))
