"""Jobs: what somebody asked for that takes longer than a request."""

import uuid
from collections import Counter
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from gallery.models.pictures import TITLE_LENGTH

CALLBACK_LENGTH = 500
EMAIL_LENGTH = 254


class JobState(models.TextChoices):
    """OPEN: more items may come. FAILED: nothing of it was done, or it had to stop."""

    OPEN = "open", "Receiving files"
    RUNNING = "running", "Working"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"


UNFINISHED = (JobState.OPEN, JobState.RUNNING)


class JobQuerySet(models.QuerySet["Job"]):
    def owned_by(self, user: User) -> Self:
        return self.filter(owner=user)

    def seen_by(self, user: Any) -> Self:
        """A person's own; a visitor's is seen by everybody who knows its address, which nobody can
        guess."""
        mine = Q(owner=user.pk) if user.is_authenticated else Q(pk__in=[])
        return self.filter(mine | Q(owner=None))

    def unfinished(self) -> Self:
        return self.filter(state__in=UNFINISHED)

    def expired(self) -> Self:
        """Of finished ones: what no worker has come to yet is not over."""
        return self.exclude(state__in=UNFINISHED).filter(expires_at__lte=timezone.now())


class Job(models.Model):
    """`kind`: a name of `registry.KINDS`; `owner`: None for a visitor, whose claim is the address
    with the ID; `lane`: who shares fairly with others, see `fair_queue.turns`; `options`: as its
    kind stores them; `error`: why it failed, as the error contract says it; `notify`: whether to
    send a mail when done, to the owner or to `email`, which is forgotten afterwards;
    `callback_url`: where a webhook goes then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="jobs",
    )
    lane = models.CharField(max_length=80)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.OPEN)
    error = models.JSONField(null=True, blank=True)
    notify = models.BooleanField(default=False)
    email = models.EmailField(max_length=EMAIL_LENGTH, blank=True)
    callback_url = models.URLField(max_length=CALLBACK_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        permissions = [("manage_job", "Can cancel jobs and try them again")]
        indexes = [
            models.Index(fields=["owner", "-created_at"], name="own_jobs"),
            models.Index(fields=["expires_at"], name="jobs_expire"),
            models.Index(fields=["state", "created_at"], name="jobs_by_state"),
        ]

    def __str__(self) -> str:
        """Without its title, which is as private as the photos: for logs and the admin."""
        return f"{self.kind} {self.pk.hex[:8]}"

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return self.state not in UNFINISHED

    def counts(self) -> Counter[str]:
        """How many items there are in each state."""
        return self.items.counts_by_job()[self.pk]
