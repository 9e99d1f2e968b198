"""Does tasks in several processes, and outlives the loss of one."""

import multiprocessing
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, wait
from typing import Any, Generic, Self, TypeVar, cast

import cv2

Task = TypeVar("Task")
Result = TypeVar("Result")

# Time for a process to tidy up after itself when it is told to end.
GRACE_SECONDS = 2
# Forked, as the web server's are: what is imported is shared, and nothing has to be sent.
FORK: Any = multiprocessing.get_context("fork")


class Process(Generic[Task, Result]):
    """A forked process that does one task at a time.

    `foreign`: our ends of pipes to other processes, which it must not hold open; `threads`: that
    OpenCV may use in it.
    """

    def __init__(
        self, do: Callable[[Task], Result], foreign: Iterable[Connection], threads: int
    ) -> None:
        self.pipe, its_end = FORK.Pipe()
        arguments = (do, its_end, [self.pipe, *foreign], threads)
        self.process = FORK.Process(target=serve, args=arguments, daemon=True)
        with signals_held():
            self.process.start()
        its_end.close()

    def give(self, task: Task) -> None:
        # If it has ended meanwhile, `take` says so.
        with suppress(OSError):
            self.pipe.send(task)

    def take(self) -> Result | None:
        """The result of its task, None if it ended before."""
        try:
            return cast(Result, self.pipe.recv())
        except (EOFError, OSError):
            return None

    def end(self) -> int:
        """Wait for its end, but not for ever; its exit status, negative for a signal."""
        self.process.join(GRACE_SECONDS)
        self.process.kill()
        self.process.join()
        self.pipe.close()
        return int(self.process.exitcode)


class Pool(Generic[Task, Result]):
    """`number` processes that do `do(task)`, which needs no thread and no lock of this process. Of
    a task whose process ended before it was done, the result is `lost(task, exit status)`, and
    another process takes over. Leaving the `with` ends them all at once."""

    def __init__(
        self, number: int, do: Callable[[Task], Result], lost: Callable[[Task, int], Result]
    ) -> None:
        self.number, self.do, self.lost = number, do, lost
        self.processes: list[Process[Task, Result]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with signals_held():
            for process in self.processes:
                process.process.terminate()
            for process in self.processes:
                process.end()

    def results(self, tasks: Iterable[Task]) -> Iterator[Result]:
        """In the order of the tasks."""
        early: dict[int, Result] = {}
        due = 0
        for number, result in self.as_they_come(enumerate(tasks)):
            early[number] = result
            while due in early:
                yield early.pop(due)
                due += 1

    def as_they_come(self, left: Iterator[tuple[int, Task]]) -> Iterator[tuple[int, Result]]:
        idle = [self.start() for _ in range(self.number)]
        busy: dict[Any, tuple[Process[Task, Result], int, Task]] = {}
        while True:
            while idle and (following := next(left, None)):
                process = idle.pop()
                process.give(following[1])
                busy[process.pipe] = process, *following
            if not busy:
                return
            for pipe in wait(list(busy)):
                process, number, task = busy.pop(pipe)
                if (result := process.take()) is None:
                    result = self.lost(task, process.end())
                    self.processes.remove(process)
                    process = self.start()
                idle.append(process)
                yield number, result

    def start(self) -> Process[Task, Result]:
        # Together they compute with as many threads as one process would.
        threads = max(1, cv2.getNumThreads() // self.number)
        process = Process(self.do, [other.pipe for other in self.processes], threads)
        self.processes.append(process)
        return process


@contextmanager
def signals_held() -> Iterator[None]:
    """Signals wait meanwhile, so that a new process gets none before it knows what to do then."""
    held = {signal.SIGINT, signal.SIGTERM}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, held)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def serve(
    do: Callable[[Any], Any], pipe: Connection, foreign: Iterable[Connection], threads: int
) -> None:
    """What a forked process does, until the other end of its pipe is closed. A terminal sends
    Ctrl+C to all of them; here it is ignored, as the parent ends this process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
    for other in foreign:
        other.close()
    cv2.setNumThreads(threads)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(do(pipe.recv()))
