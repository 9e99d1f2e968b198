"""The upkeep of the site: what is due again and again, done by the workers at its times.

All workers look; the one that moves a task's next time queues it, in the same transaction. From
then on it is work like any other: done by one worker, repeated if that dies, seen in the admin.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from gallery.paging import counted
from jobs.models import Due, Job, JobState
from jobs.models.jobs import JobQuerySet
from jobs.services import jobs, removal, uploads
from jobs.services.jobs import NewItem
from jobs.work import Work

logger = logging.getLogger(__name__)

KIND = "due"


@dataclass(frozen=True)
class Task:
    """`run`: does it, and says what it did."""

    name: str
    every: timedelta
    run: Callable[[], str]


def empty_bin() -> str:
    """The same as the command."""
    said = StringIO()
    call_command("empty_bin", stdout=said)
    return " ".join(said.getvalue().split())


def expire() -> str:
    return f"{counted(removal.expire(), 'expired job')} deleted."


def give_up_abandoned() -> str:
    return f"{counted(uploads.give_up_abandoned(), 'job')} closed that waited for uploads."


def prune() -> str:
    return f"{counted(removal.prune(), 'old job')} deleted."


TASKS: dict[str, Task] = {}


def register(task: Task) -> None:
    """Make a task known, under its name. Rooms above this one do so when their app is ready."""
    TASKS[task.name] = task


register(Task("empty_bin", timedelta(days=1), empty_bin))
register(Task("expire", timedelta(minutes=10), expire))
register(Task("give_up_uploads", timedelta(hours=1), give_up_abandoned))
register(Task("prune", timedelta(hours=1), prune))


def look() -> None:
    """Queue what is due. A task that is new is due after its time."""
    now = timezone.now()
    times = dict(Due.objects.values_list("name", "next_at"))
    new = [Due(name=name, next_at=now + TASKS[name].every) for name in TASKS.keys() - times]
    if new:
        Due.objects.bulk_create(new, ignore_conflicts=True)
    for name in TASKS.keys() & times:
        queue(TASKS[name], now, times[name])


def queue(task: Task, now: datetime, next_at: datetime) -> None:
    """Does nothing before its time, if another worker was first, or where the last time is not over
    yet. A time that is too far away was noted while the clock was wrong."""
    if now < next_at <= now + task.every:
        return
    with transaction.atomic():
        mine = Due.objects.filter(name=task.name, next_at=next_at)
        if mine.update(next_at=now + task.every) and not runs_of(task).unfinished().exists():
            jobs.start(KIND, None, KIND, [NewItem(task.name)], title=task.name)


def runs_of(task: Task) -> JobQuerySet:
    return Job.objects.filter(kind=KIND, title=task.name)


def run(work: Work) -> None:
    task = TASKS[work.item.name]
    said = task.run()
    with work.finish() as result:
        result["said"] = said
    logger.info("%s: %s", task.name, said)


def forget_earlier(job: Job) -> None:
    """Of each task, only the last run is kept, and those that failed."""
    runs_of(TASKS[job.title]).filter(state=JobState.DONE).exclude(pk=job.pk).delete()
