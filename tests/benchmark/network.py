"""Times the built-in network alone: against the paper's topology through the same OpenCV, and
against itself with the runtime onnxruntime; pass by pass in turn."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

import cv2
import numpy as np
from django.conf import settings

from colorize import service
from colorize.engine import networks
from colorize.engine.planes import Plane
from tests.benchmark.eccv16 import write_eccv16

SIDE, THEIR_SIDE = 256, 224
# At least so many times as fast as the topology; at most so many times onnxruntime's time.
FASTER, SLOWER = 8.0, 1.5
Way = Callable[[], object]


def compare_network(rounds: int) -> None:
    """Prints the medians and the ratios of the pairs."""
    entry = networks.read_manifest(settings.MODELS_DIR)[settings.NETWORK]
    ours = service.load_network(settings.NETWORK)
    other = networks.run(replace(entry, runtime="onnxruntime"))
    L = random_lightness(SIDE)
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Way] = {
            "ours": lambda: ours.predict(L),
            "topology": eccv16_way(Path(folder) / "eccv16.onnx"),
            "onnxruntime": lambda: other.predict(L),
        }
        seconds = in_turn(ways, rounds)
    for name, values in seconds.items():
        print(f"  {name:<12}{1000 * median(values):7.0f} ms, least {1000 * min(values):.0f}")
    faster = ratio(seconds["topology"], seconds["ours"])
    slower = ratio(seconds["ours"], seconds["onnxruntime"])
    print(f"  {faster:.1f} times as fast as the topology", end="")
    print(f" (goal: {FASTER:g} at least, {'reached' if faster >= FASTER else 'MISSED'})")
    print(f"  {slower:.2f} times onnxruntime's time", end="")
    print(f" (goal: {SLOWER:g} at most, {'reached' if slower <= SLOWER else 'MISSED'})")


def ratio(above: list[float], below: list[float]) -> float:
    return median(a / b for a, b in zip(above, below, strict=True))


def in_turn(ways: dict[str, Way], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, round by round; the first round does not count."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            way()
            seconds[name].append(time.perf_counter() - start)
    return {name: values[1:] for name, values in seconds.items()}


def eccv16_way(path: Path) -> Way:
    write_eccv16(path)
    net = cv2.dnn.readNetFromONNX(str(path))
    L = random_lightness(THEIR_SIDE)[None, None]

    def way() -> object:
        net.setInput(L)
        return net.forward()

    return way


def random_lightness(side: int) -> Plane:
    return np.random.default_rng(3).uniform(0, 100, (side, side)).astype(np.float32)
