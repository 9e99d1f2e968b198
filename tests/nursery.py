"""Python processes that start at once: each is forked from one that has imported already what takes
most of a start and asks no settings.

Each is as if it had been started by itself: it has its own group, environment and files, and its
signals and exit status are real.
"""

import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import types
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO, Any, Self

ROOT = Path(__file__).parent.parent
TAKE_LONG = [
    "colorize.engine.pipeline",
    "colorize.engine.video.parent",
    "django.contrib.postgres.fields",
    "django.test.client",
    "fido2.server",
    "jsonschema",
    "jwt",
    "rest_framework.serializers",
]
# Of a request: arguments and environment.
MOST_BYTES = 1 << 17


class Nursery:
    """Starts with its first process, and ends together with all of them."""

    process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.line, self.theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self.theirs.close()
        if self.process:
            self.process.wait(20)

    def launch(
        self,
        arguments: Sequence[str],
        environment: dict[str, str],
        out: IO[Any],
        err: IO[Any],
        told: IO[Any] | None = None,
    ) -> "Forked":
        if self.process is None:
            number = self.theirs.fileno()
            command = [sys.executable, "-m", "tests.nursery", str(number)]
            self.process = subprocess.Popen(command, cwd=ROOT, pass_fds=[number])
            self.theirs.close()
        ours, theirs = Pipe(duplex=False)
        message = json.dumps([list(arguments), environment]).encode()
        with theirs, Path(os.devnull).open() as nothing:
            files = [told or nothing, out, err, theirs]
            socket.send_fds(self.line, [message], [file.fileno() for file in files])
        return Forked(arguments, ours)


class Forked:
    """Such a process, as subprocess.Popen shows others."""

    def __init__(self, arguments: Sequence[str], way_back: Connection) -> None:
        self.arguments, self.way_back = arguments, way_back
        self.pid: int = way_back.recv()
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None and self.way_back.poll():
            self.wait()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not self.way_back.poll(timeout):
                raise subprocess.TimeoutExpired(self.arguments, timeout or 0)
            with self.way_back:
                self.returncode = int(self.way_back.recv())
        return self.returncode

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def main(number: int) -> None:
    """Fork at each request that comes. Returns in the nursery at the end, and in each new process
    when it has done its work, so that it ends as every Python process does."""
    for name in TAKE_LONG:
        import_module(name)
    gc.freeze()
    # Those of a terminal are for the tests, which end this by closing the line.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=number) as line:
        while True:
            message, files, _, _ = socket.recv_fds(line, MOST_BYTES, 4)
            bury()
            if not message:
                return
            if os.fork() == 0:
                break
            for file in files:
                os.close(file)
    arguments, environment = json.loads(message)
    *streams, way_back = files
    if is_the_new_one(Connection(way_back, readable=False)):
        for number, file in enumerate(streams):
            os.dup2(file, number)
            os.close(file)
        os.environ.clear()
        os.environ.update(environment)
        run(arguments)


def bury() -> None:
    """Those that have ended, whose times count as this one's."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def is_the_new_one(way_back: Connection) -> bool:
    """Fork once more. The parent of the new process only tells its ID and its exit status."""
    from jobs.supervisor import end_with_parent

    end_with_parent()
    pid = os.fork()
    if pid == 0:
        way_back.close()
        os.setsid()
        end_with_parent()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return True
    way_back.send(pid)
    _, status = os.waitpid(pid, 0)
    way_back.send(os.waitstatus_to_exitcode(status))
    os._exit(0)


def run(arguments: list[str]) -> None:
    """What `python` does with them."""
    first, *rest = arguments
    if first == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif first == "-c":
        sys.argv = ["-c", *rest[1:]]
        module = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(rest[0], vars(module))
    else:
        sys.argv = arguments
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    main(int(sys.argv[1]))
