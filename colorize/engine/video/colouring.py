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
from colorize.engine.video.joins import TAIL, Joins, lead_of
from colorize.engine.video.meeting import Meeting, Near
from colorize.engine.video.opening import opened, pictures
from colorize.engine.video.shots import Frame
from colorize.engine.video.writing import writer

# Of damaged frames, what nobody would miss.
FEW_FRAMES = 3


class Colours(Protocol):
    """What `FilmColours` is."""

    confidence: float | None

    def meeting(self, looks: Iterator[tuple[Bytes, bool]]) -> Meeting | None: ...

    def frames(self, lumas: Iterator[Bytes], near: Iterator[Near | None]) -> Iterator[Frame]: ...

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
    joins = Joins.of(file, film, piece, colours.meeting, bounds)
    with opened(file, bounds) as container, writer(path, film, encoder) as out:
        frames = Frames(container, pictures(container, bounds), film)
        lead = 0 if piece.after_cut else lead_of(film)
        decoded = ahead(frames.between(piece.start - lead, piece.end, TAIL / film.rate))
        with closing(ahead(coloured(decoded, colours, joins, piece))) as shown:
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


def coloured(
    frames: Generator[Shown, None, None], colours: Colours, joins: Joins, piece: Piece
) -> Iterator[Shown]:
    """The frames of the piece in colour."""
    waiting: deque[Shown] = deque()

    def lumas() -> Iterator[Bytes]:
        for shown in frames:
            waiting.append(shown)
            yield shown.luma

    def near() -> Iterator[Near | None]:
        """Asked after each of `lumas`."""
        while True:
            yield joins.near(waiting[-1].time)

    with closing(frames):
        for frame in colours.frames(lumas(), near()):
            shown = waiting.popleft()
            if piece.start <= shown.time < piece.end:
                shown.paint(colours.chroma(frame))
                yield shown
