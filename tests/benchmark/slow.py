"""How long pages and uploads take while slow clients hang on: before, and as the site runs now.

Clients that say nothing, that send a byte a second of a request's head or of its body, or that read
a byte a second of an answer.
"""

import argparse
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from types import TracebackType

from tests.benchmark.photos import photo

ROOT = Path(__file__).parents[2]
NOW = "colorizer_site.server.worker.BufferingWorker"
BEFORE = "gthread"
BOUNDARY = "boundary"
# A page is given up after this, and counted with it.
PATIENCE = 20.0
HEAD = b"GET /about HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 10_000
BODY = (
    b"POST /colorize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n"
    b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
)
# More than the kernel would take off the site's hands.
LARGE_BYTES = 20_000_000
READ = b"GET /static/large.bin HTTP/1.1\r\nHost: localhost\r\n\r\n"


class Crowd:
    """So many slow clients of a kind, from entering to leaving the context."""

    def __init__(self, port: int, count: int, kind: str) -> None:
        self.port, self.count = port, count
        self.first, self.drops, self.reads = {
            "none": (b"", b"", False),
            "silent": (b"", b"", False),
            "in the head": (HEAD[:40], HEAD[40:], False),
            "in the body": (BODY, b"x" * 10_000, False),
            "readers": (READ, b"", True),
        }[kind]
        self.over = threading.Event()

    def __enter__(self) -> "Crowd":
        self.sockets = [self.connect() for _ in range(self.count)]
        self.thread = threading.Thread(target=self.trickle)
        self.thread.start()
        # So that all of them are well inside.
        time.sleep(3)
        return self

    def connect(self) -> socket.socket:
        client = socket.socket()
        # So that an answer does not fit into the kernel's buffers.
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(PATIENCE)
        client.connect(("127.0.0.1", self.port))
        client.sendall(self.first)
        client.setblocking(False)
        # All at once, they would all end up with the process that woke first.
        time.sleep(0.03)
        return client

    def trickle(self) -> None:
        for byte in range(len(HEAD)):
            if self.over.wait(1):
                return
            for client in self.sockets:
                try:
                    if self.reads:
                        client.recv(1)
                    elif self.drops:
                        client.send(self.drops[byte : byte + 1])
                except OSError:
                    # It was let go of, or there is nothing to read yet.
                    continue

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, at: TracebackType
    ) -> None:
        self.over.set()
        self.thread.join()
        for client in self.sockets:
            client.close()


@contextmanager
def site(folder: str, worker: str) -> Iterator[int]:
    """The port of the site, run as `make run` does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = os.environ | {"DATA_DIR": f"{folder}/var", "STATIC_ROOT": f"{folder}/static"}
    environment |= {"PORT": str(port), "PHOTO_RATE": "100000/min", "LOG_LEVEL": "CRITICAL"}
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=environment, check=True)
    Path(folder, "static/large.bin").write_bytes(bytes(LARGE_BYTES))
    command = ["-m", "gunicorn", "-c", "colorizer_site/gunicorn.py", "--worker-class", worker]
    running = subprocess.Popen(
        [sys.executable, *command], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while seconds(lambda: ask(port, "GET", "/healthz")) is None:
            time.sleep(0.2)
        yield port
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait()


def ask(port: int, method: str, path: str, body: bytes = b"") -> None:
    """Raises OSError or HTTPException where no answer comes, AssertionError where it is no 200."""
    kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"} if body else {}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, body or None, kind)
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
    finally:
        connection.close()


def seconds(question: Callable[[], None]) -> float | None:
    """None where no good answer came."""
    start = time.perf_counter()
    try:
        question()
    except (OSError, http.client.HTTPException, AssertionError):
        return None
    return time.perf_counter() - start


def form(photo: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"'
    return f"{head}\r\n\r\n".encode() + photo + f"\r\n--{BOUNDARY}--\r\n".encode()


def told(times: list[float | None]) -> str:
    known = [PATIENCE if each is None else each for each in times]
    failed = times.count(None)
    words = f"{median(known) * 1000:7.0f}, at most {max(known) * 1000:6.0f} ms"
    return f"{words}{f' ({failed} of {len(times)} given up)' if failed else ''}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmark.slow", description=__doc__)
    parser.add_argument("--clients", type=int, default=100, help="slow ones of each kind")
    parser.add_argument("--pages", type=int, default=10, help="pages asked for, one by one")
    parser.add_argument("--worker", action="append", help="gunicorn's worker classes to compare")
    options = parser.parse_args()
    upload = form(photo("0.3", colour=False))
    for worker in options.worker or (BEFORE, NOW):
        print(f"\n{worker}, beside {options.clients} slow clients: median of a page; of an upload")
        with tempfile.TemporaryDirectory() as folder, site(folder, worker) as port:
            for kind in ("none", "silent", "in the head", "in the body", "readers"):
                count = 0 if kind == "none" else options.clients
                with Crowd(port, count, kind):
                    pages = [seconds(lambda: ask(port, "GET", "/")) for _ in range(options.pages)]
                    photos = [seconds(lambda: ask(port, "POST", "/colorize", upload))]
                print(f"  {kind:12}{told(pages)};  {told(photos)}", flush=True)


if __name__ == "__main__":
    main()
