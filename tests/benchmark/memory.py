"""What the whole site takes while it is attacked with large pictures, and what it keeps of that.

PSS (/proc/PID/smaps_rollup, Linux), in MB, summed over gunicorn's processes.
"""

import argparse
import io
import os
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "colorizer_site.settings")

from tests.benchmark.__main__ import verdict
from tests.processes import Server, prepared

SIDE = 6320
AT_ONCE = 8
# MB, summed over the processes.
PEAK_GOAL, KEPT_GOAL = 900, 150
SECONDS_BETWEEN_LOOKS = 0.2
SECONDS_TO_SETTLE = 3


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.memory", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2, help="how often the attack comes")
    options = parser.parse_args()
    data = bomb()
    print(f"{AT_ONCE} posts at once of a PNG of {SIDE}x{SIDE}, RGBA, {len(data) / 1e3:.0f} kB")
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder), prepared(Path(folder)))
        try:
            attack_again_and_again(server, data, options.rounds)
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


def attack_again_and_again(server: Server, data: bytes, rounds: int) -> None:
    server.get("/")
    fresh = memory(server)
    print(f"  fresh {fresh:5.0f} MB")
    for number in range(rounds):
        start = time.perf_counter()
        with watched(server) as peaks, ThreadPoolExecutor(AT_ONCE) as pool:
            answers = Counter(
                pool.map(lambda _: server.post(data, name="a.png")[0], range(AT_ONCE))
            )
        seconds = time.perf_counter() - start
        told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
        peak = max(peaks)
        print(f"  attack {number + 1}: {seconds:.1f} s, answers {told}")
        print(f"    peak {peak:5.0f} MB", verdict(peak <= PEAK_GOAL, f"{PEAK_GOAL} at most"))
        time.sleep(SECONDS_TO_SETTLE)
        kept = memory(server) - fresh
        print(f"    kept {kept:5.0f} MB", verdict(kept <= KEPT_GOAL, f"{KEPT_GOAL} at most"))


@contextmanager
def watched(server: Server) -> Iterator[list[float]]:
    """What was seen meanwhile, look by look."""
    seen: list[float] = []
    over = threading.Event()

    def look() -> None:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            seen.append(memory(server))

    watcher = threading.Thread(target=look)
    watcher.start()
    yield seen
    over.set()
    watcher.join()


def memory(server: Server) -> float:
    """MB; what processes share counts once."""
    return sum(pss(pid) for pid in (server.process.pid, *server.workers()))


def pss(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("Pss:"))
    return int(line.split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    main()
