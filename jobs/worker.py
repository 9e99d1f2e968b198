"""A worker: claims items one after the other and does them."""

import itertools
import logging
import os
import socket
import time
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from math import inf
from typing import Any, Protocol

from django.db import Error, close_old_connections, connection

from colorize.web.error_responses import user_error
from colorize.web.errors import InternalError
from gallery.services.files import is_in_bucket
from jobs import due, ledger, totals
from jobs.background import Background
from jobs.errors import AccountSuspended, StopJob, Stopped
from jobs.heartbeat import heartbeat
from jobs.models import Item, ItemState, Worker, clock
from jobs.registry import KINDS, Rest
from jobs.work import Work

logger = logging.getLogger(__name__)

# How long a worker without work waits before it looks for some, and one without a database.
IDLE_SECONDS = 0.5
OUTAGE_SECONDS = 5
# How often it looks for what others have lost, and shows that it lives.
SWEEP_SECONDS = 1
SIGN_SECONDS = 5
# How often it looks what upkeep is due.
DUE_SECONDS = 30
# Of so many items one is of the lowest priority, so that it is never left out for ever.
LOWEST_EVERY = 10


class Stop(Protocol):
    def is_set(self) -> bool: ...

    def wait(self, seconds: float, /) -> Any: ...


@dataclass
class Every:
    """Something that is due again after some seconds."""

    seconds: float
    last: float = -inf

    def is_due(self) -> bool:
        now = time.monotonic()
        if now - self.last < self.seconds:
            return False
        self.last = now
        return True


class Upkeep:
    """What each worker does beside the items: look for what others have lost, show that it lives,
    and do what is due."""

    def __init__(self) -> None:
        self.sweeps, self.signs = Every(SWEEP_SECONDS), Every(SIGN_SECONDS)
        self.dues = Every(DUE_SECONDS)

    def look(self) -> None:
        if self.sweeps.is_due():
            close_old_connections()
            ledger.sweep()
        if self.signs.is_due():
            see(name())
        if self.dues.is_due():
            due.look()


def name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def work(stop: Stop, kinds: Collection[str] = ()) -> None:
    """Work until `stop` is set. Items in progress are finished first, or given back after
    WORK_GRACE_SECONDS."""
    upkeep = Upkeep()
    numbers = itertools.count(1)
    with Background() if stores_far_away() else nullcontext() as background:
        while not stop.is_set():
            try:
                upkeep.look()
                if not do_next(kinds, stop, next(numbers) % LOWEST_EVERY == 0, background):
                    stop.wait(IDLE_SECONDS)
            except Error as problem:
                logger.error("the database does not respond, trying again: %s", problem)
                close_old_connections()
                stop.wait(OUTAGE_SECONDS)
            except Exception:
                logger.exception("the worker failed, and goes on")
                stop.wait(OUTAGE_SECONDS)
    leave()


def stores_far_away() -> bool:
    """Whether storing a result mostly waits for servers. With SQLite and a disk it does not, and
    two threads would only keep each other from the cores."""
    return is_in_bucket() or connection.vendor != "sqlite"


def see(worker: str) -> None:
    """Note that this worker lives, and what it has done."""
    if not Worker.objects.filter(name=worker).update(seen_at=clock.now()):
        Worker.objects.update_or_create(name=worker, defaults={"seen_at": clock.now()})
        Worker.objects.forgotten().delete()
    totals.flush()


def leave() -> None:
    try:
        totals.flush()
        Worker.objects.filter(name=name()).delete()
    except Error as problem:
        logger.warning("the database does not respond: %s", problem)


def do_next(
    kinds: Collection[str] = (),
    stop: Stop | None = None,
    lowest: bool = False,
    background: Background | None = None,
) -> bool:
    """Do one item, like `do`. Returns whether there was one."""
    item = ledger.claim(kinds, lowest=lowest)
    if item is None:
        return False
    do(item, stop, background)
    return True


def do(item: Item, stop: Stop | None = None, background: Background | None = None) -> None:
    """Do a claimed item, and note what became of it. `stop`: once it is set the item is given back
    if it is not done in time; `background`: where its kind's `Rest` is done, while this returns."""
    work = Work(item)
    with ExitStack() as around:
        around.enter_context(noted(work))
        around.enter_context(heartbeat(work, stop, sign=lambda: see(name())))
        check_owner(item)
        rest = KINDS[item.kind].run(work)
        if rest and background:
            # It takes along what looks after the item.
            background.begin(partial(complete, work, rest, around.pop_all()))
        else:
            complete(work, rest, ExitStack())


def complete(work: Work, rest: Rest | None, around: ExitStack) -> None:
    """Do what is left of an item. `around`: is left afterwards."""
    with around:
        if rest:
            rest()
        if not work.is_finished:
            with work.finish():
                pass
        note_done(work)


@contextmanager
def noted(work: Work) -> Iterator[None]:
    """Notes in the ledger why what is inside fails."""
    try:
        yield
    except Stopped:
        logger.info("%s was given up: it is no longer wanted here", work.item)
    except StopJob as problem:
        ledger.stop(work.item, problem.why)
        totals.note(work.item.kind, "failed")
    except Exception as problem:
        failed(work, problem)


def check_owner(item: Item) -> None:
    """Nobody works for a suspended person. Raises StopJob."""
    if (owner := item.job.owner) and not owner.is_active:
        raise StopJob(AccountSuspended())


def note_done(work: Work) -> None:
    totals.note(work.item.kind, "done")
    for step, seconds in work.timings.items():
        totals.note(work.item.kind, step, seconds)


def failed(work: Work, problem: Exception) -> None:
    """Note it in the ledger. If the database is what failed, and it still does, the lease ends by
    itself."""
    error = user_error(problem)
    if isinstance(error, InternalError):
        logger.exception("%s failed", work.item)
    if isinstance(problem, Error):
        close_old_connections()
    if state := ledger.fail(work.item, error):
        totals.note(work.item.kind, "failed" if state == ItemState.FAILED else "again")
