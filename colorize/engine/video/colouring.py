"""Colours a piece of a film: decode, colour and encode, each in a thread. Knows no Django."""

from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Protocol

from colorize.engine.errors import MAX_MISSING
from colorize.engine.video.ahead import ahead
from colorize.engine.video.bounds import USUAL, Bounds
from colorize.engine.video.errors import FilmDamaged, clock
from colorize.engine.video.film import Bytes, Chroma, Film, Piece, Progress
from colorize.engine.video.frames import Frames, Shown
from colorize.engine.video.opening import opened, pictures
from colorize.engine.video.writing import writer

# Frames before and after a piece that are coloured with it and dropped: no join can be seen.
LEAD, TAIL = 24, 16
# How long before the next piece colours go with the network's mood again, in seconds: what that
# piece begins with is the mood of its first frames.
LOOSE = 5.0
# Times this near to each other are the same, in seconds.
SAME = 1e-3
# Of damaged frames, what nobody would miss.
FEW_FRAMES = 3


class Colours(Protocol):
    """What `FilmColours` is."""

    confidence: float | None

    def run(self, lumas: Iterator[Bytes], free: Iterator[bool]) -> Iterator[Chroma]: ...


@dataclass(frozen=True)
class Made:
    """`confidence`: 0..1, None if the network has none."""

    frames: int
    confidence: float | None


def colour(
    file: IO[bytes],
    film: Film,
    piece: Piece,
    colours: Colours,
    path: Path,
    progress: Progress,
    bounds: Bounds = USUAL,
    *,
    incomplete: bool = False,
    encoder: dict[str, str] | None = None,
) -> Made:
    """Colour a piece into the MP4 `path`. `incomplete`: leave out what cannot be read;
    `encoder`: options of libx264. Raises a FilmError."""
    with opened(file, bounds) as container, writer(path, film, encoder) as out:
        frames = Frames(container, pictures(container, bounds), film)
        lead = 0 if piece.after_cut else (LEAD + 0.5) / film.rate
        # Decoding is the quickest of the three, so its queue is always full.
        decoded = ahead(frames.between(piece.start - lead, piece.end, TAIL / film.rate), 2)
        free = partial(is_free, film, piece)
        with closing(ahead(coloured(decoded, colours, free))) as shown:
            for each in shown:
                if piece.start <= each.time < piece.end:
                    out.add(each)
                    progress((each.time - piece.start) / (piece.end - piece.start))
        if not out.frames or not (incomplete or is_whole(frames, piece)):
            first = piece.start if frames.first_lost is None else frames.first_lost
            raise FilmDamaged(where=f"from {clock(first - film.start)} on")
    return Made(out.frames, colours.confidence)


def is_whole(frames: Frames, piece: Piece) -> bool:
    """Whether not more of it is lost than anyone would miss."""
    few = FEW_FRAMES / frames.film.rate
    return frames.lost <= max(few, MAX_MISSING * (piece.end - piece.start))


def is_free(film: Film, piece: Piece, time: float) -> bool:
    """Whether a frame is near a join; the two pieces see the same of its neighbours."""
    begins = not piece.after_cut and time < piece.start + TAIL / film.rate
    is_last = piece.end > film.start + film.seconds - SAME
    return begins or (not is_last and time >= piece.end - LOOSE)


def coloured(
    frames: Generator[Shown, None, None], colours: Colours, is_free: Callable[[float], bool]
) -> Iterator[Shown]:
    """The frames in colour. `is_free`: at that time."""
    waiting: deque[Shown] = deque()

    def lumas() -> Iterator[Bytes]:
        for shown in frames:
            waiting.append(shown)
            yield shown.luma

    def free() -> Iterator[bool]:
        """Asked after each of `lumas`."""
        while True:
            yield is_free(waiting[-1].time)

    with closing(frames):
        for chroma in colours.run(lumas(), free()):
            shown = waiting.popleft()
            shown.paint(chroma)
            yield shown
