"""Colours a piece of a film: decode, colour and encode, each in a thread. Knows no Django."""

from collections import deque
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
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
# Of damaged frames, what nobody would miss.
FEW_FRAMES = 3


class Colours(Protocol):
    """What `FilmColours` is."""

    confidence: float | None

    def run(self, lumas: Iterator[Bytes]) -> Iterator[Chroma]: ...


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
        with closing(ahead(coloured(decoded, colours))) as shown:
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


def coloured(frames: Generator[Shown, None, None], colours: Colours) -> Iterator[Shown]:
    """The frames in colour."""
    waiting: deque[Shown] = deque()

    def lumas() -> Iterator[Bytes]:
        for shown in frames:
            waiting.append(shown)
            yield shown.luma

    with closing(frames):
        for chroma in colours.run(lumas()):
            shown = waiting.popleft()
            shown.paint(chroma)
            yield shown
