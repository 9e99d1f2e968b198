"""Stores a result, where a server keeps it, while the next item is worked on."""

import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from django.db import Error, close_old_connections, connections

logger = logging.getLogger(__name__)


class Background:
    """One thread, which does one thing at a time. At the end of the context it has done all."""

    def __enter__(self) -> Self:
        # The same thread for all, so that it keeps its connection to the database.
        self.pool = ThreadPoolExecutor(1, "background")
        self.last: Future[None] | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self.pool.submit(connections.close_all)
        self.pool.shutdown()

    def begin(self, what: Callable[[], None]) -> None:
        """Do it beside what follows, as soon as what was begun before is done."""
        self.wait()
        self.last = self.pool.submit(run, what)

    def wait(self) -> None:
        """Until what was begun is done."""
        if self.last is not None:
            self.last.result()


def run(what: Callable[[], None]) -> None:
    try:
        close_old_connections()
        what()
    except Error as problem:
        # The lease ends by itself.
        logger.error("the database does not respond: %s", problem)
        close_old_connections()
    except Exception:
        logger.exception("what was left of an item failed")
