"""The queue: what waits, who works on it, and what became of it, all in the rows of items.

An item is claimed for a lease, which its worker extends as long as it lives. Only the attempt that
holds the lease can store a result, so a worker that was taken for dead does no harm. What a killed
worker held is given to the next one when the lease has run out.
"""

import uuid
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from colorize.engine.errors import UserError
from jobs.errors import Stopped, WorkerLost
from jobs.models import Item, ItemState, Job, JobState
from jobs.models.items import ItemQuerySet
from jobs.registry import KINDS

MAX_ATTEMPTS = 5
# Before the second attempt, the third and so on, in seconds.
PAUSES = (5, 30, 120, 600)
# Errors that another attempt may not have: the server's own.
PASSING_STATUS = 500


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)


def turns(lane: str, priority: int, count: int, weight: int = 1) -> range:
    """The turns of new items. Lanes take turns: a lane's items follow its last one that waits, but
    never come before what is next now, so that ten thousand photos of one person do not keep
    another's three waiting (start-time fair queueing, Goyal et al. 1996)."""
    waiting = Item.objects.waiting().filter(priority=priority).order_by("turn")
    current = waiting.values_list("turn", flat=True).first() or 0
    last = waiting.filter(lane=lane).values_list("turn", flat=True).last() or 0
    first = max(current, last) + weight
    return range(first, first + count * weight, weight)


def claim(kinds: Collection[str] = (), pk: int | None = None) -> Item | None:
    """The next item, leased to the caller; None if there is none. `kinds`: only of these; `pk`:
    only this one."""
    waiting = Item.objects.waiting()
    if kinds:
        waiting = waiting.filter(kind__in=kinds)
    if pk:
        waiting = waiting.filter(pk=pk)
    # On SQLite claims would wait for each other only to find nothing.
    if not waiting.exists():
        return None
    with transaction.atomic():
        item = waiting.in_order().select_for_update(skip_locked=True).first()
        if item is None:
            return None
        item.state, item.lease, item.lease_until = ItemState.RUNNING, uuid.uuid4(), lease_end()
        item.attempts += 1
        item.started_at, item.not_before, item.progress = timezone.now(), None, 0
        item.save()
    Job.objects.filter(pk=item.job_id, started_at=None).update(started_at=item.started_at)
    return item


def extend(lease: uuid.UUID, progress: float = 0) -> bool:
    """Extend a lease. Returns whether it is still held."""
    held = Item.objects.filter(lease=lease, state=ItemState.RUNNING)
    return held.update(lease_until=lease_end(), progress=progress) == 1


def is_held(lease: uuid.UUID) -> bool:
    return Item.objects.filter(lease=lease, state=ItemState.RUNNING).exists()


def held(lease: uuid.UUID) -> Item:
    """The item of a lease, locked for the transaction. Raises Stopped if it is no longer held."""
    item = locked(Item.objects.filter(lease=lease, state=ItemState.RUNNING))
    if item is None:
        raise Stopped
    return item


def locked(items: ItemQuerySet) -> Item | None:
    """The one row, locked together with its job; None if there is none by then. The job always
    comes first, so that two transactions cannot wait for each other."""
    job = items.values_list("job", flat=True).first()
    if job is None:
        return None
    Job.objects.select_for_update().get(pk=job)
    return items.select_for_update().first()


def complete(item: Item, result: dict[str, Any], timings: dict[str, float]) -> None:
    """Store the result of an item that `held` returned, in its transaction."""
    item.result, item.timings, item.progress = result, timings, 1
    end(item, ItemState.DONE)


def fail(lease: uuid.UUID, error: UserError) -> str:
    """Note why an attempt failed: it is repeated after a pause if that may help. Returns the
    item's new state; empty if the lease is no longer held, for then nothing happens."""
    with transaction.atomic():
        try:
            item = held(lease)
        except Stopped:
            return ""
        if error.status >= PASSING_STATUS and item.attempts < MAX_ATTEMPTS:
            rest(item, error)
        else:
            item.error = told(error)
            end(item, ItemState.FAILED)
    return item.state


def rest(item: Item, error: UserError) -> None:
    pause = PAUSES[min(item.attempts, len(PAUSES)) - 1]
    item.not_before = timezone.now() + timedelta(seconds=max(pause, error.retry_after or 0))
    item.state, item.lease, item.lease_until = ItemState.RESTING, None, None
    item.error = told(error)
    item.save()


def give_back(lease: uuid.UUID) -> None:
    """Return an item whose worker stops, as if it had never been claimed."""
    held = Item.objects.filter(lease=lease, state=ItemState.RUNNING)
    held.update(
        state=ItemState.WAITING,
        lease=None,
        lease_until=None,
        attempts=F("attempts") - 1,
        progress=0,
    )


def end(item: Item, state: ItemState) -> None:
    """Finish an item, and its job if it was the last one."""
    item.state, item.lease, item.lease_until = state, None, None
    item.finished_at = timezone.now()
    if state == ItemState.DONE:
        item.error = None
    item.save()
    settle(item.job_id)


def settle(pk: uuid.UUID) -> None:
    """Finish a job if nothing of it is left to do. Called in a transaction."""
    job = Job.objects.select_for_update().get(pk=pk)
    if job.state != JobState.RUNNING or job.items.unfinished().exists():
        return
    has_worked = job.items.filter(state=ItemState.DONE).exists() or not job.items.exists()
    finish(job, JobState.DONE if has_worked else JobState.FAILED)


def finish(job: Job, state: JobState) -> None:
    job.state, job.finished_at = state, timezone.now()
    job.save(update_fields=["state", "finished_at", "error", "updated_at"])
    KINDS[job.kind].after(job)


def stop(lease: uuid.UUID, why: UserError) -> None:
    """End a job at the item of this lease: what is done stays, all else fails with this error.
    Nothing happens if the lease is no longer held."""
    with transaction.atomic():
        try:
            item = held(lease)
        except Stopped:
            return
        job = Job.objects.select_for_update().get(pk=item.job_id)
        end_items(job, ItemState.FAILED, error=told(why))
        job.error = told(why)
        finish(job, JobState.FAILED)


def end_items(job: Job, state: ItemState, **fields: Any) -> None:
    """End all items that are not finished; whatever still works on them can store nothing."""
    job.items.unfinished().update(
        state=state, lease=None, lease_until=None, finished_at=timezone.now(), **fields
    )


def sweep() -> None:
    """Return to the queue what a worker has lost, and what has rested long enough."""
    now = timezone.now()
    for pk in list(Item.objects.lost(now).values_list("pk", flat=True)):
        take_back(pk, now)
    pks = list(Item.objects.rested(now).values_list("pk", flat=True))
    if pks:
        Item.objects.rested(now).filter(pk__in=pks).update(state=ItemState.WAITING, not_before=None)
        announce(pks)


def take_back(pk: int, now: datetime) -> None:
    with transaction.atomic():
        item = locked(Item.objects.lost(now).filter(pk=pk))
        if item is None:
            return
        if item.attempts >= MAX_ATTEMPTS:
            item.error = told(WorkerLost(times=item.attempts))
            end(item, ItemState.FAILED)
        else:
            item.state, item.lease, item.lease_until = ItemState.WAITING, None, None
            item.save()
            announce([item.pk])


def announce(pks: Iterable[int]) -> None:
    """Tell the workers, after the commit, that these items wait. They look for themselves, too."""


def told(error: UserError) -> dict[str, str]:
    """An error as rows keep it and as pages and the API show it."""
    return {"error": error.code, "message": error.message}
