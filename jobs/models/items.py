"""Items: the pieces of a job that are worked on one by one, such as one photo."""

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any, Self
from uuid import UUID

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from jobs.companions import COMPANIONS
from jobs.models import clock
from jobs.models.jobs import Job

NAME_LENGTH = 255
# No lease and no rest lasts longer, unless the clock was wrong.
TOO_FAR = timedelta(days=1)


class ItemState(models.TextChoices):
    """UPLOADING: what it works on has not arrived yet. RESTING: it is tried again later."""

    UPLOADING = "uploading", "Uploading"
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Working"
    RESTING = "resting", "Trying again soon"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = (ItemState.UPLOADING, ItemState.WAITING, ItemState.RUNNING, ItemState.RESTING)


class ItemQuerySet(models.QuerySet["Item"]):
    def waiting(self) -> Self:
        return self.filter(state=ItemState.WAITING)

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def repeatable(self) -> Self:
        """Those that can be tried again."""
        ended = (ItemState.FAILED, ItemState.CANCELLED)
        return self.filter(state__in=ended, is_incomplete=False)

    def counted(self) -> Self:
        """Without what only goes along with photos: sidecars, and ZIP files once they are
        unpacked."""
        beside = Q()
        for each in COMPANIONS:
            named = Q(name__iendswith=f".{each.ending}")
            beside |= named & Q(state=ItemState.DONE) if each.counts_until_done else named
        return self.exclude(beside)

    def counts_by_job(self) -> dict[UUID, Counter[str]]:
        """How many there are in each state, of those that are counted, by the keys of their jobs;
        none for other keys."""
        found: dict[UUID, Counter[str]] = defaultdict(Counter)
        rows = self.counted().order_by().values("job", "state").annotate(count=Count("*"))
        for row in rows:
            found[row["job"]][row["state"]] = row["count"]
        return found

    def in_order(self) -> Self:
        """As they are worked on."""
        return self.order_by("-priority", "turn", "pk")

    def lost(self) -> Self:
        """Those whose worker has not been heard of for too long. A lease that ends too far away was
        given while the clock was wrong."""
        now = clock.now()
        is_over = Q(lease_until__lt=now) | Q(lease_until__gt=now + TOO_FAR)
        return self.filter(is_over, state=ItemState.RUNNING)

    def rested(self) -> Self:
        now = timezone.now()
        is_over = Q(not_before__lte=now) | Q(not_before__gt=now + TOO_FAR)
        return self.filter(is_over, state=ItemState.RESTING)


class Item(models.Model):
    """`kind` and `lane`: its job's; `position`: among its job's items, from 0; `payload`: what to
    do, as its kind stores it; `priority`: higher ones first; `turn`: see `fair_queue.turns`;
    `lease`: names the one attempt that may store a result, until `lease_until`; `progress`: 0..1;
    `is_incomplete`: what it works on never arrived, or is forgotten, so that it is not tried again;
    `result`: as its kind stores it; `error`: as the error contract says it; `timings`: seconds by
    step."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(max_length=20)
    lane = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    name = models.CharField(max_length=NAME_LENGTH, blank=True)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ItemState.choices, default=ItemState.WAITING)
    priority = models.SmallIntegerField(default=0)
    turn = models.BigIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    lease = models.UUIDField(null=True, blank=True, unique=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    progress = models.FloatField(default=0)
    is_incomplete = models.BooleanField(default=False)
    result = models.JSONField(null=True, blank=True)
    error = models.JSONField(null=True, blank=True)
    timings = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "position"], name="item_place_in_its_job")
        ]
        indexes = [
            # What is next, of all kinds and of one.
            models.Index(fields=["state", "-priority", "turn", "id"], name="items_next"),
            models.Index(
                fields=["state", "kind", "-priority", "turn", "id"], name="items_next_of_kind"
            ),
            models.Index(
                fields=["state", "kind", "priority", "lane", "turn"], name="items_of_lane"
            ),
            models.Index(fields=["state", "lease_until"], name="items_lost"),
            models.Index(fields=["state", "not_before"], name="items_resting"),
            models.Index(fields=["job", "state"], name="items_of_job"),
        ]

    def __str__(self) -> str:
        """Without its name, which is as private as the photo: for logs and the admin."""
        return f"item {self.position + 1} of {self.kind} {self.job_id.hex[:8]}"

    def told(self, name: str) -> Any:
        """A value of the result; None without one."""
        return (self.result or {}).get(name)

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED
