"""Works ahead in a thread. Knows no Django."""

import threading
from collections.abc import Generator, Iterable, Iterator
from queue import Full, Queue
from typing import TypeVar

T = TypeVar("T")
# Frames that wait between two steps, beside the one in each step's hands: with more of them a film
# takes 20 MB more at 1920 x 1080, and is no quicker. How often a thread looks whether it is needed.
LENGTH = 1
SECONDS = 0.1


def ahead(values: Iterable[T], length: int = LENGTH) -> Generator[T, None, None]:
    """The same values, made in a thread of their own, up to `length` ahead. What goes wrong there
    is raised here. Close it to end the thread."""
    queue: Queue[tuple[bool, T | BaseException | None]] = Queue(length)
    closed = threading.Event()

    def put(last: bool, value: T | BaseException | None) -> bool:
        while not closed.is_set():
            try:
                queue.put((last, value), timeout=SECONDS)
            except Full:
                continue
            return True
        return False

    def make() -> None:
        try:
            for value in values:
                if not put(False, value):
                    break
            else:
                put(True, None)
        except BaseException as problem:
            put(True, problem)
        finally:
            if close := getattr(values, "close", None):
                close()

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    try:
        yield from taken(queue)
    finally:
        closed.set()
        thread.join()


def taken(queue: "Queue[tuple[bool, T | BaseException | None]]") -> Iterator[T]:
    while True:
        last, value = queue.get()
        if isinstance(value, BaseException):
            raise value
        if last:
            return
        yield value  # type: ignore[misc]
