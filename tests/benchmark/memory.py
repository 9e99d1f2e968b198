"""What the whole site takes while it is attacked with large pictures, or many people send large
files over slow lines at once, and what it keeps of that.

PSS (/proc/PID/smaps_rollup, Linux), in MB, summed over gunicorn's processes.
"""

import argparse
import io
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from tests.benchmark.__main__ import verdict
from tests.benchmark.repeating import repeated
from tests.processes import Server, prepared

SIDE = 6320
AT_ONCE = 8
# A grey PNG of noise, as large as the site takes, at 40 Mbit/s.
LARGE_SIDE, PACE = 7050, 5_000_000
# MB, summed over the processes.
PEAK_GOAL, LARGE_PEAK_GOAL, KEPT_GOAL = 900, 1600, 150
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_SETTLE = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.memory", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often the attack comes")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), prepared(Path(folder)))
        try:
            server.get("/")
            bombs, large = bomb(), noise()
            print(f"{AT_ONCE} posts at once of a PNG of {SIDE}x{SIDE}, {len(bombs) / 1e3:.0f} kB")
            again_and_again(server, bombs, options.rounds, PEAK_GOAL)
            print(f"{AT_ONCE} of {LARGE_SIDE}x{LARGE_SIDE}, {len(large) / 1e6:.0f} MB, slowly")
            again_and_again(server, large, options.rounds, LARGE_PEAK_GOAL, PACE)
        except BaseException:
            print(server.logged())
            raise
        finally:
            server.stop()


def bomb() -> bytes:
    """Few bytes, many pixels, all of them a little transparent."""
    buffer = io.BytesIO()
    Image.new("RGBA", (SIDE, SIDE), (90, 120, 150, 200)).save(buffer, "PNG")
    return buffer.getvalue()


def noise() -> bytes:
    """As many bytes as pixels."""
    pixels = np.random.default_rng(0).integers(0, 256, (LARGE_SIDE, LARGE_SIDE), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=0)
    return buffer.getvalue()


def again_and_again(server: Server, data: bytes, rounds: int, goal: float, pace: float = 0) -> None:
    fresh = memory(server)
    print(f"  fresh {fresh:5.0f} MB")
    for number in range(rounds):
        start = time.perf_counter()
        with watched(server) as peaks, ThreadPoolExecutor(AT_ONCE) as pool:
            posts = [
                pool.submit(server.post, data, name="a.png", pace=pace) for _ in range(AT_ONCE)
            ]
            answers = Counter(map(answer, posts))
        seconds = time.perf_counter() - start
        told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
        peak = max(peaks)
        print(f"  round {number + 1}: {seconds:.1f} s, answers {told}")
        print(f"    peak {peak:5.0f} MB", verdict(peak <= goal, f"{goal} at most"))
        time.sleep(SECONDS_TO_SETTLE)
        kept = memory(server) - fresh
        print(f"    kept {kept:5.0f} MB", verdict(kept <= KEPT_GOAL, f"{KEPT_GOAL} at most"))


def answer(post: Future[Any]) -> str:
    """Its status; a client that was disconnected while it sent may not read it."""
    try:
        return str(post.result()[0])
    except OSError:
        return "disconnected"


@contextmanager
def watched(server: Server) -> Iterator[list[float]]:
    """What was seen meanwhile, look by look."""
    seen: list[float] = []
    with repeated(lambda: seen.append(memory(server)), SECONDS_BETWEEN_LOOKS):
        yield seen


def memory(server: Server) -> float:
    """MB; what processes share counts once."""
    return sum(pss(pid) for pid in (server.process.pid, *server.workers()))


def pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
