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
from tests.benchmark.photos import SIZES, photo
from tests.benchmark.ways import Naive, ours

GOALS = {"0.3": 8.0, "12": 4.0}
MEMORY_GOAL = 350
# Reads the photo first and loads nothing else, then does it once and tells its peak, in MiB. Not
# ru_maxrss: a child begins with its parent's.
FRESH = """
import re, sys, django
django.setup()
from pathlib import Path
from tests.benchmark.ways import Naive, ours
way = ours if sys.argv[2] == "ours" else Naive(Path(sys.argv[2]))
way(Path(sys.argv[1]).read_bytes())
status = Path("/proc/self/status").read_text()
print(int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) // 1024)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7, help="pairs that count, after one more")
    parser.add_argument("--only", default=",".join(SIZES), help="megapixels, with commas between")
    options = parser.parse_args()
    print(f"OpenCV {cv2.__version__}, {cv2.getNumThreads()} threads, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as folder:
        network = Path(folder) / "eccv16.onnx"
        parameters = write_eccv16(network)
        print(f"The naive way's network: {parameters / 1e6:.1f} million parameters\n")
        naive = Naive(network)
        for megapixels in options.only.split(","):
            for colour in (False, True):
                compare(megapixels, colour, naive, network, options.rounds)


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
    peak = peak_memory(data, "ours")
    print(f"  peak of a fresh process: ours {peak} MiB", end="")
    print(f", naive {peak_memory(data, str(network))} MiB", end="")
    print(verdict(peak <= MEMORY_GOAL, f"{MEMORY_GOAL} at most") if megapixels == "12" else "")
    print()


def in_turn(
    data: bytes, naive: Naive, rounds: int
) -> tuple[list[tuple[float, float]], list[dict[str, float]]]:
    """Seconds of ours and naive, pair by pair, and our steps; the first pair does not count."""
    pairs, steps = [], []
    for _ in range(rounds + 1):
        seconds, result = timed(ours, data)
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


def peak_memory(data: bytes, way: str) -> int:
    with tempfile.NamedTemporaryFile(suffix=".jpg") as file:
        file.write(data)
        file.flush()
        command = [sys.executable, "-c", FRESH, file.name, way]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout)


if __name__ == "__main__":
    service.load_network()
    main()
