"""What the site says where Django would answer with a status alone, or with words of its own."""

import sys
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views.defaults import bad_request as djangos_bad_request
from django_guid import get_guid

from colorize.engine.errors import (
    ColorizeError,
    DatabaseUnavailable,
    InternalError,
    StorageUnavailable,
    UnknownHost,
)
from colorize.web.csrf import why_refused
from colorize.web.errors import describe_error
from colorize.web.storage import storage_error
from colorizer_site import health
from gallery.errors import NotFound

Answer = Callable[[HttpRequest], HttpResponse]
API = "/api/v1/"


def health_first(answer: Answer) -> Answer:
    """/healthz is answered whatever the Host, and whatever else may have failed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asks = request.path_info == reverse("healthz")
        return health.healthz(request) if asks else answer(request)

    return middleware


def say_why(answer: Answer) -> Answer:
    """405 in words, for people; what answers programs has its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def no_null_character(answer: Answer) -> Answer:
    """Nothing has an address with it: PostgreSQL takes it in no text, not even to look for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return refuse(request, NotFound(), "404.html")
        return answer(request)

    return middleware


class StorageTrouble:
    """A page in words, 507 or 503, where a view could not write."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        error = storage_error(problem)
        return refuse(request, error, page_of(error)) if error else None


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. `reason`: one of its own."""
    facts = {"kind": type(why_refused(reason)).__name__, "host": request.get_host()}
    return render(request, "403_csrf.html", facts, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if isinstance(exception, DisallowedHost):
        return refuse(request, UnknownHost(), "unknown_host.html")
    return djangos_bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500, called while the exception is at hand."""
    if error := storage_error(sys.exc_info()[1]):
        return refuse(request, error, page_of(error))
    return refuse(request, InternalError(), "500.html")


def page_of(error: StorageUnavailable) -> str:
    return "503.html" if isinstance(error, DatabaseUnavailable) else "507.html"


def refuse(request: HttpRequest, problem: ColorizeError, template: str) -> HttpResponse:
    """For programs as JSON; the pages touch nothing that may have failed."""
    response: HttpResponse
    if request.path == reverse("colorize") or request.path.startswith(API):
        response = JsonResponse(describe_error(request, problem))
    else:
        response = render(request, template, {"problem": problem, "request_id": get_guid()})
    response.status_code = problem.status
    if problem.retry_after:
        response["Retry-After"] = str(problem.retry_after)
    add_never_cache_headers(response)
    return response
