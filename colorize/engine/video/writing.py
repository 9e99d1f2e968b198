"""Writes MP4s. Knows no Django."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from colorize.engine.video.film import Film
from colorize.engine.video.frames import FULL, LIMITED, MATRIX_NUMBER, Shown

# Looks at five frames ahead, not ten, and in no thread of its own: as good, a sixth less time, and
# 25 MB less at 1920 x 1080. Independent of the processor: what weighs blocks by how long they are
# seen ("mbtree") otherwise runs in code that reads memory which it has not written, and the same
# frames come out one way or another.
ENCODER = {
    "crf": "18",
    "preset": "veryfast",
    "threads": "2",
    "x264-params": "rc-lookahead=5:sync-lookahead=0:cpu-independent=1",
}
# Between key frames, at most: how far players jump.
KEY_SECONDS = 4
# The tag of a piece that says where it belongs, and what a film in colour says there.
PLACE = "comment"
COMMENT = "The colours of this film were made by a neural network."


class Writer:
    """A piece: an MP4 that plays by itself, and that says in a tag when it starts in the film, or a
    `comment` instead."""

    def __init__(
        self, container: OutputContainer, film: Film, encoder: dict[str, str], comment: str = ""
    ) -> None:
        self.container, self.film, self.encoder = container, film, encoder
        self.comment = comment
        self.stream: VideoStream | None = None
        self.start = 0
        self.frames = 0

    def add(self, shown: Shown) -> None:
        if self.stream is None:
            self.stream = self.begin(shown)
        picture = shown.picture
        picture.pts, picture.time_base = shown.at - self.start, shown.tick
        self.container.mux(self.stream.encode(picture))
        self.frames += 1

    def begin(self, first: Shown) -> VideoStream:
        film, rate = self.film, Fraction(max(1.0, self.film.rate)).limit_denominator(1001)
        options = {"g": str(max(1, round(KEY_SECONDS * self.film.rate))), **self.encoder}
        stream = self.container.add_stream("libx264", rate=rate, options=options)
        context = stream.codec_context
        context.width, context.height = first.picture.width, first.picture.height
        context.pix_fmt, context.time_base = "yuv420p", first.tick
        context.sample_aspect_ratio = Fraction(film.pixel_shape).limit_denominator(1000)
        context.colorspace = MATRIX_NUMBER[film.matrix]
        context.color_range = FULL if film.full_range else LIMITED
        if film.turn:
            stream.set_display_rotation(-film.turn)
        self.start = first.at
        place = json.dumps([first.at, str(first.tick)])
        self.container.metadata[PLACE] = self.comment or place
        return stream

    def finish(self) -> None:
        if self.stream is not None:
            self.container.mux(self.stream.encode(None))


@contextmanager
def writer(
    path: Path, film: Film, encoder: dict[str, str] | None = None, comment: str = ""
) -> Iterator[Writer]:
    """`encoder`: options of libx264 on top of the usual."""
    with mp4(path) as container:
        made = Writer(container, film, ENCODER | (encoder or {}), comment)
        yield made
        made.finish()


@contextmanager
def mp4(path: Path, **options: Any) -> Iterator[OutputContainer]:
    """A new MP4 that starts with its index, so that it plays while it is loaded."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        yield container


def place_of(container: Any) -> tuple[int, Fraction]:
    """When a piece starts in the film: ticks, and their length in seconds."""
    at, tick = json.loads(container.metadata[PLACE])
    return int(at), Fraction(tick)
