"""Networks against the truth, photo by photo."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from colorize.evaluation.metrics import Row, Score
from colorize.networks import Network, Prediction
from colorize.photo import SUFFIXES
from colorize.planes import Plane, fit, resize
from colorize.render import guide
from colorize.service import mix, network_input

# The short side, in pixels, at which photos are measured.
SIDE = 256


@dataclass(frozen=True)
class Example:
    """One photo with one network's answer, for the gallery. Lab planes of one size."""

    name: str
    network: str
    truth: Plane
    ab: Plane
    confidence: Plane


def photos_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES)


def read_lab(path: Path) -> Plane:
    """(h, w, 3) Lab of a colour photo at the size of measuring. Raises OSError."""
    with Image.open(path) as image:
        height, width = fit(image.height, image.width, SIDE, 4 * SIDE)
        rgb = image.convert("RGB").resize((width, height), Image.Resampling.BOX)
    colour = np.asarray(rgb, np.float32) / np.float32(255)
    return np.asarray(cv2.cvtColor(colour, cv2.COLOR_RGB2Lab), np.float32)


def evaluate(
    paths: list[Path],
    networks: list[Network],
    ends: list[float],
    show: Callable[[Example], None] = lambda example: None,
    seen: Callable[[], None] = lambda: None,
) -> Iterator[tuple[str, Row]]:
    """A row for each network at each vividness of `ends`, and the rows Gray, Random (the colours
    of the next photo) and Ground truth. `show` gets each example at the middle one of `ends`,
    `seen` is called after each photo. Raises OSError for a file that is no photo."""
    scores: dict[str, Score] = {}
    for path, other in zip(paths, [*paths[1:], *paths[:1]], strict=True):
        truth = read_lab(path)
        for network in networks:
            one(network, path.name, truth, ends, scores, show)
        guess(scores, "Gray", np.zeros_like(truth[..., 1:]), truth)
        guess(scores, "Random", resize(read_lab(other)[..., 1:], *truth.shape[:2]), truth)
        guess(scores, "Ground truth", truth[..., 1:], truth)
        seen()
    return ((name, score.row()) for name, score in scores.items())


def one(
    network: Network,
    name: str,
    truth: Plane,
    ends: list[float],
    scores: dict[str, Score],
    show: Callable[[Example], None],
) -> None:
    start = time.perf_counter()
    L = np.ascontiguousarray(truth[..., 0])
    prediction = network.predict(network_input(L, network.input_side))
    planes = {end: mix(prediction, guide(L), end)[0] for end in ends}
    milliseconds = 1000 * (time.perf_counter() - start)
    for end, ab in planes.items():
        guess(scores, f"{network.name}, vividness {end:g}", ab, truth, milliseconds)
    middle = planes[ends[len(ends) // 2]]
    show(Example(name, network.name, truth, middle, map_of(prediction, truth)))


def guess(
    scores: dict[str, Score],
    name: str,
    ab: Plane,
    truth: Plane,
    milliseconds: float | None = None,
) -> None:
    scores.setdefault(name, Score()).add(ab, truth, milliseconds)


def map_of(prediction: Prediction, truth: Plane) -> Plane:
    return resize(prediction.confidence, *truth.shape[:2])
