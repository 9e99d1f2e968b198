"""Whatever goes wrong in the API, in the error contract; REST framework's own problems too."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from rest_framework import exceptions
from rest_framework.views import APIView

from colorize.engine.errors import ColorizeError
from colorize.web import errors
from colorize.web.ratelimit import rate_limited
from gallery.errors import BadField, NotAllowed, NotFound, NotLoggedIn, UnsupportedType


def answer_error(problem: Exception, context: dict[str, Any]) -> JsonResponse:
    """The exception handler of REST framework."""
    error = as_gallery_error(problem, context["view"]) or problem
    response = errors.answer_error(error, context)
    if isinstance(error, NotLoggedIn):
        response["WWW-Authenticate"] = "Bearer"
    return response


def as_gallery_error(problem: Exception, view: APIView) -> ColorizeError | None:
    """None for what the colorizer has an answer to."""
    match problem:
        case exceptions.NotAuthenticated() | exceptions.AuthenticationFailed():
            return NotLoggedIn()
        case exceptions.PermissionDenied():
            return NotAllowed(reason=str(problem.detail))
        case PermissionDenied():
            return NotAllowed(reason="it is not yours to change.")
        case Http404() | exceptions.NotFound():
            return NotFound()
        case exceptions.Throttled():
            return rate_limited(getattr(problem, "wait", None), "requests")
        case exceptions.ValidationError():
            return first_problem(problem.detail)
        case exceptions.UnsupportedMediaType():
            return UnsupportedType(wanted=read_here(view))
    return None


def read_here(view: APIView) -> str:
    return " or ".join(parser.media_type for parser in view.get_parsers())


def first_problem(detail: Any, name: str = "body") -> BadField:
    """Of all that is wrong with the fields, what comes first."""
    while isinstance(detail, dict | list):
        if isinstance(detail, dict):
            name, detail = next(iter(detail.items()))
        else:
            detail = detail[0]
    return BadField(name="body" if name == "non_field_errors" else name, reason=str(detail))
