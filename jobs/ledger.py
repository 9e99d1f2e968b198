"""The queue: what waits, who works on it, and what became of it, all in the rows of items.

An item is claimed for a lease, which its worker extends as long as it lives. Only the attempt that
holds the lease can store a result, so a worker that was taken for dead does no harm. What a killed
worker held is given to the next one when the lease has run out.
"""

import uuid
from collections.abc import Collection, Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error, connection, transaction
from django.db.models import F
from django.dispatch import Signal
from django.utils import timezone

from colorize.engine.errors import UserError
from jobs.endings import end, end_items, finish, let_go
from jobs.errors import Stopped, WorkerLost
from jobs.fair_queue import current_turn, lowest_priority, next_kind, turns
from jobs.models import Item, ItemState, Job, JobState, clock
from jobs.models.items import ItemQuerySet
from jobs.registry import KINDS

# Errors that another attempt may not have: the server's own.
PASSING_STATUS = 500
WOKEN_AT_ONCE = 100

# What is next by `ItemQuerySet.in_order`; what another transaction has locked is passed over.
LEASE_FIRST = """
    UPDATE jobs_item SET state = 'running', lease = %s, lease_until = {until}, started_at = %s,
        attempts = attempts + 1, progress = 0
    WHERE id = (
        SELECT id FROM jobs_item WHERE state = 'waiting' AND kind = %s {and_priority}
        ORDER BY priority DESC, turn, id LIMIT 1 {skip_locked}
    )
    RETURNING *
"""

# Items wait, of which workers that do not look by themselves have to be told: `pks`.
announced = Signal()


def lease_end() -> Any:
    return clock.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def claim(kinds: Collection[str] = (), lowest: bool = False) -> Item | None:
    """The next item, leased to the caller; None if there is none. `kinds`: only of these;
    `lowest`: of the lowest priority."""
    kind = next_kind(kinds or KINDS, lowest)
    # With SQLite, transactions would wait for each other only to find nothing.
    if kind is None:
        return None
    waiting = Item.objects.waiting().filter(kind=kind)
    return lease_first(kind, lowest_priority(waiting) if lowest else None)


def lease_first(kind: str, priority: int | None) -> Item | None:
    """In one statement, written by hand: a transaction of a question and an answer takes more than
    twice as long, and so does having Django write it each time. `priority`: only of this one."""
    until, its_value = clock.later(timedelta(seconds=settings.JOB_LEASE_SECONDS))
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    has_locks = connection.features.has_select_for_update_skip_locked
    statement = LEASE_FIRST.format(
        until=until,
        and_priority="" if priority is None else "AND priority = %s",
        skip_locked=connection.ops.for_update_sql(skip_locked=True) if has_locks else "",
    )
    wanted = [kind] if priority is None else [kind, priority]
    for item in Item.objects.raw(statement, [uuid.uuid4().hex, its_value, now, *wanted]):
        note_start(item)
        return item
    return None


def note_start(item: Item) -> None:
    """Not together with the item, for it would lock in another order than `locked`."""
    # Without it the lease is held all the same, and the job's next item notes it; a job that was
    # deleted just now has none.
    with suppress(Error, Job.DoesNotExist):
        # With its owner, whom most kinds ask for.
        item.job = Job.objects.select_related("owner").get(pk=item.job_id)
        if item.job.started_at is None:
            Job.objects.filter(pk=item.job_id, started_at=None).update(started_at=item.started_at)


def extend(lease: uuid.UUID, progress: float = 0) -> bool:
    """Extend a lease. Returns whether it is still held."""
    held = Item.objects.filter(lease=lease, state=ItemState.RUNNING)
    return held.update(lease_until=lease_end(), progress=progress) == 1


def is_held(lease: uuid.UUID) -> bool:
    return Item.objects.filter(lease=lease, state=ItemState.RUNNING).exists()


def note(lease: uuid.UUID, payload: dict[str, Any]) -> bool:
    """Replace what an item is to do, for this and later attempts. Returns whether it is held."""
    held = Item.objects.filter(lease=lease, state=ItemState.RUNNING)
    return held.update(payload=payload) == 1


def held(claimed: Item) -> Item:
    """The current row of an item, locked for the transaction. `claimed`: as it was claimed. Raises
    Stopped if that lease is no longer held."""
    lease = {"lease": claimed.lease, "state": ItemState.RUNNING}
    item = locked(claimed.job_id, Item.objects.filter(**lease))
    if item is None:
        raise Stopped
    return item


