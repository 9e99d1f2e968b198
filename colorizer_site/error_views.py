"""Error pages and responses in place of Django's own."""

import sys

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.defaults import bad_request as djangos_bad_request

from colorize.engine.errors import UserError
from colorize.web.error_responses import error_json, error_page, form_error, user_error
from colorize.web.negotiation import prefers_json

API = "/api/v1/"


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The CSRF_FAILURE_VIEW. `reason`: one of Django's."""
    if prefers_json(request):
        return error_json(request, form_error(reason))
    facts = {"kind": type(form_error(reason)).__name__, "host": request.get_host()}
    return render(request, "403_csrf.html", facts, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400."""
    if isinstance(exception, DisallowedHost):
        return refuse(request, user_error(exception))
    return djangos_bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500, called while the exception is being handled."""
    return refuse(request, user_error(sys.exc_info()[1]))


def refuse(request: HttpRequest, problem: UserError) -> HttpResponse:
    """As JSON for programs, else as a page."""
    for_programs = request.path == reverse("colorize") or request.path.startswith(API)
    if for_programs or prefers_json(request):
        return error_json(request, problem)
    return error_page(request, problem)
