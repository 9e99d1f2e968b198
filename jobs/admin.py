"""Long work in the admin: to see how it goes, try again and cancel. Titles and names of files are
not shown: they are as private as the photos."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from gallery.admin.desk import Decision, DecisionAdmin, Outcome, one_by_one
from jobs.errors import TooLateForThat
from jobs.models import Item, Job, Worker
from jobs.registry import KINDS
from jobs.services import jobs

MANAGE = "jobs.manage_job"


def retry(admin: User, job: Job, reason: str) -> None:
    """Raises TooLateForThat."""
    if not jobs.retry(job):
        raise TooLateForThat(reason="Nothing in it can be tried again.")


def cancel(admin: User, job: Job, reason: str) -> None:
    jobs.cancel(job)


def retry_items(admin: User, rows: QuerySet[Item], reason: str, seen: Mapping[str, str]) -> Outcome:
    outcome = Outcome()
    for item in rows.select_related("job"):
        outcome.done += jobs.retry(item.job, item.pk)
    return outcome


def words_of(error: dict[str, str] | None) -> str:
    return error["message"] if error else ""


def label_of(kind: str) -> str:
    return KINDS[kind].label if kind in KINDS else kind


def is_listed(kind: str) -> bool:
    """Whether people ask for it, and not the site itself, as for an email."""
    return kind in KINDS and KINDS[kind].listed


class OfKind(admin.SimpleListFilter):
    title = "kind"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return sorted((name, kind.label) for name, kind in KINDS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.value()
        return queryset.filter(kind=kind) if kind else queryset


@admin.register(Job)
class JobAdmin(DecisionAdmin):
    decisions = [
        Decision(
            "retry",
            "Try again what failed",
            "Tried again",
            MANAGE,
            one_by_one(retry),
            fits=lambda job: job.is_finished and job.items.repeatable().exists(),
        ),
        Decision(
            "cancel",
            "Cancel",
            "Cancelled",
            MANAGE,
            one_by_one(cancel),
            fits=lambda job: not job.is_finished,
        ),
    ]
    list_display = ["what", "whose", "state", "progress", "created_at", "finished_at"]
    list_filter = ["state", OfKind]
    search_fields = ["owner__username"]
    search_help_text = "Search by username"
    ordering = ["-created_at"]
    list_select_related = ["owner"]
    readonly_fields = [
        "what",
        "whose",
        "state",
        "progress",
        "items",
        "why",
        "created_at",
        "started_at",
        "finished_at",
        "expires_at",
    ]
    fields = tuple(readonly_fields)

    @admin.display(description="What", ordering="kind")
    def what(self, job: Job) -> str:
        return f"{label_of(job.kind)} {job.pk.hex[:8]}"

    @admin.display(description="Owner", ordering="owner__username")
    def whose(self, job: Job) -> str:
        if job.owner:
            return job.owner.get_username()
        return "a visitor" if is_listed(job.kind) else "the site"

    @admin.display(description="Done")
    def progress(self, job: Job) -> str:
        counts = job.counts()
        failed = f", {counts['failed']} failed" if counts["failed"] else ""
        return f"{counts['done']} of {counts.total()}{failed}"

    @admin.display(description="Items")
    def items(self, job: Job) -> str:
        return format_html('<a href="{}">all of them</a>', items_of(job))

    @admin.display(description="Why it failed")
    def why(self, job: Job) -> str:
        return words_of(job.error)


def items_of(job: Job) -> str:
    return f"{reverse('admin:jobs_item_changelist')}?job={job.pk}"


class OneJob(admin.SimpleListFilter):
    """The items of the job in the address; not offered in the list of filters."""

    title = "job"
    parameter_name = "job"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(job, job[:8]) for job in [request.GET.get("job", "")] if job]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Item]) -> QuerySet[Item]:
        job = self.value()
        return queryset.filter(job__in=[job]) if job else queryset


@admin.register(Item)
class ItemAdmin(DecisionAdmin):
    decisions = [
        Decision(
            "retry",
            "Try again",
            "Tried again",
            MANAGE,
            retry_items,
            fits=lambda item: Item.objects.repeatable().filter(pk=item.pk).exists(),
        )
    ]
    list_display = ["place", "its_job", "state", "attempts", "why", "took", "finished_at"]
    list_filter = ["state", OfKind, OneJob]
    ordering = ["job", "position"]
    list_select_related = ["job"]
    readonly_fields = [
        "place",
        "its_job",
        "state",
        "attempts",
        "why",
        "took",
        "priority",
        "turn",
        "created_at",
        "not_before",
        "started_at",
        "lease_until",
        "finished_at",
    ]
    fields = tuple(readonly_fields)

    @admin.display(description="Number", ordering="position")
    def place(self, item: Item) -> int:
        return item.position + 1

    @admin.display(description="Job")
    def its_job(self, item: Item) -> str:
        address = reverse("admin:jobs_job_change", args=[item.job_id])
        label = label_of(item.kind)
        return format_html('<a href="{}">{} {}</a>', address, label, item.job_id.hex[:8])

    @admin.display(description="Error")
    def why(self, item: Item) -> str:
        return words_of(item.error)

    @admin.display(description="Seconds")
    def took(self, item: Item) -> str:
        steps = ", ".join(f"{step} {seconds:.2f}" for step, seconds in item.timings.items())
        return steps or "–"


@admin.register(Worker)
class WorkerAdmin(DecisionAdmin):
    list_display = ["name", "started_at", "seen_at"]
    ordering = ["-seen_at"]
    readonly_fields = fields = ("name", "started_at", "seen_at")
