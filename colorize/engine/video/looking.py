"""Looks at a film: what it is, and in which pieces to colour it. Knows no Django."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from math import inf
from typing import IO, Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from colorize.engine.errors import MAX_MISSING
from colorize.engine.video.bounds import Bounds
from colorize.engine.video.errors import (
    BadPart,
    FilmDamaged,
    FilmTooLarge,
    FilmTooLong,
    FilmUnreadable,
    ProtectedFilm,
    clock,
)
from colorize.engine.video.film import Film, Matrix, Plan
from colorize.engine.video.frames import FULL, Frames
from colorize.engine.video.notes import notes_of
from colorize.engine.video.opening import check_size, name_of, opened, pictures
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.planning import pieces
from colorize.engine.video.sound import can_be_heard

# Frames nearer to each other than this are as good as one, in seconds.
NEAR = 0.5
# Of a film's declared length, what may be missing, in seconds.
SLACK = 1.0
# How many places of a film are decoded to see what its frames are like, and frames at each.
PLACES, FRAMES = 6, 4
# Shapes of a pixel, as `Film.pixel_shape`. Others are mistakes in the header.
NARROWEST, WIDEST = 0.1, 10
MATRICES = {1: Matrix.BT709, 9: Matrix.BT2020, 10: Matrix.BT2020}
# Not tagged, or as RGB.
UNKNOWN = (0, 2, 3)


@dataclass
class Seen:
    """What the packets of a film say, as headers are not believed. `first`, `last`: of its
    pictures, `end`: of everything, in seconds of the file's own clock; `keys`: of key frames, and
    `shown`: of all, some of each; `packets`: of pictures, `corrupt`: of those; `frames`: in the
    part; `broken`: when its packets end too early, or its clock starts again."""

    first: float = inf
    last: float = -inf
    end: float = -inf
    keys: list[float] = field(default_factory=list)
    shown: list[float] = field(default_factory=list)
    packets: int = 0
    corrupt: int = 0
    frames: int = 0
    broken: float | None = None
    decoded: float = -inf

    def add(self, time: float, length: float, packet: Packet) -> None:
        if packet.dts is not None:
            decoded = float(packet.dts * packet.time_base)
            if decoded < self.decoded - SLACK and self.broken is None:
                self.broken = self.last - self.first
            self.decoded = decoded
        self.first = min(self.first, time)
        self.last = max(self.last, time + length)
        self.packets += 1
        self.corrupt += packet.is_corrupt
        for times in (self.shown, self.keys) if packet.is_keyframe else (self.shown,):
            if not times or time >= times[-1] + NEAR:
                times.append(time)


def look(file: IO[bytes], options: FilmOptions, bounds: Bounds) -> Plan:
    """Raises a FilmError."""
    check_size(file, bounds)
    with opened(file, bounds) as container:
        stream = pictures(container, bounds)
        seen = read_packets(container, stream, options, bounds)
        start, end = part(seen, options, bounds)
        missing = missing_from(container, stream, seen, end, options)
    if missing and not options.incomplete:
        raise FilmDamaged(where=missing)
    # Again from the first byte: seeking is inexact in some containers.
    with opened(file, bounds) as container:
        stream = pictures(container, bounds)
        film, frame = facts(container, stream)
        film = replace(
            film,
            start=start,
            seconds=end - start,
            frames=seen.frames,
            rate=seen.frames / (end - start),
            interlaced=film.interlaced or is_interlaced(container, stream, film, seen),
        )
        notes = notes_of(film, frame, missing=missing, silent=is_silent(container))
    return Plan(
        replace(film, notes=notes), pieces(start, end, sorted(seen.keys), sorted(seen.shown))
    )


def read_packets(
    container: InputContainer, stream: VideoStream, options: FilmOptions, bounds: Bounds
) -> Seen:
    """Raises ProtectedFilm or FilmTooLarge."""
    seen = Seen()
    most = bounds.seconds * bounds.rate
    usual = float(1 / (stream.average_rate or 25))
    for packet in whole_packets(container, seen):
        ticks = packet.pts if packet.pts is not None else packet.dts
        if ticks is None or not packet.size or packet.is_discard:
            continue
        time = float(ticks * packet.time_base)
        seen.end = max(seen.end, time)
        if packet.stream is not stream:
            continue
        if packet.has_sidedata("encryption_info"):
            raise ProtectedFilm()
        seen.add(time, float((packet.duration or 0) * packet.time_base) or usual, packet)
        seen.frames += options.start <= time - seen.first < (options.end or inf)
        if seen.frames > most:
            raise FilmTooLarge(
                size=f"more than {most:.0f} of them", limit=f"{bounds.rate:g} a second"
            )
    return seen


def whole_packets(container: InputContainer, seen: Seen) -> Iterator[Packet]:
    """All that can be read."""
    try:
        yield from container.demux()
    except av.FFmpegError:
        seen.broken = seen.last - seen.first


def part(seen: Seen, options: FilmOptions, bounds: Bounds) -> tuple[float, float]:
    """From and to, in seconds of the file's own clock. Raises BadPart, FilmTooLong or
    FilmUnreadable."""
    if not seen.packets:
        raise FilmUnreadable()
    start = seen.first + options.start
    end = min(seen.last, seen.first + options.end) if options.end else seen.last
    if end <= start or not seen.frames:
        reason = f"nothing of the film is left; it is {clock(seen.last - seen.first)} long."
        raise BadPart(name="From (seconds)", reason=reason)
    if end - start > bounds.seconds + 1:
        raise FilmTooLong(length=clock(end - start), limit=clock(bounds.seconds))
    return start, end


def missing_from(
    container: InputContainer, stream: VideoStream, seen: Seen, end: float, options: FilmOptions
) -> str:
    """Where something of the part is missing, in words; empty if nothing is."""
    length = seen.last - seen.first
    if options.end and end < seen.last:
        return ""
    if seen.broken is not None:
        return f"from {clock(seen.broken)} on"
    if declared(container, stream) > seen.end + max(SLACK, MAX_MISSING * length):
        return f"from {clock(length)} on"
    if seen.corrupt > MAX_MISSING * seen.packets + 1:
        return "in several places"
    return ""


def declared(container: InputContainer, stream: VideoStream) -> float:
    """When the film ends, by its header; minus infinity if that does not say."""
    if stream.duration is not None:
        return float(((stream.start_time or 0) + stream.duration) * stream.time_base)
    if container.duration is not None:
        return float(((container.start_time or 0) + container.duration) / av.time_base)
    return -inf


def facts(container: InputContainer, stream: VideoStream) -> tuple[Film, VideoFrame]:
    """What its header and its first frame say. Raises FilmUnreadable."""
    context = stream.codec_context
    shape = float(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1)
    film = Film(
        width=context.width,
        height=context.height,
        pixel_shape=shape if NARROWEST <= shape <= WIDEST else 1,
        rate=float(stream.average_rate or stream.guessed_rate or 25),
        codec=name_of(stream),
        container=container.format.name,
    )
    frame = next(Frames(container, stream, film).read(), None)
    if frame is None:
        raise FilmUnreadable()
    return replace(film, **facts_of(frame)), frame


def facts_of(frame: VideoFrame) -> dict[str, Any]:
    return {
        "width": frame.width,
        "height": frame.height,
        "turn": round(-frame.rotation / 90) * 90 % 360,
        "bits": max(part.bits for part in frame.format.components),
        "interlaced": frame.interlaced_frame,
        "matrix": matrix_of(frame),
        "full_range": is_full(frame),
    }


def matrix_of(frame: VideoFrame) -> Matrix:
    """As tagged; untagged, what is usual for its size."""
    if frame.colorspace in UNKNOWN:
        return Matrix.usual(frame.width, frame.height)
    return MATRICES.get(frame.colorspace, Matrix.BT601)


def is_full(frame: VideoFrame) -> bool:
    """Whether luma uses all values. What is RGB becomes what is usual."""
    name = frame.format.name
    tagged = frame.color_range == FULL or name.startswith("yuvj")
    return not frame.format.is_rgb and (tagged or name.startswith("gray"))


def is_interlaced(container: InputContainer, stream: VideoStream, film: Film, seen: Seen) -> bool:
    """Whether any frame is, here and there: some films are only in part."""
    frames = Frames(container, stream, film)
    places = seen.keys[:: max(1, len(seen.keys) // PLACES)]
    return any(
        frame.interlaced_frame for time in places for frame in islice(frames.decoded(time), FRAMES)
    )


def is_silent(container: InputContainer) -> bool:
    """Whether it has sound that cannot be read."""
    return bool(container.streams.audio) and not can_be_heard(container)
