"""People: who they are here, what they take, and whether they may."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Subquery, Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from colorize.templatetags.figures import size
from gallery.admin.desk import Decision, Desk, one_by_one
from gallery.models import Person, Picture
from gallery.services import moderation
from gallery.services.decisions import SUSPEND, TRUST

WHY = "The reason, which the person reads"
NOTE = "The reason, for the record"


def distrust(moderator: User, person: User, reason: str) -> None:
    moderation.trust(moderator, person, reason, trusted=False)


def profile_of(person: User) -> Any:
    """Made when it is first needed; until then there is none."""
    return getattr(person, "profile", None)


def is_trusted(person: User) -> bool:
    return bool(profile_of(person) and profile_of(person).trusted)


def taken(what: Any) -> Subquery:
    """A figure of a person's pictures, counted only for the people who are listed."""
    theirs = Picture.objects.filter(owner=OuterRef("pk")).order_by().values("owner")
    return Subquery(theirs.annotate(figure=what).values("figure"))


class TrustFilter(admin.SimpleListFilter):
    title = "trust"
    parameter_name = "trusted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Trusted"), ("no", "Not")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Who has no profile yet is not trusted."""
        match self.value():
            case "yes":
                return queryset.filter(profile__trusted=True)
            case "no":
                return queryset.exclude(profile__trusted=True)
        return queryset


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
            fits=lambda person: not is_trusted(person),
        ),
        Decision(
            "distrust",
            "Trust no more…",
            "Trusted no more",
            TRUST,
            one_by_one(distrust),
            NOTE,
            fits=is_trusted,
        ),
    ]
    list_display = [
        "username",
        "public_name",
        "admitted",
        "trusted",
        "pictures",
        "space",
    ]
    list_filter = ["is_active", TrustFilter, "is_staff"]
    search_fields = ["username", "profile__public_name"]
    search_help_text = "User name or public name"
    ordering = ["username"]
    readonly_fields = [
        "public_name",
        "admitted",
        "trusted",
        "pictures",
        "space",
        "date_joined",
    ]
    fields = tuple(readonly_fields)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A person has no rights of its own to give: it is a profile, and a user to be named."""
        return request.user.has_perm("gallery.view_profile")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = Person.objects.select_related("profile")
        return rows.annotate(kept=taken(Count("pk")), takes=taken(Sum("bytes")))

    @admin.display(description="Public name", ordering="profile__public_name")
    def public_name(self, person: Person) -> str | None:
        profile = profile_of(person)
        return profile.public_name if profile else None

    @admin.display(description="Not suspended", boolean=True, ordering="is_active")
    def admitted(self, person: Person) -> bool:
        return person.is_active

    @admin.display(description="Trusted", ordering="profile__trusted")
    def trusted(self, person: Person) -> str | None:
        return "yes" if is_trusted(person) else None

    @admin.display(description="Pictures", ordering="kept")
    def pictures(self, person: Any) -> str:
        public = reverse("admin:gallery_picture_changelist") + f"?person={person.pk}"
        return format_html('{} (<a href="{}">public</a>)', person.kept or 0, public)

    @admin.display(description="Space", ordering="takes")
    def space(self, person: Any) -> str:
        return size(person.takes or 0)
