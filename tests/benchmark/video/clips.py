"""Short films in colour, in memory: what they are in truth, to measure on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.frame import VideoFrame

from colorize.engine.planes import Pixels, Plane
from colorize.engine.video.film import Bytes, Chroma, Film, Matrix
from colorize.engine.video.planes import SHARES, small

SHIPPED = Path(__file__).parent / "clips"
# Tags of FFmpeg's colour spaces and ranges.
TAGGED = {1: Matrix.BT709, 9: Matrix.BT2020}
FULL = 2


@dataclass(frozen=True)
class Clip:
    """`lumas`, `truth`: the planes of its frames. A clip without colours has no truth."""

    name: str
    film: Film
    lumas: list[Bytes]
    truth: list[Chroma]

    @property
    def has_colours(self) -> bool:
        """In any of its frames: a film may begin with an empty road."""
        return any(np.ptp(plane) > 16 for chroma in self.truth for plane in chroma)


def clips_in(folder: Path) -> Iterator[Clip]:
    for path in sorted(folder.glob("*.mp4")):
        yield read(path)


def read(path: Path) -> Clip:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
    film = film_of(frames[0])
    planes = [planes_of(frame) for frame in frames]
    return Clip(path.stem, film, [luma for luma, _ in planes], [chroma for _, chroma in planes])


def film_of(frame: VideoFrame) -> Film:
    matrix = TAGGED.get(int(frame.colorspace), Matrix.BT601)
    return Film(frame.width, frame.height, matrix=matrix, full_range=frame.color_range == FULL)


def planes_of(frame: VideoFrame) -> tuple[Bytes, Chroma]:
    if frame.format.name not in ("yuv420p", "yuvj420p"):
        frame = frame.reformat(format="yuv420p")
    luma, u, v = (
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    )
    return luma.copy(), Chroma(u.copy(), v.copy())


def shown(luma: Bytes, chroma: Chroma, film: Film) -> Pixels:
    """(h, w, 3) sRGB as a player shows it, at the size of the chroma."""
    red, blue = SHARES[film.matrix]
    grey = small(luma, *chroma.u.shape).astype(np.float32)
    grey = grey / np.float32(255) if film.full_range else (grey - 16) / np.float32(219)
    u, v = ((plane - np.float32(128)) / (255 if film.full_range else 224) for plane in chroma)
    r, b = grey + v * (2 - 2 * red), grey + u * (2 - 2 * blue)
    g = (grey - red * r - blue * b) / (1 - red - blue)
    return np.asarray(np.rint(255 * np.clip(np.dstack([r, g, b]), 0, 1)), np.uint8)


def lab_of(rgb: Pixels) -> Plane:
    return np.asarray(cv2.cvtColor(rgb / np.float32(255), cv2.COLOR_RGB2Lab))
