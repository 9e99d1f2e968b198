"""Adapter for other networks in ONNX files, with inputs and outputs as in their manifest entry."""

import threading
from dataclasses import dataclass

import cv2
import numpy as np

from colorize.engine.doubt import NO_DOUBT
from colorize.engine.networks.base import Prediction, Session, UnfitError
from colorize.engine.planes import Plane, resize

COLOURS = ("L", "rgb-grey")
ANSWERS = ("ab", "rgb")


@dataclass(frozen=True)
class Preprocess:
    """How to feed a network and read its output.

    `colour`: "L", one channel 0..100, or "rgb-grey", the photo's grey as three sRGB channels 0..1.
    Then `mean` is subtracted and the rest divided by `std` (one number, or one a channel). `side`:
    the photo is squeezed into a square of this many pixels; 0 if the network takes any multiple of
    32. `answer`: "ab" in Lab units or "rgb" in 0..1, after multiplying by `answer_std` and adding
    `answer_mean`. `input` and `output`: names in the file, if it has several.
    """

    colour: str = "L"
    mean: tuple[float, ...] = (0,)
    std: tuple[float, ...] = (1,)
    side: int = 0
    answer: str = "ab"
    answer_mean: tuple[float, ...] = (0,)
    answer_std: tuple[float, ...] = (1,)
    input: str = ""
    output: str = ""

    def __post_init__(self) -> None:
        """Raises ValueError."""
        if self.colour not in COLOURS or self.answer not in ANSWERS:
            raise ValueError("colour or answer of no known kind")
        if 0 in self.std:
            raise ValueError("a std of 0")
        for of_channels in (self.mean, self.std):
            check(of_channels, 1 if self.colour == "L" else 3)
        for of_channels in (self.answer_mean, self.answer_std):
            check(of_channels, 2 if self.answer == "ab" else 3)


def check(of_channels: tuple[float, ...], channels: int) -> None:
    if len(of_channels) not in (1, channels) or not all(np.isfinite(of_channels)):
        raise ValueError("a mean or std for another number of channels")


class GenericOnnxNetwork:
    """A network without vividness or confidence.

    Raises UnfitError if the file is not such a network.
    """

    def __init__(
        self, name: str, session: Session, input_side: int, preprocess: Preprocess
    ) -> None:
        self.name = name
        self.doubt = NO_DOUBT
        self.input_side = input_side
        self.preprocess = preprocess
        self._session = session
        self._output = preprocess.output or session.outputs[0]
        self._lock = threading.Lock()
        self.predict(np.full((64, 64), 50, np.float32))

    def predict(self, L: Plane) -> Prediction:
        """See Network.predict."""
        height, width = L.shape
        side = self.preprocess.side
        seen = resize(L, side, side) if side else L
        planes = feed(seen, self.preprocess)
        with self._lock:
            (output,) = self._session.run(planes, self.preprocess.input, [self._output])
        ab = resize(read(output, self.preprocess), height // 4, width // 4)
        return Prediction(ab_faithful=ab, ab_vivid=None, confidence=None)


def feed(L: Plane, preprocess: Preprocess) -> Plane:
    """(h, w) L -> (1, channels, h, w)."""
    planes = L[..., None] if preprocess.colour == "L" else rgb_grey(L)
    planes = np.divide(planes - numbers(preprocess.mean), numbers(preprocess.std))
    return np.ascontiguousarray(planes.transpose(2, 0, 1)[None])


def numbers(of_channels: tuple[float, ...]) -> Plane:
    return np.array(of_channels, np.float32)


def rgb_grey(L: Plane) -> Plane:
    """(h, w) L -> (h, w, 3) sRGB 0..1."""
    nothing = np.zeros_like(L)
    return np.asarray(cv2.cvtColor(cv2.merge([L, nothing, nothing]), cv2.COLOR_Lab2RGB))


def read(output: Plane, preprocess: Preprocess) -> Plane:
    """(1, channels, h, w) -> (h, w, 2) ab. Raises UnfitError for any other shape."""
    channels = 2 if preprocess.answer == "ab" else 3
    if output.ndim != 4 or output.shape[1] != channels:
        raise UnfitError(f"it answers {output.shape} instead of (1, {channels}, height, width).")
    planes = np.ascontiguousarray(output[0].transpose(1, 2, 0), np.float32)
    planes = planes * numbers(preprocess.answer_std) + numbers(preprocess.answer_mean)
    if preprocess.answer == "ab":
        return planes
    lab = cv2.cvtColor(np.clip(planes, 0, 1), cv2.COLOR_RGB2Lab)
    return np.ascontiguousarray(lab[..., 1:])
