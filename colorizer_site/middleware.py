"""Middleware: answers that come before the views, or in place of what they raised."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import reverse

from colorize.engine.errors import UserError
from colorize.web.error_responses import error_page, user_error
from colorize.web.errors import MethodNotAllowed, NotFound
from colorize.web.methods import methods_of
from colorize.web.storage import storage_error
from colorizer_site import health
from colorizer_site.error_views import refuse

Answer = Callable[[HttpRequest], HttpResponse]


def health_first(answer: Answer) -> Answer:
    """Answers /healthz for any Host, before anything else can fail."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asks = request.path_info == reverse("healthz")
        return health.healthz(request) if asks else answer(request)

    return middleware


def say_why(answer: Answer) -> Answer:
    """A page for 405. Responses of the API have a body already."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        if not isinstance(response, HttpResponseNotAllowed) or response.content:
            return response
        page = error_page(request, MethodNotAllowed())
        page["Allow"] = response["Allow"]
        return page

    return middleware


def no_null_character(answer: Answer) -> Answer:
    """404 for addresses with a null character, which PostgreSQL refuses in queries."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info:
            return refuse(request, NotFound())
        return answer(request)

    return middleware


class MethodsFirst:
    """405 for methods that a page does not take, before the check of its form's token would refuse
    them as forged."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """Views whose forms are not checked say it themselves, the API's by its own contract."""
        methods = methods_of(view)
        is_checked = not getattr(view, "csrf_exempt", False)
        if methods is None or request.method in methods or not is_checked:
            return None
        return HttpResponseNotAllowed(sorted(methods))


class UserErrors:
    """A response with its message and status for any UserError or failure of the
    storage that a view raised."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        if isinstance(problem, UserError) or storage_error(problem):
            return refuse(request, user_error(problem))
        return None
