"""Decodes part of a film: frames with their times, as planes of 8 bits. Knows no Django."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

import av
import numpy as np
from av.container import InputContainer
from av.filter import Graph
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from colorize.engine.video.film import Bytes, Chroma, Film, Matrix

# Before any film starts, in seconds, and the earliest that can be asked for, in ticks.
FAR, LEAST = 1e7, -(2**62)
# Seeking is inexact in some containers: how far before the wanted time to try, in seconds.
BACK = (0, 2, 10, 60, FAR)
PLAIN = ("yuv420p", "yuvj420p")
# FFmpeg's numbers for matrices and ranges.
MATRIX_NUMBER = {Matrix.BT601: 6, Matrix.BT709: 1, Matrix.BT2020: 9}
LIMITED, FULL = 1, 2


@dataclass
class Shown:
    """A frame. `picture`: YUV 4:2:0 of 8 bits with even sides, those of the film padded; `at`: when
    it is shown, in ticks of `tick` seconds of the file's own clock."""

    picture: VideoFrame
    at: int
    tick: Fraction
    film: Film

    @property
    def time(self) -> float:
        return float(self.at * self.tick)

    @property
    def luma(self) -> Bytes:
        return rows(self.picture, 0)[: self.film.height, : self.film.width]

    def rgb(self) -> Bytes:
        """(h, w, 3), with the padding."""
        matrix, range_ = MATRIX_NUMBER[self.film.matrix], FULL if self.film.full_range else LIMITED
        rgb = self.picture.reformat(
            format="rgb24", src_colorspace=matrix, src_color_range=range_, dst_color_range=FULL
        )
        made: Bytes = rgb.to_ndarray()
        return made

    def paint(self, chroma: Chroma) -> None:
        for number, plane in ((1, chroma.u), (2, chroma.v)):
            rows(self.picture, number)[:] = plane


def rows(picture: VideoFrame, number: int) -> Bytes:
    """One plane of a frame, to be read and written."""
    plane = picture.planes[number]
    lines: Bytes = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
    return lines[:, : plane.width]


def padded(luma: Bytes) -> VideoFrame:
    """A frame of this luma (h, w), with even sides and no chroma yet."""
    height, width = luma.shape
    even = VideoFrame(width + width % 2, height + height % 2, "yuv420p")
    held = rows(even, 0)
    held[:height, :width] = luma
    held[height:, :width] = luma[-1:]
    held[:, width:] = held[:, width - 1 : width]
    return even


def copied(frame: VideoFrame) -> VideoFrame:
    """A frame of ours, as decoders read theirs again."""
    own = VideoFrame(frame.width, frame.height, "yuv420p")
    for number in range(3):
        rows(own, number)[:] = rows(frame, number)
    return own


class Timed(NamedTuple):
    """A decoded frame and when it is shown, in ticks."""

    frame: VideoFrame
    at: int


def rising(frames: Iterable[Timed]) -> Iterator[Timed]:
    """Without frames that are not later than those before."""
    last = None
    for each in frames:
        if last is None or each.at > last:
            last = each.at
            yield each


def deinterlaced(frames: Iterable[Timed]) -> Iterator[Timed]:
    """Each pair of fields as one whole frame, at the same time; whole frames as they are."""
    graph, shape, tick = Graph(), None, Fraction(1)
    for frame, at in frames:
        new = frame.width, frame.height, frame.format.name
        if new != shape:
            yield from flushed(graph, tick)
            graph, shape, tick = weaver(frame), new, frame.time_base
        frame.pts = at
        graph.vpush(frame)
        yield from pulled(graph, tick)
    yield from flushed(graph, tick)


def weaver(frame: VideoFrame) -> Graph:
    graph = Graph()
    first = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base
    )
    last = graph.add("buffersink")
    weave = graph.add("bwdif", mode="send_frame", deint="interlaced")
    first.link_to(weave)
    weave.link_to(last)
    graph.configure()
    return graph


def flushed(graph: Graph, tick: Fraction) -> Iterator[Timed]:
    if graph.configured:
        graph.vpush(None)
        yield from pulled(graph, tick)


