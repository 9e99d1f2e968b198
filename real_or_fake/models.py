"""The rounds that people play, and the pairs in them."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from real_or_fake.visitors import Who

# The longest name of a photo, which is its path in the folder.
NAME_LENGTH = 300


class RoundQuerySet(models.QuerySet["Round"]):
    def of(self, who: Who) -> Self:
        """Those that this person started, also before they logged in here."""
        return self.filter(visitor__in=who.keys)

    def with_trials(self) -> Self:
        """And all of their pairs, in one more query."""
        return self.prefetch_related("trials")

    def finished(self) -> Self:
        return self.exclude(finished_at=None)

    def abandoned(self, before: datetime) -> Self:
        """Not finished, and started before that time."""
        return self.filter(finished_at=None, created_at__lt=before)


class Round(models.Model):
    """`visitor`: a key of who plays, see `visitors`; `owner`: their account, if they were logged
    in; `network` and `vividness`: of all its fakes; `is_attentive`: whether the other photos'
    colours were noticed, None before the end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="rounds",
    )
    visitor = models.CharField(max_length=64, db_index=True)
    network = models.CharField(max_length=100)
    vividness = models.FloatField()
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_attentive = models.BooleanField(null=True, blank=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["finished_at", "created_at"], name="rounds_by_end")]

    def __str__(self) -> str:
        return f"round {self.pk.hex[:8]}"

    def get_absolute_url(self) -> str:
        return reverse("real-or-fake-round", args=[self.pk])

    def current(self) -> "Trial | None":
        """The first pair without an answer; None if the round is over."""
        return next((trial for trial in self.trials.all() if not trial.is_answered), None)

    def reached(self, position: int) -> "Trial | None":
        """The pair at this place, if it has an answer or waits for one."""
        current = self.current()
        if current and position > current.position:
            return None
        return self.trial_at(position)

    def trial_at(self, position: int) -> "Trial | None":
        return next((trial for trial in self.trials.all() if trial.position == position), None)


class Kind(models.TextChoices):
    PRACTICE = "practice", "Practice"
    TEST = "test", "Test"
    VIGILANCE = "vigilance", "Vigilance"


class TrialQuerySet(models.QuerySet["Trial"]):
    def shown_to(self, who: Who) -> Self:
        """The pairs that this person has seen, in any round."""
        return self.filter(visitor__in=who.keys, opened__gt=0)


class Trial(models.Model):
    """A pair of a round. `photo` and `other`: names of photos; the fake of a pair for vigilance has
    the colours of `other`. `visitor`: the round's; `opened`: how often its page was shown before
    the answer; `sent_first`, `sent_second`: whether the photos were sent by then; `picked_first`:
    the answer, None before it; `is_counted`: whether it is one of the figures."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="trials")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    photo = models.CharField(max_length=NAME_LENGTH)
    other = models.CharField(max_length=NAME_LENGTH, blank=True)
    visitor = models.CharField(max_length=64)
    fake_is_first = models.BooleanField()
    opened = models.PositiveSmallIntegerField(default=0)
    sent_first = models.BooleanField(default=False)
    sent_second = models.BooleanField(default=False)
    picked_first = models.BooleanField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_counted = models.BooleanField(default=False)

    objects = TrialQuerySet.as_manager()

    class Meta:
        ordering = ["round", "position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "position"], name="one_trial_a_position"),
            # The rule, also for two rounds that are played at once.
            models.UniqueConstraint(
                fields=["visitor", "photo"],
                condition=Q(is_counted=True),
                name="one_count_a_photo_and_visitor",
            ),
        ]
        indexes = [models.Index(fields=["visitor", "photo"], name="trials_seen")]

    def __str__(self) -> str:
        return f"pair {self.position} of {self.round_id.hex[:8]}"

    @property
    def is_answered(self) -> bool:
        return self.picked_first is not None

    @property
    def is_right(self) -> bool:
        """Whether the fake was found."""
        return self.picked_first == self.fake_is_first

    def note_opened(self) -> None:
        """Its page is shown, without an answer yet."""
        Trial.objects.filter(pk=self.pk, picked_first=None).update(opened=F("opened") + 1)

    def note_sent(self, is_first: bool) -> None:
        """One of its photos is sent. Once more, or after the answer, it is nothing to remember."""
        field = "sent_first" if is_first else "sent_second"
        if self.is_answered or getattr(self, field):
            return
        Trial.objects.filter(pk=self.pk, picked_first=None).update(**{field: True})
