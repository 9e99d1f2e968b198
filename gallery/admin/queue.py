"""The review queue: pictures that wait for review or are reported, one card each."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.paginator import Paginator
from django.db.models import F, Prefetch, Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from gallery.admin.desk import DecisionAdmin
from gallery.models import Picture, Report, Review

SIZE = 20


def waiting() -> Any:
    """Most reported first, then oldest. Without pictures of suspended people."""
    reported = Report.objects.unresolved().values("picture")
    rows = Picture.objects.for_moderators().filter(owner__is_active=True)
    rows = rows.filter(Q(review=Review.WAITING) | Q(pk__in=reported)).with_open_reports()
    most = F("open_reports").desc()
    return rows.select_related("owner", "current").order_by(most, "created_at", "pk")


def page(desk: DecisionAdmin, request: HttpRequest) -> HttpResponseBase:
    if request.method == "POST":
        return decide(desk, request)
    unresolved = Report.objects.unresolved().order_by("created_at")
    rows = waiting().prefetch_related(Prefetch("reports", unresolved, to_attr="unresolved"))
    found = Paginator(rows, SIZE).get_page(request.GET.get("page"))
    cards = [card(desk, request, picture) for picture in found]
    context = {
        **desk.admin_site.each_context(request),
        "title": "Review queue",
        "opts": desk.opts,
        "media": desk.media,
        "cards": cards,
        "page": found,
        "decisions": desk.allowed(request),
        "checkbox": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/gallery/queue.html", context)


def card(desk: DecisionAdmin, request: HttpRequest, picture: Picture) -> dict[str, Any]:
    return {
        "picture": picture,
        "seen": desk.seen(picture),
        "own": desk.is_own(request, picture),
    }


def decide(desk: DecisionAdmin, request: HttpRequest) -> HttpResponseBase:
    """Apply the decision and return to the queue, at the next card if the page sent one."""
    keys = [key for key in request.POST.getlist(ACTION_CHECKBOX_NAME) if is_uuid(key)]
    decision = desk.chosen(request)
    if not keys:
        messages.warning(request, "Nothing selected. Select some pictures first.")
        return redirect(request.get_full_path())
    rows = desk.get_queryset(request).filter(pk__in=keys)
    desk.act(request, decision, rows)
    following = request.POST.get("next", "")
    anchor = f"#card-{following}" if is_uuid(following) else ""
    return redirect(request.get_full_path() + anchor)


def is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
