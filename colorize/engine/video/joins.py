"""What a piece of a film knows of the joins at its ends, so that the next piece goes on in the same
colours. Knows no Django."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from colorize.engine.video.bounds import Bounds
from colorize.engine.video.film import Bytes, Film, Piece
from colorize.engine.video.frames import Frames
from colorize.engine.video.meeting import Meeting, Near
from colorize.engine.video.opening import opened, pictures

# Frames before and after a piece that are followed with it and dropped, so that joins are hard to
# see. What a shot's colours remember fades to a third in 28 frames, so it is LEAD before, within
# LEAD_SECONDS, and LEAST_LEAD at least.
LEAD, LEAD_SECONDS, LEAST_LEAD, TAIL = 96, 8.0, 24, 16
# The network looks at so many frames around a join, within so many before and after it.
LOOKS, AROUND = 8, 48
# Times this near to each other are the same, in seconds.
SAME = 1e-3
# Makes a meeting of luma planes, each with whether it is the one at the join; None without that.
Meet = Callable[[Iterator[tuple[Bytes, bool]]], Meeting | None]


@dataclass(frozen=True)
class Joins:
    """`first`, `last`: where the piece meets the one before and the one after, None where there is
    none or nothing can be read."""

    film: Film
    piece: Piece
    first: Meeting | None
    last: Meeting | None

    @classmethod
    def of(cls, file: IO[bytes], film: Film, piece: Piece, meet: Meet, bounds: Bounds) -> "Joins":
        is_last = piece.end > film.start + film.seconds - SAME
        first = None if piece.after_cut else meet(around(file, film, piece.start, bounds))
        last = None if is_last else meet(around(file, film, piece.end, bounds))
        return cls(film, piece, first, last)

    def near(self, time: float) -> Near | None:
        """Both pieces say so of the same frames. The colours of the first one move evenly to the
        mood at the join, those of the second begin with it."""
        if self.first and time < self.piece.start + TAIL / self.film.rate:
            return Near(self.first, 1)
        if self.last and time >= self.piece.end - lead_of(self.film):
            left = round((self.piece.end - time) * self.film.rate)
            return Near(self.last, 1 / max(1, left))
        return None


def lead_of(film: Film) -> float:
    """In seconds; half a frame more, as times are rounded."""
    return max(LEAST_LEAD / film.rate, min(LEAD / film.rate, LEAD_SECONDS)) + 0.5 / film.rate


def around(
    file: IO[bytes], film: Film, time: float, bounds: Bounds
) -> Iterator[tuple[Bytes, bool]]:
    """The luma planes of some frames around a join, each with whether it is the one there."""
    far, passed = min(AROUND / film.rate, lead_of(film)), False
    every = max(1, round(2 * far * film.rate / LOOKS))
    with opened(file, bounds) as container:
        frames = Frames(container, pictures(container, bounds), film)
        for number, shown in enumerate(frames.between(time - far, time + far)):
            is_there = not passed and shown.time >= time
            passed |= is_there
            if is_there or number % every == 0:
                yield shown.luma, is_there
