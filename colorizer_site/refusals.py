"""A page for what Django answers with a status alone, or in words for programmers."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render

from colorize.csrf import why_refused


def say_why(answer: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """405 in words, for people; what answers programs has its own."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = render(request, "405.html", status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW. `reason`: one of its own."""
    facts = {"kind": type(why_refused(reason)).__name__, "host": request.get_host()}
    return render(request, "403_csrf.html", facts, status=403)
