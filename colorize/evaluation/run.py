"""Networks against the truth, photo by photo."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from colorize.evaluation.metrics import SIDE, Row, Score
from colorize.evaluation.reliability import Reliability
from colorize.networks import Network
from colorize.photo import SUFFIXES
from colorize.planes import Plane, fit, resize
from colorize.render import guide
from colorize.service import mix, network_input


@dataclass(frozen=True)
class Example:
    """One photo with one network's answer, for the gallery. Lab planes of one size."""

    name: str
    network: str
    truth: Plane
    ab: Plane
    confidence: Plane | None


def photos_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def read_lab(path: Path) -> Plane:
    """(h, w, 3) Lab of a colour photo at the size of measuring. Raises OSError."""
    with Image.open(path) as image:
        height, width = fit(image.height, image.width, SIDE, 4 * SIDE)
        rgb = image.convert("RGB").resize((width, height), Image.Resampling.BOX)
    colour = np.asarray(rgb, np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2Lab), np.float32)


class Evaluation:
    """Networks and the rows Gray, Random (the colours of the next photo) and Ground truth.

    Each network is measured at each vividness of `ends`, of which the first is 0: the faithful
    colours are those that the confidence is about; one with one answer is measured once. `show`
    gets each example at the middle one.
    """

    def __init__(
        self,
        networks: list[Network],
        ends: list[float],
        show: Callable[[Example], None] | None = None,
    ) -> None:
        self.networks, self.ends, self.show = networks, ends, show
        self.scores: dict[str, Score] = {}
        # Of the networks that say how sure they are.
        self.reliability: dict[str, Reliability] = {}

    def rows(self) -> dict[str, Row]:
        return {name: score.row() for name, score in self.scores.items()}

    def add(self, path: Path, other: Path) -> None:
        """One photo, and another for random colours. Raises OSError where one is no photo."""
        truth = read_lab(path)
        for network in self.networks:
            self.add_network(network, path.name, truth)
        self.score("Gray", np.zeros_like(truth[..., 1:]), truth)
        self.score("Random", resize(read_lab(other)[..., 1:], *truth.shape[:2]), truth)
        self.score("Ground truth", truth[..., 1:], truth)

    def add_network(self, network: Network, name: str, truth: Plane) -> None:
        start = time.perf_counter()
        L = np.ascontiguousarray(truth[..., 0])
        prediction = network.predict(network_input(L, network.input_side))
        ends = {f"{network.name}, vividness {end:g}": end for end in self.ends}
        if prediction.one_answer:
            ends = {network.name: 0.0}
        planes = [mix(prediction, guide(L), end)[0] for end in ends.values()]
        milliseconds = 1000 * (time.perf_counter() - start)
        for row, ab in zip(ends, planes, strict=True):
            self.score(row, ab, truth, milliseconds)
        confidence = None
        if prediction.confidence is not None:
            confidence = resize(prediction.confidence, *truth.shape[:2])
            error = np.linalg.norm(planes[0] - truth[..., 1:], axis=2)
            self.reliability.setdefault(network.name, Reliability()).add(confidence, error)
        if self.show:
            middle = planes[len(planes) // 2]
            self.show(Example(name, network.name, truth, middle, confidence))

    def score(self, name: str, ab: Plane, truth: Plane, milliseconds: float | None = None) -> None:
        self.scores.setdefault(name, Score()).add(ab, truth, milliseconds)
