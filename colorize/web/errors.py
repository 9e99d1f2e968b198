"""Any exception as the error contract's JSON."""

import logging
from typing import Any

from django.core.exceptions import DisallowedHost, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django_guid import get_guid
from rest_framework import exceptions
from rest_framework.request import Request

from colorize import service
from colorize.engine import errors
from colorize.engine.errors import ColorizeError
from colorize.web.answers import describe
from colorize.web.csrf import why_refused
from colorize.web.ratelimit import rate_limited
from colorize.web.storage import storage_error

# What REST framework puts before Django's reason.
CSRF = "CSRF Failed: "

logger = logging.getLogger(__name__)


def answer_error(problem: Exception, context: dict[str, Any]) -> JsonResponse:
    """Any exception as the error contract's JSON; the unforeseen ones go to the log whole."""
    error = as_colorize_error(problem, context["request"])
    if isinstance(error, errors.InternalError):
        logger.exception("the endpoint failed", exc_info=problem)
    response = JsonResponse(
        describe_error(context["request"], error) | describe_unsaved(error), status=error.status
    )
    if error.retry_after:
        response["Retry-After"] = str(error.retry_after)
    if isinstance(error, errors.MethodNotAllowed):
        response["Allow"] = ", ".join(context["view"].allowed_methods)
    return response


def as_colorize_error(problem: Exception, request: Request) -> ColorizeError:
    match problem:
        case ColorizeError():
            return problem
        case exceptions.Throttled():
            return rate_limited(getattr(problem, "wait", None))
        case exceptions.MethodNotAllowed():
            return errors.MethodNotAllowed(method=request.method)
        case exceptions.PermissionDenied() if str(problem.detail).startswith(CSRF):
            return why_refused(str(problem.detail).removeprefix(CSRF))
        case exceptions.PermissionDenied() | PermissionDenied():
            return errors.NotAllowed(reason="whoever runs the site has not given you the right.")
        case exceptions.NotAcceptable():
            return errors.NotAcceptable()
        case exceptions.UnsupportedMediaType():
            return errors.NoPhoto()
        case exceptions.ParseError():
            return errors.BadRequest(reason=str(problem.detail))
        case SuspiciousOperation():
            return errors.BadRequest(reason="too many fields or files, or too large ones")
    return storage_error(problem) or errors.InternalError()


def describe_unsaved(error: ColorizeError) -> dict[str, Any]:
    """The colours that were made before the storage failed."""
    unsaved = getattr(error, "unsaved", None)
    return {"colorized": describe(unsaved)} if isinstance(unsaved, service.Result) else {}


def describe_error(request: HttpRequest | Request, error: ColorizeError) -> dict[str, str | None]:
    return {
        "error": error.code,
        "message": error.message,
        "help": f"{faq_address(request)}#{error.code}",
        "request_id": get_guid(),
    }


def faq_address(request: HttpRequest | Request) -> str:
    try:
        return request.build_absolute_uri(reverse("faq"))
    except DisallowedHost:
        return reverse("faq")
