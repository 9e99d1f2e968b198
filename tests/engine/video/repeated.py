"""Colours a film in this process, in another way each time where that must not matter: with other
threads, other delays between the steps, and, by the environment, other rests in its memory. Prints
a digest of the result."""

import hashlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import cv2

from colorize.engine import networks
from colorize.engine.video.bounds import USUAL
from colorize.engine.video.colouring import colour
from colorize.engine.video.colours import FilmColours
from colorize.engine.video.film import Bytes
from colorize.engine.video.looking import look
from colorize.engine.video.meeting import Near
from colorize.engine.video.options import FilmOptions
from colorize.engine.video.shots import Frame
from tests.processes import ROOT

T = TypeVar("T")
OPTIONS = FilmOptions()
# The longest delay, in seconds.
LONGEST = 0.02


class Delayed(FilmColours):
    """Waits now and then, before and after it has something to do."""

    def frames(  # type: ignore[override]
        self, lumas: Iterator[Bytes], near: Iterator[Near | None]
    ) -> Iterator[Frame]:
        for frame in super().frames(map(delayed, lumas), near):
            yield delayed(frame)


def delayed(value: T) -> T:
    time.sleep(random.choice((0, 0, random.uniform(0, LONGEST))))
    return value


def main(path: Path, threads: int, seed: int) -> None:
    cv2.setNumThreads(threads)
    random.seed(seed)
    network = networks.read(ROOT / "models", "colornet", quick=True)
    kind = Delayed if seed else FilmColours
    with path.open("rb") as file, tempfile.TemporaryDirectory() as folder:
        plan = look(file, OPTIONS, USUAL)
        (piece,) = plan.pieces
        made = Path(folder, "made.mp4")
        colour(file, plan.film, piece, kind(network, OPTIONS, plan.film), made, lambda share: None)
        print(hashlib.sha256(made.read_bytes()).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
