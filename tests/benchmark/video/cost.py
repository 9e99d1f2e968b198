"""What a film costs: processor time, frames a second, and memory, beside the way of photos."""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

import av
import cv2

from colorize.engine import networks
from colorize.engine.networks import Network
from colorize.engine.planes import Pixels
from tests.benchmark.jobs.goals import Goals
from tests.benchmark.video.clips import SHIPPED
from tests.processes import ROOT

MODELS, NETWORK = ROOT / "models", "colornet"
FRAMES, RATE = 240, 30
# Width and height -> ms of a processor a frame, frames a second on two cores, MB at most.
SIZES: dict[tuple[int, int], tuple[float, float, float | None]] = {
    (640, 480): (45, 25, 300),
    (1280, 720): (85, 16, None),
    (1920, 1080): (130, 12, 500),
}
CHEAPER = 3.0
ALONE_FRAMES = 48
ROUNDS = 2


@cache
def network() -> Network:
    """As films use it."""
    return networks.read(MODELS, NETWORK, quick=True)


def measure(goals: Goals, folder: Path, sheets: Path | None) -> None:
    """Of made-up films; `folder` and `sheets` are for other parts."""
    print(f"  {os.getloadavg()[0]:.1f} processes want a processor; {os.cpu_count()} are there")
    for (width, height), (milliseconds, rate, memory) in SIZES.items():
        with tempfile.TemporaryDirectory() as name:
            path = Path(name, "film.mp4")
            write(path, width, height, FRAMES)
            tell(goals, path, f"{width}x{height}", milliseconds, rate, memory)


def tell(
    goals: Goals, path: Path, size: str, milliseconds: float, rate: float, memory: float | None
) -> None:
    # In turn, as the machine may be busier at one time than at another.
    pairs = [(piece(path, "film"), piece(path, "photos")) for _ in range(ROUNDS)]
    ours, naive = (min(of, key=lambda one: one["processor"]) for of in zip(*pairs, strict=True))
    cost = ours["processor"]
    goals.tell(
        f"{size}: processor time a frame",
        f"{cost:.0f} ms",
        f"{milliseconds:.0f} ms at most",
        cost <= milliseconds,
    )
    ratio = naive["processor"] / cost
    goals.tell(
        f"{size}: each frame as a photo", f"{ratio:.1f} times that", "3 at least", ratio >= CHEAPER
    )
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: piece(path, "film"), range(2)))
    speed = 2 * FRAMES / max(one["seconds"] for one in both)
    goals.tell(
        f"{size}: two workers",
        f"{speed:.0f} frames a second",
        f"{rate:.0f} at least",
        speed >= rate,
    )
    if memory:
        goals.tell(
            f"{size}: peak of a child",
            f"{ours['memory']:.0f} MB",
            f"{memory:.0f} MB at most",
            ours["memory"] <= memory,
        )


def piece(path: Path, way: str) -> dict[str, Any]:
    """What it took a new process. `processor`: ms a frame, with decoding and encoding; `seconds`:
    in all, from when the network was there; `memory`: peak in MB."""
    command = [sys.executable, "-m", "tests.benchmark.video.piece", str(path), way]
    # As the parent of such a child starts it.
    environment = os.environ | {"MALLOC_ARENA_MAX": "2"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def write(path: Path, width: int, height: int, frames: int) -> None:
    """The shipped clip of a walk, forth and back, at another size."""
    with av.open(str(SHIPPED / "walk-colour.mp4")) as clip:
        pictures = [frame.to_ndarray(format="rgb24") for frame in clip.decode(video=0)]
    pictures += pictures[::-1]
    with av.open(str(path), "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=RATE, options={"crf": "20", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(frames):
            picture: Pixels = cv2.resize(pictures[number % len(pictures)], (width, height))
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        film.mux(stream.encode(None))
