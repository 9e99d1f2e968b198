"""The audit log: who decided what, when and why. Read-only."""

from collections.abc import Iterable
from typing import Any

from auditlog.admin import LogEntryAdmin
from auditlog.filters import ResourceTypeFilter
from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime

from gallery.models import Picture

# The names of models here, and of their admin pages.
PAGES = {"user": ("person", "accounts_person")}
admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class LogAdmin(LogEntryAdmin):  # type: ignore[misc]
    """Nobody can add, change or delete an entry, whatever their permissions."""

    change_form_template = "admin/gallery/row.html"
    list_display = ["when", "who", "verb", "about", "reason"]
    list_filter = [ResourceTypeFilter]
    search_fields = ["object_repr", "additional_data__by", "additional_data__reason"]
    search_help_text = "Search by name, moderator or reason"
    readonly_fields = fields = ["when", "who", "verb", "about", "reason", "msg", "cid"]
    fieldsets = None
    actions = None

    class Media:
        css = {"all": ["css/tokens.css", "css/desk-lists.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": "Decisions"} | (extra_context or {})
        response: HttpResponse = super().changelist_view(request, context)
        if "cl" in (shown := getattr(response, "context_data", {})):
            note_titles(shown["cl"].result_list)
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def fact(self, entry: LogEntry, name: str) -> str:
        return str((entry.additional_data or {}).get(name, ""))

    @admin.display(description="When", ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        return date_format(localtime(entry.timestamp), "DATETIME_FORMAT")

    @admin.display(description="Who", ordering="actor__username")
    def who(self, entry: LogEntry) -> str:
        """The username at that time."""
        return self.fact(entry, "by")

    @admin.display(description="What")
    def verb(self, entry: LogEntry) -> str:
        return self.fact(entry, "verb")

    @admin.display(description="Why")
    def reason(self, entry: LogEntry) -> str:
        return self.fact(entry, "reason")

    @admin.display(description="About")
    def about(self, entry: LogEntry) -> str:
        model = entry.content_type.model
        kind, page = PAGES.get(model, (model, f"gallery_{model}"))
        name = title_of(entry) if kind == "picture" else str(entry.object_repr)
        try:
            address = reverse(f"admin:{page}_change", args=[entry.object_pk])
        except NoReverseMatch:
            return name
        return format_html('{} <a href="{}">{}</a>', kind, address, name)


def note_titles(entries: Iterable[LogEntry]) -> None:
    """The titles of the entries' pictures that are still public, in one query."""
    rows = list(entries)
    keys = {entry.object_pk for entry in rows if entry.content_type.model == "picture"}
    public = Picture.objects.for_moderators().filter(pk__in=keys)
    titles = {str(key): title for key, title in public.values_list("pk", "title")}
    for entry in rows:
        entry.title = titles.get(entry.object_pk, "")


def title_of(entry: LogEntry) -> str:
    """The title; for a picture that is private again or deleted, the beginning of its ID."""
    if not hasattr(entry, "title"):
        note_titles([entry])
    return str(entry.title or entry.object_pk[:8])
