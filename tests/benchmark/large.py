"""What one photo of 100 megapixels takes in a fresh process: read as several kinds of file, and
written as each kind that results come as. Peak RSS (VmHWM, Linux), in MB, and seconds. The photo's
own bytes are in memory all the time, and part of the peak."""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from colorize.engine.outputs import OUTPUTS
from tests.benchmark.__main__ import verdict

HEIGHT, WIDTH = 8660, 11548
PEAK_GOAL = 700
FRESH = """
import re, sys, time
from pathlib import Path
import django; django.setup()
from colorize.service import OUTPUTS, colorize
start = time.perf_counter()
result = colorize(Path(sys.argv[1]).read_bytes(), output=OUTPUTS[sys.argv[2]])
seconds = time.perf_counter() - start
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
print(seconds, result.file.seek(0, 2))
"""


def grey(depth: int) -> NDArray[np.uint8 | np.uint16]:
    """(HEIGHT, WIDTH): soft shapes with the grain of a scan."""
    rng, most = np.random.default_rng(1), 2**depth - 1
    soft = cv2.resize(rng.uniform(0.1, 0.9, (30, 40)).astype(np.float32), (WIDTH, HEIGHT))
    grain = rng.normal(0, 0.01, (512, WIDTH)).astype(np.float32)
    values = np.empty((HEIGHT, WIDTH), f"u{depth // 8}")
    for top in range(0, HEIGHT, 512):
        band = soft[top : top + 512]
        values[top : top + 512] = np.clip(band + grain[: len(band)], 0, 1) * most
    return values


def colour(depth: int) -> NDArray[np.uint8 | np.uint16]:
    return np.dstack([grey(depth)] * 3)


# What is read: its name, how it is made, and the ending by which OpenCV writes it.
INPUTS: dict[str, tuple[Callable[[int], NDArray[np.uint8 | np.uint16]], int, str]] = {
    "JPEG, grey": (grey, 8, ".jpg"),
    "JPEG, colour": (colour, 8, ".jpg"),
    "PNG, 16 bits, grey": (grey, 16, ".png"),
    "TIFF, 16 bits, grey": (grey, 16, ".tif"),
    "TIFF, 16 bits, colour": (colour, 16, ".tif"),
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.large", description=__doc__)
    parser.add_argument("--inputs", nargs="*", choices=INPUTS, default=list(INPUTS))
    parser.add_argument("--outputs", nargs="*", choices=OUTPUTS, default=list(OUTPUTS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in options.inputs:
            make, depth, ending = INPUTS[name]
            photo = Path(folder) / f"photo{ending}"
            cv2.imwrite(str(photo), make(depth))
            print(f"{name}, {WIDTH} x {HEIGHT}, {photo.stat().st_size / 1e6:.0f} MB")
            for key in options.outputs:
                report(photo, key)


def report(photo: Path, key: str) -> None:
    # The limits of the site are not what is measured.
    given = os.environ | {"PHOTO_MAX_PIXELS": "200000000", "MEGAPIXELS_AT_ONCE": "200"}
    done = subprocess.run(
        [sys.executable, "-c", FRESH, photo, key], env=given, capture_output=True, text=True
    )
    if done.returncode:
        print(f"  {key:14} {done.stderr.splitlines()[-1]}")
        return
    peak, seconds, size = (float(number) for number in done.stdout.split())
    megabytes = peak * 1024 / 1e6
    told = verdict(megabytes <= PEAK_GOAL, f"{PEAK_GOAL} at most")
    print(f"  {key:14} {megabytes:5.0f} MB, {seconds:5.1f} s, a file of {size / 1e6:4.0f} MB{told}")


if __name__ == "__main__":
    main()
