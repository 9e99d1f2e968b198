"""Looks after an item while it is worked on."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from django.conf import settings
from django.db import close_old_connections, connection

from jobs import ledger
from jobs.work import Work

logger = logging.getLogger(__name__)

# How often it looks whether the work is still wanted.
LOOK_SECONDS = 0.5
# How often it notes how far the work is.
PROGRESS_SECONDS = 2


class Asked(Protocol):
    def is_set(self) -> bool: ...


@contextmanager
def heartbeat(work: Work, stop: Asked | None, sign: Callable[[], None]) -> Iterator[None]:
    """Meanwhile the lease is extended again and again; `work.stopped` is set soon after the item
    was cancelled, and when it was given back because `stop` was set and the time is over. `sign`:
    shows now and then that the worker lives."""
    one = Heartbeat(work, stop, sign)
    heartbeats.add(one)
    try:
        yield
    finally:
        heartbeats.remove(one)


class Heartbeats:
    """Looks after all items that this process is working on, in one thread, which ends when there
    are none: a database connection for each item would cost more than all of its queries."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.beating: list[Heartbeat] = []
        self.thread: threading.Thread | None = None

    def add(self, one: "Heartbeat") -> None:
        with self.lock:
            self.beating.append(one)
            # In a process that was forked, it is dead.
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="heartbeat", daemon=True)
                self.thread.start()

    def remove(self, one: "Heartbeat") -> None:
        with self.lock:
            self.beating.remove(one)

    def run(self) -> None:
        while beating := self.after_a_while():
            for one in beating:
                one.look()
        connection.close()

    def after_a_while(self) -> "list[Heartbeat]":
        """The items in progress, after a pause."""
        time.sleep(LOOK_SECONDS)
        with self.lock:
            if not self.beating:
                self.thread = None
            return list(self.beating)


heartbeats = Heartbeats()


class Heartbeat:
    """Looks after one item."""

    def __init__(self, work: Work, stop: Asked | None, sign: Callable[[], None]) -> None:
        self.work, self.stop, self.sign = work, stop, sign
        self.begun = self.extended = time.monotonic()
        self.noted = 0.0
        self.latest: float | None = None

    def look(self) -> None:
        if self.work.stopped.is_set() or time.monotonic() < self.begun + LOOK_SECONDS:
            return
        try:
            close_old_connections()
            if self.is_late():
                ledger.give_back(self.work.lease)
                logger.info("%s was given back: this worker stops", self.work.item)
                self.work.stopped.set()
            elif not self.is_wanted():
                self.work.stopped.set()
        except Exception as problem:
            # For a while without a database the lease lasts; the next look may succeed.
            logger.warning("could not look after %s: %s", self.work.item, problem)

    def is_late(self) -> bool:
        if self.stop is None or not self.stop.is_set():
            return False
        if self.latest is None:
            self.latest = time.monotonic() + settings.WORK_GRACE_SECONDS
        return time.monotonic() >= self.latest

    def is_wanted(self) -> bool:
        passed, progress = time.monotonic() - self.extended, self.work.progress
        is_news = progress != self.noted and passed >= PROGRESS_SECONDS
        if passed < settings.JOB_LEASE_SECONDS / 4 and not is_news:
            return ledger.is_held(self.work.lease)
        is_held = ledger.extend(self.work.lease, progress)
        self.extended, self.noted = time.monotonic(), progress
        self.sign()
        return is_held
