"""A job: its page and its JSON, and what can be done with it."""

import re
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response

from accounts.access import person_of, personal
from colorize.web.errors import BadField, NotFound
from colorize.web.negotiation import prefers_json
from jobs import text
from jobs.describe import MOST_ITEMS, Overview, Portion, as_list, describe, overview
from jobs.models import Job
from jobs.registry import listed
from jobs.services import jobs, notify, removal, uploads
from jobs.views.access import private, seen, step

# The newest jobs of a person.
LISTED = 100


@personal("GET", "HEAD")
def jobs_page(request: HttpRequest) -> HttpResponse:
    """A person's jobs, newest first."""
    rows = Job.objects.owned_by(person_of(request)).filter(kind__in=listed())
    found = list(rows.order_by("-created_at")[:LISTED])
    told = as_list(found)
    if prefers_json(request):
        return JsonResponse({"jobs": told})
    for job, facts in zip(found, told, strict=True):
        facts |= {"title": text.title(job), "over": over(facts["counts"])}
    return render(request, "jobs/jobs.html", {"jobs": told})


@private("GET", "HEAD")
def job_page(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    portion = portion_of(request)
    try:
        found = overview(seen(request, pk))
    except NotFound:
        return not_here(request)
    if prefers_json(request):
        return job_json(request, found, portion)
    return render(request, "jobs/job.html", shown(found, portion))


def not_here(request: HttpRequest) -> HttpResponse:
    """The same for everybody's jobs. Raises NotFound where no page is wanted."""
    if prefers_json(request):
        raise NotFound
    facts = {"kept": text.hours(settings.BATCH_HOURS)}
    return render(request, "jobs/gone.html", facts, status=404)


def shown(found: Overview, portion: Portion) -> dict[str, Any]:
    """What the page's template needs."""
    told = describe(found, portion)
    return {
        "job": found.job,
        "told": told,
        "title": text.title(found.job),
        "over": over(told["counts"]),
        "rows": found.job.kind not in text.OF_PHOTOS,
        "is_visitors": text.is_visitors(found.job),
    }


def over(counts: dict[str, int]) -> int:
    """How many items are done, or never will be."""
    return counts["done"] + counts["failed"] + counts["cancelled"]


def job_json(request: HttpRequest, found: Overview, portion: Portion) -> HttpResponseBase:
    """With an ETag, so that asking again costs little while nothing has changed."""
    etag = found.etag(portion)
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    response = response or JsonResponse(describe(found, portion))
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def portion_of(request: HttpRequest) -> Portion:
    """From `after` and `limit`. Raises BadField."""
    after = whole(request.GET, "after", Portion.after, -1, 10**9)
    return Portion(after, whole(request.GET, "limit", Portion.size, 1, MOST_ITEMS))


def whole(given: Any, name: str, usual: int, least: int, most: int) -> int:
    """A number from a form or an address. Raises BadField."""
    number = given.get(name, "")
    if not number:
        return usual
    if not re.fullmatch(r"-?[0-9]{1,18}", number):
        raise BadField(name=name, reason="it is not a whole number.")
    return max(least, min(most, int(number)))


@step
def close(request: HttpRequest, job: Job) -> None:
    """No more files come. With `give_up`, those that have not arrived completely do not, either."""
    if request.POST.get("give_up"):
        uploads.give_up(job)
    jobs.close(job)


@step
def cancel(request: HttpRequest, job: Job) -> None:
    """What is done stays."""
    jobs.cancel(job)


@step
def retry(request: HttpRequest, job: Job) -> None:
    """All that failed, or one item."""
    jobs.retry(job, whole(request.POST, "item", 0, 0, 10**18) or None)


@step
def notify_by_email(request: HttpRequest, job: Job) -> None:
    """To the owner, or to the address in `email`."""
    notify.ask(job, request, request.POST.get("email", ""))


@private("GET", "HEAD", "POST")
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a job, with what is kept with it. Pictures in the gallery stay there."""
    job = seen(request, pk)
    if request.method != "POST":
        return redirect(job)
    removal.delete(job)
    if prefers_json(request):
        return HttpResponse(status=204)
    messages.success(request, "Deleted.")
    return redirect("jobs" if request.user.is_authenticated else "batch")
