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
from colorize.engine.video.shots import Frame
from colorize.engine.video.writing import writer

# Frames before and after a piece that are followed with it and dropped, so that joins are hard to
# see. What a shot's colours remember fades to a third in 28 frames, so it is LEAD before, within
# LEAD_SECONDS, and LEAST_LEAD at least. As long before its end a piece's colours go with the
# network's mood again, as those of the next begin with it.
LEAD, LEAD_SECONDS, LEAST_LEAD, TAIL = 96, 8.0, 24, 16
# Times this near to each other are the same, in seconds.
SAME = 1e-3
# Of damaged frames, what nobody would miss.
FEW_FRAMES = 3


class Colours(Protocol):
    """What `FilmColours` is."""

    confidence: float | None

    def frames(self, lumas: Iterator[Bytes], free: Iterator[bool]) -> Iterator[Frame]: ...

    def chroma(self, frame: Frame) -> Chroma: ...


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
        lead = 0 if piece.after_cut else lead_of(film) + 0.5 / film.rate
        decoded = ahead(frames.between(piece.start - lead, piece.end, TAIL / film.rate))
        with closing(ahead(coloured(decoded, colours, film, piece))) as shown:
            for each in shown:
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


def lead_of(film: Film) -> float:
    """In seconds."""
    return max(LEAST_LEAD / film.rate, min(LEAD / film.rate, LEAD_SECONDS))


def is_free(film: Film, piece: Piece, time: float) -> bool:
    """Whether a frame is near a join; the two pieces see the same of its neighbours."""
    begins = not piece.after_cut and time < piece.start + TAIL / film.rate
    is_last = piece.end > film.start + film.seconds - SAME
    return begins or (not is_last and time >= piece.end - lead_of(film))


def coloured(
    frames: Generator[Shown, None, None], colours: Colours, film: Film, piece: Piece
) -> Iterator[Shown]:
    """The frames of the piece in colour."""
    waiting: deque[Shown] = deque()

    def lumas() -> Iterator[Bytes]:
        for shown in frames:
            waiting.append(shown)
            yield shown.luma

    def free() -> Iterator[bool]:
        """Asked after each of `lumas`."""
        while True:
            yield is_free(film, piece, waiting[-1].time)

    with closing(frames):
        for frame in colours.frames(lumas(), free()):
            shown = waiting.popleft()
            if piece.start <= shown.time < piece.end:
                shown.paint(colours.chroma(frame))
                yield shown
