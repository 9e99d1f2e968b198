"""Delete jobs, with everything that is kept with them. Files go with their rows: `jobs.files`."""

from accounts.models import User
from jobs.models import Job
from jobs.services import jobs


def delete(job: Job) -> None:
    """Cancel a job, so that nothing more is stored for it, and delete it."""
    jobs.cancel(job)
    Job.objects.filter(pk=job.pk).delete()


def expire() -> int:
    """Delete jobs whose time is over; returns their number."""
    gone = 0
    for job in Job.objects.expired().iterator():
        delete(job)
        gone += 1
    return gone


def delete_all_of(owner: User) -> None:
    for job in Job.objects.owned_by(owner):
        delete(job)
