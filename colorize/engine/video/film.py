"""What is known of a film and its pieces; plain values that go through JSON."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
# Told how much of a step is done, 0..1; raises what stops it.
Progress = Callable[[float], None]


class Matrix(StrEnum):
    """How luma and chroma are made of red, green and blue (ITU-R BT.601, 709, 2020)."""

    BT601 = "bt601"
    BT709 = "bt709"
    BT2020 = "bt2020"

    @classmethod
    def usual(cls, width: int, height: int) -> "Matrix":
        """For films of this size."""
        return cls.BT709 if height > 576 or width >= 1280 else cls.BT601


@dataclass(frozen=True)
class Film:
    """`width`, `height`: of a stored frame, in pixels; `turn`: 0, 90, 180 or 270 degrees clockwise
    that make it upright; `pixel_shape`: width of a pixel divided by its height; `start`: of the
    part that is coloured, in seconds of the file's own clock, and `seconds`: its length; `rate`:
    mean frames a second; `frames`: about how many; `codec`, `container`: as FFmpeg names them;
    `matrix`, `full_range`: how its luma is to be read."""

    width: int
    height: int
    turn: int = 0
    pixel_shape: float = 1
    start: float = 0
    seconds: float = 0
    rate: float = 25
    frames: int = 0
    codec: str = ""
    container: str = ""
    interlaced: bool = False
    bits: int = 8
    matrix: Matrix = Matrix.BT601
    full_range: bool = False
    notes: tuple[str, ...] = ()  # what is lost or left out, in sentences for people

    @property
    def shown_size(self) -> tuple[int, int]:
        """Width and height as it is shown: upright, with square pixels."""
        size = max(1, round(self.width * self.pixel_shape)), self.height
        return size if self.turn % 180 == 0 else size[::-1]

    @classmethod
    def stored(cls, values: dict[str, Any]) -> "Film":
        made = {**values, "matrix": Matrix(values["matrix"]), "notes": tuple(values["notes"])}
        return cls(**made)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Piece:
    """A part of a film that is coloured by itself: its frames from `start` on and before `end`, in
    seconds of the file's own clock. `after_cut`: its first frame is another shot than the one
    before, so that no colours need to be carried over."""

    number: int
    start: float
    end: float
    after_cut: bool = True

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Plan:
    """A film that was looked at, and the pieces it is coloured in."""

    film: Film
    pieces: tuple[Piece, ...]


class Chroma(NamedTuple):
    """The two chroma planes of a frame, (ceil(h/2), ceil(w/2)) uint8 each."""

    u: Bytes
    v: Bytes


@dataclass(frozen=True)
class Stills:
    """Small pictures of a film in colour, JPEGs: one frame before and after, medium and small (as
    thumbnails of photos are), and `strip`: eight frames side by side, for a glance at all of it."""

    before_medium: bytes
    before_small: bytes
    result_medium: bytes
    result_small: bytes
    strip: bytes
