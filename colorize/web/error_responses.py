"""The error contract: any exception -> a UserError -> JSON or a page."""

import logging
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.middleware import csrf
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django_guid import get_guid
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.views import APIView

from colorize.engine.errors import UserError
from colorize.web import errors
from colorize.web.ratelimit import rate_limited
from colorize.web.responses import describe
from colorize.web.storage import storage_error

# REST framework's prefix to Django's reason.
CSRF = "CSRF Failed: "
# How Django's reasons about the page of a form begin, up to a dash.
OF_THE_PAGE = ("Origin checking failed", "Referer checking failed")
# The most specific class comes first.
PAGES: dict[type[UserError], str] = {
    errors.UnknownHost: "unknown_host.html",
    errors.NotFound: "404.html",
    errors.MethodNotAllowed: "405.html",
    errors.DatabaseUnavailable: "503.html",
    errors.StorageUnavailable: "507.html",
    errors.InternalError: "500.html",
    UserError: "error.html",
}

logger = logging.getLogger(__name__)


def user_error(problem: BaseException | None, view: APIView | None = None) -> UserError:
    """The UserError for an exception; InternalError for an unexpected one. `view`: for the body
    types that it accepts."""
    match problem:
        case UserError():
            return problem
        case DisallowedHost():
            return errors.UnknownHost()
        case SuspiciousOperation():
            return errors.BadRequest(reason="too many fields or files, or too large ones")
        case Http404():
            return errors.NotFound()
        case PermissionDenied():
            return errors.NotAllowed(reason="it is not yours to see or to change.")
        case exceptions.APIException():
            return api_error(problem, view)
    return storage_error(problem) or errors.InternalError()


def api_error(problem: exceptions.APIException, view: APIView | None) -> UserError:
    """The UserError for an exception of REST framework."""
    match problem:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return errors.NotLoggedIn()
        case exceptions.PermissionDenied() if str(problem.detail).startswith(CSRF):
            return form_error(str(problem.detail).removeprefix(CSRF))
        case exceptions.PermissionDenied():
            return errors.NotAllowed(reason=str(problem.detail))
        case exceptions.NotFound():
            return errors.NotFound()
        case exceptions.MethodNotAllowed():
            return errors.MethodNotAllowed()
        case exceptions.NotAcceptable():
            return errors.NotAcceptable()
        case exceptions.UnsupportedMediaType():
            return errors.UnsupportedType(wanted=bodies_read(view))
        case exceptions.ParseError():
            return errors.BadRequest(reason=str(problem.detail))
        case exceptions.ValidationError():
            return first_problem(problem.detail)
        case exceptions.Throttled():
            return rate_limited(getattr(problem, "wait", None), "requests")
    return errors.InternalError()


def form_error(reason: str) -> UserError:
    """Why Django's CSRF protection refused a form. `reason`: Django's."""
    if reason == csrf.REASON_NO_CSRF_COOKIE:
        return errors.CookieMissing()
    if reason.startswith(OF_THE_PAGE):
        return errors.ForeignForm(reason=reason.partition(" - ")[2].rstrip("."))
    return errors.FormExpired()


def first_problem(detail: Any, name: str = "body") -> errors.BadField:
    """The first of a serializer's errors."""
    while isinstance(detail, dict | list):
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
        else:
            detail = detail[0]
    return errors.BadField(name="body" if name == "non_field_errors" else name, reason=str(detail))


def bodies_read(view: APIView | None) -> str:
    return " or ".join(parser.media_type for parser in view.get_parsers()) if view else "a form"


def answer_exception(problem: Exception, context: dict[str, Any]) -> JsonResponse:
    """REST framework's exception handler. Unexpected exceptions are logged with their traceback."""
    error = user_error(problem, context["view"])
    if isinstance(error, errors.InternalError):
        logger.exception("the endpoint failed", exc_info=problem)
    return error_json(context["request"], error)


def error_json(request: HttpRequest | Request, error: UserError) -> JsonResponse:
    body = describe_error(request, error) | describe_unsaved(error)
    return JsonResponse(body, status=error.status, headers=headers_of(error))


def error_page(request: HttpRequest, error: UserError) -> HttpResponse:
    """An error page that needs nothing that may have failed."""
    template = next(page for kind, page in PAGES.items() if isinstance(error, kind))
    response = page_with(request, template, error, {"request_id": get_guid()})
    add_never_cache_headers(response)
    return response


def page_with(
    request: HttpRequest,
    template: str,
    problem: UserError | None,
    context: dict[str, Any],
    status: int = 200,
) -> HttpResponse:
    """A page that shows the error, if there is one; `status`: without one."""
    response = render(request, template, {"problem": problem} | context)
    response.status_code = problem.status if problem else status
    for name, value in headers_of(problem).items():
        response[name] = value
    return response


def headers_of(error: UserError | None) -> dict[str, str]:
    if isinstance(error, errors.NotLoggedIn):
        return {"WWW-Authenticate": "Bearer"}
    return {"Retry-After": str(error.retry_after)} if error and error.retry_after else {}


def describe_error(request: HttpRequest | Request, error: UserError) -> dict[str, str | None]:
    return {
        "error": error.code,
        "message": error.message,
        "help": f"{faq_address(request)}#{error.code}",
        "request_id": get_guid(),
    }


def describe_unsaved(error: UserError) -> dict[str, Any]:
    """The result that could not be saved."""
    unsaved = error.unsaved if isinstance(error, errors.StorageUnavailable) else None
    return {"colorized": describe(unsaved)} if unsaved else {}


def faq_address(request: HttpRequest | Request) -> str:
    try:
        return request.build_absolute_uri(reverse("faq"))
    except DisallowedHost:
        return reverse("faq")