def pulled(graph: Graph, tick: Fraction) -> Iterator[Timed]:
    while True:
        try:
            frame = graph.vpull()
        except (av.BlockingIOError, av.EOFError):
            return
        yield Timed(frame, round(frame.pts * frame.time_base / tick))


class Frames:
    """The frames of a film, of a piece of it in colour with their chroma. `lost`: how many seconds
    of what was asked for could not be read, about; `first_lost`: when that began, None if all could
    be read."""

    def __init__(
        self, container: InputContainer, stream: VideoStream, film: Film, *, in_colour: bool = False
    ) -> None:
        self.container, self.stream, self.film = container, stream, film
        self.in_colour = in_colour
        self.tick: Fraction = stream.time_base
        self.step = max(1, round(1 / (film.rate * self.tick)))
        self.lost = 0.0
        self.first_lost: float | None = None
        self.reached: float | None = None
        self.is_broken = False

    def between(self, start: float, end: float, tail: float = 0) -> Iterator[Shown]:
        """In order, from `start` on and before `end`, in seconds of the file's clock, and those of
        `tail` seconds after, whose damage does not count."""
        frames = self.timed(self.decoded(start))
        for frame, at in rising(deinterlaced(frames) if self.film.interlaced else frames):
            time = float(at * self.tick)
            if time >= end + tail:
                break
            if time >= start:
                self.note(min(time, end))
                yield Shown(self.plain(frame), at, self.tick, self.film)
        self.note(end)

    def note(self, time: float) -> None:
        """What was broken before a frame is lost. What leads to the part does not count."""
        if self.is_broken and self.reached is not None:
            self.lost += time - self.reached
            self.first_lost = self.reached if self.first_lost is None else self.first_lost
        self.reached, self.is_broken = time, False

    def timed(self, frames: Iterator[VideoFrame]) -> Iterator[Timed]:
        """With the time of each, guessed where the file has none."""
        last = None
        for frame in frames:
            at = frame.pts if frame.pts is not None else frame.dts
            if at is None:
                at = 0 if last is None else last + self.step
            last = at
            yield Timed(frame, at)

    def decoded(self, start: float) -> Iterator[VideoFrame]:
        """From a frame at or before `start` on, or from the film's first."""
        for back in BACK:
            self.seek(start - back)
            frames = self.read()
            first = next(frames, None)
            if first is not None and first.pts is not None and first.pts * self.tick <= start:
                return chain([first], frames)
        self.seek(start - BACK[-1])
        return self.read()

    def seek(self, time: float) -> None:
        """To a key frame before that time, about, or to the start of the film."""
        at = time / self.tick
        try:
            self.container.seek(max(LEAST, int(at)), stream=self.stream)
        except av.FFmpegError:
            # Some containers refuse times before their start, and some cannot be searched.
            with suppress(av.FFmpegError):
                self.container.seek(self.stream.start_time or 0, stream=self.stream)

    def read(self) -> Iterator[VideoFrame]:
        for packet in self.packets():
            try:
                frames = packet.decode()
            except MemoryError:
                raise
            except av.FFmpegError:
                self.is_broken = True
                continue
            for frame in frames:
                self.is_broken |= frame.is_corrupt
                yield frame

    def packets(self) -> Iterator[Packet]:
        try:
            yield from self.container.demux(self.stream)
        except av.FFmpegError:
            self.is_broken = True

    def plain(self, frame: VideoFrame) -> VideoFrame:
        """The frame as planes of our own, luma untouched where it has 8 bits and 4:2:0."""
        return copied(frame) if self.in_colour else padded(rows(self.converted(frame), 0))

    def converted(self, frame: VideoFrame) -> VideoFrame:
        film = self.film
        if frame.format.name in PLAIN and (frame.width, frame.height) == (film.width, film.height):
            return frame
        matrix, range_ = MATRIX_NUMBER[film.matrix], FULL if film.full_range else LIMITED
        colours = {"dst_colorspace": matrix, "dst_color_range": range_}
        if not frame.format.is_rgb:
            colours |= {"src_colorspace": matrix, "src_color_range": range_}
        return frame.reformat(film.width, film.height, "yuv420p", **colours)
