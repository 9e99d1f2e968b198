"""Colours that are known beforehand."""

from collections import deque
from collections.abc import Iterable, Iterator

import numpy as np

from colorize.engine.video.film import Bytes, Chroma
from colorize.engine.video.meeting import Meeting, Near
from colorize.engine.video.shots import Frame


class PlainColours:
    """The same colour everywhere, and what it was shown."""

    def __init__(self, u: int = 90, v: int = 160, ahead: int = 3) -> None:
        self.u, self.v, self.ahead = u, v, ahead
        self.seen: list[Bytes] = []
        self.near: list[float] = []
        self.looks: list[list[tuple[bytes, bool]]] = []
        self.confidence: float | None = 0.5

    def meeting(self, looks: Iterable[tuple[Bytes, bool]]) -> Meeting | None:
        """Of the frame at the join, if there is one."""
        seen = [(luma.copy(), is_there) for luma, is_there in looks]
        self.looks.append([(luma.tobytes(), is_there) for luma, is_there in seen])
        for luma in [luma for luma, is_there in seen if is_there]:
            return Meeting(luma, np.zeros((*luma.shape, 2), np.float32), ())
        return None

    def frames(self, lumas: Iterable[Bytes], near: Iterable[Near | None]) -> Iterator[Frame]:
        held: deque[Frame] = deque()
        for luma, join in zip(lumas, near, strict=False):
            self.seen.append(luma.copy())
            self.near.append(join.share if join else 0)
            held.append(Frame(luma, luma.astype(np.float32), luma))
            if len(held) > self.ahead:
                yield held.popleft()
        yield from held

    def chroma(self, frame: Frame) -> Chroma:
        shape = tuple((side + 1) // 2 for side in frame.luma.shape)
        return Chroma(np.full(shape, self.u, np.uint8), np.full(shape, self.v, np.uint8))
