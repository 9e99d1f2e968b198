"""The same film comes out the same, bit for bit, whatever the machine does meanwhile."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from tests.engine.video.made import film
from tests.processes import ROOT

pytestmark = pytest.mark.slow
# glibc fills memory that is given out or back with other rests, and never asks the kernel for new
# memory, which has none.
RESTS = ("1", "77", "200")


def textured(picture: av.VideoFrame) -> None:
    """A picture that moves and is hard to store, so that the encoder has to decide."""
    number, (height, width) = picture.pts or 0, (picture.height, picture.width)
    noise = np.random.default_rng(7).normal(120, 40, (height, 2 * width))
    wandering = np.roll(noise, 3 * number, axis=1)[:, :width].clip(0, 255)
    rows = np.frombuffer(picture.planes[0], np.uint8).reshape(height, -1)
    rows[:, :width] = (rows[:, :width] + wandering) / 2


def digest(path: Path, threads: int, seed: int, rest: str) -> str:
    command = [
        sys.executable,
        "-m",
        "tests.engine.video.repeated",
        str(path),
        str(threads),
        str(seed),
    ]
    environment = os.environ | {"MALLOC_PERTURB_": rest, "MALLOC_MMAP_MAX_": "0"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return done.stdout.decode()


def test_a_film_comes_out_the_same_every_time(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(film(frames=40, size=(320, 240), change=textured))
    ways = [(threads, seed, rest) for threads, (seed, rest) in enumerate(enumerate(RESTS), 1)]
    assert len({digest(path, *way) for way in ways}) == 1
