"""Error pages and responses in place of Django's own."""

import sys
from collections.abc import Callable

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import bad_request as djangos_bad_request

from colorize.engine.errors import UserError
from colorize.web.error_responses import error_json, error_page, form_error, user_error
from colorize.web.errors import MethodNotAllowed, NotFound
from colorize.web.storage import storage_error
from colorizer_site import health

Answer = Callable[[HttpRequest], HttpResponse]
API = "/api/v1/"


def health_first(answer: Answer) -> Answer:
    """Middleware: answers /healthz for any Host, and whatever else may fail."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asks = request.path_info == reverse("healthz")
        return health.healthz(request) if asks else answer(request)

    return middleware


def say_why(answer: Answer) -> Answer:
    """Middleware: a page for 405. Responses of the API have a body already."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = error_page(request, MethodNotAllowed())
        page["Allow"] = response["Allow"]
        return page

    return middleware


def no_null_character(answer: Answer) -> Answer:
    """Middleware: 404 for addresses with a null character, which PostgreSQL refuses in queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return refuse(request, NotFound())
        return answer(request)

    return middleware


class UserErrors:
    """Middleware: a response with its message and status for any UserError or failure of the
    storage that a view raised."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, UserError) or storage_error(problem):
            return refuse(request, user_error(problem))
        return None


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF_FAILURE_VIEW. `reason`: one of Django's."""
    facts = {"kind": type(form_error(reason)).__name__, "host": request.get_host()}
    return render(request, "403_csrf.html", facts, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if isinstance(exception, DisallowedHost):
        return refuse(request, user_error(exception))
    return djangos_bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500, called while the exception is at hand."""
    return refuse(request, user_error(sys.exc_info()[1]))


def refuse(request: HttpRequest, problem: UserError) -> HttpResponse:
    """As JSON for programs, else as a page."""
    for_programs = request.path == reverse("colorize") or request.path.startswith(API)
    return error_json(request, problem) if for_programs else error_page(request, problem)
