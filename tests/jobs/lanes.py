"""Many items at once, without the services that would take minutes."""

from collections.abc import Iterator

from django.db import connection

from jobs.models import Item, ItemState, Job


def fill(count: int, lanes: int, state: str = ItemState.WAITING, kind: str = "chore") -> None:
    """Items of jobs in so many lanes, in turn."""
    jobs = [Job(kind=kind, lane=f"user:{kind}{number}", state="running") for number in range(lanes)]
    Job.objects.bulk_create(jobs)
    Item.objects.bulk_create(items(jobs, count, state), batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def items(jobs: list[Job], count: int, state: str) -> Iterator[Item]:
    for number in range(count):
        job, turn = jobs[number % len(jobs)], number // len(jobs) + 1
        yield Item(job=job, kind=job.kind, lane=job.lane, position=turn, turn=turn, state=state)
