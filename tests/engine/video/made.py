"""Films made for tests, tiny, by the library that also reads them."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import av
import numpy as np

from colorize.engine.video.film import Bytes

WIDTH, HEIGHT, RATE = 64, 48, 25


def luma_of(number: int, width: int = WIDTH, height: int = HEIGHT) -> Bytes:
    """A slope with a bright square that wanders, other for each frame."""
    y, x = np.mgrid[:height, :width]
    plane: Bytes = (40 + (x + y) * 100 // (width + height)).astype(np.uint8)
    left = 3 * number % max(1, width - 12)
    plane[8:20, left : left + 12] = 220
    return plane


def film(
    kind: str = "mp4",
    codec: str = "libx264",
    frames: int = 20,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    rate: Fraction | int = RATE,
    pix_fmt: str = "yuv420p",
    options: dict[str, str] | None = None,
    times: list[int] | None = None,
    tick: Fraction | None = None,
    sound: str | None = None,
    set_up: Callable[[Any], None] | None = None,
    change: Callable[[av.VideoFrame], None] | None = None,
    muxing: dict[str, str] | None = None,
    about: dict[str, str] | None = None,
) -> bytes:
    """`times`: of the frames, in ticks; `set_up`: of the stream; `change`: of each frame; `about`:
    tags."""
    width, height = size
    with TemporaryDirectory() as folder:
        path = Path(folder, "film")
        container = av.open(str(path), "w", format=kind, options=muxing or {})
        container.metadata.update(about or {})
        stream = container.add_stream(codec, rate=rate, options=options or {})
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        stream.codec_context.time_base = tick or 1 / Fraction(rate)
        if set_up:
            set_up(stream)
        track = container.add_stream(sound, rate=48_000, layout="stereo") if sound else None
        for number in range(frames):
            picture = grey(luma_of(number, width, height)).reformat(format=pix_fmt)
            picture.pts = times[number] if times else number
            picture.time_base = tick or 1 / Fraction(rate)
            if change:
                change(picture)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None) if frames else [])
        if not frames:
            container.start_encoding()
        if track:
            tone(container, track, float(frames / Fraction(rate)))
        container.close()
        return path.read_bytes()


def sound_alone() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "sound")
        with av.open(str(path), "w", format="mp4") as container:
            tone(container, container.add_stream("aac", rate=48_000, layout="stereo"), 0.5)
        return path.read_bytes()


def grey(luma: Bytes) -> av.VideoFrame:
    height, width = luma.shape
    picture = av.VideoFrame(width, height, "yuv420p")
    for plane in picture.planes:
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)
        rows[:] = 128
    rows = np.frombuffer(picture.planes[0], np.uint8).reshape(height, -1)
    rows[:, :width] = luma
    return picture


def tone(container: Any, track: Any, seconds: float) -> None:
    context = track.codec_context
    rate, at = context.sample_rate, 0
    size = context.frame_size or 1024
    resampler = av.AudioResampler(context.format, context.layout, rate, frame_size=size)
    while at < seconds * rate:
        wave = np.sin(np.arange(at, at + size) * 440 * 2 * np.pi / rate) * 8000
        frame = av.AudioFrame.from_ndarray(
            np.stack([wave, wave]).astype(np.float32) / 32768, format="fltp", layout="stereo"
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        for part in resampler.resample(frame):
            container.mux(track.encode(part))
        at += size
    container.mux(track.encode(None))
