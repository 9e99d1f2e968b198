"""Looks at a film: what it is, and in which pieces to colour it. Knows no Django."""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import islice
from math import inf
from typing import IO, Any

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from colorize.engine.video.bounds import Bounds
from colorize.engine.video.errors import (
    BadPart,
    FilmTooLarge,
    FilmTooLong,
    FilmUnreadable,
    ProtectedFilm,
    clock,
)
from colorize.engine.video.film import Film, Matrix, Piece, Plan
from colorize.engine.video.frames import Frames
from colorize.engine.video.opening import name_of, opened, pictures
from colorize.engine.video.options import FilmOptions

# The length of a piece, in seconds; key frames nearer than this are as good as one.
LONGEST, NEAR = 20.0, 0.5
MATRICES = {1: Matrix.BT709, 9: Matrix.BT2020, 10: Matrix.BT2020}
BT601 = (4, 5, 6)
FULL = 2


@dataclass
class Seen:
    """What the packets of a film say. Times in seconds of the file's own clock; `keys`: those of
    key frames; `frames`: in the part."""

    first: float = inf
    last: float = -inf
    keys: list[float] = field(default_factory=list)
    frames: int = 0
    corrupt: int = 0


def look(file: IO[bytes], options: FilmOptions, bounds: Bounds) -> Plan:
    """Raises a FilmError."""
    with opened(file, bounds) as container:
        stream = pictures(container, bounds)
        film = facts(container, stream)
    # Again from the first byte: seeking is inexact in some containers.
    with opened(file, bounds) as container:
        stream = pictures(container, bounds)
        seen = read_packets(container, stream, options, bounds)
        start, end = part(seen, options, bounds)
        seconds = end - start
        film = replace(film, frames=seen.frames, seconds=seconds, start=start)
        film = replace(film, rate=seen.frames / seconds)
    return Plan(film, tuple(pieces(start, end, seen.keys)))


def read_packets(
    container: InputContainer, stream: VideoStream, options: FilmOptions, bounds: Bounds
) -> Seen:
    """Headers are not believed: how long a film is shows in its packets."""
    seen = Seen()
    most = bounds.seconds * bounds.rate
    for packet in container.demux(stream):
        if packet.has_sidedata("encryption_info"):
            raise ProtectedFilm()
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is None or not packet.size:
            continue
        time = float(ticks * packet.time_base)
        length = float((packet.duration or 0) * packet.time_base)
        seen.first = min(seen.first, time)
        seen.last = max(seen.last, time + length)
        seen.corrupt += packet.is_corrupt
        begin = seen.first + options.start
        seen.frames += begin <= time < (seen.first + options.end if options.end else inf)
        if packet.is_keyframe and (not seen.keys or time >= seen.keys[-1] + NEAR):
            seen.keys.append(time)
        if seen.frames > most:
            raise FilmTooLarge(
                size=f"more than {most:.0f} of them", limit=f"{bounds.rate:g} a second"
            )
    return seen


def part(seen: Seen, options: FilmOptions, bounds: Bounds) -> tuple[float, float]:
    """From and to, in seconds of the file's own clock. Raises BadPart, FilmTooLong or
    FilmUnreadable."""
    if not seen.keys:
        raise FilmUnreadable()
    start = seen.first + options.start
    end = min(seen.last, seen.first + options.end) if options.end else seen.last
    if end <= start or not seen.frames:
        reason = f"nothing of the film is left; it is {clock(seen.last - seen.first)} long."
        raise BadPart(name="From (seconds)", reason=reason)
    if end - start > bounds.seconds + 1:
        raise FilmTooLong(length=clock(end - start), limit=clock(bounds.seconds))
    return start, end


def pieces(start: float, end: float, keys: list[float]) -> list[Piece]:
    """Cut at the last key frame within `LONGEST` each. Without one, a piece may be half as long as
    what has to be decoded before it, so that this does not grow with the square of the length."""
    made: list[Piece] = []
    at = start
    while at < end:
        key = max((key for key in keys if key <= at), default=start)
        limit = at + max(LONGEST, (at - key) / 2)
        cut = max((key for key in keys if at < key <= limit), default=limit)
        cut = end if end - at <= LONGEST else cut
        made.append(Piece(len(made), at, min(cut, end), after_cut=not made))
        at = cut
    return made


def facts(container: InputContainer, stream: VideoStream) -> Film:
    context = stream.codec_context
    shape = stream.sample_aspect_ratio or context.sample_aspect_ratio or Fraction(1)
    film = Film(
        width=context.width,
        height=context.height,
        pixel_shape=float(shape) or 1,
        rate=float(stream.average_rate or stream.guessed_rate or 25),
        codec=name_of(stream),
        container=container.format.name,
        has_sound=bool(container.streams.audio),
    )
    frames = list(islice(Frames(container, stream, film).read(), 1))
    if not frames:
        raise FilmUnreadable()
    return replace(film, **facts_of_frame(frames[0]))


def facts_of_frame(frame: VideoFrame) -> dict[str, Any]:
    return {
        "width": frame.width,
        "height": frame.height,
        "turn": -frame.rotation % 360,
        "bits": max(part.bits for part in frame.format.components),
        "interlaced": frame.interlaced_frame,
        "matrix": matrix_of(frame),
        "full_range": frame.color_range == FULL or frame.format.name.startswith("yuvj"),
    }


def matrix_of(frame: VideoFrame) -> Matrix:
    """As tagged; untagged, what is usual for its size."""
    if frame.colorspace in MATRICES:
        return MATRICES[frame.colorspace]
    large = frame.height > 576 or frame.width >= 1280
    return Matrix.BT709 if large and frame.colorspace not in BT601 else Matrix.BT601
