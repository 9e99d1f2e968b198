"""Pictures that were made public, for moderators. Private ones are never shown."""

import re
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Value, When
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from accounts.models import User
from colorize.engine.video.errors import clock
from gallery import file_responses
from gallery.admin import queue
from gallery.admin.desk import Decision, DecisionAdmin, Outcome, Rows
from gallery.models import Picture, Report, Review
from gallery.models.people import REVIEW
from gallery.services import moderation
from gallery.services.decisions import is_own

CHANGED = "“{}” has changed since you opened it. Please look again."
NUMBER = re.compile(r"\d{1,18}")
OWN = "“{}” is your own picture: another moderator has to decide."
PAIR, FILM = "includes/_before_after.html", "admin/gallery/_film.html"
SEEN = '{}{}<input type="hidden" name="seen" value="{}">'


def approve(moderator: User, rows: Rows, reason: str, seen: Mapping[str, str]) -> Outcome:
    return told(moderation.approve(moderator, of(rows), seen))


def reject(moderator: User, rows: Rows, reason: str, seen: Mapping[str, str]) -> Outcome:
    return told(moderation.reject(moderator, of(rows), reason, seen))


def hide(moderator: User, rows: Rows, reason: str, seen: Mapping[str, str]) -> Outcome:
    return told(moderation.hide(moderator, of(rows), reason, seen))


def told(decided: moderation.Decided) -> Outcome:
    changed = [CHANGED.format(picture) for picture in decided.unseen]
    return Outcome(len(decided.done), changed + [OWN.format(picture) for picture in decided.own])


def of(rows: Rows) -> Any:
    """The same rows without the list's annotations."""
    return Picture.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))


WHY = "Reason (sent to the owner)"
DECISIONS = [
    Decision("approve", "Approve", "Approved", REVIEW, approve),
    Decision("reject", "Reject…", "Rejected", REVIEW, reject, WHY),
    Decision("hide", "Hide…", "Hidden", REVIEW, hide, WHY, needs=False),
]


class ReportsFilter(admin.SimpleListFilter):
    title = "reports"
    parameter_name = "reports"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "With open reports"), ("none", "Without open reports")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        reported = Report.objects.unresolved().of_what_is_there().values("picture")
        match self.value():
            case "open":
                return queryset.filter(pk__in=reported)
            case "none":
                return queryset.exclude(pk__in=reported)
        return queryset


class PersonFilter(admin.SimpleListFilter):
    """Shows the one person whose link was followed; a list of everyone would be too long."""

    title = "person"
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(person.pk), person.get_username()) for person in self.people()]

    def has_output(self) -> bool:
        return self.value() is not None

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset if self.value() is None else queryset.filter(owner__in=self.people())

    def people(self) -> Any:
        """The person; none if the ID is not a number that a database can hold."""
        key = self.value() or ""
        return User.objects.filter(pk=key) if NUMBER.fullmatch(key) else User.objects.none()


@admin.register(Picture)
class PictureAdmin(DecisionAdmin):
    decisions = DECISIONS
    change_list_template = "admin/gallery/pictures.html"
    list_display = ["pair", "title", "person", "review", "reported", "created_at"]
    list_display_links = ["title"]
    list_filter = ["review", ReportsFilter, PersonFilter]
    search_fields = ["title", "owner__username"]
    search_help_text = "Search by title or username"
    readonly_fields = [
        "large_pair",
        "title",
        "note",
        "person",
        "review",
        "review_reason",
        "published_at",
        "created_at",
        "updated_at",
        "reported",
    ]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = Picture.objects.for_moderators().with_open_reports()
        return rows.select_related("owner", "current")

    def get_ordering(self, request: HttpRequest) -> Any:
        waiting = Case(When(review=Review.WAITING, then=Value(0)), default=Value(1))
        return ["-open_reports", waiting, "created_at", "pk"]

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("queue/", wrap(self.queue), name="gallery_picture_queue"),
            path("<uuid:pk>/files/<str:kind>", wrap(self.file), name="gallery_picture_file"),
            *super().get_urls(),
        ]

    def queue(self, request: HttpRequest) -> HttpResponseBase:
        if not request.user.has_perm(REVIEW):
            raise PermissionDenied
        return queue.page(self, request)

    def file(self, request: HttpRequest, pk: str, kind: str) -> HttpResponseBase:
        """A thumbnail or the film of a picture that moderators may see."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        rows = Picture.objects.for_moderators().select_related("current")
        picture = get_object_or_404(rows, pk=pk)
        if not file_responses.is_for_others(picture, kind):
            raise Http404
        return file_responses.send(request, picture, kind)

    def is_own(self, request: HttpRequest, row: Picture) -> bool:
        return is_own(request.user, row.owner_id)

    def seen(self, row: Picture) -> str:
        return f"{row.pk} {moderation.stamp(row)}"

    @admin.display(description="Before and after")
    def pair(self, row: Picture) -> str:
        """Both pictures, and a stamp of what the moderator saw, which goes with the decision."""
        length = f"Film, {clock(row.seconds)}" if row.seconds is not None else ""
        return format_html(SEEN, self.images(row, "small", small=True), length, self.seen(row))

    @admin.display(description="Before and after")
    def large_pair(self, row: Picture) -> str:
        """As `pair`."""
        film = row.is_film and render_to_string(FILM, {"picture": row})
        shown = film or self.images(row, "medium", still=True)
        return format_html(SEEN, shown, "", self.seen(row))

    def images(self, row: Picture, size: str, **how: bool) -> str:
        original = "before" if row.shown.before else f"original-{size}"
        before, after = (
            reverse("admin:gallery_picture_file", args=[row.pk, kind])
            for kind in (original, f"result-{size}")
        )
        facts = {"before": before, "after": after, "width": row.width, "height": row.height}
        return render_to_string(PAIR, facts | {"alt": row.title} | how)

    @admin.display(description="Owner", ordering="owner__username")
    def person(self, row: Picture) -> str:
        address = reverse("admin:accounts_person_change", args=[row.owner_id])
        all_of = reverse("admin:gallery_picture_changelist") + f"?person={row.owner_id}"
        text = '<a href="{}">{}</a>{} (<a href="{}">all pictures</a>)'
        suspended = "" if row.owner.is_active else ", suspended"
        return format_html(text, address, row.owner, suspended, all_of)

    @admin.display(description="Open reports", ordering="open_reports")
    def reported(self, row: Any) -> str:
        if not row.open_reports:
            return "none"
        address = reverse("admin:gallery_report_changelist") + f"?picture={row.pk}"
        return format_html('<a href="{}">{}</a>', address, row.open_reports)
