"""Puts coloured pieces one after the other, with the original's sound. Knows no Django."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heappop, heappush, merge
from pathlib import Path
from typing import IO

from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from colorize.engine.video.bounds import USUAL, Bounds
from colorize.engine.video.film import Film, Progress, Stills
from colorize.engine.video.opening import opened, pictures
from colorize.engine.video.sound import Sound
from colorize.engine.video.stills import stills_of
from colorize.engine.video.writing import mp4, place_of


@dataclass(frozen=True)
class Whole:
    film: Film
    stills: Stills


def join(
    file: IO[bytes],
    film: Film,
    pieces: Sequence[IO[bytes]],
    path: Path,
    sides: Sequence[int],
    progress: Progress,
    bounds: Bounds = USUAL,
) -> Whole:
    """Join pieces into the MP4 `path`. `sides`: longest sides of the stills, medium and small.

    Raises a FilmError.
    """
    with opened(file, bounds) as source, mp4(path) as out:
        picture = out_stream(out, pieces[0], film, bounds)
        sound = Sound.of(source, out, film)
        tape = Tape(picture, film, bounds)
        for packet in merge(tape.packets(pieces), sound.packets() if sound else (), key=time_of):
            out.mux_one(packet)
            if packet.stream is picture:
                progress(min(1.0, max(0.0, time_of(packet) / (film.seconds or 1))))
    made = replace(film, frames=tape.frames)
    return Whole(made, stills_of(pieces, film, sides, bounds))


def out_stream(out: OutputContainer, piece: IO[bytes], film: Film, bounds: Bounds) -> VideoStream:
    with opened(piece, bounds) as container:
        stream = out.add_stream_from_template(pictures(container, bounds))
        stream.time_base = place_of(container)[1]
    if film.turn:
        stream.set_display_rotation(-film.turn)
    return stream


def time_of(packet: Packet) -> float:
    """When it is decoded, in seconds."""
    return float(packet.dts * packet.time_base)


class Tape:
    """The pictures of pieces, one after the other, at the times that they have in the film."""

    def __init__(self, stream: VideoStream, film: Film, bounds: Bounds) -> None:
        self.stream, self.film, self.bounds = stream, film, bounds
        self.frames = 0

    def packets(self, pieces: Sequence[IO[bytes]]) -> Iterator[Packet]:
        """With times of decoding that rise over joins: those of showing, in order, late by as many
        frames as the decoder holds back."""
        held: list[int] = []
        for piece in pieces:
            with opened(piece, self.bounds) as container:
                stream = pictures(container, self.bounds)
                start, tick = place_of(container)
                late = stream.codec_context.reorder_depth
                offset = start - round(Fraction(self.film.start) / tick)
                for packet in container.demux(stream):
                    if not packet.size:
                        continue
                    packet.pts = offset + round(packet.pts * packet.time_base / tick)
                    packet.time_base = tick
                    heappush(held, packet.pts)
                    missing = late + 1 - len(held)
                    packet.dts = held[0] - missing if missing > 0 else heappop(held)
                    packet.stream = self.stream
                    self.frames += 1
                    yield packet
