"""Reports about public pictures."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from gallery.models.people import AnyUser
from gallery.models.pictures import TITLE_LENGTH, Picture

WORDS_LENGTH = 2000


class ReportQuerySet(models.QuerySet["Report"]):
    def unresolved(self) -> Self:
        return self.filter(resolved_at=None)

    def of_what_is_there(self) -> Self:
        return self.exclude(picture=None)

    def by(self, user: AnyUser) -> Self:
        return self.filter(reporter_id=user.pk)


class Report(models.Model):
    """A report is open, then assigned to a moderator, then resolved; it can be reopened. It
    outlives its picture.

    `title`, `owner`: the picture's, at the time of the report. `reporter`: None for visitors
    without an account; they are identified by `visitor`, a keyed hash of their address, and get the
    outcome at `email` if they gave one.
    """

    class Reason(models.TextChoices):
        RIGHTS = "rights", "It is someone else’s photo, shown without permission"
        PERSON = "person", "It shows someone who doesn’t want to be shown"
        OFFENSIVE = "offensive", "It is offensive or hurtful"
        ILLEGAL = "illegal", "It breaks the law"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ASSIGNED = "assigned", "Assigned to a moderator"
        RESOLVED = "resolved", "Resolved"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    picture = models.ForeignKey(
        Picture, null=True, on_delete=models.SET_NULL, related_name="reports"
    )
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    visitor = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    reason = models.CharField(max_length=10, choices=Reason.choices)
    words = models.TextField(max_length=WORDS_LENGTH, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assigned_reports",
    )
    outcome = models.TextField(blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["picture", "reporter"], name="one_report_a_person"),
            models.UniqueConstraint(
                fields=["picture", "visitor"],
                condition=~Q(visitor=""),
                name="one_report_a_visitor",
            ),
        ]

    def __str__(self) -> str:
        """Without the picture's title, which may be private again."""
        return f"{self.get_reason_display()} ({self.created_at:%Y-%m-%d})"

    @property
    def state(self) -> "Report.State":
        if self.resolved_at is not None:
            return self.State.RESOLVED
        return self.State.ASSIGNED if self.assignee_id else self.State.OPEN
