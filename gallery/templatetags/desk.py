"""Figures and latest decisions on the moderators' start page."""

from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from django import template
from django.core.cache import cache
from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from colorize.templatetags.figures import size
from gallery.models import Picture, Report, Version

register = template.Library()

# How long to cache the totals, which need a scan of whole tables.
SECONDS = 60


@dataclass(frozen=True)
class Figure:
    """`address`: the list behind the figure, if there is one."""

    name: str
    value: Any
    address: str = ""


@register.simple_tag
def figures() -> list[Figure]:
    pictures = reverse("admin:gallery_picture_changelist")
    people = reverse("admin:accounts_person_changelist")
    reported = Report.objects.unresolved().values("picture")
    offered = Picture.objects.for_moderators()
    stored = cache.get_or_set("desk-stored", count_stored, SECONDS) or {}
    return [
        Figure(
            "Waiting for review",
            offered.awaiting_review().count(),
            f"{pictures}?review__exact=waiting",
        ),
        Figure("Reported", offered.filter(pk__in=reported).count(), f"{pictures}?reports=open"),
        Figure("Pictures stored", stored["pictures"], people),
        Figure("Coloured and saved today", stored["today"]),
        Figure("Storage used", size(stored["bytes"]), f"{people}?o=-6"),
    ]


@register.simple_tag
def last_decisions() -> Any:
    return LogEntry.objects.order_by("-timestamp", "-pk")[:8]


def count_stored() -> dict[str, int]:
    everything = Picture.objects.aggregate(pictures=Count("pk"), bytes=Sum("bytes"))
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    today = Version.objects.filter(created_at__gte=midnight).count()
    return {"pictures": everything["pictures"], "bytes": everything["bytes"] or 0, "today": today}
