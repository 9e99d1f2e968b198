"""How items end, and jobs with them. Called in transactions that have locked the job."""

import logging
import uuid
from collections.abc import Callable
from typing import Any

from django.db import Error, transaction
from django.dispatch import Signal
from django.utils import timezone

from jobs.models import Item, ItemState, Job, JobState
from jobs.registry import KINDS

logger = logging.getLogger(__name__)

# A job is finished: `job`. Sent in the transaction that finishes it.
finished = Signal()


def end(item: Item, state: ItemState) -> None:
    """Finish an item, and its job if it was the last one."""
    item.state, item.finished_at = state, timezone.now()
    if state == ItemState.DONE:
        item.error = None
    let_go(item, "state", "finished_at", "error", "result", "timings", "progress")
    if state == ItemState.FAILED and KINDS[item.kind].is_one:
        give_up(item)
    settle(item.job_id)


def give_up(item: Item) -> None:
    """End the job of an item without which the others are of no use."""
    job = Job.objects.select_for_update().get(pk=item.job_id)
    if not job.is_finished:
        end_items(job, ItemState.CANCELLED)
        job.error = item.error
        finish(job, JobState.FAILED)


def settle(pk: uuid.UUID) -> None:
    """Finish a job if nothing of it is left to do. Called in a transaction that has locked it."""
    items = Item.objects.filter(job=pk)
    if items.unfinished().exists():
        return
    job = Job.objects.select_for_update().get(pk=pk)
    if job.state == JobState.RUNNING:
        has_worked = items.filter(state=ItemState.DONE).exists() or not items.exists()
        finish(job, JobState.DONE if has_worked else JobState.FAILED)


def finish(job: Job, state: JobState) -> None:
    job.state, job.finished_at = state, timezone.now()
    job.save(update_fields=["state", "finished_at", "error"])
    follow(job, KINDS[job.kind].after)
    follow(job, lambda job: finished.send(Job, job=job))


def follow(job: Job, what: Callable[[Job], Any]) -> None:
    """Do what follows the end of a job. If it fails by a fault of its own, only that is undone."""
    try:
        with transaction.atomic():
            what(job)
    except Error:
        raise
    except Exception:
        # What is done stays done: repeating the last item would fail here again.
        logger.exception("what follows job %s failed", job.pk)


def let_go(item: Item, *changed: str) -> None:
    """Save a locked item, of which nobody has the lease any more."""
    item.lease, item.lease_until = None, None
    item.save(update_fields=["lease", "lease_until", *changed])


def end_items(job: Job, state: ItemState, **fields: Any) -> None:
    """End all items that are not finished; whatever still works on them can store nothing. Those
    that have not arrived are never tried again."""
    job.items.filter(state=ItemState.UPLOADING).update(is_incomplete=True)
    job.items.unfinished().update(
        state=state, lease=None, lease_until=None, finished_at=timezone.now(), **fields
    )
