"""Times the embedded network alone: against the paper's topology through the same OpenCV, and
against the same file through onnxruntime; pass by pass in turn."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import cv2
import numpy as np
import onnxruntime
from django.conf import settings

from colorize import networks, service
from colorize.planes import Plane
from tests.benchmark.eccv16 import write_eccv16

SIDE, THEIR_SIDE = 256, 224
# At least so many times as fast as the topology; at most so many times onnxruntime's time.
FASTER, SLOWER = 8.0, 1.5
Way = Callable[[], object]


def compare_network(rounds: int) -> None:
    """Prints the medians and the ratios of the pairs."""
    entry = networks.read_manifest(settings.MODELS_DIR)[settings.NETWORK]
    ours = service.load_network(settings.NETWORK)
    L = random_lightness(SIDE)
    with tempfile.TemporaryDirectory() as folder:
        ways: dict[str, Way] = {
            "ours": lambda: ours.predict(L),
            "topology": eccv16_way(Path(folder) / "eccv16.onnx"),
            "onnxruntime": onnxruntime_way(entry.path, L),
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


def onnxruntime_way(path: Path, L: Plane) -> Way:
    """With as many threads as OpenCV takes, which do not wait by spinning: for some milliseconds
    after a pass they would take the processor from whatever is timed next."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = cv2.getNumThreads()
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(path), options, ["CPUExecutionProvider"])
    return lambda: session.run(None, {"L": L[None, None]})


def random_lightness(side: int) -> Plane:
    return np.random.default_rng(3).uniform(0, 100, (side, side)).astype(np.float32)
