"""Puts coloured pieces one after the other, with the original's sound. Knows no Django."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heappop, heappush, merge
from pathlib import Path
from typing import IO

import av
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

from colorize.engine.video.bounds import USUAL, Bounds
from colorize.engine.video.film import Film, Progress, Stills
from colorize.engine.video.opening import opened, pictures
from colorize.engine.video.sound import Sound, Way
from colorize.engine.video.stills import stills_of
from colorize.engine.video.writing import COMMENT, mp4, place_of

TAGS = ("title", "date", "creation_time", "artist", "copyright")


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
    frames = 0
    for way in Way:
        try:
            frames = write(file, film, pieces, path, way, progress, bounds)
            break
        except MemoryError:
            raise
        except av.FFmpegError:
            # Sound that is damaged at its very start fits no MP4.
            if way == Way.LEFT_OUT:
                raise
    return Whole(replace(film, frames=frames), stills_of(pieces, film, sides, bounds))


def write(
    file: IO[bytes],
    film: Film,
    pieces: Sequence[IO[bytes]],
    path: Path,
    way: Way,
    progress: Progress,
    bounds: Bounds,
) -> int:
    """Returns how many frames there are."""
    with opened(file, bounds) as source, mp4(path) as out:
        out.metadata.update(tags(source))
        picture = out_stream(out, pieces[0], film, bounds)
        sound = Sound.of(source, out, film, way)
        out.start_encoding()
        tape = Tape(picture, film, bounds)
        for packet in merge(tape.packets(pieces), sound.packets() if sound else (), key=time_of):
            if packet.stream is picture:
                out.mux_one(packet)
                progress(min(1.0, max(0.0, time_of(packet) / (film.seconds or 1))))
            else:
                # What is damaged of it is left out bit by bit.
                with suppress(av.FFmpegError):
                    out.mux_one(packet)
    return tape.frames


def tags(source: InputContainer) -> dict[str, str]:
    """What a film says about itself, and that its colours are made up."""
    kept = {name: source.metadata[name] for name in TAGS if name in source.metadata}
    return {**kept, "comment": COMMENT}


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
        self.held: list[int] = []

    def packets(self, pieces: Sequence[IO[bytes]]) -> Iterator[Packet]:
        for piece in pieces:
            with opened(piece, self.bounds) as container:
                yield from self.of_piece(container)

    def of_piece(self, container: InputContainer) -> Iterator[Packet]:
        stream = pictures(container, self.bounds)
        start, tick = place_of(container)
        offset = start - round(Fraction(self.film.start) / tick)
        step = max(1, round(1 / (Fraction(self.film.rate) * tick)))
        for packet in container.demux(stream):
            if packet.size:
                scale = packet.time_base / tick
                packet.pts = offset + round(packet.pts * scale)
                packet.duration = round(packet.duration * scale) or step
                packet.dts = self.decoded_at(packet.pts, stream.codec_context.reorder_depth, step)
                packet.time_base = tick
                packet.stream = self.stream
                self.frames += 1
                yield packet

    def decoded_at(self, shown_at: int, late: int, step: int) -> int:
        """Times of decoding that rise over joins: those of showing, in order, late by as many
        frames as the decoder holds back."""
        heappush(self.held, shown_at)
        missing = late + 1 - len(self.held)
        return self.held[0] - missing * step if missing > 0 else heappop(self.held)
