"""Which jobs a page gets to see, and how it answers."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from accounts.access import user_of
from colorize.web.errors import NotFound
from colorize.web.methods import allow_methods
from colorize.web.negotiation import prefers_json
from colorize.web.ratelimit import PhotoThrottle, limit_photos
from jobs.describe import describe, overview
from jobs.models import Item, Job
from jobs.registry import KINDS
from jobs.services.jobs import lane_of
from jobs.services.limits import check_room


def seen(request: HttpRequest, pk: UUID) -> Job:
    """A job that this person may see and steer. Raises NotFound."""
    job = Job.objects.seen_by(request.user).filter(pk=pk).first()
    if job is None or not KINDS[job.kind].listed:
        raise NotFound
    return job


def check_unread(request: HttpRequest, kind: str) -> None:
    """Whether a job may begin, asked before its files are read. Raises RateLimited, TooManyBatches
    or NoRoomForVisitors."""
    limit_photos(request)
    with transaction.atomic():
        check_room(user_of(request), lane(request), kind)


def item_of(job: Job, pk: int) -> Item:
    """One of its items. Raises NotFound."""
    item = job.items.filter(pk=pk).select_related("job").first()
    if item is None:
        raise NotFound
    return item


def lane(request: HttpRequest) -> str:
    """See `lane_of`; a visitor's address is not kept in clear."""
    throttle = PhotoThrottle()
    throttle.key = throttle.get_ident(request)
    return lane_of(user_of(request), throttle.row_key)


def answer(request: HttpRequest, job: Job, status: int = 200) -> HttpResponse:
    """The job as JSON, or a redirect to its page."""
    if not prefers_json(request):
        return redirect(job)
    return as_json(job, describe(overview(job)), status)


def as_json(job: Job, told: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(told, status=status)
    if status == 201:
        response["Location"] = job.get_absolute_url()
    return response


def step(do: Callable[[HttpRequest, Job], object]) -> Any:
    """Decorator for what can be done with a job by a button: POST does it, and every method answers
    with the job."""

    @private("GET", "HEAD", "POST")
    def view(request: HttpRequest, pk: UUID) -> HttpResponse:
        job = seen(request, pk)
        if request.method == "POST":
            do(request, job)
        return answer(request, job)

    return view


def private(*methods: str) -> Callable[[Callable[..., HttpResponseBase]], Any]:
    """Decorator for pages of jobs: kept by no cache, because the address of a visitor's is a
    secret. Pages differ from JSON by Accept."""

    def decorate(view: Callable[..., HttpResponseBase]) -> Any:
        def never_cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            response = view(request, *args, **kwargs)
            if "Cache-Control" not in response.headers:
                add_never_cache_headers(response)
            patch_vary_headers(response, ["Accept"])
            return response

        return allow_methods(*methods)(never_cached)

    return decorate
