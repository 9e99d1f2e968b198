"""Delete jobs, with everything that is kept with them. Files go with their rows: `jobs.files`."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from colorize.web.errors import NotFound
from jobs.errors import TooLateForThat
from jobs.models import Job, JobState
from jobs.models.jobs import JobQuerySet
from jobs.registry import KINDS
from jobs.services import jobs

PORTION = 500


def delete(job: Job) -> None:
    """Cancel a job, so that nothing more is stored for it, and delete it. Raises NotFound if it
    was deleted in the meantime, TooLateForThat for what must not stop half-way."""
    # Together: its items are deleted while it is locked, as everything else locks it before them.
    with transaction.atomic():
        jobs.cancel(job)
        Job.objects.filter(pk=job.pk).delete()


def expire() -> int:
    """Delete finished jobs whose time is over; returns their number."""
    return sum(map(is_deleted, Job.objects.expired()))


def is_deleted(job: Job) -> bool:
    """Delete a job if it is possible; returns whether it was."""
    try:
        delete(job)
    except (NotFound, TooLateForThat):
        return False
    return True


def prune() -> int:
    """Delete jobs that were finished long ago and have no end of their own: after JOB_DAYS, and
    what was done without anybody waiting for it, such as emails, after a day. Returns their
    number."""
    gone = 0
    while portion := delete_old():
        gone += portion
    return gone


def delete_old() -> int:
    with transaction.atomic():
        rows = old().select_for_update().order_by("pk")[:PORTION]
        keys = list(rows.values_list("pk", flat=True))
        Job.objects.filter(pk__in=keys).delete()
    return len(keys)


def old() -> JobQuerySet:
    unlisted = [kind.name for kind in KINDS.values() if not kind.listed]
    day, days = (timezone.now() - timedelta(days=days) for days in (1, settings.JOB_DAYS))
    unseen = Q(kind__in=unlisted, state=JobState.DONE, finished_at__lt=day)
    return Job.objects.filter(unseen | Q(expires_at=None, finished_at__lt=days))


def delete_all_of(owner: User) -> None:
    for job in Job.objects.owned_by(owner):
        is_deleted(job)
