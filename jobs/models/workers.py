"""Workers: the processes that do long work, and when they were last seen."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from jobs.models import clock

# Without a sign of life for this long, a worker counts as gone, and later it is forgotten.
ABSENT = timedelta(minutes=1)
FORGOTTEN = timedelta(days=1)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def present(self) -> Self:
        now = clock.now()
        return self.filter(seen_at__gt=now - ABSENT, seen_at__lt=now + ABSENT)

    def forgotten(self) -> Self:
        return self.filter(seen_at__lt=clock.now() - FORGOTTEN)


class Worker(models.Model):
    """`name`: machine and process."""

    name = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
