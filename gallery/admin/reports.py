"""Reports for moderators: assign, resolve and reopen them. The report itself cannot be edited."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import User
from gallery.admin.desk import Decision, DecisionAdmin, one_by_one
from gallery.models import Picture, Report, Visibility
from gallery.services import reports
from gallery.services.decisions import HANDLE, is_own

State = Report.State


def assign(moderator: User, report: Report, reason: str) -> None:
    reports.assign(moderator, report)


def is_resolved(report: Report) -> bool:
    return report.state == State.RESOLVED


def is_open(report: Report) -> bool:
    return not is_resolved(report)


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        return State.choices

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case State.OPEN:
                return queryset.filter(resolved_at=None, assignee=None)
            case State.ASSIGNED:
                return queryset.filter(resolved_at=None).exclude(assignee=None)
            case State.RESOLVED:
                return queryset.exclude(resolved_at=None)
        return queryset


class PictureFilter(admin.SimpleListFilter):
    """Shows the one picture whose link was followed."""

    title = "picture"
    parameter_name = "picture"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        key = self.key()
        rows = Picture.objects.for_moderators().filter(pk=key) if key else []
        return [(str(picture.pk), picture.title) for picture in rows]

    def has_output(self) -> bool:
        return self.value() is not None

    def key(self) -> UUID | None:
        try:
            return UUID(self.value() or "")
        except ValueError:
            return None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(picture=self.key()) if self.key() else queryset.none()


@admin.register(Report)
class ReportAdmin(DecisionAdmin):
    decisions = [
        Decision(
            "assign", "Assign to me", "Assigned to you", HANDLE, one_by_one(assign), fits=is_open
        ),
        Decision(
            "resolve",
            "Resolve…",
            "Resolved",
            HANDLE,
            one_by_one(reports.resolve),
            "Outcome (sent to the reporter)",
            fits=is_open,
        ),
        Decision(
            "reopen",
            "Reopen…",
            "Reopened",
            HANDLE,
            one_by_one(reports.reopen),
            "Reason (for the record)",
            needs=False,
            fits=is_resolved,
        ),
    ]
    list_display = ["reason", "about", "state_now", "assignee", "words_start", "created_at"]
    list_filter = [StateFilter, PictureFilter, "reason"]
    search_fields = ["owner__username", "words"]
    search_help_text = "Search by the owner’s username or words of the report"
    readonly_fields = [
        "about",
        "reason",
        "words",
        "by",
        "created_at",
        "state_now",
        "assignee",
        "outcome",
        "resolved_at",
    ]
    fields = tuple(readonly_fields)
    ordering = [F("resolved_at").desc(nulls_first=True), "created_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.select_related("picture", "assignee", "reporter")

    def is_own(self, request: HttpRequest, row: Report) -> bool:
        return is_own(request.user, row.owner_id)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """Moderators cannot see who reported their own picture."""
        hidden = {"by"} if obj and self.is_own(request, obj) else set()
        return [name for name in self.fields or () if name not in hidden]

    @admin.display(description="Picture")
    def about(self, report: Report) -> str:
        """A withdrawn picture is private again, so this shows the title at the time of the
        report."""
        picture, title = report.picture, report.title or "a picture"
        if picture is None:
            return f"{title} (deleted)"
        if picture.deleted_at or picture.visibility != Visibility.PUBLIC:
            return f"{title} (withdrawn by its owner)"
        address = reverse("admin:gallery_picture_change", args=[picture.pk])
        state = picture.get_review_display().lower()
        return format_html('<a href="{}">{}</a> ({})', address, picture.title, state)

    @admin.display(description="State")
    def state_now(self, report: Report) -> str:
        return str(report.state.label)

    @admin.display(description="Details")
    def words_start(self, report: Report) -> str:
        return report.words[:80] + ("…" if len(report.words) > 80 else "")

    @admin.display(description="Reported by")
    def by(self, report: Report) -> str:
        if report.reporter:
            return report.reporter.get_username()
        return "a visitor (will get the outcome by email)" if report.email else "a visitor"
