"""The child process that opens films: it has little memory and time, no secrets, and no way to a
film but through its parent. Knows no Django.

Run as `python -m colorize.engine.video.child FD PARENT`; `parent` starts it and says what passes
between them.
"""

import ctypes
import io
import os
import resource
import signal
import sys
import threading
import time
from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, cast

from colorize.engine.video.messages import read_message, write_message

PR_SET_PDEATHSIG = 1
# Sources are read in blocks, the last few of which are kept.
BLOCK, BLOCKS = 1 << 20, 8
# Between two words about progress, in seconds.
SECONDS = 0.2
OPEN_FILES = 64


class Line:
    """The way to the parent. For several threads: one question at a time."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.lock = threading.Lock()
        self.told = 0.0
        self.blocks: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def send(self, **message: Any) -> None:
        with self.lock:
            write_message(self.connection, message)

    def block(self, source: int, number: int) -> bytes:
        """Of a source; the last few are kept, whichever source they are of."""
        with self.lock:
            block = self.blocks.pop((source, number), None)
            if block is None:
                write_message(self.connection, {"read": [source, number * BLOCK, BLOCK]})
                block = self.connection.recv_bytes(BLOCK)
            self.blocks[source, number] = block
            if len(self.blocks) > BLOCKS:
                self.blocks.popitem(last=False)
            return block

    def progress(self, done: float) -> None:
        if (now := time.monotonic()) > self.told + SECONDS:
            self.told = now
            self.send(progress=done)


class Source(io.RawIOBase):
    """A file of the parent's, to read and seek in."""

    def __init__(self, line: Line, number: int, size: int) -> None:
        self.line, self.number, self.size, self.place = line, number, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.size}[whence]
        self.place = max(0, base + offset)
        return self.place

    def read(self, length: int = -1) -> bytes:
        """At most as much as is left of a block."""
        if self.place >= self.size:
            return b""
        number, skipped = divmod(self.place, BLOCK)
        block = self.line.block(self.number, number)
        data = block[skipped:] if length < 0 else block[skipped : skipped + length]
        self.place += len(data)
        return data


def main(descriptor: int, parent: int) -> None:
    die_with(parent)
    line = Line(Connection(descriptor))
    order = read_message(line.connection)
    limit(**order["limits"])
    sources = [cast(IO[bytes], Source(line, *each)) for each in enumerate(order["sizes"])]
    try:
        line.send(done=work(order["task"], order["arguments"], sources, line))
    except Exception as problem:
        line.send(**told(problem))


def die_with(parent: int) -> None:
    """End when the parent ends, however that happens."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


def limit(memory: int, seconds: int, file_size: int) -> None:
    """`memory` and `file_size` in bytes, `seconds` of a processor."""
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def told(problem: Exception) -> dict[str, Any]:
    """A problem as a message: one of ours by its name, another as a fault of the program."""
    import traceback

    from colorize.engine.video.errors import FilmError

    if isinstance(problem, MemoryError):
        problem = FilmError(reason="it needs too much memory")
    if isinstance(problem, FilmError):
        return {"error": type(problem).__name__, "facts": problem.facts}
    return {"fault": "".join(traceback.format_exception(problem))}


def work(
    task: str, arguments: dict[str, Any], sources: Sequence[IO[bytes]], line: Line
) -> dict[str, Any]:
    return TASKS[task](arguments, sources, line.progress)


def look(arguments: dict[str, Any], sources: Sequence[IO[bytes]], _: Any) -> dict[str, Any]:
    from colorize.engine.video.bounds import Bounds
    from colorize.engine.video.looking import look
    from colorize.engine.video.options import FilmOptions

    options = FilmOptions.stored(arguments["options"])
    return asdict(look(sources[0], options, Bounds(**arguments["bounds"])))


def colour(
    arguments: dict[str, Any], sources: Sequence[IO[bytes]], progress: Callable[[float], None]
) -> dict[str, Any]:
    import cv2

    from colorize.engine import networks
    from colorize.engine.video.bounds import Bounds
    from colorize.engine.video.colouring import colour
    from colorize.engine.video.colours import FilmColours
    from colorize.engine.video.errors import NetworkLost
    from colorize.engine.video.film import Film, Piece
    from colorize.engine.video.options import FilmOptions

    # Decoding and encoding have threads of their own.
    cv2.setNumThreads(1)
    try:
        network = networks.read(Path(arguments["models"]), arguments["network"], quick=True)
    except networks.NetworkError as problem:
        raise NetworkLost(reason=str(problem)) from problem
    film, options = Film.stored(arguments["film"]), FilmOptions.stored(arguments["options"])
    made = colour(
        sources[0],
        film,
        Piece(**arguments["piece"]),
        FilmColours(network, options, film),
        Path(arguments["path"]),
        progress,
        Bounds(**arguments["bounds"]),
        incomplete=options.incomplete,
    )
    return asdict(made)


def join(
    arguments: dict[str, Any], sources: Sequence[IO[bytes]], progress: Callable[[float], None]
) -> dict[str, Any]:
    from colorize.engine.video.bounds import Bounds
    from colorize.engine.video.film import Film
    from colorize.engine.video.joining import join

    whole = join(
        sources[0],
        Film.stored(arguments["film"]),
        sources[1:],
        Path(arguments["path"]),
        arguments["sides"],
        progress,
        Bounds(**arguments["bounds"]),
    )
    stills = {name: b64encode(jpeg).decode() for name, jpeg in asdict(whole.stills).items()}
    return {"film": whole.film.as_dict(), "stills": stills}


TASKS = {"look": look, "colour": colour, "join": join}


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
