"""People: who they are here, what they take, and whether they may."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from accounts.models import Person, User
from colorize.templatetags.figures import size
from gallery.admin.desk import Decision, Desk, one_by_one
from gallery.models import Picture
from gallery.services import moderation
from gallery.services.decisions import SUSPEND, TRUST

WHY = "The reason, which the person reads"
NOTE = "The reason, for the record"


def distrust(moderator: User, person: User, reason: str) -> None:
    moderation.trust(moderator, person, reason, trusted=False)


def taken(what: Any) -> Subquery:
    """A figure of a person's pictures, counted only for the people who are listed."""
    theirs = Picture.objects.filter(owner=OuterRef("pk")).order_by().values("owner")
    return Subquery(theirs.annotate(figure=what).values("figure"))


@admin.register(Person)
class PersonAdmin(Desk):
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
            "readmit",
            "Let in again…",
            "Let in again",
            SUSPEND,
            one_by_one(moderation.readmit),
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
            "distrust",
            "Trust no more…",
            "Trusted no more",
            TRUST,
            one_by_one(distrust),
            NOTE,
            fits=lambda person: person.trusted,
        ),
    ]
    list_display = [
        "username",
        "public_name",
        "admitted",
        "is_trusted",
        "pictures",
        "space",
    ]
    list_filter = ["is_active", "trusted", "is_staff"]
    search_fields = ["username", "public_name"]
    search_help_text = "User name or public name"
    ordering = ["username"]
    readonly_fields = [
        "public_name",
        "admitted",
        "is_trusted",
        "pictures",
        "space",
        "date_joined",
    ]
    fields = tuple(readonly_fields)

    def get_queryset(self, request: HttpRequest) -> Any:
        return Person.objects.annotate(kept=taken(Count("pk")), takes=taken(Sum("bytes")))

    @admin.display(description="Not suspended", boolean=True, ordering="is_active")
    def admitted(self, person: Person) -> bool:
        return person.is_active

    @admin.display(description="Trusted", ordering="trusted")
    def is_trusted(self, person: Person) -> str | None:
        return "yes" if person.trusted else None

    @admin.display(description="Pictures", ordering="kept")
    def pictures(self, person: Any) -> str:
        public = reverse("admin:gallery_picture_changelist") + f"?person={person.pk}"
        return format_html('{} (<a href="{}">public</a>)', person.kept or 0, public)

    @admin.display(description="Space", ordering="takes")
    def space(self, person: Any) -> str:
        return size(person.takes or 0)
