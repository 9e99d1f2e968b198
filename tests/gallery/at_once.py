"""Many people at once: each in a thread with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any

from django.db import connection

SENT = 24


def together(do: Callable[[int], Any], times: int = SENT) -> list[Any]:
    """What each answers, in the order of their numbers."""

    def done(number: int) -> Any:
        try:
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(16) as pool:
        return list(pool.map(done, range(times)))


def at_once(send: Callable[[int], Any], times: int = SENT) -> list[int]:
    """The statuses of all answers, sorted."""
    return sorted(together(lambda number: int(send(number).status_code), times))


def outcome(do: Callable[[], Any]) -> str:
    """The name of the exception; empty where there was none."""
    try:
        do()
    except Exception as problem:
        return type(problem).__name__
    return ""


class Meanwhile:
    """Somebody else, who comes in the middle of something. Where the database lets one write after
    the other, they finish when it has finished; else at once."""

    def __init__(self, do: Callable[[], Any]) -> None:
        self.pool = ThreadPoolExecutor(1)
        self.do = do

    def come(self) -> None:
        self.done: Future[str] = self.pool.submit(self.run)
        # Long enough for one who need not wait.
        with suppress(TimeoutError):
            self.done.result(timeout=0.5)

    def run(self) -> str:
        try:
            return outcome(self.do)
        finally:
            connection.close()

    def finish(self) -> str:
        """The name of the exception that they met with."""
        return self.done.result(timeout=30)
