"""The audit log: who decided what, when and why. It is read here, and nothing else."""

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

# What the desk calls them, and the list that they stand in, where it is not their own.
PAGES = {"user": ("person", "accounts_person")}
admin.site.unregister(LogEntry)


@admin.register(LogEntry)
class LogAdmin(LogEntryAdmin):  # type: ignore[misc]
    """Nobody adds, changes or deletes an entry, whatever their rights."""

    change_form_template = "admin/gallery/row.html"
    list_display = ["when", "who", "verb", "about", "reason"]
    list_filter = [ResourceTypeFilter]
    search_fields = ["object_repr", "additional_data__by", "additional_data__reason"]
    search_help_text = "What was decided of, the moderator’s user name, or the reason"
    readonly_fields = fields = ["when", "who", "verb", "about", "reason", "msg", "cid"]
    fieldsets = None
    actions = None

    class Media:
        css = {"all": ["css/desk-lists.css"]}

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"title": "Log of decisions"} | (extra_context or {})
        return super().changelist_view(request, context)  # type: ignore[no-any-return]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def fact(self, entry: LogEntry, name: str) -> str:
        return str((entry.additional_data or {}).get(name, ""))

    @admin.display(description="When", ordering="timestamp")
    def when(self, entry: LogEntry) -> str:
        return date_format(localtime(entry.timestamp), "DATETIME_FORMAT")

    @admin.display(description="Who", ordering="actor__username")
    def who(self, entry: LogEntry) -> str:
        """As they were called then."""
        return self.fact(entry, "by")

    @admin.display(description="What")
    def verb(self, entry: LogEntry) -> str:
        return self.fact(entry, "verb")

    @admin.display(description="Why")
    def reason(self, entry: LogEntry) -> str:
        return self.fact(entry, "reason")

    @admin.display(description="Of")
    def about(self, entry: LogEntry) -> str:
        model = entry.content_type.model
        kind, page = PAGES.get(model, (model, f"gallery_{model}"))
        # A picture goes by its id, of which the beginning tells enough.
        name = entry.object_pk[:8] if kind == "picture" else str(entry.object_repr)
        try:
            address = reverse(f"admin:{page}_change", args=[entry.object_pk])
        except NoReverseMatch:
            return name
        return format_html('{} <a href="{}">{}</a>', kind, address, name)