def locked(job: uuid.UUID, items: ItemQuerySet) -> Item | None:
    """The one row of this job, locked together with it; None if there is none by then. The job
    always comes first, so that two transactions cannot wait for each other; where one transaction
    at a time writes, nothing has to be locked."""
    if not connection.features.has_select_for_update:
        return items.first()
    jobs = Job.objects.select_for_update().filter(pk=job)
    return items.select_for_update().first() if jobs.values_list("pk") else None


def complete(item: Item, result: dict[str, Any], timings: dict[str, float]) -> None:
    """Store the result of an item that `held` returned, in its transaction."""
    item.result, item.timings, item.progress = result, timings, 1
    end(item, ItemState.DONE)


def fail(claimed: Item, error: UserError) -> str:
    """Note why an attempt failed: it is repeated after a pause if that may help. Returns the
    item's new state; empty if the lease is no longer held, for then nothing happens."""
    with transaction.atomic():
        try:
            item = held(claimed)
        except Stopped:
            return ""
        if error.status >= PASSING_STATUS and item.attempts < KINDS[item.kind].attempts:
            rest(item, error)
        else:
            item.error = told(error)
            end(item, ItemState.FAILED)
    return item.state


def rest(item: Item, error: UserError) -> None:
    pauses = KINDS[item.kind].pauses
    pause = pauses[min(item.attempts, len(pauses)) - 1]
    item.not_before = timezone.now() + timedelta(seconds=max(pause, error.retry_after or 0))
    item.state, item.error = ItemState.RESTING, told(error)
    let_go(item, "not_before", "state", "error")


def give_back(lease: uuid.UUID) -> None:
    """Return an item whose worker stops, as if it had never been claimed: it is next, and the
    attempt does not count. Nothing happens if the lease is no longer held."""
    running = Item.objects.filter(lease=lease, state=ItemState.RUNNING)
    for item in running:
        running.update(
            state=ItemState.WAITING,
            lease=None,
            lease_until=None,
            turn=current_turn(item.kind, item.priority),
            attempts=F("attempts") - 1,
            progress=0,
        )
        announce([item.pk])


def stop(claimed: Item, why: UserError) -> None:
    """End a job at the item that was claimed: what is done stays, all else fails with this error.
    Nothing happens if the lease is no longer held."""
    with transaction.atomic():
        try:
            item = held(claimed)
        except Stopped:
            return
        job = Job.objects.select_for_update().get(pk=item.job_id)
        end_items(job, ItemState.FAILED, error=told(why))
        job.error = told(why)
        finish(job, JobState.FAILED)


def sweep() -> None:
    """Return to the queue what a worker has lost, and what has rested long enough."""
    for pk, job in list(Item.objects.lost().values_list("pk", "job")):
        take_back(pk, job)
    if Item.objects.rested().exists():
        wake()


def take_back(pk: int, job: uuid.UUID) -> None:
    with transaction.atomic():
        item = locked(job, Item.objects.lost().filter(pk=pk))
        if item is None:
            return
        if item.attempts >= KINDS[item.kind].attempts:
            item.error = told(WorkerLost(times=item.attempts))
            end(item, ItemState.FAILED)
        else:
            # It has had its turn and waited for its lease to end: it is next.
            item.state, item.turn = ItemState.WAITING, current_turn(item.kind, item.priority)
            let_go(item, "state", "turn")
            announce([item.pk])


def wake() -> None:
    """Some of what has rested is queued up again, behind what else waits in its lane: together
    ahead of all others it would keep them waiting."""
    with transaction.atomic():
        # Skipping what is locked, it waits for nobody, and nobody for it in a circle.
        rested = Item.objects.rested().select_for_update(skip_locked=True)
        items = list(rested.order_by("not_before", "pk")[:WOKEN_AT_ONCE])
        for item in items:
            item.state, item.not_before = ItemState.WAITING, None
            item.turn = turns(item.kind, item.priority, item.lane, 1)[0]
            item.save(update_fields=["state", "not_before", "turn"])
        announce([item.pk for item in items])


def announce(pks: Iterable[int]) -> None:
    """Tell the workers, after the commit, that these items wait. They look for themselves, too, so
    nothing fails with it."""
    if announced.has_listeners():
        transaction.on_commit(lambda: announced.send(Item, pks=list(pks)), robust=True)


def told(error: UserError) -> dict[str, str]:
    """An error as rows keep it and as pages and the API show it."""
    return {"error": error.code, "message": error.message}
