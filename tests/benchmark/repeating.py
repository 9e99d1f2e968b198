"""What is looked at again and again while something else goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated(look: Callable[[], object], seconds: float) -> Iterator[None]:
    """In a thread of its own, with a pause of so many seconds before each look."""
    over = threading.Event()

    def look_on() -> None:
        while not over.wait(seconds):
            look()

    thread = threading.Thread(target=look_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
