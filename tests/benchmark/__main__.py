"""Times our way against the old project's, in turn, and measures memory in fresh processes."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

import cv2
import django

django.setup()

from colorize import service
from tests.benchmark.eccv16 import write_eccv16
from tests.benchmark.naive import Naive
from tests.benchmark.network import compare_network
from tests.benchmark.photos import SIZES, photo

GOALS = {"0.3": 8.0, "12": 4.0}
MEMORY_GOAL = 350  # MB
# Each makes `way` and loads nothing else; the photo is read, done once, and the peak told in KiB.
# Not ru_maxrss: a child begins with its parent's.
OURS = "import django; django.setup(); from colorize.service import colorize as way"
NAIVE = "from tests.benchmark.naive import Naive; way = Naive(Path(sys.argv[2]))"
FRESH = """
import re, sys
from pathlib import Path
{}
way(Path(sys.argv[1]).read_bytes())
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="pairs that count, after one more")
    parser.add_argument("--only", type=sizes, default=list(SIZES), help="say 0.3,12: megapixels")
    parser.add_argument("--network", action="store_true", help="the network alone, not photos")
    options = parser.parse_args()
    print(f"OpenCV {cv2.__version__}, {cv2.getNumThreads()} threads, {os.cpu_count()} cores")
    if options.network:
        compare_network(options.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / "eccv16.onnx"
        parameters = write_eccv16(network)
        print(f"The naive way's network: {parameters / 1e6:.1f} million parameters\n")
        naive = Naive(network)
        for megapixels in options.only:
            for colour in (False, True):
                compare(megapixels, colour, naive, network, options.rounds)


def sizes(text: str) -> list[str]:
    """Raises ArgumentTypeError where a size is not among the benchmark's."""
    chosen = text.split(",")
    if not set(chosen) <= set(SIZES):
        raise argparse.ArgumentTypeError(f"choose from {', '.join(SIZES)}")
    return chosen


def compare(megapixels: str, colour: bool, naive: Naive, network: Path, rounds: int) -> None:
    data = photo(megapixels, colour)
    kind = "colour" if colour else "grey"
    print(f"{megapixels} megapixels, {kind} ({len(data) / 1e6:.1f} MB)")
    pairs, steps = in_turn(data, naive, rounds)
    ratios = sorted(theirs / our for our, theirs in pairs)
    print(f"  ours  {median(our for our, _ in pairs) * 1000:7.0f} ms: {shares(steps)}")
    print(f"  naive {median(theirs for _, theirs in pairs) * 1000:7.0f} ms")
    print(f"  ratio {median(ratios):7.1f}   ({ratios[0]:.1f} to {ratios[-1]:.1f})", end="")
    print(
        verdict(median(ratios) >= GOALS[megapixels], f"{GOALS[megapixels]:g} at least")
        if megapixels in GOALS
        else ""
    )
    report_memory(megapixels, data, network)


def report_memory(megapixels: str, data: bytes, network: Path) -> None:
    peak = peak_memory(data, OURS, network)
    print(f"  peak of a fresh process: ours {peak:.0f} MB", end="")
    print(f", naive {peak_memory(data, NAIVE, network):.0f} MB", end="")
    print(verdict(peak <= MEMORY_GOAL, f"{MEMORY_GOAL} at most") if megapixels == "12" else "")
    print()


def in_turn(
    data: bytes, naive: Naive, rounds: int
) -> tuple[list[tuple[float, float]], list[dict[str, float]]]:
    """Seconds of ours and naive, pair by pair, and our steps; the first pair does not count."""
    pairs, steps = [], []
    for _ in range(rounds + 1):
        seconds, result = timed(service.colorize, data)
        pairs.append((seconds, timed(naive, data)[0]))
        steps.append(result.milliseconds)
    return pairs[1:], steps[1:]


def timed(way: Callable[[bytes], Any], data: bytes) -> tuple[float, Any]:
    start = time.perf_counter()
    result = way(data)
    return time.perf_counter() - start, result


def shares(steps: list[dict[str, float]]) -> str:
    medians = {name: median(step[name] for step in steps) for name in steps[0]}
    whole = sum(medians.values())
    return ", ".join(f"{name} {value / whole:.0%}" for name, value in medians.items())


def verdict(reached: bool, goal: str) -> str:
    return f"   goal: {goal}, {'reached' if reached else 'MISSED'}"


def peak_memory(data: bytes, way: str, network: Path) -> float:
    """The most memory, in MB, that a new process ever held while it did this one photo."""
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(data)
        file.flush()
        command = [sys.executable, "-c", FRESH.format(way), file.name, str(network)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return int(done.stdout) * 1024 / 1e6


if __name__ == "__main__":
    service.load_network()
    main()
