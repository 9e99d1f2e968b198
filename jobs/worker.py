"""A worker: claims items one after the other and does them."""

import logging
import os
import socket
import threading
import time
from collections.abc import Callable, Collection
from contextlib import suppress

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from colorize.engine.errors import UserError
from colorize.web.error_responses import user_error
from jobs import ledger, totals
from jobs.errors import StopJob, Stopped
from jobs.models import Item, ItemState, Worker
from jobs.registry import KINDS
from jobs.work import Work

logger = logging.getLogger(__name__)

# How often a worker without work looks for some, and looks whether what it does is still wanted.
IDLE_SECONDS = 0.5
WATCH_SECONDS = 0.5


def name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def work(stop: threading.Event, kinds: Collection[str] = ()) -> None:
    """Work until `stop` is set; what is in hand then is finished first."""
    while not stop.is_set():
        try:
            close_old_connections()
            see(name())
            ledger.sweep()
            busy = do_next(kinds)
        except DatabaseError:
            logger.exception("the database does not respond; trying again")
            busy = False
        if not busy:
            stop.wait(IDLE_SECONDS)


def see(worker: str) -> None:
    """Note that this worker lives, every few seconds."""
    now = timezone.now()
    seen = Worker.objects.filter(name=worker).values_list("seen_at", flat=True).first()
    if seen is None or (now - seen).total_seconds() > 5:
        Worker.objects.update_or_create(name=worker, defaults={"seen_at": now})
        totals.flush()


def do_next(kinds: Collection[str] = ()) -> bool:
    """Do one item. Returns whether there was one."""
    item = ledger.claim(kinds)
    if item is None:
        return False
    do(item)
    return True


def do(item: Item) -> None:
    """Do a claimed item, and note what became of it."""
    work = Work(item)
    ended = threading.Event()
    watch = threading.Thread(target=watching, args=(work, ended), daemon=True)
    watch.start()
    try:
        attempt(work)
    finally:
        ended.set()
        watch.join()


def attempt(work: Work) -> None:
    kind = work.item.kind
    try:
        KINDS[kind].run(work)
        if not work.is_finished:
            with work.finish():
                pass
        totals.note(kind, "done")
        for step, seconds in work.timings.items():
            totals.note(kind, step, seconds)
    except Stopped:
        logger.info("%s was given up: it is no longer wanted", work.item)
    except StopJob as problem:
        ledger.stop(work.lease, problem.why)
        totals.note(kind, "failed")
    except Exception as problem:
        error = user_error(problem)
        if not isinstance(problem, UserError):
            logger.exception("%s failed", work.item)
        if state := ledger.fail(work.lease, error):
            totals.note(kind, "failed" if state == ItemState.FAILED else "again")


def watching(work: Work, ended: threading.Event) -> None:
    """Extend the lease as long as the work goes on, and notice soon if it was cancelled."""
    extended = time.monotonic()
    while not ended.wait(WATCH_SECONDS):
        # For a moment without a database the lease lasts.
        with suppress(DatabaseError):
            due = time.monotonic() - extended > settings.JOB_LEASE_SECONDS / 4
            check: Callable[[], bool] = (
                (lambda: ledger.extend(work.lease, work.progress))
                if due
                else (lambda: ledger.is_held(work.lease))
            )
            if not check() and not ended.is_set():
                work.stopped.set()
                break
            if due:
                extended = time.monotonic()
    connection.close()
