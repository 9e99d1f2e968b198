"""Start, follow, cancel and repeat jobs; pages, API and commands call these."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from colorize.web.errors import NotFound
from colorize.web.rows import refresh
from jobs import endings, ledger
from jobs.errors import TooLateForThat
from jobs.fair_queue import turns
from jobs.film_state import FILM, state_of
from jobs.models import Item, ItemState, Job, JobState
from jobs.models.items import NAME_LENGTH
from jobs.registry import KINDS


@dataclass(frozen=True)
class NewItem:
    """`name`: as people see it; `payload`: as the kind stores it; `has_arrived`: False if what it
    works on is still to be uploaded."""

    name: str = ""
    payload: dict[str, Any] = field(default_factory=dict)
    has_arrived: bool = True


def lane_of(owner: User | None, visitor: str) -> str:
    """Who shares fairly with others. `visitor`: tells visitors apart, such as their address."""
    return f"user:{owner.pk}" if owner else f"visitor:{visitor}"


def create(kind: str, owner: User | None, lane: str, **fields: Any) -> Job:
    """A job that is open for items. `fields`: of Job."""
    return Job.objects.create(kind=KINDS[kind].name, owner=owner, lane=lane, **fields)


def add(job: Job, new: Iterable[NewItem]) -> list[Item]:
    """Add items, which are worked on at once if they have arrived. Raises TooLateForThat."""
    with transaction.atomic():
        row = locked(job)
        if row.state != JobState.OPEN:
            raise TooLateForThat(reason="This job takes no more photos.")
        return append(row, new)


def append(job: Job, new: Iterable[NewItem]) -> list[Item]:
    """Add items to a job that is locked for the transaction."""
    items = [as_item(job, each) for each in new]
    last = job.items.aggregate(last=Max("position"))["last"]
    arrived = [item for item in items if item.state == ItemState.WAITING]
    queue_up(arrived)
    for position, item in enumerate(items, 0 if last is None else last + 1):
        item.position = position
    Item.objects.bulk_create(items)
    ledger.announce([item.pk for item in arrived])
    return items


def as_item(job: Job, new: NewItem) -> Item:
    state = ItemState.WAITING if new.has_arrived else ItemState.UPLOADING
    kind = KINDS[job.kind]
    return Item(
        job=job,
        kind=job.kind,
        lane=job.lane,
        priority=kind.priority,
        name=new.name[:NAME_LENGTH],
        payload=new.payload,
        state=state,
    )


def queue_up(items: list[Item]) -> None:
    """Give items their turns; they are not saved yet."""
    if items:
        first = items[0]
        weight = KINDS[first.kind].weight
        joining = turns(first.kind, first.priority, first.lane, len(items), weight)
        for item, turn in zip(items, joining, strict=True):
            item.turn, item.state = turn, ItemState.WAITING


def arrive(item: Item) -> None:
    """What an item works on has arrived: from now on it waits for its turn. Does nothing for one
    that does not wait for its upload, or was cancelled."""
    with transaction.atomic():
        rows = Item.objects.select_for_update()
        row = rows.filter(pk=item.pk, state=ItemState.UPLOADING).first()
        if row is not None:
            queue_up([row])
            row.save()
            ledger.announce([row.pk])


def close(job: Job) -> None:
    """No more items come. Does nothing if the job is closed already."""
    with transaction.atomic():
        if (row := locked(job)).state == JobState.OPEN:
            row.state = JobState.RUNNING
            row.save(update_fields=["state"])
            endings.settle(row.pk)
    refresh(job)


def start(kind: str, owner: User | None, lane: str, new: Iterable[NewItem], **fields: Any) -> Job:
    """A job of which all is known."""
    with transaction.atomic():
        job = create(kind, owner, lane, **fields)
        add(job, new)
        close(job)
    return job


def cancel(job: Job) -> None:
    """Stop a job; what is done stays. Does nothing if it is finished already. Raises TooLateForThat
    for what must not stop half-way."""
    with transaction.atomic():
        if not (row := locked(job)).is_finished:
            if not KINDS[row.kind].can_be_cancelled:
                raise TooLateForThat(reason="This cannot be stopped half-way.")
            endings.end_items(row, ItemState.CANCELLED)
            endings.finish(row, JobState.CANCELLED)
    refresh(job)


def retry(job: Job, pk: int | None = None) -> int:
    """Try again what failed or was cancelled, all of it or one item, if they are not parts of one
    thing; returns how many items. What never arrived completely stays as it is."""
    with transaction.atomic():
        row = locked(job)
        again = row.items.repeatable()
        if pk and not KINDS[row.kind].is_one:
            again = again.filter(pk=pk)
        items = list(again.order_by("position"))
        for item in items:
            item.attempts, item.error, item.finished_at, item.progress = 0, None, None, 0
        queue_up(items)
        fields = ["state", "turn", "attempts", "error", "finished_at", "progress"]
        Item.objects.bulk_update(items, fields, batch_size=200)
        if items and row.is_finished:
            row.state, row.finished_at, row.error = JobState.RUNNING, None, None
            row.save(update_fields=["state", "finished_at", "error"])
        ledger.announce([item.pk for item in items])
    refresh(job)
    return len(items)


def soon() -> datetime:
    """When what is kept for BATCH_HOURS from now on is forgotten."""
    return timezone.now() + timedelta(hours=settings.BATCH_HOURS)


def keep_until(job: Job, moment: datetime) -> None:
    job.expires_at = moment
    job.save(update_fields=["expires_at"])


def locked(job: Job) -> Job:
    """The current row, locked for the transaction. Raises NotFound if it was deleted."""
    row = Job.objects.select_for_update().filter(pk=job.pk).first()
    if row is None:
        raise NotFound
    return row


def seconds_left(job: Job, counts: Counter[str] | None = None) -> float | None:
    """Estimated seconds until it is done, from its speed so far; None while that is unknown.
    `counts`: those of the job, if the caller has them."""
    if job.kind == FILM:
        return state_of(job).seconds_left()
    counts = job.counts() if counts is None else counts
    done = counts[ItemState.DONE] + counts[ItemState.FAILED]
    if job.is_finished or not done or not job.started_at:
        return None
    passed = (timezone.now() - job.started_at).total_seconds()
    left = counts[ItemState.WAITING] + counts[ItemState.RUNNING] + counts[ItemState.RESTING]
    return passed / done * left
