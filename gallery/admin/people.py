"""People: their storage, whether they are suspended, and whether they are trusted."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Person, User
from colorize.templatetags.figures import size
from gallery.admin.desk import Decision, DecisionAdmin, one_by_one
from gallery.models import Picture
from gallery.services import moderation
from gallery.services.decisions import SUSPEND, TRUST, is_own

WHY = "Reason (sent to the person)"
NOTE = "Reason (for the record)"
# What the list and the page of a person tell.
FACTS = ["public_name", "status", "is_trusted", "pictures", "space"]


def remove_trust(moderator: User, person: User, reason: str) -> None:
    moderation.trust(moderator, person, reason, trusted=False)


def taken(what: Any) -> Subquery:
    """An aggregate of a person's pictures, computed only for the people on the page."""
    theirs = Picture.objects.filter(owner=OuterRef("pk")).order_by().values("owner")
    return Subquery(theirs.annotate(figure=what).values("figure"))


@admin.register(Person)
class PersonAdmin(DecisionAdmin):
    own_note = "This is your own account: another moderator has to decide."
    decisions = [
        Decision(
            "suspend",
            "Suspend…",
            "Suspended",
            SUSPEND,
            one_by_one(moderation.suspend),
            WHY,
            fits=lambda person: person.is_active,
        ),
        Decision(
            "reinstate",
            "Reinstate…",
            "Reinstated",
            SUSPEND,
            one_by_one(moderation.reinstate),
            WHY,
            fits=lambda person: not person.is_active,
        ),
        Decision(
            "trust",
            "Trust…",
            "Trusted",
            TRUST,
            one_by_one(moderation.trust),
            NOTE,
            fits=lambda person: not person.trusted,
        ),
        Decision(
            "remove_trust",
            "Remove trust…",
            "Trust removed",
            TRUST,
            one_by_one(remove_trust),
            NOTE,
            fits=lambda person: person.trusted,
        ),
    ]
    list_display = ["username", *FACTS]
    list_filter = ["is_active", "trusted", "is_staff"]
    search_fields = ["username", "public_name"]
    search_help_text = "Search by username or public name"
    ordering = ["username"]
    readonly_fields = [*FACTS, "date_joined"]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Person.objects.annotate(kept=taken(Count("pk")), takes=taken(Sum("bytes")))

    def is_own(self, request: HttpRequest, row: Person) -> bool:
        return is_own(request.user, row.pk)

    def offered(self, request: HttpRequest, row: Person) -> list[Decision]:
        """Nobody suspends themselves, not even superusers."""
        found = super().offered(request, row)
        return [each for each in found if each.right != SUSPEND or row.pk != request.user.pk]

    @admin.display(description="Status", ordering="is_active")
    def status(self, person: Person) -> str:
        return "active" if person.is_active else "suspended"

    @admin.display(description="Trusted", ordering="trusted")
    def is_trusted(self, person: Person) -> str:
        return "yes" if person.trusted else "no"

    @admin.display(description="Pictures", ordering="kept")
    def pictures(self, person: Any) -> str:
        public = reverse("admin:gallery_picture_changelist") + f"?person={person.pk}"
        return format_html('{} (<a href="{}">public</a>)', person.kept or 0, public)

    @admin.display(description="Storage", ordering="takes")
    def space(self, person: Any) -> str:
        return size(person.takes or 0)
