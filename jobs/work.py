"""One attempt at one item, as its kind sees it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from jobs import ledger
from jobs.errors import Stopped
from jobs.models import Item


class Work:
    """`item`: the row as it was claimed; `progress`: 0..1, to be set by the kind, and shown to
    people every few seconds; `stopped`: set once nothing can be stored any more."""

    def __init__(self, item: Item) -> None:
        assert item.lease is not None  # noqa: S101
        self.item, self.lease = item, item.lease
        self.progress = 0.0
        self.timings: dict[str, float] = {}
        self.stopped = threading.Event()
        self.is_finished = False

    def check(self) -> None:
        """To be called now and then in long work. Raises Stopped if it is for nothing."""
        if self.stopped.is_set():
            raise Stopped

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Notes how long a step takes."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.timings[name] = self.timings.get(name, 0) + time.perf_counter() - start

    @contextmanager
    def finish(self) -> Iterator[dict[str, Any]]:
        """A transaction in which the result is stored: what is put into the dictionary, and rows
        that are written inside. All of it is kept, or, if another attempt has the item by now,
        nothing. Files are written before, within a `file_transaction`. Raises Stopped."""
        with transaction.atomic():
            item = ledger.held(self.item)
            result: dict[str, Any] = {}
            yield result
            ledger.complete(item, result, {key: round(s, 4) for key, s in self.timings.items()})
        self.is_finished = True
