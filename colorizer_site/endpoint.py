"""The endpoint: POST /colorize."""

from typing import Any, NoReturn

from django.http import HttpResponseBase
from rest_framework import parsers, permissions
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from colorize.service import ColourPhoto
from colorize.web.answers import (
    RENDERERS,
    as_file,
    describe,
    describe_before,
    describe_hint_layers,
    describe_planes,
    output_for,
    wants_json,
)
from colorize.web.error_responses import describe_error
from colorize.web.forms import ColorizeForm
from colorize.web.ratelimit import PhotoThrottle, rate_limited
from colorizer_site.saving import colorize_form
from gallery.services.pictures import Outcome, Wanted


class ColorizeView(APIView):
    """A photo in, a photo in colour out. Saved only for people who are logged in: their browser
    sends its session and the form's CSRF token."""

    schema = None
    authentication_classes = [SessionAuthentication]
    throttle_classes = [PhotoThrottle]
    permission_classes = [permissions.AllowAny]
    parser_classes = [parsers.MultiPartParser]
    renderer_classes = RENDERERS
    http_method_names = ["post"]

    def throttled(self, request: Request, wait: float | None) -> NoReturn:
        """Raises RateLimited."""
        raise rate_limited(wait)

    def post(self, request: Request) -> HttpResponseBase:
        form = ColorizeForm(request.POST, request.FILES)
        outcome = colorize_form(request, form, Wanted.COLOURS, output_for(request))
        colours = outcome.colours
        assert colours is not None  # noqa: S101
        if not wants_json(request):
            return as_file(colours)
        told = describe(colours) | describe_saved(request, outcome)
        return Response(told | asked_layers(request.POST.get("layers"), colours))


def asked_layers(asked: str | None, colours: ColourPhoto) -> dict[str, Any]:
    """All of them, with those for colour hints or without, or, for a row of several photos, only
    the picture to compare with."""
    match asked:
        case "hints":
            return asked_layers("true", colours) | describe_hint_layers(colours)
        case "true":
            return describe_planes(colours) | describe_before(colours)
        case "before":
            return describe_before(colours)
        case _:
            return {}


def describe_saved(request: Request, outcome: Outcome) -> dict[str, Any]:
    """Where the picture was saved, or why it was not."""
    if outcome.problem:
        return {"not_saved": describe_error(request, outcome.problem)}
    if outcome.saved is None:
        return {}
    address = outcome.saved.picture.get_absolute_url()
    return {"saved": address, "saved_before": not outcome.saved.is_new}
