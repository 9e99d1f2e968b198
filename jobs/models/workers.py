"""Workers: the processes that do long work, and when they were last seen."""

from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

# Without a sign of life for this long, a worker counts as gone.
ABSENT = timedelta(minutes=1)


class WorkerQuerySet(models.QuerySet["Worker"]):
    def present(self) -> Self:
        return self.filter(seen_at__gt=timezone.now() - ABSENT)


class Worker(models.Model):
    """`name`: machine and process."""

    name = models.CharField(max_length=200, unique=True)
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
