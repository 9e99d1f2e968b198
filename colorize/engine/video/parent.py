"""Takes a step of a film in a child process with limits. Knows no Django."""

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any

from colorize.engine.video import errors
from colorize.engine.video.errors import FilmError
from colorize.engine.video.film import Progress
from colorize.engine.video.messages import read_message, write_message

ROOT = Path(__file__).parents[3]
# What a child gets of its parent's environment: nothing secret.
PASSED = ("PATH", "LANG", "LC_ALL", "TMPDIR", "OMP_NUM_THREADS", "COVERAGE_PROCESS_CONFIG")
# Between two questions whether to go on, in seconds.
SECONDS = 0.2
# Time on the clock for each second of the processor that a child may take: others work, too.
PATIENCE = 10


class ChildFault(Exception):
    """A fault of the program in the child, with its traceback."""


@dataclass(frozen=True)
class Limits:
    """Of a child: `memory` (of addresses) and `file_size` in bytes, `seconds` of a processor."""

    memory: int
    seconds: int
    file_size: int


def run(
    task: str,
    arguments: dict[str, Any],
    sources: Sequence[IO[bytes]],
    limits: Limits,
    progress: Progress,
) -> dict[str, Any]:
    """The result of a task of `child.TASKS`. `sources`: read and seek only. What `progress` raises
    ends the child at once.

    Raises a FilmError, ChildFault, or what reading a source raises.
    """
    ours, theirs = Pipe()
    with ours:
        with theirs:
            process = start(theirs)
        try:
            order = {"task": task, "arguments": arguments, "limits": asdict(limits)}
            write_message(ours, order | {"sizes": [size_of(each) for each in sources]})
            return serve(ours, sources, progress, time.monotonic() + PATIENCE * limits.seconds)
        except (EOFError, ConnectionError) as problem:
            raise FilmError(reason=reason_of(process.wait(1))) from problem
        finally:
            process.kill()
            process.wait()


def start(connection: "Connection[Any, Any]") -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in PASSED if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2"}
    descriptor = connection.fileno()
    words = ("-m", "colorize.engine.video.child", str(descriptor), str(os.getpid()))
    return subprocess.Popen(  # noqa: S603
        (sys.executable, *words),
        env=environment,
        pass_fds=(descriptor,),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def size_of(source: IO[bytes]) -> int:
    return source.seek(0, io.SEEK_END)


def serve(
    line: "Connection[Any, Any]", sources: Sequence[IO[bytes]], progress: Progress, deadline: float
) -> dict[str, Any]:
    """Answer a child until it is done, and ask again and again whether to go on."""
    done, asked = 0.0, time.monotonic()
    while (now := time.monotonic()) < deadline:
        if now > asked + SECONDS:
            asked = now
            progress(done)
        if not line.poll(SECONDS):
            continue
        message = read_message(line)
        if "read" in message:
            source, start, length = message["read"]
            line.send_bytes(part(sources[source], start, length))
        elif "progress" in message:
            done = min(1.0, max(0.0, float(message["progress"])))
        elif "done" in message:
            result: dict[str, Any] = message["done"]
            return result
        else:
            raise problem_of(message)
    raise FilmError(reason="it takes too long")


def part(source: IO[bytes], start: int, length: int) -> bytes:
    """Sources may give less than is asked for at a time."""
    source.seek(start)
    data = b""
    while len(data) < length and (more := source.read(length - len(data))):
        data += more
    return data


def problem_of(message: dict[str, Any]) -> Exception:
    kind = getattr(errors, str(message.get("error")), None)
    if isinstance(kind, type) and issubclass(kind, FilmError):
        return kind(**message["facts"])
    return ChildFault(message.get("fault", message))


def reason_of(status: int) -> str:
    """Why a child is gone, for people."""
    if -status in (signal.SIGXCPU, signal.SIGKILL):
        return "it takes too much time or memory"
    return "what reads it stopped working"
